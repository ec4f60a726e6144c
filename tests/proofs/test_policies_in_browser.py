"""Policies in a real browser: written, approved by two, published, acknowledged on a phone; and a text that changed after approval."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from quarterdeck.areas.policies.models import Acknowledgement, ApprovalStep, Policy, PolicyVersion
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from tests.areas.policies.writing import TEXT
from tests.support import act, company, person, system
from tests.web.browser import chromium, faults, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOK = os.environ.get("QUARTERDECK_LOOK", "")


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for it."""
    if LOOK:
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


class Walk:
    """Who takes part, each in a window of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        cache.clear()
        self.browser, self.address = browser, address
        self.officer = person("Rhea Officer", "ciso", "employee")
        self.first = person("Ines Counsel", "counsel", "employee")
        self.second = person("Tom Chair", "committee_member")
        self.reader = person("Fay Reader", "employee")
        self.other = person("Ola Other", "employee")
        self.pages: dict[tuple[int, int], Page] = {}

    def page(self, who: Any, width: int = 1400) -> Page:
        user: User = who.user
        if (user.pk, width) not in self.pages:
            self.pages[user.pk, width] = window(self.browser, self.address, user, width=width).new_page()
        return self.pages[user.pk, width]

    def open(self, who: Any, path: str, width: int = 1400) -> Page:
        page = self.page(who, width)
        page.goto(self.address + path)
        return page

    def fill(self, page: Page, fields: dict[str, str], button: str) -> None:
        """Fill in the page of an action and press its button."""
        for name, value in fields.items():
            control = page.locator(f"main [name={name}]").first
            if control.evaluate("e => e.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        page.locator("main form").get_by_role("button", name=button, exact=True).last.click()

    def press(self, page: Page, label: str) -> None:
        page.get_by_text(label, exact=True).first.click()

    def write(self) -> Policy:
        """The officer adds a policy, writes its text and names who approves."""
        page = self.open(self.officer, "/records/policies.policy/do/create/")
        self.fill(
            page,
            {
                "title": "Rules for handling incidents", "kind": "incident_handling", "level": "policy",
                "owner": str(self.officer.pk), "unit": str(company().pk),
            },
            "Add a policy",
        )  # fmt: skip
        found = Policy.objects.get()
        assert page.url.endswith(f"/policies/{found.pk}/")
        look(page, "policy-empty")
        page.get_by_role("link", name="Write a version").first.click()
        data = {"number": "1", "text": TEXT, "summary": "The first.", "covers_severity": "how-severe-it-is"}
        self.fill(page, data, "Write a version")
        version = PolicyVersion.objects.get()
        for who in (self.first, self.second):
            self.open(self.officer, f"/records/policies.approvalstep/do/add/?version={version.pk}")
            self.fill(page, {"person": str(who.pk)}, "Add an approval step")
        self.open(self.officer, f"/policies/{found.pk}/")
        look(page, "policy-draft")
        assert faults(page) == []
        page.get_by_role("button", name="Ask for approval").click()
        page.get_by_text("Not possible", exact=False).count()
        return found

    def approve(self, who: Any, policy: Policy) -> None:
        page = self.open(who, f"/policies/{policy.pk}/")
        page.locator("summary", has_text="Approve").first.click()
        page.locator("details[open] form").get_by_role("button", name="Approve").click()
        page.wait_for_load_state()

    def publish(self, policy: Policy) -> None:
        page = self.open(self.officer, f"/policies/{policy.pk}/")
        page.locator("summary", has_text="Publish").click()
        page.locator("details[open] [name=effective_from]").fill(clock.today().isoformat())
        page.locator("details[open] form").get_by_role("button", name="Publish").click()
        page.get_by_text("people asked").wait_for()


def test_written_approved_by_two_published_acknowledged_on_a_phone_and_its_share_seen(live_server: LiveServer) -> None:
    company()
    with chromium() as browser:
        walk = Walk(browser, live_server.url)
        policy = walk.write()
        # The writer is told that another has to; the second waits for the first.
        page = walk.open(walk.officer, f"/policies/{policy.pk}/")
        assert "wrote on it approves none" in page.locator("main").inner_text()
        page = walk.open(walk.second, f"/policies/{policy.pk}/")
        assert "First: Step 1" in page.locator("main").inner_text()
        walk.approve(walk.first, policy)
        look(walk.page(walk.second), "policy-in-review")
        walk.approve(walk.second, policy)
        assert PolicyVersion.objects.get().state == "approved"
        walk.publish(policy)
        look(walk.page(walk.officer), "policy-published")

        phone = walk.open(walk.reader, f"/policies/{policy.pk}/read/", width=390)
        look(phone, "policy-read-phone")
        assert faults(phone) == []
        phone.get_by_role("button", name="I have read it").click()
        phone.get_by_text("You acknowledged this version").first.wait_for()
        look(phone, "policy-read-done-phone")
        row = Acknowledgement.objects.get(person=walk.reader)
        assert row.sha256 == PolicyVersion.objects.get().sha256

        # Somebody else's acknowledgement is not theirs to give: for them it does not exist.
        other = walk.open(walk.other, f"/records/policies.acknowledgement/{row.pk}/do/acknowledge/")
        assert "acknowledge" not in other.url or other.locator("h1").inner_text() != "Acknowledge"
        assert Acknowledgement.objects.get(person=walk.other).state == "open"

        page = walk.open(walk.officer, f"/policies/{policy.pk}/")
        count = Acknowledgement.objects.count()
        assert f"1 of {count} people asked" in page.locator("main").inner_text()
        for width, scheme in ((1400, "dark"), (390, "light")):
            context = window(browser, live_server.url, walk.officer.user, width=width, scheme=scheme)
            page = context.new_page()
            page.goto(f"{live_server.url}/policies/{policy.pk}/")
            look(page, f"policy-{scheme}-{width}")
            assert faults(page) == []
            context.close()


def test_a_text_changed_after_approval_voids_it_and_the_reader_sees_what_changed(live_server: LiveServer) -> None:
    company()
    with chromium() as browser:
        walk = Walk(browser, live_server.url)
        policy = walk.write()
        walk.approve(walk.first, policy)
        page = walk.open(walk.officer, f"/policies/{policy.pk}/")
        page.get_by_role("link", name="Change the text").click()
        walk.fill(page, {"text": TEXT.replace("within the hour", "within a day")}, "Change the text")
        page.get_by_text("these approvals are void").wait_for()
        look(page, "policy-voided")
        assert list(ApprovalStep.objects.order_by("pk").values_list("state", flat=True)) == [
            "void",
            "waiting",
            "waiting",
        ]
        walk.approve(walk.first, policy)
        walk.approve(walk.second, policy)
        walk.publish(policy)
        walk.open(walk.reader, f"/policies/{policy.pk}/read/").get_by_role("button", name="I have read it").click()

        version = act(
            "policies.policyversion.draft", system(), policy=policy, number="2", summary="Sooner.",
            text=TEXT + "\nWhoever sees something says so at once.\n",
        )  # fmt: skip
        act("policies.policyversion.submit", system(), version)
        walk.approve(walk.first, policy)
        walk.approve(walk.second, policy)
        version.refresh_from_db()

        act("policies.policyversion.publish", system(), version, effective_from=clock.today() + timedelta(days=1))
        with_both = walk.open(walk.officer, f"/policies/{policy.pk}/compare/")
        assert "2 paragraphs differ" in with_both.locator("main").inner_text()
        look(with_both, "policy-compare")
        assert faults(with_both) == []
