"""Reports: prepared, sent, acknowledged by whoever they are addressed to; receipts prove claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from quarterdeck.areas.reports.models import Recipient, Report
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.claims import Outcome, Verdict
from quarterdeck.kernel.claims.registry import ClaimError
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import resource_of
from tests.areas.evidence.papers import uploaded
from tests.support import act, ask, at, body_with, company, parameter, person, system, user_with

pytestmark = pytest.mark.django_db

TODAY = at(2024, 5, 15)


@dataclass
class Cast:
    author: Any
    member: Any
    secretary: Any
    overseer: Any
    board: Any
    committee: Any

    @property
    def writer(self) -> User:
        user: User = self.author.user
        return user


@pytest.fixture
def cast() -> Iterator[Cast]:
    company()
    author, member = person("Ana Ito", "analyst"), person("Bo Lind", "board_member")
    secretary, overseer = person("Cy Roe", "secretary"), person("Dee Poe", "board_member")
    board = body_with("board_committee", {member: "chair", secretary: "secretary", overseer: "overseer"})
    committee = body_with("management_committee", {person("Eli Fox", "committee_member"): "chair"})
    with clock.fixed(TODAY):
        yield Cast(author, member, secretary, overseer, board, committee)


def prepared(cast: Cast, *topics: str, **more: object) -> Any:
    given = {
        "title": "First quarter",
        "period_from": "2024-01-01",
        "period_until": "2024-03-31",
        "text": "All is well.",
    }
    return act("reports.report.prepare", cast.writer, topics=list(topics) or ["assessment"], **given | more)


def sent(cast: Cast, *topics: str, body: Any = None, reader: Any = None) -> Any:
    """A sent report to one recipient; the recipient's row."""
    report = prepared(cast, *topics)
    to = {"person": reader} if reader is not None else {"body": body or cast.board}
    row = act("reports.recipient.add", cast.writer, report=report, **to)
    act("reports.report.send", cast.writer, report)
    return row


def visible(user: User) -> list[Report]:
    resource = resource_of(Report)
    return list(permitted(Report.objects.all(), resource.scope, user, resource.view_permission))


def test_a_report_is_prepared_with_its_topics_by_the_person_behind_the_login(cast: Cast) -> None:
    report = prepared(cast, "assessment", "mitigation")
    assert report.author == cast.author
    assert report.prepared_on == TODAY.date()
    assert {row.topic for row in report.topics.all()} == {"assessment", "mitigation"}
    changed = act("reports.report.change", cast.writer, report, topics=["mitigation", "incidents"])
    assert {row.topic for row in changed.topics.filter(dropped=False)} == {"mitigation", "incidents"}


def test_a_login_without_a_person_names_the_author(cast: Cast) -> None:
    nobody = user_with("analyst")
    given = {"title": "T", "topics": ["assessment"], "period_from": "2024-01-01", "period_until": "2024-03-31"}
    with pytest.raises(Refused, match="belongs to no person"):
        act("reports.report.prepare", nobody, **given)
    assert act("reports.report.prepare", nobody, author=cast.author, **given).author == cast.author


def test_an_unknown_topic_and_a_period_that_ends_before_it_begins_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="topics"):
        prepared(cast, "gossip")
    with pytest.raises(Invalid, match="before the first"):
        prepared(cast, period_until="2023-12-31")


def test_sending_needs_a_recipient_and_something_to_read(cast: Cast) -> None:
    report = prepared(cast, text="")
    with pytest.raises(Refused, match="at least one recipient"):
        act("reports.report.send", cast.writer, report)
    act("reports.recipient.add", cast.writer, report=report, body=cast.board)
    with pytest.raises(Refused, match="Write its text"):
        act("reports.report.send", cast.writer, report)
    act("reports.report.change", cast.writer, report, file=uploaded(cast.writer))
    done = act("reports.report.send", cast.writer, report)
    assert done.state == Report.State.SENT
    assert done.recipients.get().delivered_on == TODAY.date()
    with pytest.raises(Refused, match="Sent"):
        act("reports.report.change", cast.writer, report, title="Other")


