"""The register of ICT third parties: what stands in its tables, and what is left empty."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.areas.vendors.register import COLUMNS, Asked, tables
from tests.areas.vendors.path import Cast, with_file
from tests.support import act, system

pytestmark = pytest.mark.django_db
DAY = date(2024, 12, 31)


@pytest.fixture
def made() -> dict[str, list[dict[str, str]]]:
    """A vendor without a LEI that stores in two countries, with two contracts, one of them without an end, and its chain."""
    cast = Cast()
    vendor = cast.vendor(
        "Pier Hosting", identifier="1234567", country="CN", function="Web shop", ict_service="S17", provided_from="CN",
        stored_in="CN, SG", processed_in="CN", parent_name="Pier Group", sensitivity="internal",
    )  # fmt: skip
    for reference, ends, cost in (("C-1", None, "1000.00"), ("C-2", "2025-06-30", "250.50")):
        with_file(
            "vendors.contract.record", cast.head, None, vendor=vendor, reference=reference, title="Hosting", signed_on="2024-01-01",
            starts_on="2024-01-01", **({} if ends is None else {"ends_on": ends}), annual_cost=cost, currency="CNY",
        )  # fmt: skip
    act(
        "vendors.subcontractor.add", system(), vendor=vendor, name="Deep Store", identifier="DEK1101R.HRB9", service="Disks",
        country="DE", since="2024-01-01",
    )  # fmt: skip
    found = tables(Asked(DAY, "5493001KJTIIGC8Y1R12"))
    return {code: [dict(zip(COLUMNS[code], row, strict=True)) for row in rows] for code, rows in found.items()}


def test_every_row_is_as_wide_as_its_table_and_links_are_true(made: dict[str, list[dict[str, str]]]) -> None:
    assert {row["c0030"] for row in made["B_03.01"]} == {"true"}
    assert {row["c0045"] for row in made["B_03.02"]} == {"true"}


def test_each_country_of_the_data_has_a_row_and_no_end_is_written_as_the_regulation_does(
    made: dict[str, list[dict[str, str]]],
) -> None:
    first = [row for row in made["B_02.02"] if row["c0010"] == "C-1"]
    assert [(row["c0130"], row["c0150"], row["c0160"]) for row in first] == [("CN", "CN", "CN"), ("CN", "SG", "CN")]
    assert {row["c0080"] for row in first} == {"9999-12-31"}
    assert {row["c0080"] for row in made["B_02.02"] if row["c0010"] == "C-2"} == {"2025-06-30"}


def test_a_provider_has_its_code_its_cost_of_a_year_and_no_parent_by_name(
    made: dict[str, list[dict[str, str]]],
) -> None:
    [row] = made["B_05.01"]
    assert (row["c0010"], row["c0020"]) == ("1234567", "CN_CRN")
    assert row["c0070"] == "Legal person, excluding individual acting in a business capacity"
    assert (row["c0090"], row["c0100"]) == ("CNY", "1250.50")
    assert (row["c0110"], row["c0120"]) == ("", "")


def test_the_chain_names_whom_each_serves(made: dict[str, list[dict[str, str]]]) -> None:
    behind = [row for row in made["B_05.02"] if row["c0050"] == "2"]
    assert {(row["c0030"], row["c0040"], row["c0060"], row["c0070"]) for row in behind} == {
        ("DEK1101R.HRB9", "EUID", "1234567", "CN_CRN")
    }
