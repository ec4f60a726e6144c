"""The demonstration companies by letter: each known before Django as in its story, an unknown one refused in plain words."""

from __future__ import annotations

import json

import pytest

from quarterdeck.demo.build import STORIES, users_of
from quarterdeck.demo.settings import COMPANIES, SHOWN
from quarterdeck.demo.story import Story
from tests.cli.homes import run

STORY = pytest.mark.parametrize("story", STORIES.values(), ids=lambda story: story.letter)


def test_every_company_has_a_story_and_every_story_a_home() -> None:
    assert list(COMPANIES) == list(STORIES)
    assert SHOWN in COMPANIES


@STORY
def test_what_is_known_of_a_company_from_outside_is_what_its_story_says(story: Story) -> None:
    outside = COMPANIES[story.letter]
    roles = {login: {role for role, _unit in held} for login, _name, held in story.house.logins}
    assert outside.domain == story.house.domain
    assert (outside.preparer, outside.approver) == (story.annual.preparer, story.annual.approver)
    assert "disclosure_officer" in roles[outside.preparer]
    assert "board_member" in roles[outside.approver]
    assert "ciso" in roles[outside.security]
    assert story.annual.drafted <= story.annual.submitted <= story.annual.approved <= story.annual.filing
    assert story.annual.sealed < outside.present


@STORY
def test_every_login_says_whose_it_is(story: Story) -> None:
    users = users_of(story)
    assert {user["company"] for user in users} == {story.letter}
    assert len({user["login"] for user in users}) == len(users)


def test_companies_share_no_name_but_the_administrators_login() -> None:
    logins = [{login for login, _name, _roles in story.house.logins} for story in STORIES.values()]
    assert set.intersection(*logins) == {"admin"}


@pytest.mark.parametrize("command", [("demo", "x", "--once"), ("demo-build", "x", "--home", "nowhere")])
def test_an_unknown_company_is_refused_by_its_letter(command: tuple[str, ...]) -> None:
    done = run(*command, "--json")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"], error["where"]) == (2, "usage", "x")
    assert all(letter in error["message"] for letter in COMPANIES)
