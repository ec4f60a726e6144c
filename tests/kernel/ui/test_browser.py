"""The gallery and the sign-in page in a real browser: accessibility, narrow and zoomed windows, keys, policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
)


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Guarded(WSGIHandler):
    """The site under the strictest policy that the look promises to hold under."""

    def get_response(self, request):  # type: ignore[no-untyped-def]
        response = super().get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response


@contextmanager
def serving() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, StaticFilesHandler(Guarded()), server_class=Threaded, handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(look: None) -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


def opened(browser: Browser, address: str, width: int = 1400, scheme: str = "light", language: str = "en-US") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light", locale=language
    )
    page = context.new_page()
    page.refused = []  # type: ignore[attr-defined]
    page.on("console", lambda m: page.refused.append(m.text) if "Content Security" in m.text else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda e: page.refused.append(str(e)))  # type: ignore[attr-defined]
    page.goto(address)
    return page


def sound(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES})
    faults = [(v["id"], [n["target"] for n in v["nodes"]]) for v in found.response["violations"]]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.refused == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_the_gallery_is_accessible_wide_zoomed_and_on_a_phone(
    browser: Browser, site: str, scheme: str, language: str
) -> None:
    # 700 is what a window of 1400 leaves at 200 % zoom.
    for width in (1400, 700, 390):
        sound(opened(browser, f"{site}/design/", width, scheme, language))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_error_pages_are_accessible(browser: Browser, site: str, scheme: str) -> None:
    for code in (403, 404, 500):
        sound(opened(browser, f"{site}/error/{code}/", 390, scheme))


def test_keys_reach_search_and_rows(browser: Browser, site: str) -> None:
    page = opened(browser, f"{site}/design/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert "Northwind" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    assert "Ember" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("k")
    assert "Northwind" in page.evaluate("document.activeElement.textContent")


def test_keys_can_be_switched_off(browser: Browser, site: str) -> None:
    page = opened(browser, f"{site}/design/")
    page.context.add_cookies([{"name": "shortcuts", "value": "off", "url": site}])
    page.reload()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_a_grave_action_needs_two_presses(browser: Browser, site: str) -> None:
    page = opened(browser, f"{site}/design/")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.method) if r.method == "POST" else None)
    button = page.get_by_role("button", name="Seal", exact=True)
    button.click()
    assert sent == []
    again = page.get_by_role("button", name="Press again to seal")
    with page.expect_request(lambda r: r.method == "POST"):
        again.click()
    assert sent == ["POST"]


def test_a_phone_folds_the_navigation_and_opens_it_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/design/")
    link = page.get_by_role("navigation", name="Main, folded").get_by_role("link", name="Programme")
    assert not link.is_visible()
    page.locator(".topbar summary").click()
    assert link.is_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser: Browser, site: str) -> None:
    page = opened(browser, f"{site}/design/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_reduced_motion_moves_nothing(browser: Browser, site: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site}/design/")
    assert page.evaluate("getComputedStyle(document.querySelector('.button')).transitionDuration") in ("0s", "")


def test_paper_carries_no_navigation_and_no_buttons(browser: Browser, site: str) -> None:
    page = opened(browser, f"{site}/design/", scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()
    assert not page.get_by_role("button", name="Seal", exact=True).is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
