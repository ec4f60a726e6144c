"""Company C's one material incident: its Form 8-K and 8-K/A as they were built, and the record they came from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.areas.determinations.factors import FACTORS
from quarterdeck.demo.build import STORIES
from quarterdeck.demo.story import Current
from tests.engines.xbrl.test_write_arelle import arelle
from tests.proofs.conftest import program
from tests.proofs.disclosing import facts_in, listed

BLOCK = "MaterialCybersecurityIncident{}TextBlock"
IMPACT = BLOCK.format("MaterialImpactOrReasonablyLikelyMaterialImpact")
OPEN = BLOCK.format("InformationNotAvailableOrUndetermined")
FIVE = {BLOCK.format("Nature"), BLOCK.format("Scope"), BLOCK.format("Timing"), IMPACT, OPEN}
AXIS, MEMBER = "MaterialCybersecurityIncidentAxis", "PlantRansomwareMarch2026Member"
DETERMINED = "2026-03-19"

FILED = ("8-k", "8-k-a")


def _document(home: Path, report: str) -> Path:
    return next((home / "exports" / "current" / report).glob("irnq-*.htm"))


def _read(home: Path, report: str) -> dict[str, Any]:
    return facts_in(_document(home, report))[0]


def _said(home: Path, report: str) -> dict[str, str]:
    return {fact["concept"]: fact["value"] for fact in _read(home, report)["facts"]}


def _rows(home: Path, kind: str, login: str = "priya.raman") -> list[dict[str, Any]]:
    return [row["fields"] for row in listed(home, kind, login)]


def test_the_report_is_an_8_k_with_five_text_blocks_on_the_companys_own_member(company_c: Path) -> None:
    read = _read(company_c, "8-k")
    assert (read["form"], read["entity"], read["cik"]) == ("8-K", "Ironquill Controls, Inc.", "0009990031")
    assert read["period"] == {"start": DETERMINED, "end": DETERMINED}
    assert {fact["concept"] for fact in read["facts"]} == FIVE
    assert len(read["facts"]) == len(FIVE)
    assert all(fact["dimensions"] == {AXIS: MEMBER} for fact in read["facts"])
    schema = next((company_c / "exports" / "current" / "8-k").glob("*.xsd")).read_text(encoding="utf-8")
    assert f'name="{MEMBER}"' in schema
    assert "http://ironquill.example/" in schema


def test_the_amendment_is_of_the_same_event_and_member_and_says_what_became_known(company_c: Path) -> None:
    first, read = _read(company_c, "8-k"), _read(company_c, "8-k-a")
    assert read["form"] == "8-K/A"
    assert [read[name] for name in ("cik", "entity", "period")] == [first[name] for name in ("cik", "entity", "period")]
    assert all(fact["dimensions"] == {AXIS: MEMBER} for fact in read["facts"])
    said, before = _said(company_c, "8-k-a"), _said(company_c, "8-k")
    settled = next(row for row in _rows(company_c, "determinations.followup") if row["state"] == "settled")
    assert settled["question"] in before[OPEN]
    assert set(said) == {IMPACT}, "only what was not known is told again, and nothing is open any more"
    assert settled["question"] in said[IMPACT]
    assert settled["answer"] in said[IMPACT]
    assert settled["answer"] not in before[IMPACT]


@pytest.mark.parametrize("report", FILED)
def test_our_check_has_nothing_against_it(report: str, company_c: Path) -> None:
    answer = program("disclosure", "check", str(_document(company_c, report)), "--json")
    assert answer.code == 0, answer.out + answer.err
    assert answer.json["documents"][0]["messages"] == []


@pytest.mark.parametrize("report", FILED)
def test_arelle_reports_nothing(report: str, company_c: Path, tmp_path: Path) -> None:
    version = _read(company_c, report)["taxonomy"].removeprefix("cyd/")
    assert arelle([_document(company_c, report)], version, tmp_path / "cache") == []


def test_both_were_filed_by_the_day_the_clock_gives(company_c: Path, tmp_path: Path) -> None:
    """The days as the record has them; the due days as ``deadlines`` counts them."""
    settled = next(row for row in _rows(company_c, "determinations.followup") if row["state"] == "settled")
    determined = next(row for row in _rows(company_c, "determinations.determination") if row["answer"] == "material")
    declared = next(row for row in _rows(company_c, "incidents.incident") if row["materiality"] == "material")
    event = tmp_path / "event.json"
    event.write_text(json.dumps({
        "filer": "domestic", "detected": declared["discovered_at"], "determined_material": determined["decided_at"],
        "undetermined_known": settled["settled_at"],
    }), encoding="utf-8")  # fmt: skip
    answer = program("deadlines", "--event", str(event), "--json")
    assert answer.code == 0, answer.out + answer.err
    due = [date.fromisoformat(str(duty["due"])[:10]) for duty in answer.json["duties"] if duty["when"] == "by"]
    assert due == [date(2026, 3, 25), date(2026, 5, 22)]
    rows = sorted(_rows(company_c, "disclosures.disclosure", "marcus.bell"), key=lambda row: str(row["filing_date"]))
    assert [(row["form"], row["state"]) for row in rows] == [("8-K", "released"), ("8-K/A", "released")]
    assert [str(row["filing_date"]) for row in rows] == ["2026-03-24", "2026-05-21"]
    assert all(date.fromisoformat(str(row["filing_date"])) <= latest for row, latest in zip(rows, due, strict=True))


@pytest.mark.parametrize("report", FILED)
def test_the_manifest_names_the_vote_behind_the_wall_and_every_sentence_it_proved(report: str, company_c: Path) -> None:
    manifest = json.loads((_document(company_c, report).parent / "manifest.json").read_text(encoding="utf-8"))
    assert [row["by"] for row in manifest["approvals"]] == ["helen.marsh"]
    assert manifest["approvals"][0]["decision"].startswith("2026-R")
    verdicts = {claim["verdict"] for row in manifest["statements"] for claim in row["claims"]}
    assert verdicts == {"supported"}


def test_three_decisions_stand_and_one_director_wrote_down_why_he_voted_against(company_c: Path) -> None:
    rows = _rows(company_c, "determinations.determination", "ruth.calloway")
    assert all(row["state"] == "decided" and str(row["decided_at"]).startswith(DETERMINED) for row in rows)
    assert sorted((row["question"], row["answer"]) for row in rows) == [
        ("disclosure", "necessary"), ("materiality", "material"), ("response", "measures"),
    ]  # fmt: skip
    votes = _rows(company_c, "bodies.vote", "ellen.sather")
    against = [row for row in votes if row["choice"] == "against"]
    assert len(against) == 1
    assert "Victor Alvarez" in str(against[0]["person"])
    assert "Dubuque should stay shut" in str(against[0]["dissent"])


def test_the_assessment_weighs_the_second_incident_and_says_what_is_unknown(company_c: Path) -> None:
    weighed = _rows(company_c, "determinations.related")
    assert len(weighed) == 2, "in March, and again in May"
    assert all("INC-3" in str(row["other"]) and "customers' machines" in row["together"] for row in weighed)
    given = [row["answer"] for row in _rows(company_c, "determinations.factor", "jo.lindgren")]
    assert len(given) == 2 * len(FACTORS)
    assert set(given) == {"answered", "unknown", "not_applicable"}


@pytest.mark.parametrize("login", ["neil.foster", "admin", "kim.rowe"])
def test_whoever_stands_outside_the_wall_finds_neither_incident_nor_report(login: str, company_c: Path) -> None:
    for kind in ("incidents.incident", "disclosures.disclosure", "determinations.assessment", "bodies.decision"):
        answer = program("record", "list", kind, "--as", login, "--json", home=company_c)
        assert "ansomware" not in answer.out
        assert "2026-R" not in answer.out
        inside = program("record", "list", kind, "--as", "ellen.sather", "--json", home=company_c)
        assert "INC-2" in inside.out or "2026-R" in inside.out or "8-K" in inside.out
    refused = program("record", "get", "incidents.incident", "2", "--as", login, "--json", home=company_c)
    assert refused.code == 2
    assert "ansomware" not in refused.out


def test_its_rules_are_records_that_everybody_asked_has_read(company_c: Path) -> None:
    """The plan that the plants worked by was in force, and no rule is a typed upload any more."""
    rules = _rows(company_c, "policies.policy")
    assert {row["kind"] for row in rules} == {
        "incident_handling", "incident_response", "disclosure", "external_threats", "internal_threats",
    }  # fmt: skip
    assert {row["state"] for row in rules} == {"published"}
    versions = _rows(company_c, "policies.policyversion")
    plan = next(row for row in versions if "plan of plants" in str(row["policy"]))
    assert (plan["number"], str(plan["effective_from"])) == ("3", "2026-01-21")
    open_ones = [row for row in _rows(company_c, "policies.acknowledgement") if row["state"] == "open"]
    assert {row["person"]["title"] for row in open_ones} == {"Kim Rowe"}
    assert {row["kind"] for row in _rows(company_c, "evidence.evidence")} == {"exercise"}


def test_the_ledger_is_whole_and_what_was_filed_is_what_the_story_says(company_c: Path) -> None:
    assert program("ledger", "verify", "--json", home=company_c).json["ok"] is True
    files = STORIES["c"].files
    assert isinstance(files, Current)
    made = program("demo-build", "c", "--home", str(company_c), "--json")
    assert Path(made.json["package"]) == company_c / "exports" / "current"
    assert tuple(sorted(path.name for path in Path(made.json["package"]).iterdir())) == FILED
    assert tuple(report.name for report in files.reports) == FILED
