"""The room in a real browser: by keyboard with script off, and without accessibility faults."""

from __future__ import annotations

import pytest

from quarterdeck.areas.incidents.models import Incident
from tests.support import company, parameter
from tests.web.browser import chromium, faults, tab_to, window
from tests.web.incident_room.scene import declared, walled

pytestmark = pytest.mark.browser


def test_the_first_steps_are_taken_by_keyboard_with_script_off(live_server) -> None:  # type: ignore[no-untyped-def]
    company()
    scene = declared()
    with chromium() as browser:
        page = window(browser, live_server.url, scene.analyst, script=False).new_page()
        page.goto(live_server.url + scene.url)
        tab_to(page, "Rate severity")
        page.keyboard.press("Enter")
        tab_to(page, "Severity")
        page.keyboard.press("m")
        tab_to(page, "Why this severity")
        page.keyboard.type("Names and bank data of employees")
        page.keyboard.press("Enter")
        page.wait_for_url("**/incidents/*/?tab=facts")
        assert page.get_by_text("Next legal step: record that it is contained.").is_visible()
        tab_to(page, "Record containment")
        page.keyboard.press("Enter")
        tab_to(page, "Record containment")
        page.keyboard.press("Enter")
        page.get_by_text("Next legal step: add a protective measure.").wait_for()
        tab_to(page, "Assessment")
        page.keyboard.press("Enter")
        page.get_by_text("No assessment organised yet").wait_for()
    found = Incident.objects.get()
    assert (found.severity, found.state) == ("moderate", "contained")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_room_has_no_accessibility_fault_wide_or_on_a_phone_in_both_languages(live_server, scheme: str) -> None:  # type: ignore[no-untyped-def]
    company()
    parameter("promptly.hours", 48)
    scene = walled()
    with chromium() as browser:
        for width, language in ((1400, "en"), (700, "zh-hans"), (390, "en")):
            page = window(
                browser, live_server.url, scene.ciso, width=width, scheme=scheme, language=language
            ).new_page()
            for tab in ("facts", "measures", "assessment", "duties", "tasks", "opinions", "lessons", "history", "wall"):
                page.goto(f"{live_server.url}{scene.url}?tab={tab}")
                assert faults(page) == [], (width, tab)


def test_on_paper_the_room_carries_no_controls(live_server) -> None:  # type: ignore[no-untyped-def]
    company()
    scene = walled()
    with chromium() as browser:
        page = window(browser, live_server.url, scene.ciso).new_page()
        page.goto(live_server.url + scene.url)
        page.emulate_media(media="print")
        assert not page.get_by_text("Add to the timeline").first.is_visible()
        assert not page.get_by_role("button").first.is_visible()
        assert page.get_by_text("Bulk export by a service account").is_visible()
