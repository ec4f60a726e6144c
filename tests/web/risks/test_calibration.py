"""How good the estimates are: people, rates and bad years against what came, in words that say how little few data tell."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from quarterdeck.areas.risks import judging
from quarterdeck.areas.risks.models import Analysis, Estimate, Forecast
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from tests.support import act, person, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, estimate, scene
from tests.web.risks.test_learn import happened
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db
PAGE = "/risks/calibration/"


@pytest.fixture
def register() -> Scene:
    """The register as it was made 400 days ago."""
    with clock.fixed(clock.now() - timedelta(days=400)):
        return scene()


def forecasts(of: Scene, who: object, given: list[tuple[str, bool]]) -> None:
    for number, (chance, came) in enumerate(given):
        made = act(
            "risks.forecast.make", of.ciso, person=who, statement=f"Vendor {number} reports a breach", chance=chance,
            due=clock.today() + timedelta(days=30),
        )  # fmt: skip
        act("risks.forecast.tell", of.ciso, made, came_true="yes" if came else "no")


def test_forecasts_are_scored_with_what_knowing_nothing_would_score(register: Scene, signed_in: SignIn) -> None:
    sharp, vague = person("Sharp Seer"), person("Vague Voice")
    forecasts(register, sharp, [("0.9", True)] * 5 + [("0.1", False)] * 7)
    forecasts(register, vague, [("0.9", False)] * 6 + [("0.1", True)] * 6)
    few = person("Few Words")
    forecasts(register, few, [("0.5", True)] * 2)
    page = read(signed_in(register.ciso), PAGE)
    assert "0.01 12 forecasts · base rate alone 0.24 better than knowing only how often such things happen" in page
    assert "0.81 12 forecasts · base rate alone 0.25 worse than knowing only how often such things happen" in page
    assert "0.25 2 forecasts · base rate alone 0.00 too few to tell" in page


def test_a_forecast_is_made_before_and_told_once_by_somebody_else(register: Scene) -> None:
    someone = person("Fay Forecaster", "analyst")
    with pytest.raises(Refused, match="before it can be known"):
        act(
            "risks.forecast.make", register.ciso, person=someone, statement="It rained", chance="0.5",
            due=clock.today() - timedelta(days=1),
        )  # fmt: skip
    made = act(
        "risks.forecast.make", someone.user, person=someone, statement="It will rain", chance="0.5", due=clock.today()
    )
    with pytest.raises(Refused, match="another person"):
        act("risks.forecast.tell", someone.user, made, came_true="yes")
    act("risks.forecast.tell", register.ciso, made, came_true="no")
    assert Forecast.objects.get().came_true is False
    with pytest.raises(Refused, match="known already"):
        act("risks.forecast.tell", register.ciso, made, came_true="yes")


def test_losses_that_came_are_held_against_the_interval_that_stood(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]  # USD 400k to 6m, by Hana Head
    for number, loss in enumerate(("500000", "2000000", "9000000")):
        happened(register, risk, f"Event {number}", loss)
    page = read(signed_in(register.ciso), PAGE)
    assert "Hana Head 2 of 3 3 of them losses that came" in page
    assert "2 of 3 intervals held what came. That is too few to judge by." in page
    # An estimate made after an event may know of it, so it is not judged by it.
    estimate(register.ciso, risk, low="100000", high="200000", rate_low="0.1", rate_high="0.5", changed_because="New")
    assert "Hana Head 2 of 3" in read(signed_in(register.ciso), PAGE)


def test_narrow_intervals_are_called_too_sure(register: Scene, signed_in: SignIn) -> None:
    someone = person("Sure Sam")
    for number in range(20):
        made = act(
            "risks.calibration.ask", register.ciso, person=someone, question=f"Question {number}", low="1", high="2"
        )
        act("risks.calibration.tell", register.ciso, made, truth="1.5" if number < 9 else "7")
    page = read(signed_in(register.ciso), PAGE)
    assert "Sure Sam 9 of 20" in page
    assert "too sure: the intervals are too narrow" in page
    assert "what is possible is underrated" in page


def test_rates_are_held_against_what_was_counted_with_the_power_of_so_short_a_record(
    register: Scene, signed_in: SignIn
) -> None:
    quiet = read(signed_in(register.ciso), PAGE)
    assert "In 1.1 years the rates of the register made one expect 0.7 events; 0 came." in quiet
    assert "so this does not" in quiet
    assert "so short a record would show it with a chance of" in quiet
    for number in range(6):
        happened(register, register.risks["ransom"], f"Event {number}")
    loud = read(signed_in(register.ciso), PAGE)
    assert "; 6 came." in loud
    assert "This is more: they are too low." in loud


def test_bad_years_are_counted_only_once_a_year_is_full_and_never_oversold(register: Scene, signed_in: SignIn) -> None:
    assert "No analysis of the enterprise is kept yet" in read(signed_in(register.ciso), PAGE)
    with clock.fixed(clock.now() - timedelta(days=370)):
        act("risks.analysis.run", register.ciso, title="Then", unit=register.top, kind="current")
    happened(register, register.risks["ransom"], "Enormous", "90000000")
    page = read(signed_in(register.ciso), PAGE)
    assert "1 full year has passed; 1 was worse than its 1-in-20 year." in page
    assert "years would have to be counted" in page
    assert "USD 90m" in page
    # Behind a wall it counts for nobody.
    incident = register.risks["ransom"].incidents.get().incident
    act("incidents.incident.raise_wall", register.ciso, incident, why="Could be material", people=[register.ciso.pk])
    walled = read(signed_in(register.ciso), PAGE)
    assert "none was worse than its 1-in-20 year" in walled
    assert "90m" not in walled


def test_years_do_not_overlap_and_the_analysis_of_their_first_day_judges_them(register: Scene) -> None:
    today = clock.today()
    rows = [
        Analysis(pk=1, made_on=today - timedelta(days=800), bad_year=Decimal(10)),
        Analysis(pk=2, made_on=today - timedelta(days=600), bad_year=Decimal(20)),
        Analysis(pk=3, made_on=today - timedelta(days=20), bad_year=Decimal(1)),
    ]
    losses = {today - timedelta(days=700): Decimal(11), today - timedelta(days=300): Decimal(15), today: Decimal(99)}
    met = judging.years_met(rows, losses, today)
    assert [(row.analysis.pk, row.cost, row.beyond) for row in met] == [(1, Decimal(11), True), (2, Decimal(15), False)]
    assert met[1].since == met[0].until


def test_a_certain_rate_adds_no_spread_and_a_replaced_one_counts_until_that_day(register: Scene) -> None:
    today = clock.today()
    rows = list(Estimate.objects.filter(kind="current"))
    whole = judging.exposure(rows, [], today)
    estimate(register.ciso, register.risks["leak"], low="200000", high="9000000", rate_low="5", rate_high="5", changed_because="More")  # fmt: skip
    later = judging.exposure(Estimate.objects.filter(kind="current"), [], today + timedelta(days=365))
    grown = judging.exposure(rows, [], today + timedelta(days=365))
    assert later.expected > grown.expected > whole.expected
    assert later.risks == whole.risks


def test_directors_may_read_it_and_an_employee_sees_only_their_own(register: Scene, signed_in: SignIn) -> None:
    forecasts(register, person("Sharp Seer"), [("0.9", True)] * 3)
    assert "Sharp Seer" in read(signed_in(user_with("board_member")), PAGE)
    mine = read(signed_in(user_with("employee")), PAGE)
    assert "Sharp Seer" not in mine
    assert "Do the rates hold?" not in mine
