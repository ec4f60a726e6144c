"""The path of what could be material in a real browser, by six people, for each company; and by keyboard alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.proofs.browser_door import BrowserDoor
from tests.proofs.doors import leaves, serving, verified
from tests.proofs.path_walk import Rows, Walk, people_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("letter", ["a", "b", "c"])
@pytest.mark.parametrize("keys", [False, True], ids=["mouse", "keyboard"])
def test_six_people_walk_the_path(
    letter: str, keys: bool, request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> None:
    copy = tmp_path / f"walk-{letter}"
    shutil.copytree(request.getfixturevalue(f"company_{letter}"), copy)
    with serving(copy) as url:
        rows = Rows(copy)
        door = BrowserDoor(browser, url, rows, keys=keys)
        walk = Walk(people_of(letter, rows), door, rows, "Payroll interface read by a stranger")
        size = leaves(copy)
        incident = walk.run()
        assert leaves(copy) - size == len(walk.steps)
        # Each sees what their role allows: a head of unit the own task and not the room, whoever stands outside nothing.
        heads = {login for login, _unit in walk.people.heads}
        for login in walk.people.everybody():
            assert door.hidden(login, f"/incidents/{incident}/") is (login in heads and not deciding(walk, login)), (
                login
            )
        tasks = rows.all("select id from incidents_task where incident_id = ? order by id", incident)
        for (login, _unit), task in zip(walk.people.heads, tasks, strict=True):
            assert not door.hidden(login, f"/records/incidents.task/{task}/"), login
            others = [other for other in tasks if other != task]
            assert all(door.hidden(login, f"/records/incidents.task/{other}/") for other in others) or deciding(
                walk, login
            )
        assert door.hidden(walk.people.outside, f"/incidents/{incident}/?tab=assessment")
        for page in door.pages.values():
            page.context.close()
    verified(copy)


def deciding(walk: Walk, login: str) -> bool:
    """Whether the head of unit also sits on a committee, and so may see the incidents of the enterprise."""
    query = (
        "select count(*) from permissions_assignment a join accounts_user u on u.id = a.user_id "
        "where u.login = ? and a.role_id in ('committee_member', 'board_member', 'ciso', 'panel_member')"
    )
    return bool(walk.rows.one(query, login))
