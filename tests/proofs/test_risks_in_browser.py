"""Risk in money in a real browser: a scenario entered without a manual, the panel read, the board page on one sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, company, system, user_with
from tests.web.browser import chromium, faults, window
from tests.web.risks.scene import category, risk, scene
from tests.web.risks.test_learn import happened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def driver() -> Iterator[Browser]:
    cache.clear()
    with chromium() as browser:
        yield browser


#: Seconds of the keystroke-level model (Card, Moran, Newell 1980): a key pressed by somebody who types 40 words a minute,
#: the mouse moved to its mark and clicked, the hand moved between mouse and keys, a thought before an act.
KEY, POINT, MOVE, THOUGHT = 0.28, 1.3, 0.4, 1.35
#: Words a minute that are read in silence (Brysbaert 2019).
READ = 238
#: What stands to be read before anything is typed: all but the way here, the entries of lists that are not opened, and
#: words for those who hear the page.
SEEN = """main => {
  const found = [], walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const around = text.parentElement;
    if (around.checkVisibility() && !around.closest('nav, option, .hidden-text, script')) found.push(text.data);
  }
  return found.join(' ');
}"""


@dataclass
class Hand:
    """A person's hand: each field filled, each choice made, each button pressed is one step, and takes its time."""

    page: Page
    steps: list[str] = field(default_factory=list)
    seconds: float = 0.0
    on_keys: bool = False

    def reads(self) -> None:
        self.page.get_by_role("button", name="Save the scenario").wait_for()
        words = str(self.page.locator("#main").evaluate(SEEN)).split()
        assert len(words) > 100
        self.seconds += len(words) / READ * 60

    def type(self, label: str, words: str) -> None:
        self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first.fill(words)
        self.steps.append(f"type {label}")
        # From one field to the next with the tab key, otherwise with the mouse.
        self.seconds += THOUGHT + (KEY if self.on_keys else POINT + MOVE) + len(words) * KEY
        self.on_keys = True

    def choose(self, label: str, word: str) -> None:
        self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first.select_option(label=word)
        self.steps.append(f"choose {label}")
        self._points(2)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()
        self.steps.append(f"press {words}")
        self._points(1)

    def _points(self, times: int) -> None:
        self.seconds += (MOVE if self.on_keys else 0) + times * (THOUGHT + POINT)
        self.on_keys = False


def blank() -> User:
    """A home with one category, one unit and its head; nothing in the register."""
    top = company()
    unit: Unit = act("permissions.unit.create", system(), code="shop", name="Shop", kind="business", parent=top)
    head = user_with("unit_owner", "employee", unit=unit, login="head")
    person = act("people.person.create", system(), full_name="Hana Head", unit=unit)
    act("people.person.connect_login", system(), person, user=head)
    category(user_with("ciso", login="ciso"), "operations", "Operations")
    return head


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_head_of_unit_enters_a_scenario_without_a_manual(live_server: object, driver: Browser, script: bool) -> None:
    url = str(live_server.url)  # type: ignore[attr-defined]
    head = blank()
    page = window(driver, url, head, script=script).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{url}/risks/")
    assert "No risk is in the register yet" in page.content()
    page.get_by_role("link", name="Enter a scenario").click()
    hand = Hand(page, ["press Enter a scenario"], THOUGHT + POINT)
    hand.reads()
    hand.type("Who or what acts?", "A criminal group")
    hand.type("What is hit?", "Payment platform")
    hand.choose("What happens to it?", "Availability: systems stand still")
    hand.type("At least so often a year", "1 in 20")
    hand.type("At most so often a year", "0.5")
    hand.type("Low end", "100k")
    hand.type("High end", "1m")
    if script:
        # Drawn while typing, before anything is sent.
        page.wait_for_selector("#drawing svg")
    else:
        hand.press("Draw")
    told = page.locator("#drawing").inner_text()
    assert "Half of such events cost less than USD 316k; one in twenty costs more than USD 1m." in told
    assert Risk.objects.count() == 0
    if script:
        assert faults(page) == []
    hand.type("Where the figures come from", "Workshop")
    hand.type("Why these ends", "Two near misses in ten years")
    hand.press("Save the scenario")
    page.wait_for_load_state()
    made = Risk.objects.get()
    assert page.url == f"{url}/risks/{made.pk}/"
    assert made.owner.user == head
    assert Estimate.objects.get().made_by == head
    assert "a year on average; one year in twenty costs more than" in page.content()
    # Unit, category, owner and the ways of telling were known; what was typed is the scenario itself.
    assert len(hand.steps) <= (11 if script else 12), hand.steps
    # By the model of hand and eye, which counts no doubt about the figures themselves.
    assert hand.seconds < 120, hand.seconds