def test_a_recipient_is_a_body_or_a_person_and_named_once(cast: Cast) -> None:
    report = prepared(cast)
    with pytest.raises(Invalid, match="one of the two"):
        act("reports.recipient.add", cast.writer, report=report)
    with pytest.raises(Invalid, match="one of the two"):
        act("reports.recipient.add", cast.writer, report=report, body=cast.board, person=cast.member)
    act("reports.recipient.add", cast.writer, report=report, body=cast.board)
    with pytest.raises(Invalid):
        act("reports.recipient.add", cast.writer, report=report, body=cast.board)


def test_only_its_author_or_the_keepers_add_recipients(cast: Cast) -> None:
    report = prepared(cast)
    with pytest.raises((Denied, Invalid)):
        act("reports.recipient.add", user_with("analyst"), report=report, body=cast.board)
    assert act("reports.recipient.add", user_with("ciso"), report=report, body=cast.board)


def test_a_draft_is_seen_by_its_author_only_among_those_without_the_unit(cast: Cast) -> None:
    report = prepared(cast)
    act("reports.recipient.add", cast.writer, report=report, body=cast.board)
    assert visible(cast.writer) == [report]
    assert visible(cast.member.user) == []
    act("reports.report.send", cast.writer, report)
    assert [row.pk for row in visible(cast.member.user)] == [report.pk]
    assert visible(user_with("board_member")) == []
    assert [row.pk for row in visible(user_with("auditor"))] == [report.pk]


def test_a_member_or_the_secretary_acknowledges_for_the_body_and_an_overseer_does_not(cast: Cast) -> None:
    row = sent(cast)
    with pytest.raises(Refused, match="only oversees"):
        act("reports.recipient.acknowledge", cast.overseer.user, row)
    with pytest.raises((Denied, NotVisible)):
        act("reports.recipient.acknowledge", user_with("board_member"), row)
    with pytest.raises(Denied):
        act("reports.recipient.acknowledge", cast.writer, row)
    done = act("reports.recipient.acknowledge", cast.secretary.user, row)
    assert (done.received_on, done.received_by) == (TODAY.date(), cast.secretary.user)
    with pytest.raises(Refused, match="Already acknowledged"):
        act("reports.recipient.acknowledge", cast.member.user, row)


def test_a_person_acknowledges_their_own_copy(cast: Cast) -> None:
    reader = person("Fay Orr", "employee")
    row = sent(cast, reader=reader)
    with pytest.raises((Denied, NotVisible)):
        act("reports.recipient.acknowledge", cast.member.user, row)
    assert act("reports.recipient.acknowledge", reader.user, row).received_by == reader.user


def test_receipt_lies_between_delivery_and_today(cast: Cast) -> None:
    row = sent(cast)
    for day in ("2024-05-14", "2024-05-16"):
        with pytest.raises(Refused, match="until today"):
            act("reports.recipient.acknowledge", cast.member.user, row, received_on=day)


def test_a_report_is_closed_once_everybody_has_it(cast: Cast) -> None:
    row = sent(cast)
    with pytest.raises(Refused, match="Board Committee"):
        act("reports.report.close", cast.writer, row.report)
    act("reports.recipient.acknowledge", cast.member.user, row)
    assert act("reports.report.close", cast.writer, row.report).state == Report.State.CLOSED


def asked(audience: str = "board_committee", topics: str = "assessment", times: str = "periodically") -> Outcome:
    return ask("reports.received", "period", 2024, audience=audience, topics=topics, times=times)


def receive(cast: Cast, month: int, *topics: str, body: Any = None, reader: Any = None, by: Any = None) -> Recipient:
    with clock.fixed(at(2024, month, 10)):
        row = sent(cast, *topics, body=body, reader=reader)
        done: Recipient = act("reports.recipient.acknowledge", by or cast.member.user, row)
    return done


