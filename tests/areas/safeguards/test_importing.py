"""Frameworks are taken in whole, with their own ids and words, or not at all."""

from __future__ import annotations

import csv
import io
import json

import pytest

from quarterdeck.areas.safeguards.models import Framework, Requirement, RequirementMapping
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.ledger.models import Leaf, Version
from tests.areas.safeguards.house import answered, imported, real, safeguard, small
from tests.support import company, user_with

pytestmark = pytest.mark.django_db

CSF = "NIST_CSF_v2.0_catalog.xml"
SP = "NIST_SP-800-53_rev5_catalog-min.oscal100.json"


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def test_the_cybersecurity_framework_has_106_active_subcategories_and_not_185() -> None:
    framework = imported(real(CSF), CSF)
    assert (framework.asking, framework.withdrawn) == (106, 79)
    active = set(
        Requirement.objects.filter(framework=framework, kind="subcategory", withdrawn=False).values_list(
            "code", flat=True
        )
    )
    listed = {row["id"] for row in csv.DictReader(io.StringIO(real("nist_csf_2.0_active_subcategories.csv").decode()))}
    assert active == listed
    assert framework.requirements.filter(kind="function").count() == 6
    assert framework.requirements.filter(kind="category", withdrawn=False).count() == 22


def test_a_catalogue_of_1189_controls_is_one_leaf_that_names_every_row() -> None:
    before = Leaf.objects.count()
    framework = imported(real(SP), SP)
    assert Leaf.objects.count() == before + 1
    assert (framework.asking, framework.withdrawn) == (1007, 182)
    assert framework.requirements.count() == 1189 + 20
    assert Version.objects.filter(record_type="safeguards.requirement").count() == 1189 + 20
    row = framework.requirements.get(code="AC-2(3)")
    assert (row.parent and row.parent.code, row.kind) == ("AC-2", "enhancement")
    assert "[Assignment:" in row.text


@pytest.mark.parametrize(("name", "count"), [("LOW", 149), ("MODERATE", 287), ("HIGH", 370), ("PRIVACY", 96)])
def test_a_baseline_selects_from_the_catalogue_and_shares_its_answers(name: str, count: int) -> None:
    catalogue = imported(real(SP), SP)
    file = f"NIST_SP-800-53_rev5_{name}-baseline_profile-min.json"
    baseline = imported(real(file), file)
    assert (baseline.asking, baseline.base, baseline.missing) == (count, catalogue, "")
    row = baseline.requirements.get(code="AC-1")
    assert row.origin == catalogue.requirements.get(code="AC-1")
    answered(baseline, safeguard(), "AC-1")
    assert row.origin is not None
    assert row.origin.answers.count() == 1


def test_a_profile_without_its_catalogue_says_what_to_import_first() -> None:
    name = "NIST_SP-800-53_rev5_LOW-baseline_profile-min.json"
    with pytest.raises(Refused, match=r"selects from a catalogue that is not imported yet .*rev5_catalog"):
        imported(real(name), name)
    assert not Framework.objects.exists()


@pytest.mark.parametrize(
    ("name", "pairs", "targets"),
    [
        ("mapping-nist-csf-2.0-to-iso27001-2022.csv", 341, 90),
        ("mapping-nist-sp-800-53-rev5-to-iso27001-2022.csv", 642, 120),
    ],
)
def test_a_mapping_file_brings_the_ids_of_a_framework_that_is_known_only_by_them(
    name: str, pairs: int, targets: int
) -> None:
    catalogue = imported(real(CSF), CSF) if "csf" in name else imported(real(SP), SP)
    iso = imported(real(name), name)
    assert (iso.title, iso.kind, iso.asking) == ("ISO/IEC 27001:2022", "ids", targets)
    assert RequirementMapping.objects.filter(source__framework=catalogue, target__framework=iso).count() == pairs
    assert "A.5.1" in set(iso.requirements.values_list("code", flat=True))


def test_the_iso_ids_of_two_mapping_files_are_one_framework() -> None:
    imported(real(CSF), CSF)
    imported(real(SP), SP)
    first = imported(real("mapping-nist-csf-2.0-to-iso27001-2022.csv"), "mapping-nist-csf-2.0-to-iso27001-2022.csv")
    second = imported(
        real("mapping-nist-sp-800-53-rev5-to-iso27001-2022.csv"), "mapping-nist-sp-800-53-rev5-to-iso27001-2022.csv"
    )
    assert first == second
    assert second.asking == 120


def test_a_mapping_that_comes_before_its_catalogue_is_taken_over_by_it() -> None:
    name = "mapping-rules-to-iso27001-2022.csv"
    imported(b"source,target,relationship\nM-1,A.5.1,equal\nm-02,A.5.2,intersect\n", name)
    assert set(Framework.objects.values_list("title", "kind")) == {("rules", "ids"), ("ISO/IEC 27001:2022", "ids")}
    catalogue = imported(small())
    former = Framework.objects.get(title="rules")
    assert (former.state, former.replaced_by) == ("retired", catalogue)
    assert set(RequirementMapping.objects.values_list("source__framework", "source__code", "target__code")) == {
        (catalogue.pk, "m-1", "A.5.1"),
        (catalogue.pk, "m-2", "A.5.2"),
    }


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"{", "x.json", "no JSON"),
        (b"[1]", "x.json", "object with one member"),
        (b"", "x.json", "empty"),
        (b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "b">]><c>&a;</c>', "x.xml", "entities"),
        (b"<catalog/>", "x.xml", "namespace"),
        (b'{"assessment-results": {}}', "x.json", "a catalogue or a profile is expected"),
        (b'{"catalog": {"uuid": "1", "metadata": {}}}', "x.json", "no title"),
        (b"one column\nx\n", "x.csv", "one column"),
        (b"alpha,beta\nred,blue\n", "x.csv", "which column is the source"),
        (b"source,target\n,\n", "a-to-b.csv", "maps nothing"),
        (b"source,target\na-1,b-1\n", "x.csv", "name it"),
    ],
)
def test_what_is_no_framework_is_refused_plainly_and_leaves_nothing(content: bytes, name: str, said: str) -> None:
    from quarterdeck.kernel.actions.base import ActionError

    before = Leaf.objects.count()
    with pytest.raises(ActionError, match=said):
        imported(content, name)
    assert Leaf.objects.count() == before
    assert not Framework.objects.exists()


def test_one_file_is_not_imported_twice() -> None:
    imported(small())
    with pytest.raises(Refused, match="imported already"):
        imported(small())


def test_an_id_that_stands_twice_is_named() -> None:
    double = json.loads(small())
    double["catalog"]["groups"][0]["controls"].append({"id": "m-1", "title": "Again"})
    with pytest.raises(Refused, match="m-1: stands twice"):
        imported(json.dumps(double).encode())


def test_somebody_without_the_permission_imports_nothing() -> None:
    from quarterdeck.kernel.actions import Denied

    with pytest.raises(Denied):
        imported(small(), who=user_with("board_member"))


def test_a_table_of_five_thousand_pairs_is_still_one_leaf() -> None:
    lines = "\n".join(f"x-{left},T{1000 + right}" for left in range(100) for right in range(50))
    framework = imported(b"source,target\n" + lines.encode(), "mapping-left9-to-right9.csv")
    assert RequirementMapping.objects.filter(target__framework=framework).count() == 5000
