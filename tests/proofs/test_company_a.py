"""What sets company A's page apart: a panel under executives and the board itself; flags on third parties left out, not false."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.proofs.conftest import program
from tests.proofs.disclosing import Change, changed, concepts, demand_turned, facts_in, listed, shown
from tests.proofs.doors import do

ENGAGED = "CybersecurityRiskManagementThirdPartyEngagedFlag"
OVERSIGHT = "CybersecurityRiskThirdPartyOversightAndIdentificationProcessesFlag"
INTEGRATED = "CybersecurityRiskManagementProcessesIntegratedFlag"
RESPONSIBLE = "CybersecurityRiskManagementPositionsOrCommitteesResponsibleTextBlock"


def _document(home: Path) -> Path:
    return next((home / "exports" / "annual").glob("*-2025*.htm"))


def _messages(path: Path) -> dict[str, dict[str, Any]]:
    """What the check says, by concept; of several on one concept the first."""
    answer = program("disclosure", "check", str(path), "--json")
    assert answer.code == 0, answer.out + answer.err
    found: dict[str, dict[str, Any]] = {}
    for message in answer.json["documents"][0]["messages"]:
        found.setdefault(message["concept"], message)
    return found


def test_an_omitted_flag_is_reported_as_omitted_and_never_read_as_false(company_a: Path, real_data: Path) -> None:
    page = real_data / "disclosures" / "rpages" / "a-20f-2024.txt"
    for path in (_document(company_a), page):
        names = {name for name, _value in concepts(facts_in(path)[0])}
        assert not names & {ENGAGED, OVERSIGHT}
        said = _messages(path)
        # The text speaks of outside experts, so leaving the flag out is worth a warning; of vendors it says nothing.
        assert (said[ENGAGED]["code"], said[ENGAGED]["severity"]) == ("flag.omitted-asserted", "warning")
        assert (said[OVERSIGHT]["code"], said[OVERSIGHT]["severity"]) == ("flag.omitted", "info")


def test_company_b_sets_both_flags_and_the_check_misses_none(company_b: Path) -> None:
    assert not [code for code in _messages(_document(company_b)).values() if code["code"].startswith("flag.omitted")]


def test_the_page_names_the_executives_and_the_panel_and_no_committee(company_a: Path) -> None:
    facts = {fact["concept"]: fact["value"] for fact in facts_in(_document(company_a))[0]["facts"]}
    assert facts[RESPONSIBLE] == "senior executive officers"
    sentences = {row["key"]: row["text"] for row in shown(company_a)["statements"]}
    assert sentences["panel_expertise"].startswith("Most members of the cybersecurity panel")
    assert "such as CISP" in sentences["certified"]
    assert "the board of directors" in sentences["personnel"]
    assert not any("committee" in text for text in sentences.values())
    kinds = {row["fields"]["kind"] for row in listed(company_a, "bodies.body", "kong.yi")}
    assert kinds == {"panel", "board"}


def test_most_counts_three_of_five_and_some_counts_three_certificates(company_a: Path) -> None:
    claims = {row["key"]: row["claims"][0] for row in shown(company_a)["statements"] if row["claims"]}
    most, some = claims["panel_expertise"], claims["certified"]
    assert (most["value"], most["expected"], most["basis"]) == (3, 3, "year_end")
    assert (some["value"], some["expected"], some["params"]["code"]) == (3, 2, "CISP")


def test_the_board_determines_every_case_and_none_is_potentially_material(company_a: Path) -> None:
    rows = [row["fields"] for row in listed(company_a, "incidents.incident", "hou.jian")]
    assert len(rows) == 6
    assert {row["potentially_material"] for row in rows} == {False}
    assert all(row["determination"] for row in rows)


def _seat_of(home: Path, person: str, body: str) -> int:
    rows = listed(home, "bodies.membership", "kong.yi")
    return next(int(row["id"]) for row in rows if person in str(row["fields"]) and body in str(row["fields"]))


def _retire_an_experienced_member(home: Path, tmp_path: Path) -> str:
    seat = _seat_of(home, "Shi Lan", "Cybersecurity Panel")
    changed(home, "bodies.membership.end", seat, "kong.yi", {"effective_until": "2025-11-30"}, tmp_path)
    return "panel_expertise"


def _let_certificates_expire(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "people.certification", "cai.ping") if row["fields"]["code"] == "CISP"]
    assert len(rows) == 3
    for row in rows[1:]:
        changed(home, "people.certification.expire", row["id"], "hou.jian", {"expires_on": "2025-12-30"}, tmp_path)
    return "certified"


def _end_an_executive_office(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "people.position", "cai.ping") if "General Counsel" in str(row["fields"])]
    changed(home, "people.position.end", rows[0]["id"], "cai.ping", {"effective_until": "2025-12-15"}, tmp_path)
    return "panel"


def _withdraw_the_integration(home: Path, tmp_path: Path) -> str:
    rows = listed(home, "risks.frameworkacceptance", "hou.jian")
    data = {"withdrawn_on": "2025-11-26", "reason": "The owner never meant it."}
    changed(home, "risks.frameworkacceptance.withdraw", rows[0]["id"], "hou.jian", data, tmp_path)
    return "integrated_security"


def _reopen_a_case(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "incidents.incident", "hou.jian") if "wrong hosts" in str(row["fields"])]
    changed(home, "incidents.incident.reopen", rows[0]["id"], "hou.jian", {"why": "Another list turned up."}, tmp_path)
    return "none_material"


def _return_the_assessments(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "engagements.deliverable", "hou.jian") if "2025" in row["fields"]["title"]]
    assert len(rows) == 2
    for row in rows:
        data = {"reason": "The owners were never asked."}
        changed(home, "engagements.deliverable.return", row["id"], "hou.jian", data, tmp_path)
    return "assessment_procedure"


def _send_the_improvements_back(home: Path, tmp_path: Path) -> str:
    rows = [row for row in listed(home, "engagements.improvementproject", "hou.jian") if row["fields"]["done_on"]]
    assert len(rows) == 3
    for row in rows:
        data = {"reason": "It was undone with the next release."}
        changed(home, "engagements.improvementproject.send_back", row["id"], "hou.jian", data, tmp_path)
    return "experts"


def _withdraw_the_tests(home: Path, tmp_path: Path) -> str:
    rows = listed(home, "safeguards.safeguardtest", "hou.jian")
    assert len(rows) == 10
    for row in rows:
        data = {"withdrawn_because": "Nobody can say what was tried."}
        changed(home, "safeguards.safeguardtest.withdraw", row["id"], "hou.jian", data, tmp_path)
    return "safeguards"


def _employ_somebody_untaught(home: Path, tmp_path: Path) -> str:
    unit = listed(home, "people.person", "cai.ping")[0]["fields"]["unit"]
    unit = unit["id"] if isinstance(unit, dict) else unit
    made = do(home, "cai.ping", "people.person.create", None, {"full_name": "Kui Nan", "unit": unit})
    position = {
        "person": made["record"]["id"], "title": "Adviser", "level": "staff", "unit": unit, "effective_from": "2025-12-15",
    }  # fmt: skip
    do(home, "cai.ping", "people.position.create", None, position)
    return "training"


def test_training_safeguards_assessments_and_improvements_rest_on_records(company_a: Path) -> None:
    rows = {row["key"]: row for row in shown(company_a)["statements"]}
    for key in ("assessment_procedure", "safeguards", "experts", "training"):
        assert rows[key]["verdict"] == "supported", key
    taught = rows["training"]["claims"][0]
    assert (taught["value"], taught["expected"]) == ("0.98", "0.9")


def test_vendors_are_evaluated_and_yet_the_page_cannot_speak_of_it(company_a: Path) -> None:
    """No procedures are there that a vendor has to follow, so nobody is bound by any."""
    engaged = [row["fields"] for row in listed(company_a, "vendors.vendorengagement", "hou.jian")]
    assert len(engaged) == 8
    assert all(row["evaluation"] for row in engaged)
    assert listed(company_a, "vendors.acceptance", "hou.jian") == []
    assert "vendors" not in {row["key"] for row in shown(company_a)["statements"]}


@pytest.mark.parametrize(
    "change",
    [
        _retire_an_experienced_member,
        _let_certificates_expire,
        _end_an_executive_office,
        _withdraw_the_integration,
        _reopen_a_case,
        _return_the_assessments,
        _send_the_improvements_back,
        _withdraw_the_tests,
        _employ_somebody_untaught,
    ],
)
def test_one_changed_record_turns_its_sentence_and_voids_the_approval(
    change: Change, own_a: Path, tmp_path: Path
) -> None:
    demand_turned(own_a, change(own_a, tmp_path), tmp_path / "package")


def test_where_the_framework_no_longer_carries_the_programme_the_next_draft_has_no_flag_of_it(
    own_a: Path, tmp_path: Path
) -> None:
    _withdraw_the_integration(own_a, tmp_path)
    answer = program("disclosure", "draft", "--form", "20-F", "--as-of", "2026-04-27", "--json", home=own_a)
    assert answer.code == 0, answer.out + answer.err
    assert INTEGRATED not in {name for row in answer.json["statements"] for name in row["flags"]}


def test_the_cross_reference_is_written_by_hand_and_proves_nothing(company_a: Path) -> None:
    rows = [row for row in shown(company_a)["statements"] if row["kind"] == "reference"]
    assert len(rows) == 1
    assert rows[0]["claims"] == []
    assert rows[0]["verdict"] is None


def test_who_prepared_the_page_cannot_approve_it_and_a_director_may(own_a: Path) -> None:
    assert program("disclosure", "draft", "--form", "20-F", "--as-of", "2026-04-27", "--json", home=own_a).code == 0
    assert program("disclosure", "submit", "2", "--json", home=own_a).code == 0
    for login in ("an.bei", "hou.jian", "meng.qi"):
        refused = program("disclosure", "approve", "2", "--as", login, "--json", home=own_a)
        assert (refused.code, refused.json["error"]["code"]) == (2, "denied")
    assert program("disclosure", "approve", "2", "--as", "ling.zhao", "--json", home=own_a).json["state"] == "approved"
