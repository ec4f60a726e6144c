"""A playbook in a real browser: written, released by another, run on an incident, done by its unit; and a branching one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from quarterdeck.areas.incidents.models import Task
from quarterdeck.areas.playbooks.models import Playbook, Run
from tests.areas.playbooks.test_running import incident, released
from tests.engines.cacao.samples import branching
from tests.support import act, company, system, user_with
from tests.web.browser import chromium, faults, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOK = os.environ.get("QUARTERDECK_LOOK", "")


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for it."""
    if LOOK:
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


def test_written_released_run_and_done_by_the_unit_it_names(live_server: LiveServer) -> None:
    company()
    cache.clear()
    here = live_server.url
    lead, other = user_with("ciso", login="lead"), user_with("ciso", login="other")
    unit = act("permissions.unit.create", system(), code="shop", name="Shop", kind="business", parent=company())
    head = user_with("unit_owner", unit=unit, login="head")
    happened = incident()
    with chromium() as browser:
        page = window(browser, here, lead).new_page()
        page.goto(f"{here}/records/playbooks.playbook/do/create/")
        page.locator("main [name=title]").fill("Lost laptop")
        page.locator("main [name=unit]").select_option(str(company().pk))
        page.locator("main form").get_by_role("button", name="Write a playbook").click()
        made = Playbook.objects.get()
        look(page, "playbook-empty")
        page.get_by_role("link", name="Add a step").click()
        page.locator("main [name=title]").fill("Lock it")
        page.locator("main [name=instruction]").fill("From the console of the devices.")
        page.locator("main [name=who]").select_option(str(unit.pk))
        page.locator("main [name=minutes]").fill("30")
        page.locator("main form").get_by_role("button", name="Add a step").last.click()
        page.get_by_text("30 minutes").wait_for()
        assert "cannot also do this" in page.locator("main").inner_text()
        assert faults(page) == []
        second = window(browser, here, other).new_page()
        second.goto(f"{here}/playbooks/{made.pk}/")
        second.get_by_role("button", name="Release").click()
        second.get_by_text("released by").wait_for()

        page.goto(f"{here}/incidents/{happened.pk}/?tab=tasks")
        look(page, "playbook-room")
        page.get_by_role("link", name="Run a playbook").click()
        page.locator("main [name=playbook]").select_option(str(made.pk))
        page.locator("main [name=unit]").select_option(str(company().pk))
        page.locator("main form").get_by_role("button", name="Run a playbook").last.click()
        run = Run.objects.get()
        task = Task.objects.get(playbook_step__run=run)
        assert task.unit == unit
        phone = window(browser, here, head, width=390).new_page()
        for name in ("Accept", "Done"):
            phone.goto(f"{here}/records/incidents.task/{task.pk}/")
            phone.get_by_role("button", name=name, exact=True).click()
        page.goto(f"{here}/playbooks/runs/{run.pk}/")
        assert "Finished" in page.locator("main").inner_text()


def test_a_branching_run_is_answered_and_accessible(live_server: LiveServer) -> None:
    company()
    cache.clear()
    here = live_server.url
    lead = user_with("ciso", "unit_owner", login="lead")
    run = act("playbooks.run.start", lead, incident=incident(), playbook=released(branching()), unit=company())
    with chromium() as browser:
        for width, scheme in ((1400, "light"), (390, "dark")):
            page = window(browser, here, lead, width=width, scheme=scheme).new_page()
            for name, path in (("playbook", f"/playbooks/{run.playbook_id}/"), ("run", f"/playbooks/runs/{run.pk}/")):
                page.goto(here + path)
                look(page, f"{name}-{scheme}-{width}")
                assert faults(page) == [], (path, width)
        page = window(browser, here, lead).new_page()
        for task in Task.objects.filter(playbook_step__run=run):
            act("incidents.task.accept", system(), task)
            act("incidents.task.finish", system(), task)
        page.goto(f"{here}/playbooks/runs/{run.pk}/")
        page.locator("summary", has_text="Answer").click()
        page.locator("details[open] [name=answer]").select_option("false")
        page.locator("details[open] form").get_by_role("button", name="Answer").click()
        page.get_by_text("__backup__").first.wait_for()
        look(page, "run-question")
        assert run.steps.get(state="waiting").kind == "switch-condition"
