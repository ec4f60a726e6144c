"""The duties to notify, as the Incident room counts them."""

from __future__ import annotations

import pytest

from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, system
from tests.web.cast import SignIn
from tests.web.incident_room.scene import Scene, after, decided, declared
from tests.web.reading import words
from tests.web.workbench.scene import REGISTRANT

pytestmark = pytest.mark.django_db


def files_as(filer: str, zone: str = "America/New_York") -> None:
    company = act("organisation.registrant.create", system(), **{**REGISTRANT, "time_zone": zone})
    act(
        "organisation.filerstatus.create", system(), registrant=company, filer=filer, category="accelerated",
        shell_company=False, effective_from="2024-01-01",
    )  # fmt: skip


def shown(signed_in: SignIn, scene: Scene, hours: float) -> str:
    with clock.fixed(after(hours)):
        answer = signed_in(scene.ciso).get(scene.url, {"tab": "duties"})
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_nothing_is_counted_while_nobody_has_said_which_filer_the_company_is(
    enterprise: Unit, signed_in: SignIn
) -> None:
    seen = shown(signed_in, declared(), 2)
    assert "Nobody has said which filer the company is" in seen
    assert "Form 8-K" not in seen.split("Nobody has said")[0]


def test_before_a_determination_the_report_has_not_started_and_the_days_since_discovery_are_shown(
    enterprise: Unit, signed_in: SignIn
) -> None:
    files_as("domestic")
    seen = shown(signed_in, declared(), 2)
    assert "Form 8-K Item 1.05 not started" in seen
    assert "starts with the body's determination that it is material" in seen
    assert "Form 8-K Item 1.05 (determination) promptly" in seen


def test_four_business_days_run_from_the_bodys_determination_and_are_listed(
    enterprise: Unit, signed_in: SignIn
) -> None:
    files_as("domestic")
    seen = shown(signed_in, decided("material"), 62)
    assert "Form 8-K Item 1.05 due" in seen
    # 4 March 2026 is a Wednesday: Thursday, Friday, Monday, Tuesday; 5:30 p.m. in New York, in summer time since Sunday.
    assert "10 Mar 2026, 21:30 UTC" in seen
    for line in (
        "5 Mar 2026 counts business day 1 of 4",
        "7 Mar 2026 not Saturday",
        "10 Mar 2026 counts business day 4 of 4",
    ):
        assert line in seen


def test_after_its_time_the_room_says_so(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("domestic")
    assert "Form 8-K Item 1.05 its time has passed" in shown(signed_in, decided("material"), 24 * 10)


def test_a_written_resolution_in_the_east_is_counted_from_the_first_moment_of_its_day(
    enterprise: Unit, signed_in: SignIn
) -> None:
    # Midnight in Shanghai is still the day before in New York: the earlier day is the safe one.
    files_as("domestic", "Asia/Shanghai")
    seen = shown(signed_in, decided("material", kind="written_resolution"), 62)
    assert "4 Mar 2026 not the day it happened" in seen


def test_an_incident_that_is_not_material_starts_no_report(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("domestic")
    assert "Form 8-K Item 1.05 not started" in shown(signed_in, decided("not_material"), 62)


def test_a_foreign_private_issuer_is_told_promptly_and_no_number(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("fpi")
    seen = shown(signed_in, decided("material"), 62)
    assert "Form 6-K not started" in seen
    assert "starts with publication at home" in seen
    assert "Form 8-K Item 1.05 not started" not in seen
    assert "business day 1 of 4" not in seen
