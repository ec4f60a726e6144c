"""A real browser in front of the real site. Tests that use it commit: they ask for ``live_server``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from quarterdeck.kernel.accounts.models import User

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the block."""
    # The driver keeps an event loop in this thread, beside which Django would refuse to read the database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def window(
    browser: Browser, address: str, user: User, *, width: int = 1400, scheme: str = "light", script: bool = True,
    language: str = "en",
) -> BrowserContext:  # fmt: skip
    """A window of somebody who is signed in."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
    )  # fmt: skip
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": address},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address},
        ]
    )
    return context


def faults(page: Page) -> list[tuple[str, list[object]]]:
    """What axe finds on the page; and whether it is wider than its window."""
    found = Axe().run(page, options={"runOnly": RULES})
    listed: list[tuple[str, list[object]]] = [
        (fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found.response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0:
        listed.append(("wider than its window", []))
    return listed


def tab_to(page: Page, words: str, most: int = 120) -> None:
    """Press Tab until the control with these words (or this label) has the focus."""
    for _step in range(most):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if not focus.count():
            continue
        told = focus.first.evaluate(
            "e => [e.labels && e.labels.length ? e.labels[0].textContent : '', e.textContent].map(t => t.trim())"
        )
        if any(text.startswith(words) for text in told if text):
            return
    raise AssertionError(f"Tab never reached “{words}”")
