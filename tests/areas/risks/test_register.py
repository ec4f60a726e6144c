"""The register: estimates in money, what they learn, treatments, acceptance by those entitled, analyses that anybody can repeat."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from quarterdeck.areas.risks.models import Acceptance, Estimate, Risk, Treatment
from quarterdeck.engines.loss import quantify, read_portfolio
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.areas.risks.desk import analysis, appetite, category, estimate, risk
from tests.support import act, company, person, system, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def test_an_estimate_gives_the_published_figure_and_the_register_shows_it() -> None:
    held = risk()
    assert held.number == "R-1"
    assert held.expected is None
    made = estimate(held)
    # riskquant's README: once in ten years, 90 % between 100,000 and 1,000,000.
    assert made.expected == Decimal("40400.13")
    held.refresh_from_db()
    assert (held.expected, held.event_low, held.event_high) == (
        Decimal("40400.13"),
        Decimal(100_000),
        Decimal(1_000_000),
    )
    assert held.chance == Decimal("0.095163")
    assert risk("Another").number == "R-2"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rate_low": "2", "rate_high": "1"}, "rate_low"),
        ({"rate_low": "-1"}, "rate_low"),
        ({"rate_low": "", "rate_high": ""}, "rate_low"),
        ({"rate_low": "0", "rate_high": "1"}, "rate_low"),
        ({"rate_low": "NaN"}, "rate_low"),
        ({"low": "2000000"}, "low"),
        ({"low": "0"}, "low"),
        ({"high": ""}, "high"),
        ({"high": "1e400"}, "high"),
        ({"much": "bounds"}, "likely"),
        ({"much": "bounds", "likely": "5"}, "likely"),
        ({"much": "amount"}, "likely"),
        ({"much": "forms", "forms": "primary nothing 1 2"}, "forms"),
        ({"much": "forms", "forms": "secondary fines 1 2\nsecondary share 0.5"}, "forms"),
        ({"often": "chance"}, "chance"),
        ({"often": "chance", "chance": "1.5"}, "chance"),
        ({"often": "threat"}, "vulnerability"),
    ],
)
def test_what_cannot_be_computed_is_named_by_its_field_and_nothing_is_stored(given: dict[str, str], field: str) -> None:
    held = risk()
    with pytest.raises(Invalid) as caught:
        estimate(held, **given)
    assert list(caught.value.errors) == [field]
    assert not Estimate.objects.exists()
    held.refresh_from_db()
    assert held.expected is None


def test_a_second_estimate_needs_a_reason_and_the_first_is_kept() -> None:
    held = risk()
    first = estimate(held, on=date(2024, 3, 1))
    with pytest.raises(Refused, match="say why this one differs"):
        estimate(held, rate_low="0.2", rate_high="0.2")
    second = estimate(held, on=date(2024, 9, 1), rate_low="0.2", rate_high="0.2", changed_because="Two near misses.")
    first.refresh_from_db()
    assert first.replaced_on == date(2024, 9, 1)
    assert second.expected == Decimal("80800.26")
    held.refresh_from_db()
    assert held.expected == second.expected
    assert held.next_review == date(2025, 9, 1)


def test_threat_events_and_the_share_that_succeeds_are_the_same_as_their_product() -> None:
    product = estimate(risk("One"))
    factors = estimate(risk("Two"), often="threat", rate_low="4", rate_high="4", vulnerability="0.025")
    assert factors.expected == product.expected
    assert factors.bad_year == product.bad_year


def test_the_rate_learns_from_counted_events_as_gamma_and_poisson_say() -> None:
    held = risk()
    # The interval of a Gamma law worth 2 events in 4 years.
    estimate(held, rate_low="0.08884", rate_high="1.18597")
    act(
        "risks.risk.learn",
        system(),
        held,
        events=3,
        since="2019-01-01",
        until="2024-01-01",
        because="The incident register.",
    )
    learnt = Estimate.objects.get(risk=held, replaced_on=None)
    assert (learnt.learnt_events, learnt.learnt_years) == (3, Decimal("5.00"))
    assert learnt.shape is not None
    assert learnt.years is not None
    assert float(learnt.shape / learnt.years) == pytest.approx(0.5556, abs=2e-4)
    assert learnt.rate_low is not None
    assert learnt.rate_high is not None
    assert float(learnt.rate_low) == pytest.approx(0.2189, abs=2e-4)
    assert float(learnt.rate_high) == pytest.approx(1.0171, abs=2e-4)
    assert learnt.any_loss is not None
    assert float(learnt.any_loss) == pytest.approx(0.40951, abs=2e-4)


def test_a_rate_given_as_certain_learns_nothing_and_says_so() -> None:
    held = risk()
    estimate(held)
    with pytest.raises(Refused, match="estimate it as an interval first"):
        act("risks.risk.learn", system(), held, events=3, since="2019-01-01", until="2024-01-01", because="Counted.")


@pytest.mark.parametrize("role", ["counsel", "disclosure_officer", "analyst"])
def test_the_owner_of_a_risk_accepts_it_whatever_role_they_hold(role: str) -> None:
    owner = person("Olga Brandt", role)
    held = risk(owner=owner)
    estimate(held)  # 40,400 a year
    appetite()
    until = (clock.today() + timedelta(90)).isoformat()
    with pytest.raises((NotVisible, Denied, Refused)):
        act("risks.risk.accept", person("Somebody Else", role).user, held, until=until, because="Small.")
    act("risks.risk.accept", owner.user, held, until=until, because="It is the price of the shop.")
    assert Acceptance.objects.get().accepted_by == owner.user


def test_only_somebody_entitled_accepts_a_risk_and_only_for_a_year() -> None:
    owner = person("Olga Brandt", "employee")
    held = risk(owner=owner)
    ciso, member = user_with("ciso"), user_with("committee_member")
    until = (clock.today() + timedelta(90)).isoformat()
    with pytest.raises(Refused, match="Estimate it first"):
        act("risks.risk.accept", ciso, held, until=until, because="Small.")
    estimate(held, rate_low="1", rate_high="1")  # 404,001 a year
    with pytest.raises(Refused, match="No appetite is in force"):
        act("risks.risk.accept", ciso, held, until=until, because="Small.")
    appetite()
    for who in (owner.user, ciso):
        with pytest.raises(Refused, match="a member of the committee"):
            act("risks.risk.accept", who, held, until=until, because="Small.")
    with pytest.raises(Refused, match="within a year"):
        act("risks.risk.accept", member, held, until=(clock.today() + timedelta(800)).isoformat(), because="Small.")
    act("risks.risk.accept", member, held, until=until, because="It is the price of the shop.")
    assert Acceptance.objects.get().expected == Decimal("404001.28")
    estimate(held, rate_low="0.1", rate_high="0.1", changed_because="A new lock.")  # 40,400
    act("risks.risk.accept", owner.user, held, until=until, because="Small now.")
    newest = Acceptance.objects.on(clock.today()).latest("pk")
    assert (newest.expected, newest.accepted_by) == (Decimal("40400.13"), owner.user)


def test_a_unit_without_an_appetite_of_its_own_is_held_to_the_one_above() -> None:
    shop = act("permissions.unit.create", system(), code="shop", name="Shop", kind="business", parent=company())
    held = risk(unit=shop)
    estimate(held)
    appetite()
    until = (clock.today() + timedelta(90)).isoformat()
    ciso = user_with("ciso")
    act("risks.risk.accept", ciso, held, until=until, because="Small.")
    appetite(unit=shop, ciso_may_accept="60", owner_may_accept="50")
    with pytest.raises(Refused, match="a member of the committee"):
        act("risks.risk.accept", ciso, held, until=until, because="Small.")


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        ("", "required"),
        ("nonsense", "Line 1"),
        ("1m 5%\n2m 10%", "greater amount"),
        ("1m 120%", "between 0 and 1"),
        ("0 5%", "greater than 0"),
    ],
)
def test_a_tolerance_curve_that_makes_no_sense_is_refused_by_line(curve: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        appetite(curve=curve)
    assert said in str(caught.value)


def test_an_analysis_is_what_the_engine_says_of_its_inputs_and_can_be_computed_again() -> None:
    for title, rate in (("One", "0.1"), ("Two", "0.4")):
        estimate(risk(title), rate_low=rate, rate_high=rate)
    unestimated = risk("Three")
    run = analysis()
    assert run.risks == 2
    assert run.left_out == unestimated.number
    assert run.expected == Decimal("202000.64")
    found = quantify(read_portfolio(json.loads(run.inputs)))
    assert json.loads(run.results)["var"]["0.99"] == found.var[0.99]
    assert float(run.worst_year) == pytest.approx(found.var[0.99], abs=0.01)
    with pytest.raises(Denied):
        act("risks.analysis.repeat", user_with("auditor"), run)
    again = act("risks.analysis.repeat", user_with("analyst"), run)
    assert again.repeated_same is True
    estimate(risk("Four"))
    again = act("risks.analysis.repeat", system(), run)
    assert again.repeated_same is True, "what changed since does not reach into it"
    assert analysis().inputs_sha256 != run.inputs_sha256


def test_a_years_loss_after_treatment_falls_back_on_todays_estimate() -> None:
    one, two = risk("One"), risk("Two")
    estimate(one)
    estimate(two)
    estimate(two, "residual", rate_low="0.05", rate_high="0.05")
    assert analysis(kind="residual").expected == Decimal("60600.19")


def test_a_treatment_is_planned_done_and_brings_the_next_look_forward() -> None:
    held = risk(on=date(2024, 2, 1))
    with pytest.raises(Invalid, match="neither how often nor how much"):
        act("risks.treatment.plan", system(), risk=held, title="Nothing", response="mitigate", owner=held.owner, cost="1", due="2099-01-01", frequency_left="1", severity_left="1")  # fmt: skip
    assert held.response is None
    plan = act("risks.treatment.plan", system(), risk=held, title="A second lock", response="mitigate", owner=held.owner, cost="1000", due="2099-01-01", frequency_left="0.5", severity_left="1")  # fmt: skip
    held.refresh_from_db()
    assert held.response == "mitigate", "the register's response type follows from what is planned"
    other = act("risks.treatment.plan", system(), risk=held, title="Insurance", response="transfer", owner=held.owner, cost="1", due="2099-01-01", frequency_left="1", severity_left="0.5")  # fmt: skip
    held.refresh_from_db()
    assert held.response == "mitigate", "and stays what it was said to be"
    act("risks.treatment.cancel", system(), other, reason="Too dear")
    with pytest.raises(Refused, match="A treatment is still under way"):
        act("risks.risk.close", system(), held, reason="Gone")
    done = act("risks.treatment.finish", system(), plan, done_on=clock.today().isoformat())
    assert done.state == Treatment.State.DONE
    held.refresh_from_db()
    assert held.next_review <= clock.today() + timedelta(31)
    closed = act("risks.risk.close", system(), held, reason="The shop was sold.")
    assert closed.state == Risk.State.CLOSED


def test_an_assessment_counts_once_somebody_else_approved_it() -> None:
    writer = user_with("analyst", "ciso")
    made = act("risks.riskassessment.prepare", writer, title="Spring", unit=company(), scope="All", method="Scenarios", performer="in_house", performer_name="Security", lead=person("Una Reed"), performed_on="2024-05-01")  # fmt: skip
    with pytest.raises(Refused, match="Write the result first"):
        act("risks.riskassessment.submit", writer, made)
    act("risks.riskassessment.change", writer, made, title="Spring", scope="All", method="Scenarios", performer="in_house", performer_name="Security", lead=made.lead, performed_on="2024-05-01", result="Sound.")  # fmt: skip
    made = act("risks.riskassessment.submit", writer, made)
    with pytest.raises((Denied, Refused)):
        act("risks.riskassessment.approve", writer, made)
    assert act("risks.riskassessment.approve", user_with("ciso"), made).state == "approved"


def test_somebody_of_another_unit_sees_no_risk_of_this_one() -> None:
    here = act("permissions.unit.create", system(), code="here", name="Here", kind="business", parent=company())
    there = act("permissions.unit.create", system(), code="there", name="There", kind="business", parent=company())
    held = risk(unit=here)

    def seen(unit: Unit) -> list[Record]:
        return list(Sight(user_with("unit_owner", unit=unit)).rows(resource_of(Risk)))

    assert seen(here) == [held]
    assert seen(there) == []


def test_a_calibration_answer_is_hit_or_miss_once_the_truth_is_told_by_somebody_else() -> None:
    someone = person("Una Reed", "analyst")
    made = act("risks.calibration.ask", system(), person=someone, question="Tickets last year?", low="100", high="300")
    assert made.hit is None
    with pytest.raises((Denied, Refused)):
        act("risks.calibration.tell", someone.user, made, truth="250")
    assert act("risks.calibration.tell", user_with("ciso"), made, truth="250").hit is True
    assert category().name == "Operations"
