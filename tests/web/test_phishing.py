"""Exercises in a real browser: written, approved by another, opened on a phone, reported; and none of it wider than its window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from quarterdeck.areas.phishing.models import Campaign, SuspiciousMail, Template
from tests.areas.phishing.scene import MAIL, Server, mail_server, scene
from tests.support import company, user_with
from tests.web.browser import chromium, faults, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    former = settings.HOME.settings.public_url
    with mail_server(settings) as box:
        yield box
    settings.HOME.settings.__dict__["public_url"] = former


def test_an_analyst_writes_and_plans_and_another_approves(
    browser: Browser, live_server: Any, settings: Any, server: Server
) -> None:
    company()
    settings.HOME.settings.__dict__["public_url"] = "https://home.example"
    address = str(live_server)
    page = window(browser, address, user_with("analyst")).new_page()
    page.goto(f"{address}/records/phishing.template/")
    page.get_by_role("link", name="Write an exercise mail").first.click()
    page.get_by_label("Title").fill("Parcel")
    page.get_by_label("Unit").select_option(index=1)
    page.get_by_label("Sender shown").fill("Parcel desk")
    page.get_by_label("Subject").fill("Your parcel waits")
    page.get_by_label("Text").fill(str(MAIL["body"]))
    page.get_by_label("What to learn from it").fill("Look at the address first.")
    page.get_by_label("Pressure of time").fill("2")
    page.get_by_label("Looks like a process of this company").select_option("8")
    assert faults(page) == []
    page.get_by_role("button", name="Write an exercise mail").click()
    expect(page.get_by_text("Moderately difficult", exact=True)).to_be_visible()
    page.get_by_role("button", name="Ready to be used").click()
    expect(page.get_by_text("Done: Ready to be used")).to_be_visible()
    page.goto(f"{address}/records/phishing.campaign/do/plan/")
    page.get_by_label("Title").fill("Parcel in March")
    page.get_by_label("Exercise mail").select_option(label="Parcel")
    page.get_by_label("Goes to").select_option(index=1)
    page.get_by_label("First mail").fill("2030-03-02T08:00")
    page.get_by_label("Last mail").fill("2030-03-06T18:00")
    page.get_by_role("button", name="Plan an exercise").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Awaiting approval", exact=True)).to_be_visible()
    assert faults(page) == []
    exercise = Campaign.objects.get()
    assert Template.objects.get().difficulty == "moderate"
    second = window(browser, address, user_with("ciso")).new_page()
    second.goto(f"{address}/exercises/{exercise.pk}/")
    second.get_by_role("button", name="Approve").click()
    expect(second.locator(".chip").get_by_text("Approved")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_somebody_who_clicks_on_a_phone_learns_and_somebody_who_reports_is_praised(
    browser: Browser, live_server: Any, settings: Any, server: Server, scheme: str
) -> None:
    made = scene(settings)
    made.tick(10)
    address = str(live_server)
    links = server.links()
    phone = window(browser, address, made.users["p0"], width=390, scheme=scheme).new_page()
    phone.goto(f"{address}{links['p0@example.org']}")
    expect(phone.get_by_role("heading", name="This mail was an exercise")).to_be_visible()
    expect(phone.get_by_text("A link whose words hide where it leads")).to_be_visible()
    assert phone.locator("main input").count() == 0
    assert faults(phone) == []
    other = window(browser, address, made.users["p1"], width=390, scheme=scheme).new_page()
    other.goto(f"{address}/report-mail/")
    assert faults(other) == []
    other.get_by_label("Text of the mail").fill(f"Dear p1, https://home.example{links['p1@example.org']}")
    other.get_by_role("button", name="Report it").click()
    expect(other.get_by_role("heading", name="Well seen")).to_be_visible()
    other.goto(f"{address}/report-mail/")
    other.get_by_label("Subject").fill("Invoice")
    other.get_by_label("Text of the mail").fill("Pay at once.")
    other.get_by_role("button", name="Report it").click()
    expect(other.get_by_role("heading", name="Invoice")).to_be_visible()
    assert SuspiciousMail.objects.get().subject == "Invoice"
    officer = window(browser, address, made.second, scheme=scheme).new_page()
    officer.goto(f"{address}/exercises/{made.campaign.pk}/")
    expect(officer.get_by_text("reported 1 (")).to_be_visible()
    assert faults(officer) == []
