"""The taxonomy as data agrees with what filings use and with itself."""

import json
import re
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest

from quarterdeck.engines.xbrl.concepts import (
    BY_NAME,
    CONCEPTS,
    SUPPORT_OF_FLAG,
    TEXT_BLOCK_OF_FLAG,
    VERSIONS,
    Disclosure,
    Kind,
    by_label,
    concepts_of,
    cyd_namespace,
    cyd_version,
    form_family,
)

TAXONOMY = Path(__file__).parents[4] / "shared" / "data" / "taxonomy"


def test_each_version_has_the_number_of_concepts_that_is_known() -> None:
    assert {version: len(concepts_of(version)) for version in VERSIONS} == {"2024": 27, "2025": 27, "2026": 23}


def test_names_labels_and_kinds_are_those_met_in_filings() -> None:
    if not TAXONOMY.exists():
        pytest.skip("needs ../shared/data/taxonomy")
    met = defaultdict(set)
    for line in (TAXONOMY / "cyd_tags.ndjson").read_text().splitlines():
        row = json.loads(line)
        version = row["version"].split("/")[1]
        met[version].add(row["tag"])
        assert BY_NAME[row["tag"]].label_in(version) == row["label"]
        assert BY_NAME[row["tag"]].kind is Kind.TEXT or row["datatype"] != "textBlock"
        assert BY_NAME[row["tag"]].kind is Kind.FLAG or row["datatype"] != "boolean"
    assert met == {version: {concept.name for concept in concepts_of(version)} for version in VERSIONS}


@pytest.mark.parametrize("version", ["2024", "2025"])
def test_order_and_parents_are_those_of_the_presentation(version: str) -> None:
    package = TAXONOMY / f"cyd-{version}-handmade.zip"
    if not package.exists():
        pytest.skip("needs ../shared/data/taxonomy")
    with zipfile.ZipFile(package) as archive:
        schema = archive.read(f"cyd-{version}-handmade/cyd/{version}/cyd-{version}.xsd").decode()
    arcs = re.findall(r'<link:presentationArc [^>]*xlink:from="(\w+)" xlink:to="(\w+)" order="(\d+)"', schema)
    published = {child: parent for parent, child, _ in arcs}
    assert published == {concept.name: concept.parent for concept in concepts_of(version) if concept.parent}
    for parent in {parent for parent, _, _ in arcs}:
        children = sorted((int(order), child) for above, child, order in arcs if above == parent)
        ours = [concept.name for concept in concepts_of(version) if concept.parent == parent]
        assert ours == [child for _, child in children]


def test_every_reportable_concept_names_the_paragraph_that_asks_for_it() -> None:
    for concept in CONCEPTS:
        if concept.abstract:
            assert not concept.items
        elif concept.disclosure is Disclosure.ANNUAL:
            assert concept.item_paragraph(
                "10-K/A",
            )
            assert concept.item_paragraph("20-F")
            assert concept.item_paragraph("8-K") is None
        else:
            assert concept.item_paragraph("8-K/A")
            assert concept.item_paragraph("10-K") is None
    engaged = BY_NAME["CybersecurityRiskManagementThirdPartyEngagedFlag"]
    assert engaged.item_paragraph("10-K") == "Regulation S-K Item 106(b)(1)(ii)"
    assert engaged.item_paragraph("20-F") == "Form 20-F Item 16K(b)(1)(ii)"


def test_flags_pair_with_the_text_block_of_the_same_stem_and_all_have_support() -> None:
    flags = {concept.name for concept in CONCEPTS if concept.kind is Kind.FLAG}
    assert len(TEXT_BLOCK_OF_FLAG) == 3
    assert set(SUPPORT_OF_FLAG) == flags
    assert all(BY_NAME[text].kind is Kind.TEXT for texts in SUPPORT_OF_FLAG.values() for text in texts)


def test_a_label_finds_its_concept_and_the_shared_label_of_2024_finds_both() -> None:
    for concept in CONCEPTS:
        assert concept in by_label(f"  {concept.label.upper()} ")
    timing = "Material Cybersecurity Incident Timing [Text Block]"
    assert [concept.name[29:] for concept in by_label(timing, "2024")] == ["ScopeTextBlock", "TimingTextBlock"]
    assert [concept.name[29:] for concept in by_label(timing, "2025")] == ["TimingTextBlock"]
    assert by_label("Revenues") == ()


@pytest.mark.parametrize(
    ("form", "family"),
    [("10-K", "10-K"), ("10-KT/A", "10-K"), ("20-f", "20-F"), ("8-K12B", "8-K"), ("6-K/A", "6-K"), ("10-Q", "10-Q")],
)
def test_form_types_belong_to_a_family(form: str, family: str) -> None:
    assert form_family(form) == family


def test_a_namespace_tells_its_version() -> None:
    assert cyd_version(cyd_namespace("2031")) == "2031"
    assert cyd_version("http://xbrl.sec.gov/cyd-af/2024") is None
    assert cyd_version("http://xbrl.sec.gov/dei/2024") is None
