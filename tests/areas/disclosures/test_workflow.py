"""A draft on its way: edits, overrides, review, approval, voiding, sealing, release."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.areas.disclosures.evaluation import bases_of, check_statements, content_of, digest_of
from quarterdeck.areas.disclosures.gate import open_points
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.package import CannotBuild, build
from quarterdeck.areas.disclosures.standing import build_and_seal, void_if_changed
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel.actions import Denied, Refused
from quarterdeck.kernel.claims import Claim, Verdict, evaluate
from quarterdeck.kernel.records import writing
from tests.areas.disclosures.conftest import PRESENT

pytestmark = pytest.mark.django_db


def drafted(stage: Stage) -> Disclosure:
    made = stage.do("disclosures.disclosure.draft", "ye.lin", form="20-F", as_of="2026-04-24")
    assert isinstance(made, Disclosure)
    return made


def approved(stage: Stage) -> Disclosure:
    made = drafted(stage)
    stage.do("disclosures.disclosure.submit", "ye.lin", made)
    stage.do("disclosures.disclosure.approve", "ho.meiling", made)
    made.refresh_from_db()
    return made


def sentence(disclosure: Disclosure, key: str) -> Statement:
    return Statement.objects.get(disclosure=disclosure, key=key)


def verdict_of(disclosure: Disclosure, statement: Statement) -> Verdict | None:
    return next(item.verdict for item in check_statements(disclosure) if item.statement.pk == statement.pk)


def test_an_edit_keeps_the_claims_of_the_sentence(scene: Stage) -> None:
    disclosure = drafted(scene)
    row = sentence(disclosure, "training")
    before = row.claims
    scene.do("disclosures.statement.edit", "ye.lin", row, text="All of us are trained every quarter.", kind="fact")
    row.refresh_from_db()
    assert row.claims == before
    assert row.edited
    assert verdict_of(disclosure, row) is Verdict.SUPPORTED


def test_a_factual_sentence_written_by_hand_is_unevidenced_until_a_claim_is_attached(scene: Stage) -> None:
    disclosure = drafted(scene)
    row = scene.do(
        "disclosures.statement.create", "ye.lin", disclosure=disclosure, part="strategy", paragraph=3, kind="fact",
        text="We exercise our response program.",
    )  # fmt: skip
    assert isinstance(row, Statement)
    assert verdict_of(disclosure, row) is Verdict.UNEVIDENCED
    with pytest.raises(Refused, match="unevidenced"):
        scene.do("disclosures.disclosure.submit", "ye.lin", disclosure)
    scene.do(
        "disclosures.statement.attach", "ye.lin", row, name="incidents.response_exercised", basis="period", params={}
    )
    assert verdict_of(disclosure, row) is Verdict.ATTESTED
    scene.do("disclosures.disclosure.submit", "ye.lin", disclosure)


def test_a_judgement_written_by_hand_needs_no_proof_and_gets_none(scene: Stage) -> None:
    disclosure = drafted(scene)
    row = scene.do(
        "disclosures.statement.create", "ye.lin", disclosure=disclosure, part="strategy", paragraph=3, kind="judgement",
        text="We believe that this serves our customers.",
    )  # fmt: skip
    assert isinstance(row, Statement)
    assert verdict_of(disclosure, row) is None
    assert open_points(disclosure) == []


def test_a_claim_that_does_not_exist_or_fit_is_refused(scene: Stage) -> None:
    row = sentence(drafted(scene), "training")
    with pytest.raises(Refused, match="takes no parameter"):
        scene.do(
            "disclosures.statement.attach",
            "ye.lin",
            row,
            name="training.completion",
            basis="period",
            params={"share": 1},
        )
    with pytest.raises(Refused, match="cannot be asked"):
        scene.do("disclosures.statement.attach", "ye.lin", row, name="training.completion", basis="year_end", params={})


def test_an_unproven_sentence_stays_only_when_a_second_person_agrees_and_stays_marked(scene: Stage) -> None:
    disclosure = drafted(scene)
    row = scene.do(
        "disclosures.statement.create", "ye.lin", disclosure=disclosure, part="strategy", paragraph=3, kind="fact",
        text="Our founder wrote the first rules herself.",
    )  # fmt: skip
    scene.do("disclosures.statement.ask_override", "ye.lin", row, reason="Well known; the papers burned.")
    with pytest.raises(Refused, match="another person"):
        scene.do("disclosures.statement.agree_override", "ye.lin", row)
    assert open_points(disclosure)
    scene.do("disclosures.statement.agree_override", "he.lan", row)
    assert open_points(disclosure) == []
    content = content_of(disclosure, check_statements(disclosure))
    rows = content["statements"]
    assert isinstance(rows, list)
    assert [item["override"] for item in rows if isinstance(item, dict) and item["id"] == row.pk] == [
        "Well known; the papers burned."
    ]


def test_whoever_prepared_or_submitted_it_does_not_approve_it(scene: Stage) -> None:
    disclosure = drafted(scene)
    scene.do("disclosures.disclosure.submit", "ye.lin", disclosure)
    scene.do(
        "permissions.assignment.create",
        None,
        user=scene.users["ye.lin"],
        role="board_member",
        unit=scene.cast["enterprise"],
        effective_from="2020-01-01",
    )
    with pytest.raises(Refused, match="another person"):
        scene.do("disclosures.disclosure.approve", "ye.lin", disclosure)
    with pytest.raises(Denied):
        scene.do("disclosures.disclosure.approve", "sun.rui", disclosure)


def test_an_approval_binds_to_the_exact_content(scene: Stage) -> None:
    disclosure = approved(scene)
    approval = disclosure.approvals.get()
    assert approval.content_sha256 == digest_of(content_of(disclosure, check_statements(disclosure)))
    assert void_if_changed(disclosure.pk) is False


def test_a_returned_draft_says_why_and_goes_back_to_its_preparer(scene: Stage) -> None:
    disclosure = drafted(scene)
    scene.do("disclosures.disclosure.submit", "ye.lin", disclosure)
    scene.do("disclosures.disclosure.return", "ho.meiling", disclosure, because="Say more about vendors.")
    disclosure.refresh_from_db()
    assert (disclosure.state, disclosure.returned_because) == ("draft", "Say more about vendors.")


def test_a_parameter_that_changes_for_the_past_voids_the_approval_and_says_what_changed(scene: Stage) -> None:
    disclosure = approved(scene)
    scene.do(
        "claims.parameter.set",
        "sun.rui",
        code="training.completion",
        value="0.999",
        why="Stricter from the year on.",
        effective_from="2025-06-01",
    )
    assert void_if_changed(disclosure.pk) is True
    disclosure.refresh_from_db()
    approval = disclosure.approvals.get()
    assert disclosure.state == "draft"
    assert approval.void_at is not None
    assert [item["claim"] for item in approval.void_because] == ["training.completion"]
    with pytest.raises(CannotBuild):
        build(disclosure)


def test_an_incident_open_on_the_filing_date_leaves_the_sentence_unresolved(scene: Stage) -> None:
    disclosure = drafted(scene)
    scene.do(
        "incidents.incident.declare", "deng.hao", title="Strange sign-ins", nature="incident", unit=scene.cast["security"],
        discovered_at="2026-04-20T05:00:00Z",
    )  # fmt: skip
    row = sentence(disclosure, "none_material")
    assert verdict_of(disclosure, row) is Verdict.UNRESOLVED


def test_a_sealed_package_is_the_same_each_time_and_is_released_once(scene: Stage, tmp_path: Path) -> None:
    disclosure = approved(scene)
    first = build_and_seal(disclosure, scene.users["ye.lin"], tmp_path / "one")
    again = build_and_seal(disclosure, scene.users["ye.lin"], tmp_path / "two")
    assert first.manifest_bytes == again.manifest_bytes
    assert {path.name for path in (tmp_path / "one").iterdir()} == {path.name for path in (tmp_path / "two").iterdir()}
    scene.do("disclosures.disclosure.release", "ye.lin", disclosure)
    with pytest.raises(Refused):
        scene.do("disclosures.disclosure.release", "ye.lin", disclosure)
    with pytest.raises(Refused):
        scene.do("disclosures.disclosure.revise", "ye.lin", disclosure)


def test_a_folder_that_holds_something_else_is_not_overwritten(scene: Stage, tmp_path: Path) -> None:
    disclosure = approved(scene)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(FileExistsError):
        build_and_seal(disclosure, scene.users["ye.lin"], tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"


def test_a_company_that_files_20_f_cannot_draft_a_10_k(scene: Stage) -> None:
    with pytest.raises(Refused, match="20-F"):
        scene.do("disclosures.disclosure.draft", "ye.lin", form="10-K", as_of="2026-04-24")


def test_a_disclosure_released_without_a_standing_approval_contradicts_the_claim_about_release(scene: Stage) -> None:
    bases = bases_of(drafted(scene))
    claim = Claim("disclosures.approved_before_release", {}, "filing_date")
    nothing = evaluate(claim, bases)
    assert (nothing.verdict, nothing.value) == (Verdict.SUPPORTED, 0)
    assert "bodies.charterduty" in [row.type for row in nothing.evidence]

    disclosure = approved(scene)
    build(disclosure)
    with writing():
        disclosure.state = Disclosure.State.RELEASED
        disclosure.save()
    assert (evaluate(claim, bases).verdict, evaluate(claim, bases).value) == (Verdict.SUPPORTED, 1)
    approval = disclosure.approvals.get()
    with writing():
        approval.void_at = PRESENT
        approval.save()
    turned = evaluate(claim, bases)
    assert turned.verdict is Verdict.CONTRADICTED
    assert [row.against for row in turned.evidence] == [True]
