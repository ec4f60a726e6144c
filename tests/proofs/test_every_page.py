"""Every page of company B, as the people of the company reach it by its links: accessible, under the strict policy."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from quarterdeck.demo.stage import PASSWORD
from tests.proofs.conftest import ROOT

pytestmark = pytest.mark.browser

PEOPLE = ("sun.rui",)
#: Pages of one pattern (the same address but for its numbers) that are looked at for each person.
OF_A_PATTERN = 1
CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True)
class Served:
    """A home served by the program itself."""

    url: str
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def served(company_b: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(company_b, home)
    log = (home / "served.log").open("wb")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("QUARTERDECK", "DJANGO"))}
    environment["PYTHONPATH"] = str(ROOT / "src")
    process = subprocess.Popen(
        [sys.executable, "-m", "quarterdeck.cli", "serve", "--home", str(home), "--json"],
        stdout=subprocess.PIPE, stderr=log, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    said = b""
    while not said.rstrip().endswith(b"}"):
        line = process.stdout.readline()
        assert line, (home / "served.log").read_text()
        said += line
    import json

    yield Served(json.loads(said)["url"], process)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("no Chromium to look at pages with")
        pytest.skip("no Chromium to look at pages with")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def sign_in(context: BrowserContext, served: Served, login: str) -> Page:
    page = context.new_page()
    page.goto(f"{served.url}/account/login/")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/account/login" not in address)
    return page


def pattern(address: str) -> str:
    """The address with numbers and query values left out: one pattern, one kind of page."""
    parts = urlsplit(address)
    names = "&".join(sorted({item.partition("=")[0] for item in parts.query.split("&") if item}))
    return re.sub(r"\d+", "N", parts.path) + (f"?{names}" if names else "")


def links(page: Page, served: Served) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    own = [urldefrag(str(address)).url for address in found]
    return [address for address in own if address.startswith(served.url) and "logout" not in address]


def is_page(page: Page, address: str) -> bool:
    """Whether the address shows a page rather than a file to keep."""
    answer = page.request.head(address, max_redirects=5)
    kind = answer.headers.get("content-type", "")
    return "text/html" in kind and "attachment" not in answer.headers.get("content-disposition", "")


@pytest.mark.parametrize("login", PEOPLE)
def test_every_page_a_person_reaches_is_free_of_accessibility_faults(
    login: str, browser: Browser, served: Served
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = sign_in(context, served, login)
    page.set_default_timeout(30_000)
    script: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            script.append(message.text)

    waiting, seen, faults, looked = deque([page.url]), dict[str, int](), list[str](), 0
    axe = Axe()
    while waiting:
        address = waiting.popleft()
        kind = pattern(address)
        if seen.get(kind, 0) >= OF_A_PATTERN:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        if not is_page(page, address):
            continue
        # What axe itself does to the page afterwards is not the page's fault: nobody listens then.
        page.on("console", heard)
        answer = page.goto(address)
        page.remove_listener("console", heard)
        assert answer is not None
        assert answer.status == 200, f"{login}: {address} answers {answer.status}"
        looked += 1
        result = axe.run(page)
        faults += [
            f"{address}: {fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in result.response["violations"]
        ]
        waiting.extend(links(page, served))
    context.close()
    assert faults == []
    assert script == []
    assert looked >= (8 if login == "fu.an" else 25)
