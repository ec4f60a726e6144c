"""One person among many is chosen by typing: what fits is offered, what is typed in full is taken, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.kernel.resource import choosing
from tests.support import company, user_with
from tests.web.browser import chromium, faults, window

SignIn = Callable[..., Client]
FORM = "/records/permissions.assignment/do/create/"
OFFERED = f"{FORM}user/"


@pytest.fixture
def many(enterprise: Unit, monkeypatch: pytest.MonkeyPatch, signed_in: SignIn) -> Client:
    """An administrator in a company with more people than a select lists, two of them of one name."""
    monkeypatch.setattr(choosing, "MANY", 4)
    for login, name, email in (
        ("ww1", "Wang Wei", "wei.1@example.org"),
        ("ww2", "Wang Wei", "wei.2@example.org"),
        ("li", "Li Na", "li.na@example.org"),
        ("chen", "Chen Jie", ""),
        ("x", "<b>Bold</b>", "bold@example.org"),
    ):
        User.objects.create(login=login, full_name=name, email=email)
    return signed_in(user_with("administrator", login="admin"))


def offers(answer: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'<option value="([^"]*)"', answer)]


def post(client: Client, typed: str) -> tuple[int, str]:
    page = client.get(FORM).content.decode()
    sent = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("_revision", "_token")}
    data = {name: found[1] for name, found in sent.items() if found}
    data |= dict.fromkeys(re.findall(r'name="([a-z_]+\.typed)"', page), "1")
    data |= {
        "user": typed,
        "role": "analyst",
        "unit": str(Unit.objects.get(parent=None).pk),
        "effective_from": "2026-01-01",
    }
    answer = client.post(FORM, data)
    return answer.status_code, answer.content.decode()


def test_few_stay_a_select(enterprise: Unit, signed_in: SignIn) -> None:
    page = signed_in(user_with("administrator", login="admin")).get(FORM).content.decode()
    assert '<select name="user"' in page


def test_of_many_none_is_listed_until_something_is_typed(many: Client) -> None:
    page = many.get(FORM).content.decode()
    assert re.search(r'<input type="text"[^>]* name="user"', page)
    assert "Li Na" not in page
    assert many.get(OFFERED, {"user": ""}).content == b""
    assert offers(many.get(OFFERED, {"user": "wei"}).content.decode()) == [
        "Wang Wei · wei.1@example.org",
        "Wang Wei · wei.2@example.org",
    ]
    assert offers(many.get(OFFERED, {"user": "na li"}).content.decode()) == ["Li Na · li.na@example.org"]
    assert b"<b>" not in many.get(OFFERED, {"user": "bold"}).content


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("Wang Wei · wei.2@example.org", "ww2"),
        ("wei.1@example.org", "ww1"),
        ("li na", "li"),
        ("Chen", "chen"),
        ("chen jie", "chen"),
    ],
)
def test_what_names_one_is_taken(many: Client, typed: str, login: str) -> None:
    status, _page = post(many, typed)
    assert status == 302
    assert Assignment.objects.filter(user__login=login, role_id="analyst").count() == 1


@pytest.mark.parametrize("typed", ["Wang Wei", "Nobody", "' OR 1=1 --", "%", "9" * 40, "\N{SNOWMAN}", "Wang " * 300])
def test_what_names_none_or_several_is_refused_and_stays_as_it_was_typed(many: Client, typed: str) -> None:
    before = Assignment.objects.count()
    status, page = post(many, typed)
    assert status == 422
    assert Assignment.objects.count() == before
    if typed == "Wang Wei":
        assert 'value="Wang Wei"' in page
        assert "names none of those who may be chosen, or several" in page
        assert offers(page)[:2] == ["Wang Wei · wei.1@example.org", "Wang Wei · wei.2@example.org"]


def test_a_number_that_is_typed_is_part_of_a_name_and_never_a_key(many: Client) -> None:
    other = User.objects.create(pk=4711, login="other", full_name="Zhao Min")
    status, page = post(many, str(other.pk))
    assert status == 422
    assert f'value="{other.pk}"' in page
    assert not Assignment.objects.filter(user=other).exists()
    numbered = User.objects.create(login="n", full_name=f"Desk {other.pk}00{other.pk}")
    status, _page = post(many, f"{other.pk}00{other.pk}")
    assert status == 302
    assert Assignment.objects.filter(user=numbered).exists()


def test_one_who_was_chosen_stands_in_the_line_by_name(many: Client) -> None:
    chosen = User.objects.get(login="li")
    page = many.get(f"{FORM}?user={chosen.pk}").content.decode()
    assert 'value="Li Na · li.na@example.org"' in page


def test_whoever_may_not_do_it_is_told_no_names(many: Client, signed_in: SignIn) -> None:
    for role in ("employee", "analyst"):
        answer = signed_in(user_with(role)).get(OFFERED, {"user": "wei"})
        assert answer.status_code in {403, 404}
        assert b"Wang" not in answer.content
    assert Client().get(OFFERED, {"user": "wei"}).status_code == 302
    assert many.get(f"{FORM}role/", {"role": "a"}).status_code == 404, "a choice that is listed has nothing to type"
    assert many.get(f"{FORM}nothing/", {"nothing": "a"}).status_code == 404


def test_the_form_asks_no_more_for_many_than_for_few(many: Client) -> None:
    many.get(FORM)
    with CaptureQueriesContext(connection) as asked:
        many.get(FORM)
    before = len(asked)
    User.objects.bulk_create(User(login=f"p{n}", full_name=f"Person {n}") for n in range(500))
    with CaptureQueriesContext(connection) as asked:
        page = many.get(FORM)
    assert len(asked) == before
    assert len(page.content) < 60_000


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_somebody_is_found_by_typing_in_a_browser(live_server, monkeypatch: pytest.MonkeyPatch, script: bool) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(choosing, "MANY", 4)
    unit = company()
    admin = user_with("administrator", login="admin")
    for n in range(9):
        User.objects.create(login=f"p{n}", full_name=f"Person {n}", email=f"p{n}@example.org")
    with chromium() as browser:
        page = window(browser, live_server.url, admin, script=script).new_page()
        page.goto(live_server.url + FORM)
        line = page.get_by_label("user")
        if script:
            line.press_sequentially("person 7")
            page.wait_for_selector("datalist option", state="attached")
            assert page.locator("datalist option").evaluate_all("all => all.map(one => one.value)") == [
                "Person 7 · p7@example.org"
            ]
        line.fill("p7@example.org")
        page.locator("select[name=role]").select_option("analyst")
        page.locator("[name=effective_from]").fill("2026-01-01")
        if page.locator("select[name=unit]").count():
            page.locator("select[name=unit]").select_option(str(unit.pk))
        if script:
            assert not faults(page)
        page.locator("main form.form button[type=submit], main form.form button").first.click()
        page.wait_for_url("**/records/permissions.assignment/*/")
    assert Assignment.objects.filter(user__login="p7", role_id="analyst").count() == 1
