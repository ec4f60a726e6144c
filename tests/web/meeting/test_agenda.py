"""Open matters that wait for a body are suggested for its agenda."""

from __future__ import annotations

import re

import pytest

from quarterdeck.kernel.permissions.models import Unit
from tests.areas.bodies.walled import behind
from tests.support import act, company, user_with
from tests.web.cast import SignIn, committee, person
from tests.web.incident_room.scene import Scene as Case
from tests.web.incident_room.scene import assessing
from tests.web.reading import press, words

pytestmark = pytest.mark.django_db


def escalated(walled: bool = False) -> tuple[Case, str]:
    """An incident escalated to a committee of three, and the address of that committee's next meeting."""
    case = assessing()
    secretary = user_with("secretary", login="qian.shu")
    body = committee(secretary, members=("Chen Yu", "Gao Wei", "Lin Qiao"))
    if walled:
        case.do("raise_wall", case.ciso, 31, why="Could be material", people=[secretary.pk])
    case.do("escalate", case.ciso, 32, escalated_to=body.body)
    meeting = act("bodies.meeting.plan", secretary, body=body.body, kind="meeting", planned_at="2026-03-10T06:00:00Z")
    return case, f"/meetings/{meeting.pk}/"


def _secretary_of(case: Case):  # type: ignore[no-untyped-def]
    from quarterdeck.kernel.accounts.models import User

    return User.objects.get(login="qian.shu")


def test_an_escalated_incident_is_put_on_the_agenda_in_one_press(enterprise: Unit, signed_in: SignIn) -> None:
    case, address = escalated()
    client = signed_in(_secretary_of(case))
    page = client.get(address).content.decode()
    assert "Determination on INC-1 Payroll vendor breach escalated to this body, not yet determined" in words(page)
    suggestion = page[page.index('class="suggestion"') :]
    answer = press(client, suggestion, "Put on the agenda")
    text = words(answer.content.decode())
    assert answer.redirect_chain[-1][0] == address
    assert "1. Determination on INC-1 Payroll vendor breach" in text
    assert "Nothing waits for this body beyond its agenda" in text


def test_a_matter_behind_a_wall_is_suggested_for_a_meeting_behind_the_same_wall_only(
    enterprise: Unit, signed_in: SignIn
) -> None:
    case, address = escalated(walled=True)
    client = signed_in(_secretary_of(case))
    assert "INC-1" not in client.get(address).content.decode()
    incident = case.refresh()
    assert incident.wall is not None
    assert incident.escalated_to is not None
    meeting = behind(_secretary_of(case), incident.wall, incident.escalated_to)
    text = words(client.get(f"/meetings/{meeting.pk}/").content.decode())
    assert "Determination on INC-1 Payroll vendor breach escalated to this body, not yet determined" in text


def test_whoever_stands_outside_the_wall_is_not_told_that_there_is_a_matter(
    enterprise: Unit, signed_in: SignIn
) -> None:
    _case, address = escalated(walled=True)
    page = signed_in(user_with("secretary")).get(address).content.decode()
    assert "INC-1" not in page


def test_a_delivered_report_waits_until_it_is_received(enterprise: Unit, signed_in: SignIn) -> None:
    secretary, officer = user_with("secretary"), user_with("ciso", login="sun.rui")
    body = committee(secretary, members=("Chen Yu", "Gao Wei", "Lin Qiao"))
    author, _none = person("Sun Rui")
    act("people.person.connect_login", user_with("administrator"), author, user=officer)
    report = act(
        "reports.report.prepare", officer, title="First quarter", prepared_on="2026-04-01", period_from="2026-01-01",
        period_until="2026-03-31", unit=company(), text="Quiet.", topics=["incidents"], author=author,
    )  # fmt: skip
    act("reports.recipient.add", officer, report=report, body=body.body)
    act("reports.report.send", officer, report)
    meeting = act("bodies.meeting.plan", secretary, body=body.body, kind="meeting", planned_at="2026-04-10T06:00:00Z")
    page = signed_in(secretary).get(f"/meetings/{meeting.pk}/").content.decode()
    assert "Receipt of the report “First quarter” delivered, not yet received" in words(page)
    assert re.search(r'<a href="[^"]+">Receipt of the report “First quarter”</a>', page)


@pytest.mark.parametrize(("duty", "waits"), [("approve_annual_disclosure", True), ("be_informed", False)])
def test_a_disclosure_in_review_waits_for_the_body_whose_charter_says_so(
    enterprise: Unit, signed_in: SignIn, duty: str, waits: bool
) -> None:
    from quarterdeck.areas.disclosures.models import Disclosure
    from quarterdeck.kernel.records import writing
    from tests.support import system

    secretary = user_with("secretary")
    body = committee(
        secretary, "Governance Committee", ("Ho Mei-ling", "Feng Da", "Alice Tan"), "board_committee", "board_member",
        duties=(duty,),
    )  # fmt: skip
    registrant = act(
        "organisation.registrant.create", system(), name="Harbour Lane Holdings Limited", short_name="Harbour Lane",
        cik="0009990017", file_number="001-99917", incorporated_in="E9", incorporation_name="Cayman Islands",
        fiscal_year_end="12-31", currency="CNY", time_zone="Asia/Shanghai", address_line="1 Harbour Lane",
        address_city="Hangzhou", address_country="China", address_country_code="F4", address_postal_code="310000",
        security_title="American depositary shares", symbol="HLHL", exchange="The Nasdaq Stock Market LLC",
        exchange_code="NASDAQ", web_domain="harbourlane.example",
    )  # fmt: skip
    # Only its state matters here; submitting a real one for review is another test's subject.
    with writing():
        Disclosure(
            registrant=registrant, form="20-F", period_start="2025-01-01", period_end="2025-12-31", taxonomy="2025",
            filing_date="2026-04-25", state=Disclosure.State.IN_REVIEW, prepared_by=secretary,
        ).save()  # fmt: skip
    meeting = act("bodies.meeting.plan", secretary, body=body.body, kind="meeting", planned_at="2026-04-10T06:00:00Z")
    viewer = user_with("board_member", "secretary")
    text = words(signed_in(viewer).get(f"/meetings/{meeting.pk}/").content.decode())
    assert ("Approval of Form 20-F, Item 16K" in text) is waits
