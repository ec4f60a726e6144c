"""The programme page in a real browser: accessible, narrow, dark, in Chinese, and on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.live_server_helper import LiveServer

from quarterdeck.kernel import clock
from tests.areas.evidence.papers import attest
from tests.support import company
from tests.web.browser import chromium, faults, window
from tests.web.workbench.scene import drafted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_is_accessible_and_prints_without_what_one_presses(live_server: LiveServer) -> None:
    company()
    scene = drafted()
    # The server lives in a thread of its own, with the real clock.
    begun, ended = clock.today() - timedelta(days=40), clock.today() - timedelta(days=10)
    attest(
        scene.ciso, "training", title="Awareness lately", assigned=200, completed=193, held_from=begun, held_until=ended
    )
    with chromium() as browser:
        for width, scheme, language in ((1400, "light", "en"), (700, "light", "zh-hans"), (390, "dark", "en")):
            context = window(browser, live_server.url, scene.ciso, width=width, scheme=scheme, language=language)
            page = context.new_page()
            for address in ("/programme/", "/programme/measures/training/"):
                page.goto(live_server.url + address)
                assert faults(page) == [], (address, width)
            context.close()
        page = window(browser, live_server.url, scene.ciso, script=False).new_page()
        page.goto(f"{live_server.url}/programme/")
        page.emulate_media(media="print")
        assert not page.locator(".side").is_visible()
        page.emulate_media(media="screen")
        page.get_by_role("link", name="96.5%").click()
        assert page.get_by_role("link", name="Awareness lately").is_visible()
