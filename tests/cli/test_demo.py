"""The demonstration companies by letter: each known before Django as in its story, an unknown one refused in plain words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quarterdeck.demo.build import STORIES, users_of
from quarterdeck.demo.settings import COMPANIES, SHOWN
from quarterdeck.demo.story import Annual, Current, Story
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
    assert (outside.preparer, outside.approver) == (story.files.preparer, story.files.approver)
    assert outside.time_zone == story.house.registrant["time_zone"]
    assert "disclosure_officer" in roles[outside.preparer]
    assert "board_member" in roles[outside.approver]
    assert "ciso" in roles[outside.security]


@pytest.mark.parametrize("letter", ["a", "b"])
def test_an_annual_report_is_drafted_submitted_approved_and_sealed_in_that_order(letter: str) -> None:
    files = STORIES[letter].files
    assert isinstance(files, Annual)
    assert files.drafted <= files.submitted <= files.approved <= files.filing
    assert files.sealed < COMPANIES[letter].present
    assert COMPANIES[letter].reports == ()


def test_each_current_report_has_a_folder_of_its_own_and_amends_one_that_was_filed() -> None:
    files, outside = STORIES["c"].files, COMPANIES["c"]
    assert isinstance(files, Current)
    assert outside.reports == tuple(report.name for report in files.reports)
    first, amendment = files.reports
    assert (first.amends, amendment.amends) == ("", first.name)
    days = [day for report in files.reports for day in (report.drafted, report.brought, report.filing)]
    assert days == sorted(days)
    assert days[-1] < outside.present.date()


def test_a_home_is_told_once_every_one_of_its_packages_is_there(tmp_path: Path) -> None:
    for company in COMPANIES.values():
        home = tmp_path / company.domain
        for name in company.reports or ("",):
            assert not company.told(home)
            folder = company.package(home) / name
            folder.mkdir(parents=True)
            (folder / "manifest.json").write_text("{}", encoding="utf-8")
        assert company.told(home)


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