def test_a_fault_stands_by_its_field_while_typing(live_server: object, driver: Browser) -> None:
    url = str(live_server.url)  # type: ignore[attr-defined]
    page = window(driver, url, blank()).new_page()
    page.goto(f"{url}/risks/new/")
    page.get_by_label("Hard bounds: less or more is impossible").check()
    assert page.get_by_label("Most likely").is_visible()
    page.get_by_label("No ends: it always costs the same").check()
    assert not page.get_by_label("Low end").is_visible()
    page.get_by_label("A 90 % interval: I would be surprised one time in ten").check()
    page.get_by_label("Low end").fill("2m")
    page.get_by_label("High end").fill("1m")
    page.get_by_text("The low end is above the high end.").wait_for()
    page.get_by_role("button", name="Save the scenario").click()
    page.get_by_text("Nothing was saved. Please look at:").wait_for()
    assert faults(page) == []
    assert Risk.objects.count() == 0


def test_a_ciso_reads_the_panel_beside_the_list(live_server: object, driver: Browser) -> None:
    url = str(live_server.url)  # type: ignore[attr-defined]
    made = scene()
    page = window(driver, url, made.ciso).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{url}/risks/")
    page.get_by_role("link", name="Ransomware stops the payment platform").click()
    panel = page.locator(".panel")
    panel.get_by_text("It costs USD 581k a year on average").wait_for()
    assert page.url == f"{url}/risks/"
    assert faults(page) == []
    assert "USD 488k" in panel.inner_text()
    panel.get_by_label("Separate the networks").uncheck()
    panel.get_by_text("They avoid USD 349k a year for USD 90k a year").wait_for()
    panel.get_by_role("link", name="Close").click()
    assert page.locator(".panel").count() == 0
    # Without script the same words stand on a page of its own.
    plain = window(driver, url, made.ciso, script=False).new_page()
    plain.goto(f"{url}/risks/")
    plain.get_by_role("link", name="Ransomware stops the payment platform").click()
    assert plain.url == f"{url}/risks/{made.risks['ransom'].pk}/"
    plain.get_by_label("Separate the networks").uncheck()
    plain.get_by_role("button", name="Show what they would change").click()
    assert "They avoid USD 349k a year for USD 90k a year" in plain.content()


