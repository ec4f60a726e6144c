"""The materiality page: whose word stands where, what is asked next, and sums that no wall lets through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.areas.determinations.factors import FACTORS
from quarterdeck.areas.determinations.models import Assessment
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks.models import FinancialBaseline
from quarterdeck.areas.risks.queries import baseline_on
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Refused
from quarterdeck.web.risks import incident_costs
from quarterdeck.web.risks.incident_costs import joined
from tests.areas.determinations.path import determined, vote
from tests.support import act, body_with, open_meeting, person, system, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, scene
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db
PAGE = "/risks/materiality/"


@pytest.fixture
def register() -> Scene:
    return scene()


def incident(of: Scene, title: str, analyst: User, days: int = 0) -> Incident:
    with clock.fixed(clock.now() - timedelta(days=days)):
        made: Incident = act(
            "incidents.incident.declare", analyst, title=title, nature="incident", unit=of.top,
            discovered_at=clock.now() - timedelta(hours=1),
        )  # fmt: skip
    return made


def loss(of: Scene, what: Incident, so_far: str, high: str = "0", **more: Any) -> Any:
    given: dict[str, Any] = {"form": "response", "low": "0", "because": "Invoices", "as_of": clock.today()}
    return act("risks.incidentloss.record", of.ciso, incident=what, so_far=so_far, high=high, **(given | more))


def period(of: Scene, first: int, last: int, pretax_income: str = "40000000") -> FinancialBaseline:
    """Figures of the days so long ago, recorded and not confirmed."""
    today = clock.today()
    made: FinancialBaseline = act(
        "risks.financialbaseline.record", of.finance, period_from=today - timedelta(days=first),
        period_until=today - timedelta(days=last), revenue="2500000000", pretax_income=pretax_income, total_assets="3000000000",
        equity="1500000000", source="Interim report",
    )  # fmt: skip
    return made


def test_the_page_begins_with_the_lowest_threshold_and_what_incidents_cost(register: Scene, signed_in: SignIn) -> None:
    analyst = user_with("analyst")
    loss(register, incident(register, "Leak of last week", analyst), "100000", "50000")
    loss(register, incident(register, "Leak of two years ago", analyst, days=700), "800000")
    page = read(signed_in(register.ciso), PAGE)
    assert "of years losses pass 5 % of income before tax (USD 9m)" in page
    assert "Incidents on record have cost USD 900k, and at most USD 50k may still come." in page
    assert "Those declared in the last twelve months come to USD 150k at most." in page
    assert "That is 1.7% of “5 % of income before tax”, which decides nothing." in page
    assert page.index("5 % of income before tax 5 %") < page.index("0.5 % of revenue 0.5 %"), "the lower amount first"
    assert "USD 180,000,000" in page, "figures to the unit, so that a share of them can be followed"
    assert "recorded by Finance, confirmed by Ciso" in page


def test_sums_are_of_all_incidents_though_only_the_dearest_are_named(
    register: Scene, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_costs, "NAMED", 2)
    analyst = user_with("analyst")
    for number, so_far in enumerate(("100000", "300000", "200000")):
        loss(register, incident(register, f"Event {number}", analyst), so_far)
    page = read(signed_in(register.ciso), PAGE)
    assert "Together they have cost USD 600k so far, and nothing more is expected." in page
    assert "The dearest 2 of 3; the sums are of all." in page
    assert "Event 1" in page
    assert "Event 0" not in page


def directors() -> tuple[Any, list[Any]]:
    """A board committee of two."""
    seats = [person("Ada Birch"), person("Ben Cole")]
    members = dict(zip(seats, ("chair", "member"), strict=True))
    return body_with("board_committee", members, duties=("decide_disclosure",), name="Audit and Risk Committee"), seats


def assessing(of: Scene, title: str, analyst: User) -> Incident:
    """An incident whose assessment is organised, without a wall."""
    made = incident(of, title, analyst)
    act("incidents.incident.rate", analyst, made, severity="moderate", severity_why="One system")
    act("incidents.incident.trace", analyst, made, source="external", source_why="Log of the gateway")
    act("incidents.incident.contain", analyst, made)
    act("incidents.incident.ratify_containment", of.ciso, made)
    done: Incident = act(
        "incidents.incident.organise_assessment", of.ciso, made, assessor=of.head_person, open_because="Minor"
    )
    return done


def related(of: Scene, analyst: User) -> tuple[Incident, Incident, Assessment]:
    """Two incidents, of which the assessment of the first weighs the second with it."""
    first, second = assessing(of, "Ledger altered", analyst), incident(of, "Same account elsewhere", analyst)
    made: Assessment = act("determinations.assessment.open", system(), incident=first, lead=of.head_person)
    act(
        "determinations.related.relate", system(), assessment=made, other=second, why="Same account",
        together="Together they show a search for the ledger.",
    )  # fmt: skip
    return first, second, made


def test_related_incidents_are_put_together_for_whoever_may_see_both(register: Scene, signed_in: SignIn) -> None:
    analyst, auditor = user_with("analyst"), user_with("auditor")
    first, second, _made = related(register, analyst)
    loss(register, first, "200000")
    loss(register, second, "4000000", "1000000")
    page = read(signed_in(auditor), PAGE)
    assert "Same account elsewhere: USD 4.2m so far, USD 5.2m at most. That is 58% of" in page
    assert "Together they show a search for the ledger." in page
    act("incidents.incident.raise_wall", register.ciso, second, why="Could be material", people=[analyst.pk])
    outside = read(signed_in(auditor), PAGE)
    assert "Same account" not in outside
    assert "4.2m" not in outside
    assert "weighs an incident together with others" in outside


def test_what_hangs_together_by_a_third_is_one_group() -> None:
    assert sorted(map(sorted, joined([(1, 2), (4, 5), (2, 3)]))) == [[1, 2, 3], [4, 5]]
    assert joined([(1, 2), (3, 4), (2, 3)]) == [frozenset({1, 2, 3, 4})]


def test_each_qualitative_factor_is_answered_unknown_not_applicable_or_still_open(
    register: Scene, signed_in: SignIn
) -> None:
    asked = {kind.code for kind in FACTORS if not kind.quantitative}
    assert asked >= {
        "reputation",
        "customers",
        "operations",
        "litigation",
        "regulators",
        "safety",
        "strategy",
        "aggregate",
    }
    analyst = user_with("analyst")
    first, _second, made = related(register, analyst)
    rows = {row.code: row for row in made.factors.all()}
    for code, answer in (("reputation", "answered"), ("safety", "not_applicable"), ("strategy", "unknown")):
        act("determinations.factor.answer", system(), rows[code], answer=answer, reason="As far as is known.")
    page = read(signed_in(register.ciso), PAGE)
    table = page[page.index("What no amount answers") :]
    assert "Harm to the name of the company or a brand. 1 – – – –" in table
    assert "or the danger of it. – – 1 – –" in table
    assert f"the business model have to change. – 1 – – {first.number}" in table
    assert f"Whether suits are possible. – – – 1 {first.number}" in table
    asked_next = page[page.index("What is asked") : page.index("What a body found")]
    assert f"Settle what is open: {first}" in asked_next
    assert "14 factors are not answered; 1 is unknown." in asked_next
    assert "Hana Head" in asked_next


def test_a_body_s_word_is_given_as_the_body_s_and_only_then(register: Scene, signed_in: SignIn) -> None:
    what = assessing(register, "Small leak", user_with("analyst"))
    loss(register, what, "100")
    before = read(signed_in(register.ciso), PAGE)
    assert "not assessed yet" in before
    assert "not material" not in before.lower()
    board, seats = directors()
    act("incidents.incident.raise_wall", system(), what, why="Voted on", people=[register.ciso.pk])
    determined(what, register.head_person, board, seats, answer="not_material")
    with clock.fixed(clock.now() + timedelta(days=1)):
        after = read(signed_in(register.ciso), PAGE)
    assert "decided by a body: Not material" in after
    assert after.lower().count("not material") == 1


def test_the_yearly_question_is_asked_for_the_newest_year_of_figures_until_a_body_has_voted(
    register: Scene, signed_in: SignIn
) -> None:
    client = signed_in(register.ciso)
    first = read(client, PAGE)
    assert "Prepare the yearly question for" in first
    assert "No body has answered the yearly question yet" in first
    year = FinancialBaseline.objects.get()
    review = act(
        "risks.threatreview.prepare", register.ciso, title="Threats of the year", period_from=year.period_from,
        period_until=year.period_until, threats="Those of the register.", incidents="None.", aggregate="Nothing.",
        likely="Nothing.", answer="not_affected", because="As listed.",
    )  # fmt: skip
    assert "Bring “Threats of the year” before the body" in read(client, PAGE)
    board, seats = directors()
    moment = clock.now()
    item = open_meeting(board, moment, *seats)
    with clock.fixed(moment):
        review = act("risks.threatreview.bring", system(), review, item=item)
        assert "Vote on “Threats of the year”" in read(client, PAGE)
        vote(review.decision, dict.fromkeys(seats, "for"))
        voted = read(client, PAGE)
    assert "Audit and Risk Committee" in voted
    assert "“None has, and none is reasonably likely to”" in voted
    assert "What is asked" not in voted
    assert "Threats of the year" not in read(signed_in(register.head), PAGE), "a head of unit reads no board's answer"


def test_figures_that_wait_and_figures_that_are_old_are_asked_for(register: Scene, signed_in: SignIn) -> None:
    period(register, 134, 10)
    page = read(signed_in(register.ciso), PAGE)
    assert "Confirm the figures of" in page
    assert "another person than Finance" in page
    assert b"&lt;time" not in signed_in(register.ciso).get(PAGE).content
    with clock.fixed(clock.now() + timedelta(days=600)):
        assert "Thresholds still rest on a period that ended on" in read(signed_in(register.ciso), PAGE)


def test_a_quarter_does_not_move_thresholds_that_are_shares_of_a_year(register: Scene) -> None:
    year = baseline_on(clock.today())
    quarter = period(register, 100, 10)
    act("risks.financialbaseline.confirm", register.ciso, quarter)
    assert baseline_on(clock.today()) == year
    act("risks.financialbaseline.withdraw", register.finance, year)
    assert baseline_on(clock.today()) == quarter, "where no year is confirmed, as in a first period"


def test_figures_of_a_period_that_runs_or_that_is_confirmed_already_are_refused(register: Scene) -> None:
    with pytest.raises(Refused, match="not over"):
        period(register, 100, -10)
    again = period(register, 500, 135)
    with pytest.raises(Refused, match="same period"):
        act("risks.financialbaseline.confirm", register.ciso, again)


def test_two_thresholds_of_one_name_and_a_loss_older_than_what_stands_are_refused(register: Scene) -> None:
    with pytest.raises(Refused, match="of this name"):
        act(
            "risks.materialitythreshold.create", register.ciso, name="0.5 % of revenue", base="revenue", percent="1",
            because="Again",
        )  # fmt: skip
    what = incident(register, "Leak", user_with("analyst"))
    loss(register, what, "100")
    with pytest.raises(Refused, match="newer"):
        loss(register, what, "50", as_of=clock.today() - timedelta(days=1))


def test_a_loss_making_year_leaves_a_threshold_without_amount_and_says_why(register: Scene, signed_in: SignIn) -> None:
    former = FinancialBaseline.objects.get()
    act("risks.financialbaseline.withdraw", register.finance, former)
    act("risks.financialbaseline.confirm", register.ciso, period(register, 500, 135, pretax_income="-5000000"))
    page = read(signed_in(register.ciso), PAGE)
    assert "none: the figure is not above zero" in page
    assert "losses pass 0.5 % of revenue" in page


def test_a_head_of_unit_is_told_that_the_chances_are_of_a_part(register: Scene, signed_in: SignIn) -> None:
    told = "Chances and losses are those of the units that you may see, not of the whole company."
    assert told in read(signed_in(register.head), PAGE)
    assert told not in read(signed_in(register.ciso), PAGE)
    auditor = signed_in(user_with("auditor"))
    assert auditor.get(PAGE).status_code == 200
    assert b"<button" not in auditor.get(PAGE).content.split(b"<main")[1].split(b"</main>")[0]
    assert signed_in(user_with("employee")).get(PAGE).status_code == 404
