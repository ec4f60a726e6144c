"""The tier explains itself, has a floor from the highest, and grows with whatever grows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.vendors import rules
from quarterdeck.areas.vendors.rules import Exposure, Tier, tier_of

exposures = st.builds(
    Exposure, st.sampled_from(rules.SENSITIVITY), st.sampled_from(rules.VOLUME), st.sampled_from(rules.ACCESS),
    st.sampled_from(rules.CRITICALITY), st.booleans(),
)  # fmt: skip
SCALES = {
    "sensitivity": rules.SENSITIVITY,
    "volume": rules.VOLUME,
    "access": rules.ACCESS,
    "criticality": rules.CRITICALITY,
}


@settings(max_examples=50)
@given(exposures, st.sampled_from(sorted(SCALES)))
def test_more_of_anything_never_lowers_the_demand(exposure: Exposure, scale: str) -> None:
    steps = SCALES[scale]
    place = steps.index(getattr(exposure, scale))
    worse = replace(exposure, **{scale: steps[min(place + 1, len(steps) - 1)]})
    assert tier_of(worse).tier <= tier_of(exposure).tier


@settings(max_examples=50)
@given(exposures)
def test_the_steps_add_up_to_what_is_shown(exposure: Exposure) -> None:
    made = tier_of(exposure)
    assert sum(step.points for step in made.steps if step.points is not None) == made.points
    floors = [step.tier for step in made.steps if step.tier is not None]
    assert not floors or made.tier == floors[-1]


@pytest.mark.parametrize(
    ("exposure", "tier"),
    [
        (Exposure("none", "none", "none", "low", False), Tier.THREE),
        (Exposure("none", "none", "privileged", "low", False), Tier.ONE),
        (Exposure("none", "none", "none", "critical", False), Tier.ONE),
        (Exposure("restricted", "none", "none", "low", False), Tier.TWO),
        (Exposure("restricted", "medium", "none", "low", False), Tier.ONE),
        (Exposure("confidential", "medium", "systems", "moderate", False), Tier.TWO),
        (Exposure("confidential", "large", "systems", "moderate", False), Tier.ONE),
    ],
)
def test_one_extreme_is_not_averaged_away(exposure: Exposure, tier: Tier) -> None:
    assert tier_of(exposure).tier is tier


def test_days_fall_due_at_the_end_of_short_months_too() -> None:
    days = list(rules.due_days(date(2024, 8, 31), "quarterly", date(2025, 6, 1)))
    assert days == [date(2024, 8, 31), date(2024, 11, 30), date(2025, 2, 28), date(2025, 5, 31)]
    assert list(rules.due_days(date(2024, 1, 5), "once", date(2030, 1, 1))) == [date(2024, 1, 5)]


def test_a_lei_is_known_by_its_check_digits() -> None:
    assert rules.lei_valid("5493001KJTIIGC8Y1R12")
    assert not rules.lei_valid("5493001KJTIIGC8Y1R13")
    assert not rules.lei_valid("5493001KJTIIGC8Y1R1")
