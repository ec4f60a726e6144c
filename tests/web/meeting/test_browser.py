"""The meeting in a real browser: by keyboard with script off, on paper, and without accessibility faults."""

from __future__ import annotations

import pytest

from quarterdeck.areas.bodies.models import Meeting, Paper, Vote
from tests.support import act, company
from tests.web.browser import chromium, faults, tab_to, window
from tests.web.meeting.scene import decided, planned, sitting

pytestmark = pytest.mark.browser


def test_an_agenda_is_made_and_the_meeting_called_by_keyboard_with_script_off(live_server) -> None:  # type: ignore[no-untyped-def]
    company()
    scene = planned()
    with chromium() as browser:
        page = window(browser, live_server.url, scene.secretary, script=False).new_page()
        page.goto(live_server.url + scene.url)
        tab_to(page, "Put on the agenda")
        page.keyboard.press("Enter")
        tab_to(page, "Title")
        page.keyboard.type("Network of the warehouses")
        page.keyboard.press("Enter")
        page.get_by_text("1. Network of the warehouses").wait_for()
        tab_to(page, "Call the meeting")
        page.keyboard.press("Enter")
        page.get_by_role("listitem").filter(has_text="Called").first.wait_for()
        page.get_by_text("Open the meeting").first.wait_for()
    assert Meeting.objects.get().state == Meeting.State.CALLED


def test_a_member_votes_with_dissent_by_keyboard_with_script_off(live_server) -> None:  # type: ignore[no-untyped-def]
    company()
    scene = sitting()
    with chromium() as browser:
        page = window(browser, live_server.url, scene.committee.logins["Gao Wei"], script=False).new_page()
        page.goto(live_server.url + scene.url)
        tab_to(page, "Vote")
        page.keyboard.press("Enter")
        tab_to(page, "Vote")
        page.keyboard.press("a")
        tab_to(page, "Dissent")
        page.keyboard.type("The move should come first.")
        tab_to(page, "Vote")
        page.keyboard.press("Enter")
        page.get_by_role("row", name="Gao Wei").wait_for()
    vote = Vote.objects.get()
    assert (vote.choice, vote.dissent) == ("against", "The move should come first.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_meeting_has_no_accessibility_fault_wide_or_on_a_phone_in_both_languages(live_server, scheme: str) -> None:  # type: ignore[no-untyped-def]
    company()
    scene = sitting()
    with chromium() as browser:
        for width, language in ((1400, "en"), (700, "zh-hans"), (390, "en")):
            for user in (scene.secretary, scene.committee.logins["Gao Wei"]):
                page = window(browser, live_server.url, user, width=width, scheme=scheme, language=language).new_page()
                page.goto(live_server.url + scene.url)
                for fold in page.locator("details.act > summary").all():
                    fold.click()
                assert faults(page) == [], (width, user)


def test_paper_is_an_agenda_with_whole_hashes_and_later_the_minutes(live_server) -> None:  # type: ignore[no-untyped-def]
    company()
    scene = decided()
    digest = Paper.objects.get().sha256
    with chromium() as browser:
        page = window(browser, live_server.url, scene.secretary).new_page()
        page.goto(live_server.url + scene.url)
        page.emulate_media(media="print")
        shown = page.evaluate("getComputedStyle(document.querySelector('.papers .hash'), '::after').content")
        assert digest in shown
        assert page.get_by_text("1. Network of the warehouses").is_visible()
        assert not page.get_by_text("What comes next, and who may").is_visible()
        act("bodies.minutes.draft", scene.secretary, meeting=scene.meeting)
        page.reload()
        assert page.locator(".minutes .prose").is_visible()
        assert not page.locator(".point").first.is_visible()
