"""Machines that open links are told from people, and the reason is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.phishing import Hit, Kind, Verdict, judge

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36"
SENT = {1: NOON, 2: NOON, 3: NOON, 4: NOON, 5: NOON}


def hit(number: int, seconds: float, mail: int = 1, kind: Kind = Kind.LINK, **more: str) -> Hit:
    given = {"agent": BROWSER, "client": f"client of {mail}"} | more
    return Hit(number, mail, kind, NOON + timedelta(seconds=seconds), **given)


def verdict(*hits: Hit) -> list[tuple[str, str]]:
    return [(str(found.verdict), str(found.because)) for found in judge(hits, SENT)]


def test_somebody_who_reads_and_clicks_is_a_person() -> None:
    assert verdict(hit(1, 240)) == [("person", "browser")]


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ({"method": "HEAD"}, "method"),
        ({"method": "OPTIONS"}, "method"),
        ({"agent": ""}, "no_agent"),
        ({"agent": "Mozilla/5.0 (compatible; Proofpoint URL Defense)"}, "agent"),
        ({"agent": "python-requests/2.32"}, "agent"),
        ({"agent": "Mozilla/5.0 HeadlessChrome/140"}, "agent"),
        ({"agent": "Slackbot-LinkExpanding 1.0"}, "agent"),
    ],
)
def test_what_says_of_itself_that_it_is_no_person_is_none(more: dict[str, str], because: str) -> None:
    assert verdict(hit(1, 240, **more)) == [("machine", because)]


def test_nobody_clicks_in_the_second_of_delivery() -> None:
    assert verdict(hit(1, 2)) == [("machine", "too_soon")]
    assert [found.because for found in judge([hit(1, 2)], {1: None})] == ["browser"], "where the time is not kept"


def test_whoever_opens_many_peoples_mails_within_a_minute_is_a_gateway() -> None:
    hits = [hit(mail, 200 + 3 * mail, mail, client="gateway") for mail in (1, 2, 3, 4)]
    assert set(verdict(*hits)) == {("machine", "many_mails")}
    # A shared computer, over a day: people.
    slow = [hit(mail, 3600 * mail, mail, client="counter") for mail in (1, 2, 3, 4)]
    assert set(verdict(*slow)) == {("person", "browser")}


def test_whoever_follows_the_link_nobody_sees_is_a_machine_with_all_it_did_around_then() -> None:
    hits = [hit(1, 100), hit(2, 101, kind=Kind.TRAP), hit(3, 7200)]
    assert verdict(*hits) == [("machine", "trap"), ("machine", "trap"), ("person", "browser")]


def test_what_opens_the_link_after_the_mail_was_reported_is_the_reporting_tool() -> None:
    hits = [hit(1, 60), hit(2, 90, kind=Kind.REPORT), hit(3, 91)]
    assert verdict(*hits) == [("person", "browser"), ("machine", "after_report")]


def test_a_client_that_calls_itself_nothing_known_is_left_uncertain() -> None:
    assert verdict(hit(1, 240, agent="CompanyMail/3.1")) == [("uncertain", "not_a_browser")]


_hits = st.lists(
    st.builds(
        hit,
        st.integers(1, 10**6), st.integers(0, 900), st.integers(1, 5), st.sampled_from(list(Kind)),
        client=st.sampled_from(("a", "b", "c", "")), agent=st.sampled_from((BROWSER, "", "curl/8", "CompanyMail/3.1")),
    ),
    max_size=25, unique_by=lambda made: made.id,
)  # fmt: skip


@settings(max_examples=50)
@given(_hits, st.randoms(use_true_random=False))
def test_the_order_in_which_hits_are_given_changes_nothing(hits: list[Hit], chance: object) -> None:
    mixed = list(hits)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert judge(hits, SENT) == judge(mixed, SENT)


@settings(max_examples=50)
@given(_hits, st.integers(0, 900))
def test_more_evidence_never_makes_a_machine_a_person(hits: list[Hit], seconds: int) -> None:
    before = {found.hit.id: found.verdict for found in judge(hits, SENT)}
    trap = Hit(10**7, 1, Kind.TRAP, NOON + timedelta(seconds=seconds), agent=BROWSER, client="a")
    after = {found.hit.id: found.verdict for found in judge([*hits, trap], SENT)}
    assert all(after[key] is Verdict.MACHINE for key, found in before.items() if found is Verdict.MACHINE)
