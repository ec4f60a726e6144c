"""The security officer measures the company against a framework, and an outside assessor comes in by invitation."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from quarterdeck.areas.engagements.models import Engagement, ImprovementProject, Recommendation
from quarterdeck.areas.safeguards.models import Framework, Safeguard, SafeguardTest
from quarterdeck.areas.safeguards.queries import measure
from quarterdeck.kernel import clock
from tests.areas.safeguards.house import REAL, small
from tests.support import company, person, user_with
from tests.web.browser import chromium, faults, window

pytestmark = pytest.mark.browser
#: Where pictures of the pages go, for whoever wants to look at them.
PICTURES = os.environ.get("QUARTERDECK_PICTURES", "")


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def fill(page: Page, data: dict[str, Any]) -> None:
    """Fill the page's form by the names of its fields and send it."""
    for name, value in data.items():
        field = page.locator(f"main form.form [name='{name}']").first
        kind = field.evaluate("e => e.type")
        if kind.startswith("select"):
            field.select_option(str(value))
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(str(value))
    button = page.locator("main form.form .form-actions button").first
    twice = page.locator("main form.form").first.get_attribute("data-confirm")
    button.click()
    if twice:
        button.click()


def test_the_officer_imports_a_framework_answers_it_records_a_test_and_sees_the_gap_turn(
    live_server: Any, tmp_path: Path
) -> None:
    company()
    officer = user_with("ciso", login="sun")
    lead = user_with("group_lead", login="shen")
    lena = person("Lena Voss")
    file = tmp_path / "rules.json"
    file.write_bytes(small(withdrawn=("m-3",)))
    report = tmp_path / "report.txt"
    report.write_text("Restored one server from last night's copy.\n")
    today = clock.today()
    with chromium() as browser:
        page = window(browser, live_server.url, officer).new_page()
        page.goto(f"{live_server.url}/records/safeguards.framework/")
        page.get_by_role("link", name="Import a framework").first.click()
        fill(page, {"file": str(file)})
        page.get_by_role("heading", name="House rules", level=1).wait_for()
        expect(page.locator("#requirements tbody tr[data-row]")).to_have_count(2)
        expect(page.locator("#requirements .chip")).to_have_text(["gap", "gap"])
        page.get_by_role("link", name="Add a safeguard").click()
        since = (today - timedelta(days=400)).isoformat()
        fill(page, {"name": "Backups", "kind": "technical", "owner": lena.pk, "unit": company().pk, "in_operation_since": since, "test_every": 12})  # fmt: skip
        page.get_by_role("heading", name="Backups", level=1).wait_for()
        framework = Framework.objects.get()
        address = f"{live_server.url}/frameworks/{framework.pk}/"
        page.goto(address)
        page.get_by_label("Choose m-1").check()
        page.locator("#entry [name=safeguard]").select_option(label="Backups")
        page.locator("#entry [name=reason]").fill("A copy of every server, each night.")
        page.get_by_role("button", name="Answered by this safeguard").click()
        expect(page.locator("#requirements .chip")).to_have_text(["answered", "gap"])
        page.get_by_label("Choose m-2").check()
        page.locator("#entry [name=reason]").fill("There are no moorings.")
        page.get_by_role("button", name="Set aside: does not apply").click()
        expect(page.locator("#requirements .chip")).to_have_text(["answered", "not applicable"])
        guard = Safeguard.objects.get()
        page.goto(f"{live_server.url}/records/safeguards.safeguardtest/do/record/?safeguard={guard.pk}")
        fill(page, {"tested_on": (today - timedelta(days=3)).isoformat(), "performer": "in_house", "performer_name": "Restore team", "method": "test", "result": "effective", "file": str(report)})  # fmt: skip
        page.get_by_text("To be approved").first.wait_for()
        assert page.get_by_text("Whoever prepared it cannot also do this").count()
        test = SafeguardTest.objects.get()
        second = window(browser, live_server.url, lead).new_page()
        second.goto(f"{live_server.url}/records/safeguards.safeguardtest/{test.pk}/")
        second.get_by_role("button", name="Approve the result").click()
        second.get_by_text("Approved", exact=True).first.wait_for()
        page.goto(address)
        expect(page.locator("#requirements .chip")).to_have_text(["tested and effective", "not applicable"])
        page.get_by_role("link", name="1", exact=True).first.click()
        expect(page.locator("#requirements tbody tr[data-row]")).to_have_count(1)
        with page.expect_download() as taken:
            page.goto(address)
            page.get_by_role("link", name="Safeguards (OSCAL component definition)").click()
        written = json.loads(Path(taken.value.path()).read_bytes())
        assert written["component-definition"]["components"][0]["title"] == "Backups"
    assert {str(line.standing) for line in measure(framework, today).asking} == {"tested", "not_applicable"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gap_view_has_no_accessibility_fault_wide_or_on_a_phone_in_both_languages(
    live_server: Any, scheme: str
) -> None:
    from tests.areas.safeguards.house import answered, examined, imported, safeguard

    company()
    name = "NIST_CSF_v2.0_catalog.xml"
    data = (REAL / name).read_bytes() if (REAL / name).is_file() else small(ids=("m-1", "m-2", "m-3", "m-4", "m-5"))
    framework = imported(data, name if data[:1] == b"<" else "rules.json")
    codes = list(
        framework.requirements.filter(withdrawn=False, kind__in=("subcategory", "control")).values_list(
            "code", flat=True
        )[:5]
    )
    guard, other = safeguard("Multi-factor sign-in"), safeguard("Mail filter")
    examined(guard, (clock.today() - timedelta(days=30)).isoformat())
    examined(other, (clock.today() - timedelta(days=30)).isoformat(), "not_effective")
    answered(framework, guard, codes[0], codes[1])
    answered(framework, other, codes[2])
    answered(framework, other, codes[3], coverage="partial")
    officer = user_with("ciso", login="sun")
    board = user_with("board_member", login="ho")
    with chromium() as browser:
        for user, width, language in ((officer, 1400, "en"), (officer, 390, "en"), (board, 900, "zh-hans")):
            page = window(browser, live_server.url, user, width=width, scheme=scheme, language=language).new_page()
            page.goto(f"{live_server.url}/frameworks/{framework.pk}/")
            look(page, f"framework-{scheme}-{width}")
            assert faults(page) == []
            page.goto(f"{live_server.url}/frameworks/{framework.pk}/?standing=gap")
            assert page.locator("#entry").count() == (1 if user is officer else 0)
            assert faults(page) == []


def invited(browser: Browser, officer: Page, address: str, engagement: Engagement) -> Page:
    """The guest's own window, signed in with the password that they set by the link."""
    officer.goto(f"{address}/records/engagements.engagement/{engagement.pk}/do/invite_guest/")
    last = (clock.today() + timedelta(days=60)).isoformat()
    fill(
        officer,
        {"full_name": "Ada Quill", "email": "ada@harbinger.example", "login": "ada.quill", "effective_until": last},
    )
    link = officer.locator("#secret").input_value()
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(link)
    for box in page.locator("input[type=password]").all():
        box.fill("a-long-word-of-her-own-51")
    page.locator("main button[type=submit], main button").first.click()
    page.wait_for_load_state()
    page.goto(f"{address}/account/login/")
    if page.locator("input[name=login]").count():
        page.locator("input[name=login]").fill("ada.quill")
        page.locator("input[name=password]").fill("a-long-word-of-her-own-51")
        page.locator("main button[type=submit], main button").first.click()
        page.wait_for_load_state()
    return page


def test_an_assessor_by_invitation_reaches_one_engagement_and_what_they_recommend_is_done_and_verified(
    live_server: Any, tmp_path: Path
) -> None:
    company()
    officer = user_with("ciso", login="sun")
    analyst = user_with("analyst", login="deng")
    kim = person("Kim Roe", "employee")
    lena = person("Lena Voss")
    report = tmp_path / "assessment.txt"
    report.write_text("Eleven findings.\n")
    today = clock.today()
    until = (today + timedelta(days=90)).isoformat()
    with chromium() as browser:
        page = window(browser, live_server.url, officer).new_page()
        for title in ("Yearly assessment", "Another engagement"):
            page.goto(f"{live_server.url}/records/engagements.engagement/do/create/")
            fill(page, {"title": title, "kind": "assessor", "firm": "Harbinger", "scope": "Payment pages.", "independence": "They built none of it.", "owner": lena.pk, "unit": company().pk, "contract_from": today.isoformat(), "contract_until": until})  # fmt: skip
            page.get_by_role("link", name="Begin").click()
            fill(page, {"started_on": today.isoformat()})
            page.get_by_text("Under way").first.wait_for()
        held, other = Engagement.objects.order_by("pk")
        guest = invited(browser, page, live_server.url, held)
        guest.goto(f"{live_server.url}/")
        expect(guest.get_by_role("link", name="Engagements").first).to_be_visible()
        guest.goto(f"{live_server.url}/records/engagements.engagement/")
        expect(guest.get_by_role("link", name="Yearly assessment")).to_have_count(1)
        expect(guest.get_by_text("Another engagement")).to_have_count(0)
        assert faults(guest) == []
        for hidden in (f"/records/engagements.engagement/{other.pk}/", "/records/safeguards.safeguard/", "/records/people.person/", "/programme/"):  # fmt: skip
            answer = guest.goto(live_server.url + hidden)
            assert answer is not None
            assert answer.status in (403, 404), hidden
        guest.goto(f"{live_server.url}/records/engagements.engagement/{held.pk}/")
        look(guest, "guest")
        guest.get_by_role("link", name="Hand in a deliverable").click()
        fill(guest, {"title": "Assessment", "kind": "risk_assessment", "performed_on": today.isoformat(), "scope": "Payment pages", "method": "Tests and talks", "result": "Eleven findings", "file": str(report)})  # fmt: skip
        guest.get_by_role("link", name="Assessment", exact=True).first.wait_for()
        guest.get_by_role("link", name="Recommend an improvement").click()
        fill(guest, {"title": "Keys into hardware", "text": "They lie in files.", "priority": "high"})
        guest.get_by_role("link", name="Keys into hardware").first.wait_for()
        advice = Recommendation.objects.get()
        page.goto(f"{live_server.url}/records/engagements.recommendation/{advice.pk}/")
        page.get_by_role("link", name="Accept").click()
        fill(page, {"owner": kim.pk, "unit": company().pk, "due": until, "performer": "in_house"})
        page.get_by_text("Accepted").first.wait_for()
        project = ImprovementProject.objects.get()
        address = f"{live_server.url}/records/engagements.improvementproject/{project.pk}"
        own = window(browser, live_server.url, kim.user, width=390).new_page()
        own.goto(f"{address}/do/finish/")
        fill(own, {"done_on": today.isoformat(), "evidence": str(report)})
        own.get_by_text("Done, to be verified").first.wait_for()
        assert faults(own) == []
        second = window(browser, live_server.url, analyst).new_page()
        second.goto(f"{address}/")
        second.get_by_role("button", name="Verify").click()
        second.get_by_text("Verified", exact=True).first.wait_for()
        look(second, "project")
        page.goto(f"{live_server.url}/records/engagements.engagement/{held.pk}/do/end/")
        fill(page, {"ended_on": today.isoformat()})
        page.get_by_text("Ended").first.wait_for()
        answer = guest.goto(f"{live_server.url}/records/engagements.engagement/{held.pk}/")
        assert answer is not None
        assert "Yearly assessment" not in guest.content()
    project.refresh_from_db()
    assert (project.state, project.recommendation) == ("verified", advice)
