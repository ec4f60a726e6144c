"""The band of a curve holds what is not known of how often and of how much, and narrows as either becomes known."""

from __future__ import annotations

import pytest

from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.web.risks.figures import Law, law_of
from tests.support import act
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, estimate, scene
from tests.web.risks.test_learn import counted, happened
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def law(risk: Risk) -> Law:
    return law_of(Estimate.objects.get(risk=risk, kind="current", replaced_on=None), "USD")


def width(found: Law) -> float:
    """How many times as likely the upper edge holds a year beyond the middle of the band's amounts as the lower."""
    assert found.band is not None
    place = len(found.band.lower) // 2
    return found.band.upper[place][1] / found.band.lower[place][1]


def test_a_certain_rate_leaves_the_band_of_the_severity(register: Scene) -> None:
    risk = register.risks["leak"]
    both = law(risk)
    estimate(
        register.ciso, risk, low="200000", high="9000000", rate_low="0.14", rate_high="0.14", changed_because="Counted"
    )
    severity_only = law(risk)
    assert severity_only.band is not None
    assert 1 < width(severity_only) < width(both)
    estimate(register.ciso, risk, much="amount", low="", high="", likely="1000000", rate_low="0.14", rate_high="0.14", changed_because="Fixed")  # fmt: skip
    assert law(risk).band is None


def test_learning_narrows_the_band(register: Scene) -> None:
    risk = register.risks["ransom"]
    before = law(risk)
    rows = [
        happened(register, risk, f"Event {number}", loss)
        for number, loss in enumerate(
            ("900000", "1200000", "1600000", "2200000", "3000000", "700000", "1500000", "2000000")
        )
    ]
    act("risks.risk.learn", register.ciso, risk, **counted(risk, *rows, rate=False))
    after = law(risk)
    assert after.band is not None
    assert before.band is not None
    upper = [before.band.upper[-1][1] / before.band.middle[-1][1], after.band.upper[-1][1] / after.band.middle[-1][1]]
    assert upper[1] < upper[0]


def test_every_edge_falls_and_the_curve_lies_between(register: Scene) -> None:
    found = law(register.risks["ransom"])
    assert found.band is not None
    for edge in (found.band.lower, found.band.middle, found.band.upper):
        chances = [chance for _amount, chance in edge]
        assert chances == sorted(chances, reverse=True)
    for (_amount, low), (_same, middle), (_again, high) in zip(
        found.band.lower, found.band.middle, found.band.upper, strict=True
    ):
        assert low <= middle <= high


def test_both_pages_say_what_the_band_is(register: Scene, signed_in: SignIn) -> None:
    made = act("risks.analysis.run", register.ciso, title="Spring", unit=register.top, kind="current")
    browser = signed_in(register.ciso)
    for address in (f"/risks/analyses/{made.pk}/", f"/risks/{register.risks['ransom'].pk}/"):
        page = read(browser, address)
        assert "what is not known of how often and how much allows" in page
        assert 'class="band"' in browser.get(address).content.decode()
