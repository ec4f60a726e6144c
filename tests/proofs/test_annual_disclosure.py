"""Each company's annual item is drafted from its record, proven sentence by sentence, and turns when the record does."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.conftest import program
from tests.proofs.disclosing import Change, changed, concepts, demand_turned, facts_in, listed, shown
from tests.proofs.doors import do


@dataclass(frozen=True)
class Told:
    """A company, and what its page is known to have: how many concepts and flags, how many factual sentences at least."""

    letter: str
    home: Path
    page: str
    concepts: int
    flags: int
    factual: int
    approver: str
    filing: str


@pytest.fixture(params=["a", "b"])
def company(request: pytest.FixtureRequest) -> Told:
    known = {
        "a": ("a-20f-2024.txt", 11, 4, 17, "sheng.hui", "2026-04-27"),
        "b": ("b-20f-2024.txt", 15, 6, 20, "ho.meiling", "2026-04-24"),
    }
    return Told(request.param, request.getfixturevalue(f"company_{request.param}"), *known[request.param])


def test_the_package_has_the_concepts_and_flag_values_of_the_page_it_stands_for(company: Told, real_data: Path) -> None:
    package = company.home / "exports" / "annual"
    built, page = facts_in(next(package.glob("*-2025*.htm")), real_data / "disclosures" / "rpages" / company.page)
    assert concepts(built) == concepts(page)
    assert len(concepts(built)) == company.concepts


def test_the_r_page_of_the_package_says_what_its_inline_document_says(company: Told) -> None:
    package = company.home / "exports" / "annual"
    inline, page = facts_in(next(package.glob("*-2025*.htm")), package / "R1.htm")
    assert [(f["concept"], f["value"]) for f in sorted(inline["facts"], key=lambda f: f["concept"])] == [
        (f["concept"], f["value"]) for f in sorted(page["facts"], key=lambda f: f["concept"])
    ]


def test_arelle_has_nothing_to_say_about_the_package(company: Told, real_data: Path, tmp_path: Path) -> None:
    document = next((company.home / "exports" / "annual").glob("*-2025*.htm"))
    command = [
        str(Path(sys.executable).with_name("arelleCmdLine")), "--workOffline", "--cacheDirectory", str(tmp_path), "--packages",
        str(real_data / "taxonomy" / "cyd-2025-handmade.zip"), "-v", "-f", str(document),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert any("validated in" in line for line in lines), lines
    assert [line for line in lines if not line.startswith("[info]")] == []


def test_every_factual_sentence_holds_and_says_on_what_it_rests(company: Told) -> None:
    document = shown(company.home)
    factual = [row for row in document["statements"] if row["kind"] == "fact"]
    assert len(factual) >= company.factual
    assert {row["verdict"] for row in factual} <= {"supported", "attested"}
    assert all(claim["evidence"] or claim["because"] for row in factual for claim in row["claims"])
    assert document["state"] == "approved"
    assert document["missing"] == []
    assert {row["verdict"] for row in document["statements"] if row["kind"] != "fact"} == {None}


def test_the_manifest_names_every_file_by_its_hash(company: Told) -> None:
    from hashlib import sha256

    package = company.home / "exports" / "annual"
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    assert {row["name"] for row in manifest["files"]} == {path.name for path in package.iterdir()} - {"manifest.json"}
    for row in manifest["files"]:
        assert sha256((package / row["name"]).read_bytes()).hexdigest() == row["sha256"]
    assert manifest["approvals"][0]["by"] == company.approver


def test_the_same_draft_comes_out_as_of_the_year_end_and_as_of_the_filing_date(
    company: Told, request: pytest.FixtureRequest
) -> None:
    own = request.getfixturevalue(f"own_{company.letter}")
    for day in ("2025-12-31", company.filing):
        answer = program("disclosure", "draft", "--form", "20-F", "--as-of", day, "--json", home=own)
        assert answer.code == 0, answer.out + answer.err
        rows = answer.json["statements"]
        flags = {name: value for row in rows for name, value in row["flags"].items()}
        assert len(flags) == company.flags
        assert [value for name, value in flags.items() if "MateriallyAffected" in name] == [False]


def _end_a_membership(home: Path, tmp_path: Path) -> str:
    rows = listed(home, "bodies.membership", "qian.shu")
    row = next(row for row in rows if "Xu Bo" in json.dumps(row, ensure_ascii=False))
    changed(home, "bodies.membership.end", row["id"], "qian.shu", {"effective_until": "2025-11-30"}, tmp_path)
    return "expertise"


def _expire_certificates(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "people.certification", "tang.jia") if "CISSP" in json.dumps(row)]
    assert len(rows) == 3
    for row in rows[:2]:
        changed(home, "people.certification.expire", row["id"], "sun.rui", {"expires_on": "2025-10-31"}, tmp_path)
    return "certified"


def _withdraw_an_evaluation(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "vendors.evaluation", "sun.rui") if "Harrowgate" in json.dumps(row)]
    first = min(rows, key=lambda row: row["id"])
    why = {"day": "2026-04-22", "reason": "The answers were another vendor's."}
    changed(home, "vendors.evaluation.withdraw", first["id"], "sun.rui", why, tmp_path)
    return "vendors"


def _withdraw_an_acceptance(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "vendors.acceptance", "sun.rui") if "Westwind" in json.dumps(row)]
    why = {"day": "2025-11-30", "reason": "Signed by somebody who could not bind it."}
    changed(home, "vendors.acceptance.withdraw", rows[0]["id"], "sun.rui", why, tmp_path)
    return "vendors"


def _policy(home: Path, title: str) -> int:
    row = next(row for row in listed(home, "policies.policy", "sun.rui") if row["fields"]["title"] == title)
    return int(row["id"])


def _withdraw_a_policy(home: Path, tmp_path: Path) -> str:
    key = _policy(home, "Protocol on internal threats")
    data = {"effective_until": "2026-03-31", "reason": "Nobody followed it any more."}
    changed(home, "policies.policy.withdraw", key, "sun.rui", data, tmp_path)
    return "protocols"


def _let_a_review_pass(home: Path, tmp_path: Path) -> str:
    """Both rules should have been looked at every quarter, and were not."""
    for title in ("Rules for handling cybersecurity threats", "Rules for handling cybersecurity incidents"):
        changed(home, "policies.policy.change", _policy(home, title), "sun.rui", {"review_months": 3}, tmp_path)
    return "rules"


def _take_back_work_under_a_protocol(home: Path, tmp_path: Path) -> str:
    rows = [r for r in listed(home, "policies.policyactivity", "sun.rui") if "desensitized" in json.dumps(r)]
    assert len(rows) == 2
    for row in rows:
        data = {"reason": "The copies were never made."}
        changed(home, "policies.policyactivity.withdraw", row["id"], "sun.rui", data, tmp_path)
    return "data"


def _forget_an_employee(home: Path, tmp_path: Path) -> str:
    """Somebody worked here since the summer and was never assigned a course."""
    unit = listed(home, "people.person", "tang.jia")[0]["fields"]["unit"]
    unit = unit["id"] if isinstance(unit, dict) else unit
    made = do(home, "tang.jia", "people.person.create", None, {"full_name": "Xi Nuo", "unit": unit})
    position = {
        "person": made["record"]["id"],
        "title": "Clerk",
        "level": "staff",
        "unit": unit,
        "effective_from": "2025-06-01",
    }
    do(home, "tang.jia", "people.position.create", None, position)
    return "training"


def _withdraw_the_tests(home: Path, tmp_path: Path) -> str:
    technical = [
        row["id"]
        for row in listed(home, "safeguards.safeguard", "sun.rui")
        if row["fields"]["kind"] == "technical" or "Technical" in json.dumps(row["fields"]["kind"])
    ]
    rows = [
        row
        for row in listed(home, "safeguards.safeguardtest", "sun.rui")
        if _key(row["fields"]["safeguard"]) in technical
    ]
    assert len(rows) == 6
    for row in rows:
        changed(
            home,
            "safeguards.safeguardtest.withdraw",
            row["id"],
            "sun.rui",
            {"withdrawn_because": "The reports are of another year."},
            tmp_path,
        )
    return "safeguards"


def _send_the_improvements_back(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "engagements.improvementproject", "sun.rui") if row["fields"]["done_on"]]
    assert len(rows) == 2
    for row in rows:
        changed(
            home,
            "engagements.improvementproject.send_back",
            row["id"],
            "sun.rui",
            {"reason": "It was undone in November."},
            tmp_path,
        )
    return "experts"


def _key(value: Any) -> int:
    return int(value["id"] if isinstance(value, dict) else value)


@pytest.mark.parametrize(
    "change",
    [
        _end_a_membership, _expire_certificates, _withdraw_an_evaluation, _withdraw_an_acceptance, _withdraw_a_policy, _let_a_review_pass,
        _take_back_work_under_a_protocol, _forget_an_employee, _withdraw_the_tests, _send_the_improvements_back,
    ],
)  # fmt: skip
def test_one_changed_record_turns_its_sentence_and_voids_the_approval(
    change: Change, own_b: Path, tmp_path: Path
) -> None:
    demand_turned(own_b, change(own_b, tmp_path), tmp_path / "package")


def test_preparer_and_approver_are_never_one_person(own_b: Path) -> None:
    assert program("disclosure", "draft", "--form", "20-F", "--as-of", "2026-04-24", "--json", home=own_b).code == 0
    assert program("disclosure", "submit", "2", "--json", home=own_b).code == 0
    refused = program("disclosure", "approve", "2", "--as", "ye.lin", "--json", home=own_b)
    assert refused.code == 2
    assert refused.json["error"]["code"] == "denied"
    assert program("disclosure", "approve", "2", "--as", "feng.da", "--json", home=own_b).json["state"] == "approved"


def test_company_b_has_two_finished_exercises_of_one_difficulty_and_the_second_went_better(company_b: Path) -> None:
    rows = [row["fields"] for row in listed(company_b, "phishing.campaign", "sun.rui")]
    assert [row["state"] for row in rows] == ["closed", "closed"]
    later, earlier = sorted((str(row["title"]) for row in rows), key=lambda title: "parcel" in title)
    sums = {later: [0, 0, 0], earlier: [0, 0, 0]}
    for row in listed(company_b, "phishing.result", "sun.rui"):
        fields = row["fields"]
        counts = (fields["sent"], fields["clicked"], fields["reported"])
        assert 0 <= fields["clicked"] <= fields["sent"]
        assert fields["reported"] <= fields["sent"]
        assert fields["sent"] >= 5, "no group is small enough to tell who clicked"
        sums[fields["campaign"]["title"]] = [
            a + b for a, b in zip(sums[fields["campaign"]["title"]], counts, strict=True)
        ]
    assert sums[earlier][0] == sums[later][0] > 50
    assert sums[later][1] < sums[earlier][1]
    assert sums[later][2] > sums[earlier][2]
    mails = {row["fields"]["difficulty"] for row in listed(company_b, "phishing.template", "sun.rui")}
    assert len(mails) == 1, "click rates are compared within one difficulty"


def test_company_b_went_through_a_playbook_on_the_evening_of_the_flood(company_b: Path) -> None:
    runs = [row["fields"] for row in listed(company_b, "playbooks.run", "sun.rui")]
    assert [(row["state"], "Flood" in row["playbook"]["title"]) for row in runs] == [("finished", True)]
    steps = [row["fields"] for row in listed(company_b, "playbooks.steprun", "sun.rui")]
    answered = [row for row in steps if row["kind"] == "if-condition"]
    assert [row["outcome"] for row in answered] == ["true"]
    assert all(row["note"] for row in answered)
    assert len([row for row in steps if row["task"]]) == 4, "the waiting page was never needed"
    released = [row["fields"]["state"] for row in listed(company_b, "playbooks.playbook", "sun.rui")]
    assert released == ["released", "released"]
