"""Quorum, votes, seats and frozen papers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.bodies.rules import (
    Clash,
    FrozenPaper,
    PaperChange,
    QuorumKind,
    QuorumRule,
    Seat,
    changes_since,
    clash,
    freeze,
    meet,
    quorum,
    tally,
    text_hash,
)

FEW = settings(max_examples=50, deadline=None)
MAJORITY = QuorumRule(QuorumKind.MAJORITY)
people = st.frozensets(st.integers(min_value=1, max_value=12))
rules = st.one_of(
    st.just(MAJORITY),
    st.builds(QuorumRule, st.just(QuorumKind.SHARE), st.integers(min_value=1, max_value=100)),
    st.builds(QuorumRule, st.just(QuorumKind.NUMBER), st.integers(min_value=1, max_value=12)),
)


@pytest.mark.parametrize(
    ("rule", "members", "needed"),
    [
        (MAJORITY, 10, 6),
        (MAJORITY, 9, 5),
        (MAJORITY, 1, 1),
        (QuorumRule(QuorumKind.SHARE, 50), 10, 5),
        (QuorumRule(QuorumKind.SHARE, 67), 10, 7),
        (QuorumRule(QuorumKind.SHARE, 1), 10, 1),
        (QuorumRule(QuorumKind.NUMBER, 3), 10, 3),
        (QuorumRule(QuorumKind.NUMBER, 3), 2, 3),
    ],
)
def test_a_charter_says_how_many_are_needed(rule: QuorumRule, members: int, needed: int) -> None:
    assert rule.needed(members) == needed


def test_whoever_is_recused_does_not_count_and_the_number_needed_stays() -> None:
    with_everyone = quorum(MAJORITY, range(1, 6), {1, 2, 3}, set())
    with_one_aside = quorum(MAJORITY, range(1, 6), {1, 2, 3}, {3})
    assert (with_everyone.counted, with_everyone.needed, with_everyone.met) == (3, 3, True)
    assert (with_one_aside.counted, with_one_aside.needed, with_one_aside.met) == (2, 3, False)


def test_guests_and_former_members_make_no_quorum() -> None:
    assert not quorum(MAJORITY, {1, 2, 3}, {1, 7, 8, 9}, set()).met


@FEW
@given(rules, people, people, people, st.integers(min_value=1, max_value=12))
def test_one_more_recusal_never_makes_a_quorum(
    rule: QuorumRule, entitled: frozenset[int], there: frozenset[int], recused: frozenset[int], who: int
) -> None:
    before, after = quorum(rule, entitled, there, recused), quorum(rule, entitled, there, recused | {who})
    assert before.met or not after.met
    assert 0 <= after.counted <= before.counted <= before.entitled


VOTES = st.dictionaries(st.integers(min_value=1, max_value=12), st.sampled_from(["for", "against", "abstain"]))


@FEW
@given(rules, people, people, people, VOTES)
def test_only_members_who_are_not_recused_are_counted(
    rule: QuorumRule, entitled: frozenset[int], there: frozenset[int], recused: frozenset[int], votes: dict[int, str]
) -> None:
    result = tally(rule, entitled, there, recused, votes)
    valid = [vote for who, vote in votes.items() if who in entitled - recused]
    assert result.in_favour + result.against + result.abstained == len(valid)
    outsiders = {who: vote for who, vote in votes.items() if who in entitled - recused}
    assert tally(rule, entitled, there, recused, outsiders) == result


@FEW
@given(rules, people, people, VOTES)
def test_carried_means_quorum_and_more_for_than_against(
    rule: QuorumRule, entitled: frozenset[int], there: frozenset[int], votes: dict[int, str]
) -> None:
    result = tally(rule, entitled, there, frozenset(), votes)
    assert result.carried == (result.quorum.met and result.in_favour > result.against)
    turned = {who: {"for": "against", "against": "for"}.get(vote, vote) for who, vote in votes.items()}
    assert not (result.carried and tally(rule, entitled, there, frozenset(), turned).carried)


def test_a_tie_is_lost_and_an_abstention_is_no_vote_cast() -> None:
    members = {1, 2, 3, 4}
    assert not tally(MAJORITY, members, members, set(), {1: "for", 2: "against", 3: "abstain", 4: "abstain"}).carried
    assert tally(MAJORITY, members, members, set(), {1: "for", 2: "abstain", 3: "abstain", 4: "abstain"}).carried
    assert not tally(MAJORITY, members, members, set(), dict.fromkeys(members, "abstain")).carried


days = st.dates(min_value=date(2023, 1, 1), max_value=date(2024, 12, 31))


@st.composite
def seats(draw: st.DrawFn) -> Seat:
    start = draw(days)
    length = draw(st.none() | st.integers(min_value=0, max_value=400))
    end = None if length is None else start + timedelta(days=length)
    return Seat(draw(st.integers(min_value=1, max_value=3)), draw(st.sampled_from(["chair", "member"])), start, end)


def _holds(seat: Seat, day: date) -> bool:
    return seat.start <= day and (seat.end is None or day <= seat.end)


@FEW
@given(st.lists(seats(), max_size=6), days)
def test_seats_given_without_a_clash_leave_one_chair_and_one_role_each_on_any_day(some: list[Seat], day: date) -> None:
    given_seats: list[Seat] = []
    for seat in some:
        if clash(seat, given_seats) is None:
            given_seats.append(seat)
    on_day = [seat for seat in given_seats if _holds(seat, day)]
    assert sum(seat.role == "chair" for seat in on_day) <= 1
    assert len({seat.person for seat in on_day}) == len(on_day)


@FEW
@given(seats(), seats())
def test_two_seats_meet_when_some_day_is_in_both(one: Seat, other: Seat) -> None:
    later = max(one.start, other.start)
    assert meet(one, other) == meet(other, one) == (_holds(one, later) and _holds(other, later))


def test_a_successor_takes_the_chair_on_the_day_after() -> None:
    first = Seat(1, "chair", date(2023, 1, 1), date(2024, 6, 30))
    assert clash(Seat(2, "chair", date(2024, 7, 1), None), [first]) is None
    assert clash(Seat(2, "chair", date(2024, 6, 30), None), [first]) == (Clash.SECOND_CHAIR, first)
    assert clash(Seat(1, "member", date(2024, 1, 1), None), [first]) == (Clash.SECOND_ROLE, first)


PAPERS = [FrozenPaper("decision", "Resolution", text_hash("a")), FrozenPaper("paper:1", "Budget", text_hash("b"))]


def test_the_hash_of_papers_depends_on_each_and_on_their_order() -> None:
    assert len({freeze(list(order)) for order in permutations(PAPERS)}) == 2
    assert freeze(PAPERS) == freeze(list(PAPERS))
    assert freeze(PAPERS) != freeze([PAPERS[0], FrozenPaper("paper:1", "Budget", text_hash("c"))])


def test_what_changed_in_papers_is_named() -> None:
    now = [
        FrozenPaper("decision", "Resolution", text_hash("other words")),
        FrozenPaper("paper:2", "Annex", text_hash("d")),
    ]
    assert changes_since(PAPERS, PAPERS) == ()
    assert changes_since(PAPERS, now) == (
        (PaperChange.ALTERED, "Resolution"),
        (PaperChange.REMOVED, "Budget"),
        (PaperChange.ADDED, "Annex"),
    )
