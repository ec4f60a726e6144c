"""Filings that the SEC accepted give no error, and what is truly odd in them is found."""

from pathlib import Path

import pytest

from quarterdeck.engines.xbrl.checks import check_document
from quarterdeck.engines.xbrl.read import read_inline_path, read_path

DISCLOSURES = Path(__file__).parents[4] / "shared" / "data" / "disclosures"
WHOLE = sorted([*DISCLOSURES.glob("annual/*.html.gz"), *DISCLOSURES.glob("incidents/*.html")])
PAGES = sorted(DISCLOSURES.glob("rpages/*"))


def test_the_filings_are_there_to_be_checked() -> None:
    if not DISCLOSURES.exists():
        pytest.skip("needs ../shared/data/disclosures")
    assert len(WHOLE) == 12
    assert len(PAGES) == 14


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
def test_accepted_filings_give_no_message(path: Path) -> None:
    assert check_document(read_inline_path(path)) == ()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_of_accepted_filings_give_no_error(path: Path) -> None:
    assert not [message for message in check_document(read_path(path)) if message.severity == "error"]


def page(name: str) -> Path:
    path = DISCLOSURES / "rpages" / name
    if not path.exists():
        pytest.skip("needs ../shared/data/disclosures")
    return path


def test_the_first_page_says_that_outsiders_assess_and_omits_the_flag() -> None:
    found = check_document(read_path(page("a-20f-2024.txt")))
    told = {(message.code, message.concept) for message in found}
    assert ("flag.omitted-asserted", "CybersecurityRiskManagementThirdPartyEngagedFlag") in told
    references = [message.message for message in found if message.code == "reference.unresolved"]
    assert len(references) == 1
    assert "Item 3" in references[0]


def test_the_second_page_names_two_committees_in_two_ways() -> None:
    found = check_document(read_path(page("b-20f-2024.txt")))
    assert [message.code for message in found] == ["body.order", "body.near"]
    assert "nominating and corporate governance committee" in found[0].message
    assert "corporate governance and nominating committee" in found[0].message
    assert "data management committee" in found[1].message
    assert "cybersecurity management committee" in found[1].message
