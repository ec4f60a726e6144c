"""Safeguards in place and treatments planned are held against each other from one state of the engine."""

from __future__ import annotations

import json
import re

import pytest

from quarterdeck.areas.risks.models import Analysis, Risk, RiskSafeguard, Treatment
from quarterdeck.engines.loss import Analysis as Year
from quarterdeck.engines.loss import lifted, quantify, read_portfolio
from quarterdeck.web.risks import treating
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, scene
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def guarded(of: Scene, risk: Risk, name: str = "Offline backups", **more: object) -> RiskSafeguard:
    """A safeguard that takes away half of what one event costs, on most of the asset, most of the time."""
    found = act(
        "safeguards.safeguard.create", of.ciso, name=name, description="", kind="technical", owner=of.head_person,
        unit=of.top, test_every=12,
        in_operation_since="2024-01-01",
    )  # fmt: skip
    told = {
        "safeguard": found, "acts": "severity", "effectiveness": "0.5", "coverage": "0.8", "lapses": "2", "lapse_days": "10",
        "cost": "120000", "because": "Restored twice",
    } | more  # fmt: skip
    act("risks.risk.link_safeguard", of.ciso, risk, **told)
    return RiskSafeguard.objects.filter(risk=risk).latest("pk")


def kept(of: Scene) -> Analysis:
    made: Analysis = act("risks.analysis.run", of.ciso, title="Spring", unit=of.top, kind="current")
    return made


def options(of: Scene, made: Analysis) -> treating.Options:
    names = dict(Risk.objects.exclude(number="R-4").values_list("pk", "number"))
    return treating.weighed(
        made.inputs, list(Treatment.objects.all()), list(RiskSafeguard.objects.filter(ended_on=None)), names
    )


def test_a_safeguard_is_worth_what_lifting_it_would_bring_back(register: Scene) -> None:
    guarded(register, register.risks["ransom"])
    made = kept(register)
    found = next(item for item in options(register, made).returns if not item.planned)
    # Effective by half, on 80 %, working all but 20 days a year: what is left is 1 - 0.5 x 0.8 x (1 - 20/365.25).
    left = 1 - 0.5 * 0.8 * (1 - 20 / 365.25)
    document = json.loads(made.inputs)
    for scenario in document["scenarios"]:
        if scenario["id"] == register.risks["ransom"].number:
            scenario["severity"]["low"] /= left
            scenario["severity"]["high"] /= left
    bare, now = quantify(read_portfolio(document)), quantify(read_portfolio(json.loads(made.inputs)))
    assert bare.expected is not None
    assert now.expected is not None
    assert found.saved == pytest.approx(bare.expected - now.expected, rel=1e-9)
    assert found.tail == pytest.approx((bare.tvar[0.99] or 0) - (now.tvar[0.99] or 0), rel=1e-4)
    assert found.chance == pytest.approx(
        bare.thresholds[0].annual_probability - now.thresholds[0].annual_probability, rel=1e-3, abs=1e-9
    )
    assert found.per_cost is not None
    assert found.ratio == pytest.approx(found.saved / 120_000)


def test_lapses_coverage_and_effectiveness_each_lessen_what_it_is_worth(register: Scene) -> None:
    worth = []
    for number, more in enumerate(({}, {"lapses": "12"}, {"coverage": "0.4"}, {"effectiveness": "0.3"})):
        for former in RiskSafeguard.objects.filter(ended_on=None):
            act("risks.risksafeguard.end", register.ciso, former)
        guarded(register, register.risks["ransom"], f"Backups {number}", **more)
        worth.append(next(item.saved for item in options(register, kept(register)).returns if not item.planned))
    assert worth[0] == max(worth)
    assert len({round(value or 0) for value in worth}) == 4


def test_inherent_current_and_residual_follow_from_the_same_state(register: Scene) -> None:
    guarded(register, register.risks["ransom"])
    guarded(register, register.risks["leak"], "Read access by purpose", acts="frequency")
    made = kept(register)
    given = options(register, made)
    found = treating.states(given)
    assert found is not None
    assert found.inherent is not None
    assert found.residual is not None
    portfolio = read_portfolio(json.loads(made.inputs))
    held = tuple(guard for name, guard in given.guards.items() if name.startswith("s"))
    anew = Year(lifted(portfolio, held))
    assert found.inherent.expected == pytest.approx(anew.expected, rel=1e-9)
    assert found.inherent.bad == pytest.approx(anew.quantile(0.95)[0], rel=1e-4)
    for more, less in ((found.inherent, found.current), (found.current, found.residual)):
        assert (more.expected or 0) > (less.expected or 0)
        assert more.bad > less.bad
        assert (more.tail or 0) > (less.tail or 0)
        assert more.chances[0] > less.chances[0]


def test_the_frontier_holds_safeguards_and_treatments_and_says_where_today_stands(register: Scene) -> None:
    guarded(register, register.risks["ransom"])
    guarded(register, register.risks["leak"], "An expensive habit", effectiveness="0.02", cost="900000")
    guarded(register, register.risks["leak"], "Of unknown cost", cost="", acts="frequency")
    made = kept(register)
    given = options(register, made)
    found = treating.worth_having(given)
    assert found is not None
    assert len(found.held) == 2  # the one without a cost is not among them
    assert found.frontier.exact
    named = {key for choice in found.frontier.choices for key in choice.ids}
    assert {key[0] for key in named} == {"s", "t"}
    # What is in place saves what lifting all of it at once would bring back.
    portfolio = read_portfolio(json.loads(made.inputs))
    anew = Year(lifted(portfolio, tuple(given.guards[key] for key in found.held)))
    now = Year(portfolio)
    assert found.today.value == pytest.approx((anew.expected or 0) - (now.expected or 0), rel=1e-9)
    assert found.today.cost == 1_020_000
    best = max((choice for choice in found.frontier.choices if choice.cost <= found.today.cost), key=lambda c: c.value)
    assert best.value > found.today.value  # the habit is not worth its money


def test_a_risk_says_what_it_would_cost_without_its_safeguards(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["leak"]
    assert "Without these safeguards" not in read(signed_in(register.ciso), f"/risks/{risk.pk}/")
    guarded(register, risk)
    page = read(signed_in(register.ciso), f"/risks/{risk.pk}/")
    assert re.search(
        r"Without these safeguards a year would cost USD [\d.]+[km] on average; they hold back USD [\d.]+[km]", page
    )


def test_the_page_tells_them_in_words_and_only_to_those_who_may_see_them(register: Scene, signed_in: SignIn) -> None:
    guarded(register, register.risks["ransom"])
    made = kept(register)
    page = read(signed_in(register.ciso), f"/risks/analyses/{made.pk}/")
    assert "Offline backups in place · R-1" in page
    assert "planned · R-1" in page
    assert re.search(r"Offline backups in place · R-1 USD 120k USD [\d.]+k [\d.]+ for each 1", page)
    assert re.search(r"Beyond USD 9m \(5 % of income before tax\)", page)
    assert "Inherent: without the safeguards recorded" in page
    assert "Residual: with everything planned" in page
    assert "What is in place costs USD 120k and saves" in page
    director = read(signed_in(user_with("board_member")), f"/risks/analyses/{made.pk}/")
    assert "Inherent: without the safeguards recorded" in director