def test_reports_count_once_the_audience_acknowledged_them_at_the_company_rhythm(cast: Cast) -> None:
    assert asked().verdict == Verdict.UNEVIDENCED
    assert "“Periodically”" in str(asked().because)
    parameter("periodically.times_a_year", 2)
    row = sent(cast)
    waiting = asked()
    assert waiting.verdict == Verdict.UNEVIDENCED
    assert [found.note for found in waiting.evidence] == ["sent, not acknowledged"]
    act("reports.recipient.acknowledge", cast.member.user, row)
    assert (asked().verdict, asked().value, asked().expected) == (Verdict.CONTRADICTED, 1, 2)
    receive(cast, 9, "assessment")
    assert (asked().verdict, asked().value, asked().expected) == (Verdict.SUPPORTED, 2, 2)
    parameter("periodically.times_a_year", 3, date(2024, 6, 1))
    assert asked().verdict == Verdict.CONTRADICTED


def test_every_topic_has_to_reach_the_rhythm_by_itself(cast: Cast) -> None:
    parameter("periodically.times_a_year", 1)
    receive(cast, 2, "assessment")
    both = asked(topics="assessment,mitigation")
    assert (both.verdict, both.value) == (Verdict.CONTRADICTED, 0)
    assert "Mitigation" in str(both.because)
    receive(cast, 3, "mitigation")
    assert asked(topics="assessment, mitigation").verdict == Verdict.SUPPORTED


def test_a_topic_dropped_before_sending_does_not_count(cast: Cast) -> None:
    parameter("periodically.times_a_year", 1)
    report = prepared(cast, "assessment", "mitigation")
    act("reports.report.change", cast.writer, report, topics=["assessment"])
    row = act("reports.recipient.add", cast.writer, report=report, body=cast.board)
    act("reports.report.send", cast.writer, report)
    act("reports.recipient.acknowledge", cast.member.user, row)
    assert asked(topics="mitigation").verdict == Verdict.UNEVIDENCED
    assert asked(topics="assessment").verdict == Verdict.SUPPORTED


def test_receipts_of_other_audiences_and_other_years_do_not_count(cast: Cast) -> None:
    parameter("periodically.times_a_year", 1)
    receive(cast, 2, "assessment")
    assert asked("board").verdict == Verdict.UNEVIDENCED
    assert asked("management_committee").verdict == Verdict.UNEVIDENCED
    with clock.fixed(at(2025, 1, 10)):
        act("reports.recipient.acknowledge", cast.member.user, sent(cast, "mitigation"))
    assert asked(topics="mitigation").verdict == Verdict.UNEVIDENCED


def test_management_is_its_committee_its_executives_and_its_department_heads(cast: Cast) -> None:
    parameter("regularly.times_a_year", 1)
    boss = person("Gus Hale", "employee", position="chief_executive")
    receive(cast, 4, "developments", reader=boss, by=boss.user)
    assert asked("management", "developments", "regularly").verdict == Verdict.SUPPORTED
    clerk = person("Hal Ives", "employee")
    receive(cast, 4, "practices", reader=clerk, by=clerk.user)
    assert asked("management", "practices", "regularly").verdict == Verdict.UNEVIDENCED
    receive(cast, 4, "mitigation", body=cast.committee, by=system())
    assert asked("management", "mitigation", "regularly").verdict == Verdict.SUPPORTED


def test_a_member_of_the_body_on_that_day_receives_for_its_audience(cast: Cast) -> None:
    parameter("regularly.times_a_year", 1)
    receive(cast, 4, "prevention", reader=cast.member)
    assert asked("board_committee", "prevention", "regularly").verdict == Verdict.SUPPORTED
    receive(cast, 4, "detection", reader=cast.overseer, by=cast.overseer.user)
    assert asked("board_committee", "detection", "regularly").verdict == Verdict.UNEVIDENCED


@pytest.mark.parametrize(
    ("audience", "topics", "times"),
    [
        ("crowd", "assessment", "regularly"),
        ("board", "gossip", "regularly"),
        ("board", "", "regularly"),
        ("board", "assessment", "often"),
    ],
)
def test_a_claim_with_an_unknown_audience_topic_or_word_is_an_error(audience: str, topics: str, times: str) -> None:
    with pytest.raises(ClaimError):
        asked(audience, topics, times)
