"""Open matters that wait for a body are suggested for its agenda."""

from __future__ import annotations

import re

import pytest

from quarterdeck.areas.bodies.models import Body
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.bodies.walled import behind, wall_with
from tests.support import act, at, company, user_with
from tests.web.cast import SignIn, committee, person
from tests.web.incident_room.scene import assessing
from tests.web.reading import press, words

pytestmark = pytest.mark.django_db


def escalated() -> tuple[User, str, str]:
    """An incident behind a wall, escalated to a committee of three whose secretary stands inside.

    The secretary, the address of the committee's open meeting, and that of its meeting behind the wall.
    """
    case = assessing()
    secretary = user_with("secretary", login="qian.shu")
    body = committee(secretary, members=("Chen Yu", "Gao Wei", "Lin Qiao")).body
    case.do("raise_wall", case.ciso, 31, why="Could be material", people=[secretary.pk])
    case.do("escalate", case.ciso, 32, escalated_to=body)
    meeting = act("bodies.meeting.plan", secretary, body=body, kind="meeting", planned_at="2026-03-10T06:00:00Z")
    wall = case.refresh().wall
    assert wall is not None
    walled = behind(secretary, wall, body, at(2026, 3, 10, 7))
    return secretary, f"/meetings/{meeting.pk}/", f"/meetings/{walled.pk}/"


def test_an_escalated_incident_is_put_on_the_agenda_in_one_press(enterprise: Unit, signed_in: SignIn) -> None:
    secretary, _open, address = escalated()
    client = signed_in(secretary)
    page = client.get(address).content.decode()
    assert "Determination on INC-1 Payroll vendor breach escalated to this body, not yet determined" in words(page)
    suggestion = page[page.index('class="suggestion"') :]
    answer = press(client, suggestion, "Put on the agenda")
    text = words(answer.content.decode())
    assert answer.redirect_chain[-1][0] == address
    assert "1. Determination on INC-1 Payroll vendor breach" in text
    assert "Nothing waits for this body beyond its agenda" in text


def test_a_matter_behind_a_wall_is_suggested_for_no_open_meeting(enterprise: Unit, signed_in: SignIn) -> None:
    secretary, address, _walled = escalated()
    text = words(signed_in(secretary).get(address).content.decode())
    assert "INC-1" not in text
    assert "Nothing waits for this body beyond its agenda" in text


def test_a_matter_behind_another_wall_is_not_suggested(enterprise: Unit, signed_in: SignIn) -> None:
    secretary, _open, _walled = escalated()
    body = Body.objects.get()
    other = behind(secretary, wall_with(secretary), body, at(2026, 3, 10, 8))
    assert "INC-1" not in words(signed_in(secretary).get(f"/meetings/{other.pk}/").content.decode())


def test_whoever_stands_outside_the_wall_is_not_told_that_there_is_a_matter(
    enterprise: Unit, signed_in: SignIn
) -> None:
    _secretary, address, walled = escalated()
    client = signed_in(user_with("secretary"))
    assert "INC-1" not in client.get(address).content.decode()
    assert client.get(walled).status_code == 404


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
