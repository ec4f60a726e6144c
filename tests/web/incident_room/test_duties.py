"""The duties to notify, as the Incident room counts them."""

from __future__ import annotations

import re

import pytest

from quarterdeck.areas.determinations.models import Exposure
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import writing
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


# ---------------------------------------------------------------- beyond the Commission


def reaching(scene: Scene, hours: float, **data: object) -> Exposure:
    """Somebody said what the duties hang on."""
    with clock.fixed(after(hours)):
        made: Exposure = act("determinations.exposure.set", scene.ciso, incident=scene.incident, **data)
    return made


def top(signed_in: SignIn, scene: Scene, hours: float) -> str:
    """The row of clocks."""
    with clock.fixed(after(hours)):
        page = signed_in(scene.ciso).get(scene.url).content.decode()
    found = re.search(r'<dl class="clocks">(.*?)</dl>', page, re.S)
    assert found is not None
    return words(f"<main>{found[1]}</main>")


def test_until_somebody_says_so_nothing_is_counted_for_privacy_or_china(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("fpi")
    seen = shown(signed_in, declared(), 2)
    assert "Nobody has said whether personal data or networks in China are touched" in seen
    assert "EDPB" not in seen
    assert "Say which duties to notify it may touch" in seen


def test_seventy_two_hours_run_from_awareness_and_press_at_the_top(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("domestic")
    scene = declared()
    reaching(scene, 4, regions="EU, UK", records=41200, aware_at=after(3).isoformat(), risk="high")
    seen = shown(signed_in, scene, 5)
    assert "GDPR Article 33 due" in seen
    assert "started with awareness of the breach of personal data, 2 Mar 2026, 13:00 UTC" in seen
    assert "To be done by 5 Mar 2026, 13:00 UTC" in seen
    assert "UK GDPR Article 33 due" in seen
    assert "end of hour 72 of 72" in seen
    assert "GDPR Article 33 in 2 d 22 h to be done by 5 Mar 2026, 13:00 UTC" in top(signed_in, scene, 5)
    assert "GDPR Article 33 its time has passed" in top(signed_in, scene, 80)


def test_a_notice_to_the_authority_ends_its_clock_and_says_after_how_long(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("domestic")
    scene = declared()
    reaching(scene, 4, in_china=True, operator="other", grade="relatively_major", regulator="CAC")
    assert "China: National Cybersecurity Incident Reporting Measures its time has passed" in top(signed_in, scene, 5)
    with clock.fixed(after(5)):
        act(
            "determinations.authoritynotice.record", scene.counsel, incident=scene.incident, duty="cn_report",
            told_at=after(2.5).isoformat(), recipient="CAC of Zhejiang", reference="Receipt 12",
        )  # fmt: skip
    seen = shown(signed_in, scene, 6)
    assert "China: National Cybersecurity Incident Reporting Measures told" in seen
    assert "Done 2 Mar 2026, 12:30 UTC, after 2 h 30 min" in seen
    assert "CAC of Zhejiang told: China, incident report" in seen
    assert "its time has passed" not in top(signed_in, scene, 6)


def test_the_central_banks_own_hours_are_said_not_to_be_counted(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("fpi")
    scene = declared()
    reaching(scene, 4, in_china=True, operator="other", regulator="PBOC")
    assert "The People's Bank of China has measures of its own" in shown(signed_in, scene, 5)


def test_publication_at_home_starts_form_6_k(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("fpi")
    scene = declared()
    reaching(scene, 4, published_at=after(3).isoformat(), published_by="exchange")
    seen = shown(signed_in, scene, 5)
    assert "Form 6-K promptly" in seen
    assert "started with publication at home" in seen


def test_a_delay_by_the_attorney_general_moves_the_report_and_shows_both_days(
    enterprise: Unit, signed_in: SignIn
) -> None:
    files_as("domestic")
    scene = decided("material")
    reach = reaching(scene, 61)
    with clock.fixed(after(62)), pytest.raises(Refused, match="at most 30"):
        act("determinations.exposure.record_delay", scene.counsel, reach, days=31)
    with clock.fixed(after(62)):
        act("determinations.exposure.record_delay", scene.counsel, reach, days=30, notified="2026-03-09")
    seen = shown(signed_in, scene, 63)
    assert "Without the delay, by 10 Mar 2026, 21:30 UTC" in seen
    # Thirty days from 10 March end on 9 April, a Thursday: four business days later it is the 15th.
    assert "To be done by 15 Apr 2026, 21:30 UTC" in seen


def test_what_becomes_known_after_the_determination_starts_an_amendment(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("domestic")
    scene = decided("material", not_determined="Whether bank data left.", known_by="2026-03-20")
    assert "Form 8-K/A Item 1.05 not started" in shown(signed_in, scene, 62)
    with clock.fixed(after(24 * 10)):
        act("determinations.followup.settle", scene.ciso, scene.incident.follow_ups.get(), answer="None left.")
    seen = shown(signed_in, scene, 24 * 10 + 1)
    # Settled on Thursday, 12 March: Friday, Monday, Tuesday, Wednesday.
    assert "Form 8-K/A Item 1.05 due" in seen
    assert "To be done by 18 Mar 2026, 21:30 UTC" in seen


def test_a_filed_report_stands_with_its_day_instead_of_a_time_that_passed(enterprise: Unit, signed_in: SignIn) -> None:
    files_as("domestic")
    scene = decided("material")
    # Only that it was filed matters here; the filing itself is another test's subject.
    with writing():
        Disclosure(
            registrant=Registrant.objects.get(), form="8-K", period_start="2026-03-04", period_end="2026-03-04",
            taxonomy="2025", filing_date="2026-03-09", state=Disclosure.State.RELEASED, prepared_by=scene.counsel,
            incident=scene.incident, incident_label="Payroll",
        ).save()  # fmt: skip
    seen = shown(signed_in, scene, 24 * 10)
    assert "Form 8-K Item 1.05 filed" in seen
    assert "Done on 9 Mar 2026" in seen
    assert "its time has passed" not in seen
    assert "Filed: Form 8-K, Item 1.05, 2026-03-04 record of the filing" in seen
    with clock.fixed(after(24 * 10)):
        told = words(signed_in(scene.analyst).get(scene.url, {"tab": "duties"}).content.decode())
    assert "Done on 9 Mar 2026" in told
