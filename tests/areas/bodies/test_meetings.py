"""A meeting from plan to approved minutes: agenda, attendance, quorum, recusal, votes, numbers, frozen papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from quarterdeck.areas.bodies.models import AgendaItem, Decision, Meeting, Minutes, Vote
from quarterdeck.areas.bodies.queries import result_of
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused, perform
from tests.support import act, at, body_with, charter, company, decide, open_meeting, person, system, user_with

pytestmark = pytest.mark.django_db

HELD = at(2026, 3, 5, 9)


@dataclass
class Committee:
    """Five members, of whom Lin Wei is chair; a secretary who takes the minutes and has no vote."""

    body: Any
    secretary: User
    lin: Person
    sun: Person
    ma: Person
    gao: Person
    he: Person
    scribe: Person

    @property
    def members(self) -> list[Person]:
        return [self.lin, self.sun, self.ma, self.gao, self.he]


@pytest.fixture
def committee() -> Iterator[Committee]:
    company()
    names = ["Lin Wei", "Sun Bo", "Ma Li", "Gao Yu", "He Jun"]
    some = [person(name, "committee_member") for name in names]
    scribe = person("Tao Min")
    seats = {someone: "chair" if someone is some[0] else "member" for someone in some} | {scribe: "secretary"}
    body = body_with("management_committee", seats, name="Cyber Committee", duties=("manage_cybersecurity",))
    with clock.fixed(HELD):
        yield Committee(body, user_with("secretary"), *some, scribe)


def _put(c: Committee, *present: Person, topic: str = "policy", **data: object) -> Decision:
    """A proposal put to the vote in an open meeting with ``present`` there (everyone unless said otherwise)."""
    item = open_meeting(c.body, HELD, *(present or c.members))
    wording = {"title": "Adopt the policy", "text": "The policy is adopted.", **data}
    made = act("bodies.decision.propose", c.secretary, item=item, topic=topic, **wording)
    put: Decision = act("bodies.decision.put", c.secretary, made)
    return put


def _vote(c: Committee, decision: Decision, **choices: str) -> None:
    for name, choice in choices.items():
        act("bodies.vote.record", c.secretary, decision=decision, person=getattr(c, name), choice=choice)


def test_a_meeting_is_planned_called_opened_closed_and_minuted(committee: Committee) -> None:
    c = committee
    meeting = act("bodies.meeting.plan", c.secretary, body=c.body, kind="meeting", planned_at=HELD, place="Room 3")
    with pytest.raises(Refused, match="agenda is empty"):
        act("bodies.meeting.call", c.secretary, meeting)
    act("bodies.agendaitem.add", c.secretary, meeting=meeting, title="Policies")
    second = act("bodies.agendaitem.add", c.secretary, meeting=meeting, title="Risks", presenter=c.ma)
    assert (second.number, str(second)) == (2, "2. Risks")
    with pytest.raises(Refused, match="Planned"):
        act("bodies.meeting.open", c.secretary, meeting)
    act("bodies.meeting.call", c.secretary, meeting)
    opened = act("bodies.meeting.open", c.secretary, meeting)
    assert (opened.state, opened.held_on, opened.presided_by) == (Meeting.State.OPEN, date(2026, 3, 5), c.lin)
    act(
        "bodies.meeting.record_attendance",
        c.secretary,
        meeting,
        present=[c.lin.pk, c.sun.pk, c.ma.pk],
        apologies=[c.he.pk],
    )
    closed = act("bodies.meeting.close", c.secretary, meeting)
    minutes = act("bodies.minutes.draft", c.secretary, meeting=closed)
    act("bodies.minutes.approve", c.sun.user, minutes)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.MINUTED


def test_the_day_of_a_meeting_is_the_day_at_the_registrants_place(committee: Committee) -> None:
    act("organisation.registrant.create", system(), **REGISTRANT, time_zone="Asia/Shanghai")
    item = open_meeting(committee.body, at(2025, 12, 31, 17), *committee.members)
    assert item.meeting.held_on == date(2026, 1, 1)


REGISTRANT = {
    "name": "Harbour Lane Group", "incorporation_name": "HARBOUR LANE GROUP", "short_name": "Harbour", "cik": "0001999001", "incorporated_in": "E9",
    "fiscal_year_end": "12-31", "currency": "USD",
}  # fmt: skip


def test_a_meeting_does_not_open_before_its_time_without_charter_or_without_anyone_to_preside(
    committee: Committee,
) -> None:
    c = committee
    meeting = act("bodies.meeting.plan", c.secretary, body=c.body, kind="meeting", planned_at=HELD)
    act("bodies.agendaitem.add", c.secretary, meeting=meeting, title="Policies")
    act("bodies.meeting.call", c.secretary, meeting)
    with pytest.raises(Refused, match="lies ahead"):
        act("bodies.meeting.open", c.secretary, meeting, held_at="2026-03-06T09:00:00Z")
    act("bodies.membership.end", c.secretary, c.lin.memberships.get(), effective_until="2026-02-28")
    with pytest.raises(Refused, match="no chair"):
        act("bodies.meeting.open", c.secretary, meeting)
    with pytest.raises(Invalid):
        act("bodies.meeting.open", c.secretary, meeting, presided_by=c.scribe)
    act("bodies.charter.end", user_with("board_member"), c.body.charters.get(), effective_until="2026-02-28")
    with pytest.raises(Refused, match="approve a charter first"):
        act("bodies.meeting.open", c.secretary, meeting, presided_by=c.sun)
    charter(c.body, version="2", since=date(2026, 3, 1))
    assert act("bodies.meeting.open", c.secretary, meeting, presided_by=c.sun).presided_by == c.sun


def test_only_members_are_present_and_guests_are_in_attendance(committee: Committee) -> None:
    c = committee
    meeting = open_meeting(c.body, HELD, c.lin).meeting
    guest = person("Expert Zhou")
    with pytest.raises(Refused, match="Expert Zhou is not a member"):
        act("bodies.meeting.record_attendance", c.secretary, meeting, present=[guest.pk])
    with pytest.raises(Refused, match="named twice"):
        act("bodies.meeting.record_attendance", c.secretary, meeting, present=[c.ma.pk], apologies=[c.ma.pk])
    act("bodies.meeting.record_attendance", c.secretary, meeting, apologies=[c.ma.pk], in_attendance=[guest.pk])
    act("bodies.meeting.record_attendance", c.secretary, meeting, present=[c.ma.pk])
    said = {row.person.full_name: row.status for row in meeting.attendance.all()}
    assert said == {"Lin Wei": "present", "Ma Li": "present", "Expert Zhou": "in_attendance"}


def test_members_cast_their_own_votes_once_and_the_decision_gets_the_years_next_number(committee: Committee) -> None:
    c = committee
    decide(c.body, "other", at(2026, 2, 5), dict.fromkeys(c.members, "for"))
    decision = _put(c)
    for who in (c.lin, c.sun, c.ma):
        act("bodies.vote.cast", who.user, decision=decision, choice="for")
    with pytest.raises(Refused, match="Lin Wei has voted already"):
        act("bodies.vote.cast", c.lin.user, decision=decision, choice="against")
    with pytest.raises(Refused, match="Still to vote: Gao Yu, He Jun"):
        act("bodies.decision.declare", c.secretary, decision)
    act("bodies.vote.cast", c.gao.user, decision=decision, choice="against", dissent="The policy binds nobody.")
    act("bodies.vote.record", c.secretary, decision=decision, person=c.he, choice="abstain")
    done = act("bodies.decision.declare", c.secretary, decision)
    assert (done.outcome, done.number, done.decided_on) == ("carried", "2026-2", date(2026, 3, 5))
    assert Vote.objects.get(decision=done, person=c.gao).dissent == "The policy binds nobody."
    with pytest.raises(Refused, match="Carried"):
        act("bodies.decision.withdraw", c.secretary, done)


def test_numbers_begin_anew_with_the_calendar_year(committee: Committee) -> None:
    c = committee
    votes = dict.fromkeys(c.members, "for")
    numbers = [decide(c.body, "other", moment, votes).number for moment in (at(2025, 12, 30), at(2025, 12, 31), HELD)]
    assert numbers == ["2025-1", "2025-2", "2026-1"]


def test_more_against_or_a_tie_is_lost(committee: Committee) -> None:
    c = committee
    choices = ["for", "for", "against", "against", "abstain"]
    lost = decide(c.body, "policy", HELD, dict(zip(c.members, choices, strict=True)))
    assert (lost.outcome, lost.number) == ("lost", "2026-1")


def test_without_a_quorum_nothing_is_put_to_the_vote(committee: Committee) -> None:
    with pytest.raises(Refused, match="2 of 5 members take part and are not recused; 3 are needed"):
        _put(committee, committee.lin, committee.sun)


def test_whoever_is_recused_neither_counts_nor_votes_on_that_item(committee: Committee) -> None:
    c = committee
    item = open_meeting(c.body, HELD, c.lin, c.sun, c.ma)
    act("bodies.recusal.declare", c.ma.user, item=item, reason="Her brother owns the vendor")
    vendor = act("bodies.decision.propose", c.secretary, item=item, topic="other", title="Vendor", text="Engage it.")
    with pytest.raises(Refused, match="2 of 5"):
        act("bodies.decision.put", c.secretary, vendor)
    act("bodies.meeting.record_attendance", c.secretary, item.meeting, present=[c.gao.pk])
    act("bodies.decision.put", c.secretary, vendor)
    with pytest.raises(Refused, match="Ma Li is recused"):
        act("bodies.vote.cast", c.ma.user, decision=vendor, choice="for")
    _vote(c, vendor, lin="for", sun="for", gao="against")
    assert act("bodies.decision.declare", c.secretary, vendor).outcome == "carried"
    other = act("bodies.agendaitem.add", c.secretary, meeting=item.meeting, title="Other")
    free = act("bodies.decision.propose", c.secretary, item=other, topic="other", title="Other", text="So be it.")
    act("bodies.decision.put", c.secretary, free)
    assert act("bodies.vote.cast", c.ma.user, decision=free, choice="for").choice == "for"


def test_a_recusal_comes_before_the_vote_and_is_lifted_only_as_an_error(committee: Committee) -> None:
    c = committee
    decision = _put(c)
    _vote(c, decision, lin="for")
    with pytest.raises(Refused, match="Lin Wei has voted on this item"):
        act("bodies.recusal.record", c.secretary, item=decision.item, person=c.lin, reason="Too late")
    with pytest.raises(Refused, match="no vote in this body"):
        act("bodies.recusal.record", c.secretary, item=decision.item, person=c.scribe, reason="None")
    aside = act("bodies.recusal.record", c.secretary, item=decision.item, person=c.sun, reason="Mixed up with He Jun")
    with pytest.raises(Refused, match="recused on this item already"):
        act("bodies.recusal.record", c.secretary, item=decision.item, person=c.sun, reason="Twice")
    act("bodies.recusal.lift", c.secretary, aside, because="It is He Jun")
    assert act("bodies.vote.cast", c.sun.user, decision=decision, choice="for").person == c.sun


@pytest.mark.parametrize(
    ("who", "because"),
    [("scribe", "sits as Secretary and has no vote"), ("stranger", "was no member"), ("he", "not recorded as present")],
)
def test_votes_of_others_are_refused(committee: Committee, who: str, because: str) -> None:
    c = committee
    decision = _put(c, c.lin, c.sun, c.ma)
    voter = person("Stranger") if who == "stranger" else getattr(c, who)
    with pytest.raises(Refused, match=because):
        act("bodies.vote.record", c.secretary, decision=decision, person=voter, choice="for")


def test_a_member_whose_term_ended_before_the_meeting_has_no_vote(committee: Committee) -> None:
    c = committee
    act("bodies.membership.end", c.secretary, c.he.memberships.get(), effective_until="2026-03-04")
    decision = _put(c, c.lin, c.sun, c.ma)
    with pytest.raises(Refused, match="He Jun was no member of Cyber Committee on 2026-03-05"):
        act("bodies.vote.cast", c.he.user, decision=decision, choice="for")


def test_a_login_without_a_person_has_no_vote(committee: Committee) -> None:
    decision = _put(committee)
    with pytest.raises(Refused, match="not connected to a person"):
        act("bodies.vote.cast", user_with("committee_member"), decision=decision, choice="for")


def test_a_dissent_goes_with_no_vote_in_favour(committee: Committee) -> None:
    with pytest.raises(Invalid) as wrong:
        act("bodies.vote.cast", committee.lin.user, decision=_put(committee), choice="for", dissent="But")
    assert set(wrong.value.errors) == {"dissent"}


def test_putting_it_to_the_vote_freezes_words_and_papers_and_a_later_change_shows(committee: Committee) -> None:
    c = committee
    item = open_meeting(c.body, HELD, *c.members)
    paper = act("bodies.paper.add", c.secretary, item=item, title="Budget", text="100")
    made = act("bodies.decision.propose", c.secretary, item=item, topic="policy", title="Adopt", text="Adopted.")
    assert made.papers_note.startswith("Not frozen")
    put = act("bodies.decision.put", c.secretary, made)
    assert [row["title"] for row in put.papers] == ["Adopt", "Budget"]
    assert len(put.papers_hash) == 64
    with pytest.raises(Refused, match="put to the vote"):
        act("bodies.decision.change", c.secretary, put, text="Something else.")
    for who in c.members:
        act("bodies.vote.record", c.secretary, decision=put, person=who, choice="for")
    act("bodies.paper.replace", c.secretary, paper, text="900")
    with pytest.raises(Refused, match="The papers changed since they were put to the vote: Budget"):
        act("bodies.decision.declare", c.secretary, put)
    act("bodies.paper.replace", c.secretary, paper, text="100")
    done = act("bodies.decision.declare", c.secretary, put)
    assert done.papers_note == "Unchanged since the vote."
    act("bodies.paper.replace", c.secretary, paper, text="900")
    act("bodies.paper.add", c.secretary, item=item, title="Annex", text="New")
    done.refresh_from_db()
    assert done.papers_note == "Changed since the vote: Budget (altered); Annex (added)."
    assert done.papers_hash == put.papers_hash


def test_a_paper_is_a_file_or_a_text(committee: Committee) -> None:
    c = committee
    item = open_meeting(c.body, HELD, c.lin)
    with pytest.raises(Invalid):
        act("bodies.paper.add", c.secretary, item=item, title="Nothing")
    stored = _file(c.secretary, b"Quarterly budget.\n")
    paper = act("bodies.paper.add", c.secretary, item=item, title="Budget", file=stored)
    assert act("bodies.paper.replace", c.secretary, paper, text="As text").file is None


def _file(user: User, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    upload = SimpleUploadedFile("budget.txt", content, content_type="text/plain")
    return perform("files.storedfile.upload", user, None, {}, files=MultiValueDict({"file": [upload]})).record


def test_the_hash_of_a_file_is_what_is_frozen(committee: Committee) -> None:
    c = committee
    item = open_meeting(c.body, HELD, *c.members)
    stored = _file(c.secretary, b"Quarterly budget.\n")
    act("bodies.paper.add", c.secretary, item=item, title="Budget", file=stored)
    made = act("bodies.decision.propose", c.secretary, item=item, topic="policy", title="Adopt", text="Adopted.")
    put = act("bodies.decision.put", c.secretary, made)
    assert put.papers[1]["sha256"] == stored.sha256


def test_a_meeting_closes_when_everything_put_forward_is_decided_or_withdrawn(committee: Committee) -> None:
    c = committee
    decision = _put(c)
    with pytest.raises(Refused, match="Still undecided: Adopt the policy"):
        act("bodies.meeting.close", c.secretary, decision.meeting)
    act("bodies.decision.withdraw", c.secretary, decision)
    meeting = act("bodies.meeting.close", c.secretary, decision.meeting)
    for action, data in (
        ("bodies.agendaitem.add", {"meeting": meeting, "title": "Late"}),
        ("bodies.paper.add", {"item": decision.item, "title": "Late", "text": "x"}),
        ("bodies.decision.propose", {"item": decision.item, "topic": "other", "title": "Late", "text": "x"}),
        ("bodies.recusal.record", {"item": decision.item, "person": c.sun, "reason": "Late"}),
    ):
        with pytest.raises(Refused, match="Closed"):
            act(action, c.secretary, **data)


def test_an_item_under_which_something_is_proposed_stays_on_the_agenda(committee: Committee) -> None:
    decision = _put(committee)
    with pytest.raises(Refused, match="withdraw the proposals first"):
        act("bodies.agendaitem.withdraw", committee.secretary, decision.item)
    act("bodies.decision.withdraw", committee.secretary, decision)
    assert act("bodies.agendaitem.withdraw", committee.secretary, decision.item).withdrawn
    with pytest.raises(Refused, match="off the agenda"):
        act("bodies.decision.propose", committee.secretary, item=decision.item, topic="other", title="x", text="x")


def test_a_written_resolution_counts_whoever_answers(committee: Committee) -> None:
    c = committee
    item = open_meeting(c.body, HELD, kind="written_resolution")
    with pytest.raises(Refused, match="no attendance"):
        act("bodies.meeting.record_attendance", c.secretary, item.meeting, present=[c.lin.pk])
    made = act("bodies.decision.propose", c.secretary, item=item, topic="policy", title="Adopt", text="Adopted.")
    put = act("bodies.decision.put", c.secretary, made)
    for who in (c.lin, c.sun):
        act("bodies.vote.cast", who.user, decision=put, choice="for")
    with pytest.raises(Refused, match="2 of 5"):
        act("bodies.decision.declare", c.secretary, put)
    with clock.fixed(at(2026, 3, 9)):
        act("bodies.vote.cast", c.ma.user, decision=put, choice="against")
        done = act("bodies.decision.declare", c.secretary, put)
    assert (done.outcome, done.decided_on) == ("carried", date(2026, 3, 9))


def test_a_materiality_review_says_which_days_it_covers(committee: Committee) -> None:
    c = committee
    item = open_meeting(c.body, HELD, *c.members)
    review = {"item": item, "topic": "materiality_review", "title": "Review", "text": "Nothing material."}
    with pytest.raises(Invalid) as wrong:
        act("bodies.decision.propose", c.secretary, **review)
    assert set(wrong.value.errors) == {"covers_until"}
    made = act("bodies.decision.propose", c.secretary, **review, covers_from="2025-01-01", covers_until="2025-12-31")
    assert made.covers_until == date(2025, 12, 31)


def test_minutes_are_drafted_from_the_record_and_approved_by_a_member_who_did_not_write_them(
    committee: Committee,
) -> None:
    c = committee
    decision = _put(c, c.lin, c.sun, c.ma)
    _vote(c, decision, lin="for", sun="for", ma="against")
    done = act("bodies.decision.declare", c.secretary, decision)
    act("bodies.meeting.close", c.secretary, done.meeting)
    minutes = act("bodies.minutes.draft", c.secretary, meeting=done.meeting)
    assert "Present: Lin Wei, Ma Li, Sun Bo." in minutes.text
    assert "Decision 2026-1, carried: Adopt the policy." in minutes.text
    assert "Votes: 2 for, 1 against, 0 abstentions." in minutes.text
    assert done.papers_hash in minutes.text
    with pytest.raises(Refused, match="There is a draft already"):
        act("bodies.minutes.draft", c.secretary, meeting=done.meeting)
    with pytest.raises(Refused, match="somebody who was a member"):
        act("bodies.minutes.approve", user_with("committee_member"), minutes)
    both = person("Wu Fan", "secretary", "committee_member")
    act("bodies.membership.appoint", system(), body=c.body, person=both, role="member", effective_from="2026-01-01")
    act("bodies.minutes.change", both.user, minutes, text=minutes.text + "Corrected.\n")
    with pytest.raises(Refused, match="another person"):
        act("bodies.minutes.approve", both.user, minutes)
    approved = act("bodies.minutes.approve", c.ma.user, minutes)
    assert (approved.state, approved.approved_by) == (Minutes.State.APPROVED, c.ma.user)
    with pytest.raises(Refused, match="Approved"):
        act("bodies.minutes.change", c.secretary, minutes, text="Other")


def test_correcting_a_membership_afterwards_shows_in_the_count_of_an_old_vote(committee: Committee) -> None:
    c = committee
    done = decide(c.body, "policy", HELD, dict.fromkeys([c.lin, c.sun, c.ma], "for"))
    result = result_of(done)
    assert result is not None
    assert result.carried
    because = "Was never appointed"
    act("bodies.membership.correct", c.secretary, c.ma.memberships.get(), effective_from="2026-06-01", because=because)
    now = result_of(done)
    assert now is not None
    assert (now.in_favour, now.quorum.counted, now.quorum.entitled, now.carried) == (2, 2, 4, False)


def test_who_may_see_and_do_what(committee: Committee) -> None:
    c = committee
    decision = _put(c)
    with pytest.raises(NotVisible):
        act("bodies.decision.declare", user_with("employee"), decision)
    for role in ("auditor", "committee_member", "ciso"):
        with pytest.raises(Denied):
            act("bodies.decision.declare", user_with(role), decision)
    with pytest.raises(Denied):
        act("bodies.vote.record", c.lin.user, decision=decision, person=c.sun, choice="against")
    assert AgendaItem.objects.count() == 1
