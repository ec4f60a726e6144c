"""Every address that the tour names opens for whom the tour sends there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.proofs.conftest import ROOT
from tests.proofs.pages import Served, Visitor, sign_in

pytestmark = pytest.mark.browser


def told() -> list[tuple[str, str]]:
    """Login and address, for each address of the tour and each login beside it."""
    tour = (ROOT / "README.md").read_text(encoding="utf-8").split("## A tour")[1].split("## Where")[0]
    found = []
    for row in re.findall(r"^\|(.+)\|$", tour, re.M):
        _screen, *rest = row.split("|")
        addresses = re.findall(r"`(/[^`]*)`", rest[0])
        logins = re.findall(r"`([a-z]+\.[a-z]+)`", "|".join(rest[1:]))
        found += [(login, address) for login in logins for address in addresses]
    return found


def test_the_tour_names_screens_of_every_kind_of_reader() -> None:
    assert {login for login, _address in told()} >= {"fu.an", "deng.hao", "sun.rui", "ho.meiling"}
    named = {address.split("/")[1] for _login, address in told()}
    assert named >= {"tasks", "policies", "training", "exercises", "vendors", "playbooks"}


def test_every_address_of_the_tour_opens_for_whom_it_is_meant(browser: Browser, served: Served) -> None:
    faults = []
    for login in sorted({login for login, _address in told()}):
        context = browser.new_context()
        sign_in(context, served, login)
        visitor = Visitor(served, context.cookies())
        context.close()
        for address in [address for who, address in told() if who == login]:
            found = visitor.get(f"{served.url}{address}")
            if found.status != 200:
                faults.append(f"{login} {address}: {found.status}")
    assert faults == []
