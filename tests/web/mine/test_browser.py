"""The portal by the people it is for: an employee's tasks on a phone, a list of colleagues, a matrix of who does what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from quarterdeck.areas.people.models import PeopleList, Person, Process, Responsibility
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import CalendarFeed, User
from quarterdeck.kernel.jobs.worker import Worker
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, company, system, user_with
from tests.web.browser import chromium, faults, tab_to, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def payments() -> Unit:
    whole = company()
    made: Unit = act("permissions.unit.create", system(), code="pay", name="Payments", kind="business", parent=whole)
    return made


def employee(unit: Unit) -> tuple[User, Person]:
    user = user_with("employee", unit=unit, login="luo.xin")
    person = act("people.person.create", system(), full_name="Luo Xin", email="luo@example.org", unit=unit)
    act("people.person.connect_login", system(), person, user=user)
    return user, Person.objects.get(pk=person.pk)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_employee_finds_what_waits_on_a_phone_and_takes_it_into_the_calendar(
    browser: Browser, live_server: object, payments: Unit, scheme: str
) -> None:
    user, person = employee(payments)
    analyst = user_with("analyst", "ciso")
    incident = act(
        "incidents.incident.declare", analyst, title="Odd logins", nature="incident", unit=payments, facts="Seen.",
        discovered_at=clock.now() - timedelta(hours=2),
    )  # fmt: skip
    for title, days in (("Rotate the keys of the payment interface", -2), ("Tell the couriers", 3)):
        act(
            "incidents.task.give", analyst, incident=incident, unit=payments, title=title, assignee=person,
            due=clock.today() + timedelta(days=days),
        )  # fmt: skip
    address = str(live_server)
    page = window(browser, address, user, width=390, scheme=scheme).new_page()
    page.goto(f"{address}/")
    expect(page).to_have_url(f"{address}/tasks/")
    expect(page.get_by_role("heading", name="My tasks")).to_be_visible()
    expect(page.get_by_text("2 things wait for you; 1 is late.")).to_be_visible()
    expect(page.get_by_text("2 days late")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Accept the task").first.click()
    page.get_by_role("button", name="Accept").first.click()
    page.goto(f"{address}/tasks/")
    expect(page.get_by_role("link", name="Finish the task")).to_be_visible()
    page.get_by_role("link", name="Show in my calendar").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Subscribe in a calendar").click()
    secret = page.get_by_label("Link").input_value()
    assert faults(page) == []
    assert "BEGIN:VEVENT" in Client().get(secret.removeprefix(address)).content.decode()
    assert CalendarFeed.objects.get().user == user
    page.goto(f"{address}/you/")
    page.get_by_label("Mail about tasks").select_option("duty")
    page.get_by_role("button", name="Keep").click()
    user.refresh_from_db()
    assert user.mails == "duty"


def test_the_people_officer_takes_in_a_list_and_is_told_what_is_wrong_with_another(
    browser: Browser, live_server: object, payments: Unit, tmp_path: Path
) -> None:
    good, bad = tmp_path / "people.csv", tmp_path / "wrong.csv"
    good.write_text("name,email,unit,title\nLuo Xin,luo@example.org,pay,Analyst\nSu Ke,su@example.org,pay,Clerk\n")
    bad.write_text("name,email,unit\nLuo Xin,luo@example.org,cellar\n")
    address = str(live_server)
    page = window(browser, address, user_with("people_officer")).new_page()
    page.goto(f"{address}/records/people.peoplelist/")
    page.get_by_role("link", name="Take in a list").first.click()
    page.get_by_label("CSV file").set_input_files(bad)
    page.get_by_role("button", name="Take in a list").click()
    expect(page.get_by_text("there is no unit with the code “cellar”")).to_be_visible()
    assert PeopleList.objects.count() == 0
    page.get_by_label("CSV file").set_input_files(good)
    page.get_by_role("button", name="Take in a list").click()
    expect(page.get_by_role("heading", name="people.csv")).to_be_visible()
    Worker("browser").drain()
    page.goto(f"{address}/records/people.person/")
    expect(page.get_by_role("link", name="Luo Xin")).to_be_visible()
    assert faults(page) == []


def test_the_matrix_is_filled_by_keyboard_and_says_what_is_left(
    browser: Browser, live_server: object, payments: Unit
) -> None:
    ciso = user_with("ciso")
    process = act("people.process.create", ciso, code="vendor", name="Engaging a vendor", unit=company())
    address = str(live_server)
    page = window(browser, address, ciso).new_page()
    page.goto(f"{address}/processes/{process.pk}/")
    tab_to(page, "Add a step")
    page.keyboard.press("Enter")
    tab_to(page, "Number")
    page.keyboard.type("1")
    tab_to(page, "Title")
    page.keyboard.type("Evaluate its security")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done: Add a step")).to_be_visible()
    page.goto(f"{address}/processes/{process.pk}/")
    expect(page.get_by_text("2 parts that no step can be without have nobody.")).to_be_visible()
    assert faults(page) == []
    for part, role in (("responsible", "analyst"), ("accountable", "ciso")):
        page.get_by_role("link", name="Say who has a part").first.click()
        page.get_by_label("Part").select_option(part)
        page.get_by_label("Role").select_option(role)
        page.get_by_label("From").fill(date(2025, 1, 1).isoformat())
        page.get_by_role("button", name="Say who has a part").click()
        expect(page.get_by_text("Done: Say who has a part")).to_be_visible()
        page.goto(f"{address}/processes/{process.pk}/")
    expect(page.get_by_text("Every step has somebody who does it and one who answers for it.")).to_be_visible()
    assert Responsibility.objects.count() == 2
    assert Process.objects.get().steps.count() == 1
