"""The room in a real browser: by keyboard with script off, and without accessibility faults."""

from __future__ import annotations

import pytest

from quarterdeck.areas.determinations.models import Factor
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from tests.areas.determinations import path
from tests.support import act, company, parameter
from tests.web.browser import chromium, faults, tab_to, window
from tests.web.incident_room.scene import after, decided, declared, drafted, walled
from tests.web.incident_room.test_duties import files_as

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
        page.get_by_text("Next legal step: have its containment ratified.").wait_for()
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
            for tab in (
                "facts",
                "measures",
                "assessment",
                "duties",
                "tasks",
                "opinions",
                "lessons",
                "history",
                "wall",
                "after",
            ):
                page.goto(f"{live_server.url}{scene.url}?tab={tab}")
                assert faults(page) == [], (width, tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_assessed_and_decided_reads_without_fault_and_never_scrolls_sideways(live_server, scheme: str) -> None:  # type: ignore[no-untyped-def]
    company()
    files_as("domestic")
    scene = decided("material", not_determined="Whether bank data left.", known_by="2026-12-20")
    with clock.fixed(after(61)):
        act(
            "determinations.exposure.set", scene.ciso, incident=scene.incident, regions="EU, CN", records=41200,
            aware_at=after(3).isoformat(), risk="high", in_china=True, operator="cii", grade="major", regulator="PBOC",
        )  # fmt: skip
        act(
            "determinations.clearance.ask", scene.ciso, incident=scene.incident, what="Logs", held_in="CN",
            recipient="Harbinger", destination="US", purpose="Forensics",
        )  # fmt: skip
    scene.do("rate", scene.analyst, 70, severity="critical", severity_why="Bank data of employees too.")
    with chromium() as browser:
        for width, language in ((1400, "en"), (390, "zh-hans")):
            page = window(
                browser, live_server.url, scene.ciso, width=width, scheme=scheme, language=language
            ).new_page()
            for tab in ("assessment", "decisions", "duties", "after"):
                page.goto(f"{live_server.url}{scene.url}?tab={tab}")
                assert faults(page) == [], (width, tab)


def test_an_assessment_is_answered_and_submitted_by_keyboard_with_script_off(live_server) -> None:  # type: ignore[no-untyped-def]
    company()
    scene = drafted()
    act("determinations.assessment.write", scene.ciso, scene.assessment, recommendation="material", **path.TEXTS)
    first, *rest = Factor.objects.filter(assessment=scene.assessment).order_by("pk")
    for row in rest:
        act("determinations.factor.answer", scene.ciso, row, answer="unknown", amount="", reason="Not yet.")
    with chromium() as browser:
        page = window(browser, live_server.url, scene.ciso, script=False).new_page()
        page.goto(f"{live_server.url}{scene.url}?tab=assessment")
        assert page.get_by_text("answer the factors of the assessment, 1 left").is_visible()
        tab_to(page, "Answer")
        page.keyboard.press("Enter")
        page.wait_for_url("**/incidents/*/?tab=assessment#factors")
        tab_to(page, "Answer")
        page.keyboard.press("Enter")
        page.wait_for_url("**/answer/**")
        tab_to(page, "Answer")
        page.keyboard.press("U")
        tab_to(page, "Reason")
        page.keyboard.type("Invoices come in June.")
        tab_to(page, "Answer")
        page.keyboard.press("Enter")
        page.get_by_text("Next legal step: submit the assessment.").wait_for()
        tab_to(page, "Submit the assessment")
        page.keyboard.press("Enter")
        tab_to(page, "Could it be material?")
        page.keyboard.press("Y")
        tab_to(page, "Submit the assessment")
        page.keyboard.press("Enter")
        page.get_by_text("frozen as submitted").wait_for()
    first.refresh_from_db()
    assert first.answer == "unknown"
    assert scene.assessment.state == "submitted"


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
