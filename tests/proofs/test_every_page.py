"""Every page of company B that its people reach by links: for those who see little, press keys, or run no script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect

from quarterdeck.web.middleware import POLICY
from tests.proofs.looking import form_faults, key_faults, shell_faults, tour_faults
from tests.proofs.pages import Found, Served, Visitor, sign_in

pytestmark = pytest.mark.browser

#: One person of each role; beside the name, how many kinds of page they come to at the least.
PEOPLE = {
    "sun.rui": 200,  # security officer, committee, employee
    "admin": 60,
    "he.lan": 100,  # counsel, committee, employee
    "qian.shu": 100,  # secretary, employee
    "ye.lin": 100,  # disclosure officer, employee
    "rong.yi": 100,  # auditor
    "ho.meiling": 100,  # director
    "deng.hao": 100,  # analyst, employee
    "luo.xin": 60,  # lead of a group, employee
    "bai.ling": 60,  # owner of a unit, employee
    "tang.jia": 150,  # people officer, committee
    "fu.an": 30,  # employee
}

Session = Callable[[str, bool], BrowserContext]


@pytest.fixture(scope="module")
def session(browser: Browser, served: Served) -> Session:
    """A browser context of somebody who signed in once, by the form, as everybody does."""

    @cache
    def signed_in(login: str) -> list[object]:
        context = browser.new_context()
        sign_in(context, served, login)
        kept = context.cookies()
        context.close()
        return list(kept)

    def context(login: str, script: bool) -> BrowserContext:
        made = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=script)
        made.set_default_timeout(30_000)
        made.add_cookies(signed_in(login))  # type: ignore[arg-type]
        return made

    return context


@pytest.fixture(scope="module")
def reached(session: Session, served: Served) -> Callable[[str], list[Found]]:
    """One page of each pattern that a person comes to."""

    @cache
    def walk(login: str) -> list[Found]:
        context = session(login, True)
        visitor = Visitor(served, context.cookies())
        context.close()
        return visitor.walk()

    return walk


Reached = Callable[[str], list[Found]]


@pytest.fixture(scope="module")
def examined() -> dict[str, set[object]]:
    """Structures that each examination has had before it, on whosever page."""
    return {}


def each_structure(pages: list[Found], done: set[object]) -> list[Found]:
    """Of pages built alike the first; nothing of what was examined before."""
    new = {page.structure(): page for page in reversed(pages) if page.structure() not in done}
    done.update(new)
    return list(reversed(new.values()))


def static_faults(page: Found) -> list[str]:
    """What can be seen of a page without a browser: its answer, its landmarks, and that it holds to the policy."""
    tree = page.tree
    assert tree is not None
    found = [f"answers {page.status}"] if page.status != 200 else []
    if page.policy != POLICY:
        found.append(f"policy: {page.policy}")
    if len(tree.findall(".//h1")) != 1:
        found.append(f"{len(tree.findall('.//h1'))} h1")
    if len(tree.findall(".//main[@id='main']")) != 1:
        found.append("no main")
    first = next(iter(tree.iter("a")), None)
    if first is None or first.get("href") != "#main":
        found.append("the first link does not skip to the content")
    for element in tree.iter(lxml.etree.Element):
        foreign = [name for name in element.attrib if name == "style" or name.startswith("on")]
        inline = element.tag == "style" or (
            element.tag == "script" and "src" not in element.attrib and element.get("type") != "application/json"
        )
        if foreign or inline:
            found.append("barred by the policy: " + lxml.html.tostring(element, encoding="unicode")[:160])
    return found


@pytest.mark.parametrize("login", PEOPLE)
def test_every_page_a_person_reaches_answers_and_holds_to_the_policy(login: str, reached: Reached) -> None:
    assert [f"{page.address}: {fault}" for page in reached(login) for fault in static_faults(page)] == []
    assert len(reached(login)) >= PEOPLE[login]


@pytest.mark.parametrize("login", PEOPLE)
def test_every_kind_of_page_a_person_reaches_is_accessible_and_works_by_keyboard(
    login: str, reached: Reached, session: Session, examined: dict[str, set[object]]
) -> None:
    axe, faults, refused = Axe(), list[str](), list[str]()

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    context = session(login, True)
    page = context.new_page()
    for kind in each_structure(reached(login), examined.setdefault("script", set())):
        page.on("console", heard)
        page.goto(kind.address)
        found = shell_faults(page, script=True) + key_faults(page)
        # What axe itself does to the page is not the page's fault: nobody listens then.
        page.remove_listener("console", heard)
        looked = axe.run(page).response["violations"]
        found += [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in looked]
        faults += [f"{kind.address}: {fault}" for fault in found]
    context.close()
    assert faults == []
    assert refused == []


@pytest.mark.parametrize("login", PEOPLE)
def test_every_kind_of_page_a_person_reaches_works_without_script(
    login: str, reached: Reached, session: Session, examined: dict[str, set[object]]
) -> None:
    faults = list[str]()
    context = session(login, False)
    page = context.new_page()
    for kind in each_structure(reached(login), examined.setdefault("no script", set())):
        page.goto(kind.address)
        faults += [f"{kind.address}: {fault}" for fault in shell_faults(page, script=False) + form_faults(page)]
    context.close()
    assert faults == []


#: Screens that Tab is really pressed through: each hand-built one, and one of each kind that is made from the resources.
TOURED = (
    "/programme/",
    "/incidents/N/",
    "/meetings/N/",
    "/disclosures/N/",
    "/ledger/",
    "/search/",
    "/you/",
    "/records/bodies.body/",
    "/records/bodies.body/N/",
    "/records/bodies.body/N/do/change/",
    "/account/password/change/",
)


@pytest.mark.parametrize("kind", TOURED)
def test_tab_goes_through_the_whole_page_and_comes_round(kind: str, reached: Reached, session: Session) -> None:
    address = next(page.address for page in reached("sun.rui") if page.pattern == kind)
    context = session("sun.rui", True)
    page = context.new_page()
    page.goto(address)
    assert tour_faults(page) == []
    context.close()


def test_every_list_is_narrowed_without_script(reached: Reached, session: Session) -> None:
    context = session("sun.rui", False)
    page = context.new_page()
    narrowed, faults = 0, list[str]()
    for kind in reached("sun.rui"):
        if "?" in kind.pattern or kind.tree is None or not kind.tree.find_class("filters"):
            continue
        page.goto(kind.address)
        form = page.locator("form.filters").first
        search, choice = form.locator("input[type=search]"), form.locator("select")
        if search.count():
            field, value = search.first, "e"
            field.fill(value)
        elif choice.count():
            field = choice.first
            value = field.locator("option").last.get_attribute("value") or ""
            field.select_option(value)
        else:
            field, value = form.locator("input[type=date]").first, "2026-01-01"
            field.fill(value)
        name = field.get_attribute("name")
        with page.expect_response(lambda answer: answer.request.is_navigation_request()) as answered:
            form.locator("button[type=submit]").click()
        kept = page.locator(f"form.filters [name={name}]").first
        if answered.value.status != 200 or f"{name}=" not in page.url or kept.input_value() != value:
            faults.append(f"{page.url}: answers {answered.value.status}, {name} is {kept.input_value()}, not {value}")
        faults += [f"{page.url}: {fault}" for fault in shell_faults(page, script=False)]
        narrowed += 1
    context.close()
    assert faults == []
    assert narrowed >= 15


def test_a_record_is_changed_without_script(reached: Reached, session: Session) -> None:
    context = session("sun.rui", False)
    page = context.new_page()
    page.goto(next(page.address for page in reached("sun.rui") if page.pattern == "/records/bodies.body/N/do/change/"))
    name = page.get_by_label("Name", exact=False).first
    before = name.input_value()
    name.fill("")
    page.locator("main form.form button[type=submit]").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was saved")).to_be_visible()
    name.fill(f"{before} renamed")
    page.locator("main form.form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1, name=f"{before} renamed")).to_be_visible()
    expect(page.locator("#history ins", has_text=f"{before} renamed").first).to_be_visible()
    context.close()


def test_a_grave_action_is_one_press_without_script(served: Served, session: Session) -> None:
    context = session("sun.rui", False)
    page = context.new_page()
    page.goto(f"{served.url}/records/accounts.apitoken/do/create/")
    page.get_by_label("Name").fill("Reader of the wiki")
    page.get_by_label("Last day").fill((date.today() + timedelta(days=30)).isoformat())
    page.locator("main form.form button[type=submit]").click()
    expect(page.get_by_label("Token")).to_have_value(re.compile(".{20}"))
    page.get_by_role("link", name="I have copied it").click()
    page.goto(f"{served.url}/records/accounts.apitoken/")
    page.get_by_role("link", name="Reader of the wiki").click()
    page.locator("main form[data-confirm]").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Already revoked.")).to_be_visible()
    context.close()
