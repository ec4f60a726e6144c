"""Company B in a browser: a served home, people who sign in, and the pages they reach by links."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.etree
import lxml.html
from playwright.sync_api import BrowserContext, Cookie, Page

from quarterdeck.demo.stage import PASSWORD
from tests.proofs.conftest import ROOT


@dataclass(frozen=True)
class Served:
    """A home served by the program itself."""

    url: str


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """The home behind the program's own server, which is stopped afterwards."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("QUARTERDECK", "DJANGO"))}
    environment["PYTHONPATH"] = str(ROOT / "src")
    with (home / "served.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "quarterdeck.cli", "serve", "--home", str(home), "--json"],
            stdout=subprocess.PIPE, stderr=log, env=environment,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            said = b""
            while not said.rstrip().endswith(b"}"):
                line = process.stdout.readline()
                assert line, (home / "served.log").read_text()
                said += line
            yield Served(json.loads(said)["url"])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def sign_in(context: BrowserContext, served: Served, login: str) -> Page:
    """The page that somebody arrives at who gives login and password."""
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


@dataclass(frozen=True)
class Found:
    """A page as the server gives it. ``sent_on``: the address that it led to instead of showing something."""

    address: str
    status: int
    policy: str
    sent_on: str
    tree: lxml.html.HtmlElement | None

    @property
    def pattern(self) -> str:
        return pattern(self.address)

    def links(self) -> list[str]:
        """Where it leads within the site; not to files, and not out of the session."""
        if self.tree is None:
            return [self.sent_on] if self.sent_on else []
        targets = [urljoin(self.address, a.get("href", "")) for a in self.tree.iter("a") if "download" not in a.attrib]
        own = [urldefrag(target).url for target in targets if target.startswith(self._site)]
        return [target for target in own if "logout" not in target]

    @property
    def _site(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}/"

    def structure(self) -> frozenset[tuple[str, ...]]:
        """The kinds of element on the page: equal for pages that are built alike from other words."""
        assert self.tree is not None
        kinds = set[tuple[str, ...]]()
        for element in self.tree.iter(lxml.etree.Element):
            names = sorted(
                set(element.attrib) & _TELLING | {name for name in element.attrib if name.startswith("aria-")}
            )
            kinds.add((element.tag, *(element.get(name) or "" for name in ("role", "class", "type")), *names))
        return frozenset(kinds)


_TELLING = {"for", "alt", "title", "lang", "tabindex", "hidden", "scope", "disabled", "href", "action", "id"}


class Visitor:
    """Somebody signed in who reads pages without a browser: as quickly as the server gives them."""

    def __init__(self, served: Served, cookies: Sequence[Cookie]) -> None:
        self.served = served
        self._cookie = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
        self._own = threading.local()

    def get(self, address: str) -> Found:
        if not hasattr(self._own, "line"):
            self._own.line = HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._own.line.request(
            "GET", urlsplit(address)._replace(scheme="", netloc="").geturl(), headers={"Cookie": self._cookie}
        )
        answer = self._own.line.getresponse()
        text = answer.read()
        page = "text/html" in answer.headers.get("content-type", "")
        sent_on = urljoin(address, answer.headers.get("location", "")) if answer.status in (301, 302, 303) else ""
        return Found(
            address,
            answer.status,
            answer.headers.get("content-security-policy", ""),
            sent_on,
            lxml.html.document_fromstring(text) if page and not sent_on and text.strip() else None,
        )

    def walk(self) -> list[Found]:
        """Every page reached by links from the first one, one of each pattern."""
        pages, seen, level = list[Found](), {"/"}, [f"{self.served.url}/"]
        with ThreadPoolExecutor(4) as pool:
            while level:
                found = list(pool.map(self.get, level))
                pages += [page for page in found if page.tree is not None]
                level = []
                for address in (link for page in found for link in page.links()):
                    if pattern(address) not in seen:
                        seen.add(pattern(address))
                        level.append(address)
        return pages
