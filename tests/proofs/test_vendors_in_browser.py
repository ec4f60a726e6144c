"""A vendor from the first entry to the last step of its off-boarding, in real browsers: head of unit, analyst, guest, CISO."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from quarterdeck.areas.vendors.models import Evaluation, OffboardingItem, Vendor, VendorEngagement
from quarterdeck.kernel import clock
from tests.areas.vendors.path import Cast
from tests.proofs.test_guests import newest_code, run_jobs
from tests.support import act
from tests.web.browser import chromium, faults, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def driver() -> Iterator[Browser]:
    cache.clear()
    with chromium() as browser:
        yield browser


def fill(page: Page, **values: str) -> None:
    """Fill the form of the page by the names of its fields."""
    for name, value in values.items():
        field = page.locator(f"[name={name}]").first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()


def test_a_vendor_is_evaluated_engaged_watched_and_let_go(live_server: object, driver: Browser, tmp_path: Path) -> None:
    url = str(live_server.url)  # type: ignore[attr-defined]
    cast = Cast()
    today = clock.today()
    head = window(driver, url, cast.head).new_page()
    head.set_default_timeout(20_000)
    head.goto(f"{url}/records/vendors.vendor/do/create/")
    fill(
        head,
        name="Pier Hosting",
        service="Hosting",
        sensitivity="confidential",
        volume="medium",
        access="systems",
        criticality="high",
    )
    fill(head, kind="legal", unit=str(cast.unit.pk))
    press(head, "Record a vendor")
    vendor = Vendor.objects.get()
    assert "Never evaluated" in head.content()
    assert faults(head) == []

    plan = cast.planned(vendor)
    head.goto(f"{url}/vendors/{vendor.pk}/")
    assert "No evaluation of this vendor is on record" in head.content()

    analyst = window(driver, url, cast.analyst).new_page()
    analyst.set_default_timeout(20_000)
    evaluation = act(
        "vendors.evaluation.open", cast.analyst, vendor=vendor, scope="Hosting", questionnaire=cast.version
    )
    analyst.goto(f"{url}/vendors/evaluations/{evaluation.pk}/")
    analyst.locator("summary", has_text="Send the questionnaire").click()
    fill(analyst, name="Grace Guest", email="grace@pier.example", expires_on=(today + timedelta(days=20)).isoformat())
    analyst.locator("details[open] button[type=submit]").first.click()
    analyst.wait_for_load_state()
    run_jobs()
    found = re.search(r"(/guest/[\w-]+/)", mail.outbox[-1].body)
    assert found is not None

    phone = driver.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.goto(f"{url}{found.group(1)}")
    assert faults(phone) == []
    press(phone, "Open in this browser")
    phone.fill("#code", newest_code())
    press(phone, "Open in this browser")
    assert faults(phone) == []
    for question, label in (("q1", "Yes"), ("q2", "Yes"), ("q3", "No")):
        phone.locator(f"#q-{question}").get_by_label(label, exact=True).check()
    phone.locator("#q-q3 summary").click()
    phone.fill("#c-q3", "Planned for spring")
    proof = tmp_path / "proof.txt"
    proof.write_text("Patched on Monday")
    phone.locator("#q-q1 summary").click()
    phone.set_input_files("#f-q1", str(proof))
    press(phone, "Save and finish")
    assert faults(phone) == []
    press(phone, "Submit the answers")
    assert "Your answers have been submitted" in phone.content()

    analyst.goto(f"{url}/vendors/evaluations/{evaluation.pk}/")
    assert "Planned for spring" in analyst.content()
    analyst.locator("#q-q3 summary", has_text="Judge").click()
    analyst.locator("#q-q3 select").select_option("not_accepted")
    analyst.locator("#q-q3 [name=verdict_note]").fill("No day was named")
    analyst.locator("#q-q3 button[type=submit]").click()
    analyst.wait_for_load_state()
    assert faults(analyst) == []
    analyst.locator("summary", has_text="Propose for decision").click()
    fill(analyst, summary="One weakness")
    analyst.locator("details[open] button[type=submit]").first.click()
    analyst.wait_for_load_state()
    assert Evaluation.objects.get().state == "proposed"

    ciso = window(driver, url, cast.ciso).new_page()
    ciso.set_default_timeout(20_000)
    ciso.goto(f"{url}/vendors/evaluations/{evaluation.pk}/")
    ciso.locator("summary", has_text="Decide").click()
    fill(
        ciso,
        decision="conditions",
        because="One weakness, named",
        conditions="Test it",
        conditions_due=(today + timedelta(days=30)).isoformat(),
    )
    fill(ciso, valid_until=(today + timedelta(days=200)).isoformat())
    ciso.locator("details[open] button[type=submit]").first.click()
    ciso.wait_for_load_state()
    assert "Approved with conditions" in ciso.content()
    assert faults(ciso) == []

    with clock.fixed(clock.now() + timedelta(days=1)):
        act("vendors.vendorengagement.engage", cast.head, plan, engaged_on=clock.today())
        act("vendors.vendorengagement.end", cast.ciso, plan, day=clock.today(), reason="Done")
    assert VendorEngagement.objects.get().state == "ended"
    head.goto(f"{url}/vendors/{vendor.pk}/")
    assert "Off-boarding: still open" in head.content()
    assert OffboardingItem.objects.filter(state="open").count() == 6
    assert faults(head) == []
    phone_page = window(driver, url, cast.ciso, width=390, scheme="dark").new_page()
    for address in (
        f"/vendors/{vendor.pk}/",
        f"/vendors/evaluations/{evaluation.pk}/",
        "/vendors/concentration/",
        f"/vendors/questionnaires/{cast.version.pk}/",
    ):
        answer = phone_page.goto(f"{url}{address}")
        assert answer is not None
        assert answer.ok, address
        assert faults(phone_page) == [], address
