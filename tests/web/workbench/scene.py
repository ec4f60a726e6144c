"""A small company with enough on record for a few sentences, and the people of its annual disclosure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from django.test import Client

from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from tests.areas.evidence.papers import attest
from tests.support import act, at, company, parameter, system, user_with

REGISTRANT = {
    "name": "Harbour Lane Group Limited", "short_name": "Harbour Lane", "cik": "0009990042", "file_number": "001-99942",
    "incorporated_in": "E9", "incorporation_name": "Cayman Islands", "fiscal_year_end": "12-31", "currency": "USD",
    "time_zone": "UTC", "address_line": "4 Quay Road", "address_city": "Hong Kong", "address_country": "Hong Kong",
    "address_country_code": "K3", "address_postal_code": "0000", "security_title": "Ordinary shares", "symbol": "HBLN",
    "exchange": "The Nasdaq Stock Market LLC", "exchange_code": "NASDAQ", "web_domain": "harbourlane.example",
}  # fmt: skip


@dataclass
class Scene:
    """The draft of 2024 and who works on it."""

    disclosure: Disclosure
    officer: User
    ciso: User
    board: User
    training: Evidence

    @property
    def url(self) -> str:
        return f"/disclosures/{self.disclosure.pk}/"

    def sentence(self, key: str) -> Statement:
        """The sentence that was drafted from that template and stands."""
        return Statement.objects.get(disclosure=self.disclosure, key=key, removed=False)

    def write(self, text: str, kind: str = "fact") -> Statement:
        """A sentence written by hand into the paragraph on protocols."""
        made = act(
            "disclosures.statement.create", self.officer, disclosure=self.disclosure, part="strategy", paragraph=3, kind=kind,
            text=text,
        )  # fmt: skip
        assert isinstance(made, Statement)
        return made

    def approve(self) -> None:
        """Requested by the officer, approved by a member of the board committee."""
        act("disclosures.disclosure.submit", self.officer, self.disclosure)
        act("disclosures.disclosure.approve", self.board, self.disclosure)


def registered() -> None:
    """The registrant, filing as a foreign private issuer, and what its words mean."""
    company()
    made = act("organisation.registrant.create", system(), **REGISTRANT)
    act(
        "organisation.filerstatus.create", system(), registrant=made, filer="fpi", category="accelerated", shell_company=False,
        effective_from="2020-01-01",
    )  # fmt: skip
    parameter("training.completion", "0.95")


def drafted(year: int = 2024) -> Scene:
    """Protocols against threats from inside and outside, a training, and the draft that says so."""
    registered()
    officer, ciso, board = user_with("disclosure_officer"), user_with("ciso"), user_with("board_member")
    with clock.fixed(at(2024, 12, 1)):
        attest(ciso, "policy", policy_kind="internal_threats", title="Protocol on insiders")
        attest(ciso, "policy", policy_kind="external_threats", title="Protocol on attackers")
        training = attest(ciso, "training", title="Awareness spring 2024")
    with clock.fixed(at(2025, 3, 1)):
        disclosure = act(
            "disclosures.disclosure.draft", officer, form="20-F", as_of="2025-03-01", filing_date="2025-04-25"
        )
    return Scene(disclosure, officer, ciso, board, training)


def words(page: str) -> str:
    """The page's main part as its reader hears it: tags gone, one space between words."""
    main = page[page.index("<main") : page.index("</main>")]
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
    return re.sub(r" ([:,.;])", r"\1", text)


def read(client: Client, address: str) -> str:
    """The words of a page that must be there."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return words(response.content.decode())


def press(client: Client, page: str, button: str) -> Any:
    """Send the form that has ``button``, as a browser without script would, and follow it."""
    for form in re.findall(r"<form[^>]*>.*?</form>", page, re.S):
        if re.search(rf">\s*{re.escape(button)}\s*</button>", form):
            action = html.unescape(re.search(r'action="([^"]*)"', form)[1])  # type: ignore[index]
            data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
            return client.post(action, {name: html.unescape(value) for name, value in data.items()}, follow=True)
    raise AssertionError(f"no form with the button {button}")