def pages(pdf: bytes) -> int:
    """How many sheets a document has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_the_board_page_prints_on_one_sheet(live_server: object, driver: Browser) -> None:
    url = str(live_server.url)  # type: ignore[attr-defined]
    made = scene()
    # As full as it gets: five risks with long names, five decisions, five treatments.
    for number in range(6):
        row = risk(
            made.ciso, title=f"A criminal group stops or alters the platform of a business unit in region {number} for several days",
            asset="Platform", category=made.categories["operations"], owner=made.head_person, unit=made.unit, low=f"{number + 4}00000",
            high="9000000",
        )  # fmt: skip
        if number > 3:
            act(
                "risks.treatment.plan", made.head, risk=row, title=f"Separate the networks of the business unit in region {number}",
                description="", response="mitigate", owner=made.head_person, cost="150000", due="2025-01-01", safeguard="", project="",
                frequency_left="0.5", severity_left="0.8",
            )  # fmt: skip
    act("risks.analysis.run", made.ciso, title="Spring", unit=made.top, kind="current")
    for language in ("en", "zh-hans"):
        page = window(driver, url, made.ciso, language=language).new_page()
        page.goto(f"{url}/risks/board/")
        assert page.locator(".top-risks").first.locator("li").count() == 5
        assert page.locator(".asked li").count() == 5
        for paper in ("A4", "Letter"):
            sheet = page.pdf(format=paper, print_background=False)
            assert pages(sheet) == 1, (language, paper)
    # The count can fail: a page that is longer than a sheet has more.
    page.goto(f"{url}/risks/{made.risks['ransom'].pk}/")
    assert pages(page.pdf(format="A4")) > 1


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_would_stand_is_computed_before_it_is_saved(live_server: object, driver: Browser, script: bool) -> None:
    url = str(live_server.url)  # type: ignore[attr-defined]
    made = scene()
    risk = made.risks["ransom"]
    happened(made, risk, "Warehouse encrypted", "7000000", ago=0)
    page = window(driver, url, made.ciso, script=script).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{url}/risks/{risk.pk}/")
    page.get_by_role("link", name="Learn from incidents").click()
    assert page.get_by_label("Warehouse encrypted").is_checked()
    before = page.locator("#learnt").inner_text()
    page.get_by_label("Reporting floor").fill("250k")
    page.get_by_label("The present interval is worth").fill("3")
    if not script:
        page.get_by_role("button", name="Compute").click()
    page.locator("#learnt").get_by_text("the smaller ones were never recorded").wait_for()
    assert page.locator("#learnt").inner_text() != before
    assert page.locator("#learnt svg").count() == 2
    assert Estimate.objects.filter(risk=risk, kind="current").count() == 1
    if script:
        assert faults(page) == []
    page.get_by_label("What was counted").fill("The incident register")
    page.get_by_role("button", name="Save what was learnt").click()
    page.get_by_text("The estimate has learnt; the former one is kept beside it.").wait_for()
    assert Estimate.objects.get(risk=risk, kind="current", replaced_on=None).learnt_losses == 1


def test_every_page_holds_on_a_phone_in_the_dark(live_server: object, driver: Browser) -> None:
    url = str(live_server.url)  # type: ignore[attr-defined]
    made = scene()
    analysis = act("risks.analysis.run", made.ciso, title="Spring", unit=made.top, kind="current")
    key = made.risks["ransom"].pk
    page = window(driver, url, made.ciso, width=390, scheme="dark").new_page()
    for address in (
        "/risks/", f"/risks/{key}/", f"/risks/{key}/estimate/", "/risks/new/", "/risks/profile/", "/risks/board/", "/risks/materiality/", "/risks/calibration/",
        f"/risks/{key}/learn/", f"/risks/analyses/{analysis.pk}/",
    ):  # fmt: skip
        answer = page.goto(f"{url}{address}")
        assert answer is not None
        assert answer.ok, address
        assert faults(page) == [], address


@pytest.mark.parametrize("address", ["/risks/profile/", "/risks/materiality/"])
def test_profile_and_materiality_print_their_tables_as_tables(
    live_server: object, driver: Browser, address: str
) -> None:
    made = scene()
    page = window(driver, str(live_server.url), made.ciso, width=700).new_page()  # type: ignore[attr-defined]
    page.goto(f"{live_server.url}{address}")  # type: ignore[attr-defined]
    row = page.locator("table.stacked tbody tr").first
    drawn = "element => getComputedStyle(element).display"
    assert row.evaluate(drawn) == "block", "on a narrow screen a row is a block"
    page.emulate_media(media="print")
    assert row.evaluate(drawn) == "table-row"
    assert page.locator("table.stacked thead").first.bounding_box()["height"] > 5  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
