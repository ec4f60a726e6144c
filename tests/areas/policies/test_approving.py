"""A version is approved step by step, each for exactly the words that were read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from quarterdeck.areas.policies.models import ApprovalStep, PolicyVersion
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from tests.areas.policies.writing import TEXT, approved, draft, policy
from tests.support import act, body_with, decide, person, system, user_with

pytestmark = pytest.mark.django_db


def steps(version: PolicyVersion) -> list[str]:
    return list(version.steps.order_by("pk").values_list("state", flat=True))


def test_two_people_approve_in_order_and_the_version_is_approved() -> None:
    first, second = person("First", "employee"), person("Second", "employee")
    version = draft(policy())
    for one in (first, second):
        act("policies.approvalstep.add", system(), version=version, person=one)
    act("policies.policyversion.submit", system(), version)
    one, two = version.steps.order_by("position")
    with pytest.raises(Refused, match="First: Step 1"):
        act("policies.approvalstep.approve", second.user, two, sha256=version.sha256)
    act("policies.approvalstep.approve", first.user, one, sha256=version.sha256)
    with pytest.raises((Denied, NotVisible)):
        act("policies.approvalstep.approve", first.user, two, sha256=version.sha256)
    act("policies.approvalstep.approve", second.user, two, sha256=version.sha256)
    version.refresh_from_db()
    assert version.state == PolicyVersion.State.APPROVED
    assert set(version.steps.values_list("sha256", flat=True)) == {version.sha256}


def test_who_wrote_on_it_approves_no_step() -> None:
    officer = user_with("ciso")
    version = draft(policy(), who=officer)
    act("policies.approvalstep.add", officer, version=version, role="ciso")
    act("policies.policyversion.submit", officer, version)
    (step,) = version.steps.all()
    with pytest.raises(Refused, match="wrote on it"):
        act("policies.approvalstep.approve", officer, step, sha256=version.sha256)
    other = user_with("ciso")
    act("policies.approvalstep.approve", other, step, sha256=version.sha256)


def test_one_person_approves_only_one_step() -> None:
    officer = user_with("ciso", "counsel")
    version = draft(policy())
    for role in ("ciso", "counsel"):
        act("policies.approvalstep.add", system(), version=version, role=role)
    act("policies.policyversion.submit", system(), version)
    one, two = version.steps.order_by("position")
    act("policies.approvalstep.approve", officer, one, sha256=version.sha256)
    with pytest.raises(Refused, match="another step"):
        act("policies.approvalstep.approve", officer, two, sha256=version.sha256)


def test_a_changed_text_voids_what_was_approved_and_says_what_changed() -> None:
    version = approved(draft(policy()))
    former = version.sha256
    act("policies.policyversion.change", system(), version, text=TEXT.replace("within the hour", "within a day"))
    version.refresh_from_db()
    assert version.state == PolicyVersion.State.IN_REVIEW
    assert version.sha256 != former
    assert steps(version) == ["void", "void", "waiting", "waiting"]
    voided = ApprovalStep.objects.filter(state="void").first()
    assert voided is not None
    assert "within a day" in voided.reason
    assert voided.sha256 == former
    with pytest.raises(Refused, match="while it is"):
        act("policies.policyversion.publish", system(), version, effective_from=clock.today())


def test_a_mapping_that_moves_to_another_section_voids_them_too_and_a_summary_does_not() -> None:
    version = approved(draft(policy(), covers_severity="how-severe-it-is"))
    act("policies.policyversion.change", system(), version, summary="Said more clearly.")
    assert steps(version) == ["approved", "approved"]
    act("policies.policyversion.change", system(), version, covers_severity="purpose")
    assert steps(version)[:2] == ["void", "void"]


def test_the_hash_of_other_words_approves_nothing() -> None:
    one = person("First", "employee")
    version = draft(policy())
    act("policies.approvalstep.add", system(), version=version, person=one)
    act("policies.policyversion.submit", system(), version)
    with pytest.raises(Refused, match="changed since you opened it"):
        act("policies.approvalstep.approve", one.user, version.steps.get(), sha256="0" * 64)


def test_a_rejection_goes_back_to_the_writers_and_the_same_words_do_not_return() -> None:
    one = person("First", "employee")
    version = draft(policy())
    act("policies.approvalstep.add", system(), version=version, person=one)
    act("policies.policyversion.submit", system(), version)
    act("policies.approvalstep.reject", one.user, version.steps.get(), reason="Nobody is named.")
    version.refresh_from_db()
    assert version.state == PolicyVersion.State.DRAFT
    with pytest.raises(Refused, match="rejected these words"):
        act("policies.policyversion.submit", system(), version)
    act("policies.policyversion.change", system(), version, text=TEXT + "\nThe duty officer is named weekly.\n")
    act("policies.policyversion.submit", system(), version)
    assert steps(version) == ["void", "waiting"]


def test_a_body_approves_only_by_a_carried_decision_that_names_the_hash() -> None:
    chair, member = person("Chair", "committee_member"), person("Member", "committee_member")
    body = body_with("management_committee", {chair: "chair", member: "member"})
    version = draft(policy())
    act("policies.approvalstep.add", system(), version=version, body=body)
    act("policies.policyversion.submit", system(), version)
    step = version.steps.get()
    moment, votes = datetime(2025, 3, 4, 9, tzinfo=UTC), {chair: "for", member: "for"}
    bare = decide(body, "policy", moment, votes, text="Adopt the rules.")
    with pytest.raises(Refused, match="names neither"):
        act("policies.approvalstep.record_decision", system(), step, decision=bare)
    named = decide(body, "policy", moment, votes, text=f"Adopt the rules (SHA-256 {version.sha256}).")
    act("policies.approvalstep.record_decision", system(), step, decision=named)
    version.refresh_from_db()
    assert version.state == PolicyVersion.State.APPROVED


def test_a_duty_is_mapped_to_a_section_that_exists() -> None:
    with pytest.raises(Invalid, match="has no section"):
        draft(policy(), covers_severity="nowhere")


def test_a_version_is_not_in_force_before_it_was_approved() -> None:
    version = approved(draft(policy()))
    with pytest.raises(Refused, match="cannot be in force before"):
        act("policies.policyversion.publish", system(), version, effective_from=date(2020, 1, 1))
