"""The workbench in a real browser: accessible, narrow, dark, without script and with it."""

from __future__ import annotations

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.areas.disclosures.reports import Reporting
from tests.support import company
from tests.web.browser import chromium, faults, window
from tests.web.workbench.scene import drafted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_is_accessible_and_edits_in_place(live_server: LiveServer) -> None:
    company()
    scene = drafted()
    row = scene.sentence("training")
    with chromium() as browser:
        for width, scheme, language in ((1400, "light", "en"), (700, "dark", "en"), (390, "dark", "zh-hans")):
            context = window(browser, live_server.url, scene.officer, width=width, scheme=scheme, language=language)
            page = context.new_page()
            for address in (
                f"{scene.url}?at={row.pk}",
                f"{scene.url}page/",
                f"{scene.url}compare/",
                f"{scene.url}sentences/{row.pk}/claims/",
            ):
                page.goto(live_server.url + address)
                assert faults(page) == [], (address, width)
            context.close()
        page = window(browser, live_server.url, scene.officer).new_page()
        page.goto(live_server.url + scene.url)
        # Selecting fetches the bench alone; editing opens in the sentence's own row.
        page.locator(f"#s{row.pk} .concept a").click()
        page.get_by_role("link", name="Edit", exact=True).click()
        page.locator("#mend-here textarea").fill("Our employees are trained.")
        page.locator("#mend-here").get_by_role("button", name="Edit").click()
        page.locator(f"#s{row.pk}").get_by_text("Our employees are trained.").wait_for()
        assert page.url.endswith(f"?at={row.pk}#s{row.pk}")
        plain = window(browser, live_server.url, scene.officer, script=False).new_page()
        plain.goto(f"{live_server.url}{scene.url}?at={row.pk}")
        plain.get_by_role("link", name="Edit", exact=True).click()
        plain.locator("textarea").fill("Our people are trained.")
        plain.get_by_role("button", name="Edit").click()
        assert plain.locator(f"#s{row.pk}").get_by_text("Our people are trained.").is_visible()


def test_a_current_report_is_accessible_and_is_brought_before_the_body_from_its_page(live_server: LiveServer) -> None:
    company()
    scene = Reporting()
    scene.decided(not_determined="How many customers were reached.", known_by="2026-12-31")
    report = scene.draft()
    here = f"{live_server.url}/disclosures/{report.pk}/"
    with chromium() as browser:
        for width, scheme, language in ((1400, "light", "en"), (390, "dark", "zh-hans")):
            context = window(browser, live_server.url, scene.officer, width=width, scheme=scheme, language=language)
            page = context.new_page()
            for address in (here, f"{here}page/", f"{here}compare/"):
                page.goto(address)
                assert faults(page) == [], (address, width)
            context.close()
        page = window(browser, live_server.url, scene.officer).new_page()
        page.goto(here)
        page.get_by_role("button", name="Request approval").first.click()
        page.get_by_role("link", name="Bring before the body").first.click()
        assert faults(page) == []
        page.get_by_label("When").fill("2026-12-01T09:00")
        page.get_by_role("button", name="Bring before the body").click()
        page.get_by_text("INC-1: approval of Form 8-K").first.wait_for()
