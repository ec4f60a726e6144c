"""The door that people use: pages in a real browser, with the mouse or by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page, Response

from tests.proofs.pages import Served, sign_in
from tests.proofs.path_walk import Rows


@dataclass
class BrowserDoor:
    """Each person in a browser of their own, signed in by the form. ``keys``: nothing is clicked, everything is typed."""

    browser: Browser
    url: str
    rows: Rows
    keys: bool = False
    pages: dict[str, Page] = field(default_factory=dict)
    zones: dict[str, ZoneInfo] = field(default_factory=dict)

    def page(self, login: str) -> Page:
        if login not in self.pages:
            context = self.browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_default_timeout(30_000)
            self.pages[login] = sign_in(context, Served(self.url), login)
            self.zones[login] = ZoneInfo(self.rows.one("select time_zone from accounts_user where login = ?", login))
        return self.pages[login]

    # ------------------------------------------------------------ a door

    def do(self, login: str, code: str, key: int | None, data: Mapping[str, object]) -> int:
        page = self.page(login)
        answer = self._open(page, code, key)
        assert answer.status == 200, (login, code, answer.status, page.inner_text("main")[:300])
        self._fill(page, login, data)
        before = page.url
        with page.expect_navigation():
            self._send(page)
        assert page.url != before, (login, code, page.inner_text("main")[:600])
        return key if key is not None else self._newest(code)

    def barred(self, login: str, code: str, key: int | None, data: Mapping[str, object]) -> bool:
        """No such page, no such right, a reason beside a button that cannot be pressed, or a refusal with its reason."""
        page = self.page(login)
        # Leaves of this action alone: a worker may write of its own in between.
        done = "select count(*) from ledger_leaf where action = ?"
        size = self.rows.one(done, code)
        answer = self._open(page, code, key)
        if answer.status == 200 and not page.locator("main form.form button[disabled]").count():
            self._fill(page, login, data)
            with page.expect_navigation():
                self._send(page)
            refused = page.locator(".error-summary, .message.error, [role=alert]").count() > 0
        else:
            assert answer.status in (200, 403, 404, 409), answer.status
            refused = bool(page.inner_text("main").strip())
        return refused and self.rows.one(done, code) == size

    def hidden(self, login: str, path: str) -> bool:
        answer = self.page(login).goto(f"{self.url}{path}")
        assert answer is not None
        return answer.status == 404

    # ------------------------------------------------------------ pages

    def _open(self, page: Page, code: str, key: int | None) -> Response:
        kind, _dot, name = code.rpartition(".")
        where = "" if key is None else f"{key}/"
        answer = page.goto(f"{self.url}/records/{kind}/{where}do/{name}/")
        assert answer is not None
        return answer

    def _newest(self, code: str) -> int:
        kind, _dot, _name = code.rpartition(".")
        table = kind.replace(".", "_")
        assert re.fullmatch(r"[a-z_]+", table)
        return int(self.rows.one(f"select max(id) from {table}"))

    def _fill(self, page: Page, login: str, data: Mapping[str, object]) -> None:
        for name, value in data.items():
            found = page.locator(f"main form.form [name='{name}']")
            assert found.count() >= 1, f"no field {name}"
            kind = found.first.evaluate("e => e.type")
            wanted = self._as_typed(kind, login, value)
            (self._type if self.keys else self._set)(page, found, kind, wanted)

    def _as_typed(self, kind: str, login: str, value: object) -> str | list[str]:
        if isinstance(value, list):
            return [str(item) for item in value]
        if kind == "datetime-local":
            moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
            return moment.astimezone(self.zones[login]).strftime("%Y-%m-%dT%H:%M")
        return str(value)

    def _set(self, page: Page, found: Locator, kind: str, wanted: str | list[str]) -> None:
        if kind.startswith("select"):
            found.first.select_option(wanted)
        elif kind in ("checkbox", "radio"):
            chosen = wanted if isinstance(wanted, list) else [wanted]
            for box in found.all():
                if found.count() == 1 or box.get_attribute("value") in chosen:
                    box.check()
        else:
            assert isinstance(wanted, str)
            found.first.fill(wanted)

    def _send(self, page: Page) -> None:
        button = page.locator(
            "main form.form .form-actions button[type=submit], main form.form .form-actions button"
        ).first
        form = page.locator("main form.form").first
        twice = bool(form.get_attribute("data-confirm"))
        if self.keys:
            self._tab_to(page, "button")
            page.keyboard.press("Enter")
            if twice:
                page.keyboard.press("Enter")
        else:
            button.click()
            if twice:
                button.click()

    # ------------------------------------------------------------ keys

    def _tab_to(self, page: Page, what: str, value: str = "") -> None:
        """Press Tab until the field of that name (or the form's own button) has the focus."""
        told = """([what, value]) => { const e = document.activeElement;
            if (!e || !e.closest("main form.form")) return false;
            return what === "button" ? e.tagName === "BUTTON" && !!e.closest(".form-actions")
                                     : e.name === what && (!value || e.value === value); }"""
        for _step in range(150):
            if page.evaluate(told, [what, value]):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {what}")

    def _type(self, page: Page, found: Locator, kind: str, wanted: str | list[str]) -> None:
        name = str(found.first.get_attribute("name"))
        if kind == "select-one":
            self._tab_to(page, name)
            page.keyboard.press("Home")
            for _step in range(found.first.evaluate("e => e.options.length")):
                if found.first.evaluate("e => e.value") == wanted:
                    return
                page.keyboard.press("ArrowDown")
            assert found.first.evaluate("e => e.value") == wanted, f"{name} does not offer {wanted}"
        elif kind == "select-multiple":
            self._several(page, found.first, name, wanted if isinstance(wanted, list) else [wanted])
        elif kind in ("checkbox", "radio"):
            for value in wanted if isinstance(wanted, list) else [wanted]:
                self._tab_to(page, name, value if found.count() > 1 else "")
                if not page.evaluate("document.activeElement.checked"):
                    page.keyboard.press("Space")
        else:
            assert isinstance(wanted, str)
            self._tab_to(page, name)
            if kind in ("datetime-local", "date"):
                self._moment(page, found.first, wanted)
                return
            page.keyboard.press("Control+a")
            page.keyboard.type(wanted)

    def _several(self, page: Page, box: Locator, name: str, wanted: list[str]) -> None:
        """Ctrl with the arrows moves through the list, Ctrl with the space bar chooses."""
        self._tab_to(page, name)
        page.keyboard.press("Control+Home")
        values: list[str] = box.evaluate("e => [...e.options].map(o => o.value)")
        for value in values:
            chosen = box.evaluate("(e, v) => [...e.options].find(o => o.value === v).selected", value)
            if chosen != (value in wanted):
                page.keyboard.press("Control+Space")
            page.keyboard.press("Control+ArrowDown")
        got = box.evaluate("e => [...e.selectedOptions].map(o => o.value)")
        assert set(got) == set(wanted), (name, got, wanted)

    def _moment(self, page: Page, box: Locator, wanted: str) -> None:
        """Parts of a date are typed one after the other, in the order in which the browser shows them (month first)."""
        day, _t, clock = wanted.partition("T")
        year, month, date = day.split("-")
        page.keyboard.type(f"{month}{date}{year}")
        if clock:
            hour, minute = int(clock[:2]), clock[3:5]
            page.keyboard.press("Tab")
            page.keyboard.type(f"{(hour % 12) or 12:02d}{minute}{'AM' if hour < 12 else 'PM'}")
        assert box.input_value()[: len(wanted)] == wanted, (box.input_value(), wanted)
