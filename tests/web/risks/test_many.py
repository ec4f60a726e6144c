"""Pages of risk ask as many questions of many risks as of few, and work nothing out twice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.areas.risks.models import Analysis, Risk
from quarterdeck.kernel.actions import Performance, Refused
from quarterdeck.kernel.records import writing
from quarterdeck.web.risks import figures, frame
from tests.areas.safeguards.house import safeguard
from tests.support import act, system, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, risk, scene
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def asked(client: Client, path: str) -> int:
    """How many questions a page asks of the database, once its like was asked before."""
    for _ in range(2):
        assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as found:
        client.get(path)
        # Read at once: the next request empties what was captured.
        return len(found)


def more(register: Scene, number: int) -> None:
    """Further risks, each with an estimate, an owner of its own and a treatment."""
    for place in range(number):
        owner = act("people.person.create", system(), full_name=f"Olga Owner {place}", unit=register.unit)
        made = risk(
            register.ciso, title=f"Further outage {place}", asset=f"Service {place}", category=register.categories["operations"],
            owner=owner, unit=register.unit, low="40000", high="600000",
        )  # fmt: skip
        act(
            "risks.treatment.plan", register.head, risk=made, title=f"Mend {place}", description="", response="mitigate",
            owner=register.head_person, cost="1000", due="2031-01-01", frequency_left="0.5", severity_left="1", safeguard="", project="",
        )  # fmt: skip


PAGES = {
    "/risks/": 8, "/risks/?q=a": 8, "/risks/?category={category}": 8, "/risks/?unit={unit}": 8, "/risks/?state=closed": 8,
    "/risks/profile/": 8, "/risks/new/": 12, "/risks/board/": 24, "/risks/materiality/": 24, "/risks/{risk}/": 24, "/risks/{risk}/panel/": 20,
    "/risks/{risk}/estimate/": 12, "/risks/analyses/{analysis}/": 20,
}  # fmt: skip


@pytest.mark.parametrize("who", ["ciso", "head"])
def test_no_page_asks_more_of_many_risks_than_of_few(register: Scene, signed_in: SignIn, who: str) -> None:
    kept: Analysis = act("risks.analysis.run", register.ciso, title="The year", unit=register.top, kind="current")
    client = signed_in(getattr(register, who))
    keys = {
        "risk": register.risks["ransom"].pk, "unit": register.unit.pk, "category": register.categories["operations"].pk, "analysis": kept.pk
    }  # fmt: skip
    paths = {path.format(**keys): most for path, most in PAGES.items()}
    open_to = [path for path in paths if client.get(path).status_code == 200]
    assert {"/risks/", "/risks/profile/", f"/risks/{keys['risk']}/"} <= set(open_to)
    few = {path: asked(client, path) for path in open_to}
    more(register, 12)
    many = {path: asked(client, path) for path in open_to}
    assert {path: (few[path], many[path]) for path in open_to if many[path] > few[path]} == {}
    assert {path: many[path] for path in open_to if many[path] > paths[path]} == {}
    assert "Further outage 11" in read(client, "/risks/")


def test_the_year_is_put_together_once_until_something_of_it_changes(
    register: Scene, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    before = figures.inputs_of

    def counted(*given: object) -> object:
        worked.append("inputs")
        return before(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(figures, "inputs_of", counted)
    client = signed_in(register.ciso)
    first = read(client, "/risks/")
    for path in ("/risks/", "/risks/board/", "/risks/profile/", "/risks/materiality/"):
        read(client, path)
    assert worked == ["inputs"]
    # Something that no page of risk speaks of.
    safeguard("Backups apart", owner=register.head_person, unit=register.top)
    assert read(client, "/risks/") == first
    assert worked == ["inputs"]
    act("risks.risk.close", register.ciso, register.risks["leak"], reason="The store is gone.")
    assert "Customer data read by strangers" not in read(client, "/risks/")
    assert worked == ["inputs", "inputs"]


def test_what_is_kept_for_one_reader_is_shown_to_no_other(register: Scene, signed_in: SignIn) -> None:
    everything = read(signed_in(register.ciso), "/risks/")
    theirs = read(signed_in(register.head), "/risks/")
    assert "4 open risks that you may see" in everything
    assert "Customer data read by strangers" in everything
    assert "2 open risks that you may see" in theirs
    assert "Customer data read by strangers" not in theirs


def test_who_loses_a_role_loses_what_was_kept_with_it(register: Scene, signed_in: SignIn) -> None:
    reader = user_with("analyst", login="reader")
    client = signed_in(reader)
    assert "4 open risks that you may see" in read(client, "/risks/")
    held = reader.assignments.get(role="analyst")
    act("permissions.assignment.end", system(), held, effective_until="2020-01-01")
    assert client.get("/risks/").status_code == 404


def test_whoever_may_read_a_file_in_finds_the_way_from_the_register(register: Scene, signed_in: SignIn) -> None:
    address = "/records/risks.registerimport/do/read/"
    page = signed_in(register.ciso).get("/risks/").content.decode()
    assert address in page
    assert signed_in(register.ciso).get(address).status_code == 200
    assert address not in signed_in(user_with("board_member")).get("/risks/").content.decode()


def test_owners_whom_the_reader_may_not_see_are_looked_up_once(register: Scene, signed_in: SignIn) -> None:
    everywhere = signed_in(register.ciso)
    within = signed_in(register.head)
    # The same risks, owned by people of a unit that the head does not see.
    hidden = act("people.person.create", system(), full_name="Hidden Hilda", unit=register.top)
    for name in ("ransom", "fraud"):
        with writing():
            Risk.objects.filter(pk=register.risks[name].pk).update(owner=hidden)
    assert "Hidden Hilda" in read(everywhere, "/risks/")
    assert "Hidden Hilda" not in read(within, "/risks/")
    assert asked(within, "/risks/") == asked(everywhere, "/risks/")


def test_more_risks_than_a_page_holds_are_all_found(register: Scene, signed_in: SignIn) -> None:
    more(register, 55)
    client = signed_in(register.ciso)
    first = client.get("/risks/")
    text = first.content.decode()
    assert "50 of 59" in read(client, "/risks/")
    onward = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(onward).content.decode()
    titles = set(Risk.objects.filter(state="open").values_list("title", flat=True))
    assert {title for title in titles if title in text or title in second} == titles
    assert asked(client, onward) <= 8


def test_a_large_analysis_computes_what_takes_long_when_it_is_asked_for(
    register: Scene, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Analysis = act("risks.analysis.run", register.ciso, title="The year", unit=register.top, kind="current")
    client = signed_in(register.ciso)
    address = f"/risks/analyses/{kept.pk}/"
    assert "What the 1-in-20 year hangs on" in read(client, address)
    monkeypatch.setattr("quarterdeck.web.risks.analysis.LARGE", 2)
    short = read(client, address)
    assert "What the 1-in-20 year hangs on" not in short
    assert "Compute them" in short
    assert "Restore within a day" not in short
    assert "Restore within a day" in read(client, f"{address}?parts=1")
    monkeypatch.setattr("quarterdeck.web.risks.analysis.MOST_MOVED", 2)
    told = read(client, f"{address}?parts=1")
    assert "What the 1-in-20 year hangs on" not in told
    assert "More than 2 risks are not moved one by one. Compute an analysis of a unit" in told


def test_an_analysis_of_more_than_can_be_waited_for_is_refused_with_what_to_do_instead(
    register: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quarterdeck.areas.risks.actions.analysis.MOST_APART", 1)
    with pytest.raises(Refused, match=r"at most 1 risks together .* here are 3\. Compute units below"):
        act("risks.analysis.run", register.ciso, title="The year", unit=register.top, kind="current")


def test_an_analysis_is_computed_before_its_transaction_and_anew_where_the_register_changed(
    register: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from quarterdeck.areas.risks.actions import analysis

    ran: list[str] = []
    before = analysis.results_of
    monkeypatch.setattr(analysis, "results_of", lambda inputs: ran.append(inputs.sha256) or before(inputs))
    data = {"title": "The year", "unit": register.top.pk, "kind": "current"}
    doing = Performance("risks.analysis.run", register.ciso, None, data)
    doing.ready()
    assert len(ran) == 1
    doing.do()
    assert len(ran) == 1
    doing = Performance("risks.analysis.run", register.ciso, None, data)
    doing.ready()
    act("risks.risk.close", register.ciso, register.risks["leak"], reason="The store is gone.")
    made = doing.do().record
    assert len(ran) == 3
    assert isinstance(made, Analysis)
    assert made.risks == 2


def test_on_the_board_page_of_a_large_register_treatments_still_say_what_they_save(
    register: Scene, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(register.ciso)
    whole = read(client, "/risks/board/")
    saved = whole.split("Restore within a day: avoids ")[1].split(" a year")[0]
    monkeypatch.setattr("quarterdeck.web.risks.board.LARGE", 2)
    frame._frames.clear()
    large = read(client, "/risks/board/")
    assert f"Restore within a day: avoids {saved} a year" in large
    assert "less in the worst hundredth of years" in whole
    assert "less in the worst hundredth of years" not in large
