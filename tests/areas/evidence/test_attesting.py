"""Handing in, verifying, withdrawing and superseding evidence."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.evidence.kinds import KINDS, sound_facts
from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused, perform, refusal
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.files.store import path_of
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import action_named, resource_of
from tests.areas.evidence.papers import PDF, SAMPLES, attest, group, uploaded
from tests.support import act, at, company, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def founded() -> None:
    company()


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_keeps_its_typed_fields_as_plain_data(kind: str) -> None:
    group()
    user = user_with(KINDS[kind].roles[0])
    row = attest(user, kind)
    assert row.kind == kind
    assert sound_facts(kind, row.facts)
    assert {name: row.facts[name] for name in SAMPLES[kind]} == SAMPLES[kind]
    assert row.effective_from == date.fromisoformat(str(SAMPLES[kind][KINDS[kind].happened]))
    assert row.facts_shown


def test_nothing_counts_without_a_file() -> None:
    with pytest.raises(Invalid) as caught:
        act("evidence.evidence.attest_exercise", user_with("ciso"), title="Exercise", **SAMPLES["exercise"])
    assert "file" in caught.value.errors


def test_a_page_sends_file_and_fields_together_in_one_action() -> None:
    ciso = user_with("ciso")
    fields = {"title": "Exercise 2024"} | SAMPLES["exercise"]
    data: MultiValueDict[str, object] = MultiValueDict({name: [str(value)] for name, value in fields.items()})
    files = MultiValueDict({"file": [SimpleUploadedFile("report.pdf", PDF)]})
    done = perform("evidence.evidence.attest_exercise", ciso, data=data, files=files)
    assert isinstance(done.record, Evidence)
    assert done.record.file.open().read() == PDF
    assert Version.objects.filter(leaf=done.leaf).count() == 2


def test_a_file_that_the_person_may_not_see_cannot_be_named() -> None:
    stored = uploaded(user_with("analyst"))
    with pytest.raises(Invalid, match="no such file"):
        attest(user_with("ciso"), "exercise", stored)


def test_whoever_may_see_the_evidence_may_see_its_file_and_nobody_else() -> None:
    unit, elsewhere = group("mini-watch"), group("platform-watch")
    inside, outside, auditor = (
        user_with("analyst", unit=unit),
        user_with("analyst", unit=elsewhere),
        user_with("auditor"),
    )
    row = attest(inside, "exercise", unit=unit)
    resource = resource_of(StoredFile)

    def sees(user: User) -> bool:
        return (
            permitted(StoredFile.objects.all(), resource.scope, user, resource.view_permission)
            .filter(pk=row.file_id)
            .exists()
        )

    assert sees(auditor)
    assert sees(user_with("analyst", unit=unit))
    assert not sees(outside)


def test_facts_that_contradict_each_other_are_refused_at_their_field() -> None:
    ciso = user_with("ciso")
    for kind, wrong, field in (
        ("exercise", {"closed": 4}, "closed"),
        ("vendor", {"exception_on": "2024-01-01"}, "exception_reason"),
        ("vendor", {"evaluated_on": None}, "evaluated_on"),
        ("vendor", {"accepted_on": None}, "procedures_version"),
        ("risk_assessment", {"approved_on": "2024-03-01"}, "approved_on"),
        ("training", {"completed": 1001}, "completed"),
        ("security_test", {"findings": "7.5"}, "findings"),
        ("monitoring", {"group": "nobody"}, "group"),
        ("policy", {"policy_kind": "cooking"}, "policy_kind"),
        ("exercise", {"invented": 1}, "invented"),
    ):
        with pytest.raises(Invalid) as caught:
            attest(ciso, kind, **wrong)
        assert field in caught.value.errors, (kind, wrong)


def test_what_has_not_happened_cannot_be_attested() -> None:
    with clock.fixed(at(2024, 1, 10)), pytest.raises(Refused, match="lies in the future"):
        attest(user_with("ciso"), "exercise")


def test_the_period_it_holds_for_is_not_the_day_it_was_handed_in() -> None:
    with clock.fixed(at(2025, 2, 1)):
        row = attest(user_with("ciso"), "exercise")
    assert (row.effective_from, row.recorded_at.date()) == (date(2024, 10, 10), date(2025, 2, 1))


def test_verifying_needs_another_person_and_happens_once() -> None:
    ciso, officer = user_with("ciso"), user_with("disclosure_officer")
    row = attest(ciso, "exercise")
    with pytest.raises(Refused, match="another person"):
        act("evidence.evidence.verify", ciso, row)
    verified = act("evidence.evidence.verify", officer, row)
    assert verified.verified_by == officer
    assert "Already verified" in str(refusal(action_named("evidence.evidence.verify"), officer, verified))


def test_a_file_that_was_damaged_in_the_store_cannot_be_verified() -> None:
    ciso = user_with("ciso")
    row = attest(ciso, "exercise", uploaded(ciso, PDF + b"% changed later"))
    path_of(row.file.sha256).write_bytes(b"something else")
    with pytest.raises(Refused, match="no longer holds the file"):
        act("evidence.evidence.verify", user_with("disclosure_officer"), row)


def test_withdrawing_needs_a_reason_and_ends_the_matter() -> None:
    ciso = user_with("ciso")
    row = attest(ciso, "exercise")
    with pytest.raises(Invalid):
        act("evidence.evidence.withdraw", ciso, row)
    gone = act("evidence.evidence.withdraw", ciso, row, reason="It was the wrong plan")
    assert gone.state == Evidence.State.WITHDRAWN
    with pytest.raises(Refused, match="Withdrawn"):
        act("evidence.evidence.verify", user_with("disclosure_officer"), row)
    assert Leaf.objects.filter(record_id=row.pk, record_type="evidence.evidence").count() == 2


def test_an_analyst_withdraws_only_what_they_handed_in() -> None:
    mine, other = user_with("analyst"), user_with("analyst")
    row = attest(mine, "exercise")
    with pytest.raises(Denied):
        act("evidence.evidence.withdraw", other, row, reason="Not mine")
    assert act("evidence.evidence.withdraw", mine, row, reason="Mine").state == Evidence.State.WITHDRAWN


def test_superseding_ends_the_older_the_day_before_the_newer_begins() -> None:
    ciso = user_with("ciso")
    older = attest(ciso, "policy", effective_from="2023-05-01")
    newer = attest(ciso, "policy", version="3", approved_on="2024-08-01")
    done = act("evidence.evidence.supersede", ciso, older, superseded_by=newer, reason="New version")
    assert done.state == Evidence.State.SUPERSEDED
    assert done.effective_until == date(2024, 7, 31)


def test_only_current_evidence_of_the_same_kind_supersedes() -> None:
    ciso = user_with("ciso")
    policy, exercise = attest(ciso, "policy"), attest(ciso, "exercise")
    with pytest.raises(Invalid, match="superseded_by"):
        act("evidence.evidence.supersede", ciso, policy, superseded_by=exercise, reason="No")
    with pytest.raises(Invalid, match="superseded_by"):
        act("evidence.evidence.supersede", ciso, policy, superseded_by=policy, reason="No")


def test_auditors_see_evidence_and_change_none() -> None:
    row, auditor = attest(user_with("ciso"), "exercise"), user_with("auditor")
    with pytest.raises(Denied):
        act("evidence.evidence.withdraw", auditor, row, reason="No")
    with pytest.raises(NotVisible):
        act("evidence.evidence.withdraw", user_with("employee"), row, reason="No")
    with pytest.raises(Denied):
        attest(auditor, "exercise", row.file)


@pytest.mark.parametrize(
    "facts",
    [
        SAMPLES["exercise"] | {"lessons": 3.0},
        SAMPLES["exercise"] | {"lessons": True},
        SAMPLES["exercise"] | {"more": 1},
        {name: value for name, value in SAMPLES["exercise"].items() if name != "closed"},
        [],
    ],
)
def test_stored_facts_are_exactly_the_typed_fields_without_floats(facts: object) -> None:
    assert not sound_facts("exercise", facts)
