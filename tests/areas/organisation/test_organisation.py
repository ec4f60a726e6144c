"""The registrant, its units and what its specialist groups are designated to watch."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from quarterdeck.areas.organisation.models import Designation, FilerStatus, Registrant
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.claims import Verdict
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, ask, company, parameter, user_with

pytestmark = pytest.mark.django_db

DETAILS: dict[str, object] = {
    "name": "Harbour Lane Group Ltd",
    "short_name": "Harbour Lane",
    "cik": "0001999001",
    "incorporated_in": "E9",
    "incorporation_name": "Cayman Islands",
    "fiscal_year_end": "12-31",
    "currency": "USD",
    "time_zone": "Asia/Shanghai",
}


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def _register(**data: object) -> Registrant:
    made: Registrant = act("organisation.registrant.create", user_with("administrator"), **{**DETAILS, **data})
    return made


def test_a_home_has_one_registrant() -> None:
    _register()
    with pytest.raises(Refused, match="already has its registrant"):
        _register(cik="0001999002")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cik", "1999001"),
        ("cik", "000199900X"),
        ("fiscal_year_end", "13-01"),
        ("fiscal_year_end", "31-12"),
        ("currency", "usd"),
    ],
)
def test_what_the_sec_would_not_take_is_refused_with_the_field_named(field: str, value: str) -> None:
    with pytest.raises(Invalid) as wrong:
        _register(**{field: value})
    assert set(wrong.value.errors) == {field}


def test_only_administrators_register_the_company() -> None:
    with pytest.raises(Denied):
        act("organisation.registrant.create", user_with("ciso"), **DETAILS)


@pytest.mark.parametrize(
    ("end", "year", "span"),
    [
        ("12-31", 2024, (date(2024, 1, 1), date(2024, 12, 31))),
        ("03-31", 2024, (date(2023, 4, 1), date(2024, 3, 31))),
        ("02-29", 2025, (date(2024, 3, 1), date(2025, 2, 28))),
        ("02-29", 2024, (date(2023, 3, 1), date(2024, 2, 29))),
    ],
)
def test_the_fiscal_year_ends_where_the_registrant_says(end: str, year: int, span: tuple[date, date]) -> None:
    assert _register(fiscal_year_end=end).fiscal_year(year) == span


def test_filer_status_is_dated() -> None:
    registrant, officer = _register(), user_with("disclosure_officer")
    status = {"registrant": registrant, "category": "large_accelerated"}
    first = act("organisation.filerstatus.create", officer, filer="fpi", effective_from="2020-01-01", **status)
    act("organisation.filerstatus.end", officer, first, effective_until="2024-06-30")
    act("organisation.filerstatus.create", officer, filer="domestic", effective_from="2024-07-01", **status)
    on = [FilerStatus.objects.on(day).get().filer for day in (date(2024, 6, 30), date(2024, 7, 1))]
    assert on == ["fpi", "domestic"]


def _unit(code: str, kind: str = "specialist", parent: Unit | None = None) -> Any:
    name = code.replace("-", " ").title()
    return act(
        "permissions.unit.create",
        user_with("administrator"),
        code=code,
        name=name,
        kind=kind,
        parent=parent or company(),
    )


def test_a_role_in_a_unit_reaches_the_units_below_and_no_other() -> None:
    branch = _unit("branch", "business")
    below, beside = _unit("branch-security", "function", branch), _unit("other", "business")
    local = user_with("administrator", unit=branch)
    assert act("permissions.unit.change", local, below, name="Security").name == "Security"
    with pytest.raises(NotVisible):
        act("permissions.unit.change", local, beside, name="Mine now")


def test_every_unit_but_the_enterprise_is_part_of_another() -> None:
    with pytest.raises(Refused, match="Say which unit it is part of"):
        act("permissions.unit.create", user_with("administrator"), code="lonely", name="Lonely", kind="business")


def test_only_specialist_groups_are_designated() -> None:
    with pytest.raises(Invalid):
        _designate(_unit("sales", "business"), "platforms")


def _designate(unit: Unit, target: str, **data: object) -> Designation:
    said = {"responsibilities": "Watch it", "effective_from": "2020-01-01", **data}
    made: Designation = act("organisation.designation.create", user_with("ciso"), unit=unit, target=target, **said)
    return made


def _asked(at_least: int = 3, basis: str = "period", year: int = 2024) -> Any:
    return ask("organisation.groups_designated", basis, year, at_least=at_least)


def test_three_groups_that_watch_the_three_targets_support_the_claim() -> None:
    assert _asked().verdict is Verdict.UNEVIDENCED
    for target in ("mini_programs", "platforms", "infrastructure"):
        _designate(_unit(target.replace("_", "-")), target)
    outcome = _asked()
    assert (outcome.verdict, outcome.value, len(outcome.evidence)) == (Verdict.SUPPORTED, 3, 3)
    assert _asked(4).verdict is Verdict.CONTRADICTED


def test_several_groups_are_as_many_as_the_company_says_and_never_fewer_than_the_claim_asks() -> None:
    for target in ("mini_programs", "platforms", "infrastructure"):
        _designate(_unit(target.replace("_", "-")), target)
    parameter("monitoring.minimum_groups", 2)
    assert (_asked().verdict, _asked().expected) == (Verdict.SUPPORTED, 3)
    parameter("monitoring.minimum_groups", 4, date(2024, 6, 1))
    assert (_asked().verdict, _asked().value, _asked().expected) == (Verdict.CONTRADICTED, 3, 4)
    assert _asked(year=2023).verdict is Verdict.SUPPORTED


def test_ending_one_designation_turns_the_claim_from_that_day_on() -> None:
    rows = [
        _designate(_unit(target.replace("_", "-")), target)
        for target in ("mini_programs", "platforms", "infrastructure")
    ]
    act("organisation.designation.end", user_with("ciso"), rows[1], effective_until="2025-01-31")
    assert _asked().verdict is Verdict.SUPPORTED
    outcome = _asked(basis="filing_date")
    assert (outcome.verdict, outcome.value) == (Verdict.CONTRADICTED, 2)
    assert "Platforms" in str(outcome.because)
