"""Everybody a policy is for is asked about exactly the version in force, once, and only they acknowledge it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from quarterdeck.areas.policies import jobs
from quarterdeck.areas.policies.actions import publishing
from quarterdeck.areas.policies.models import Acknowledgement, PolicySection
from quarterdeck.areas.policies.queries import acknowledged_last
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, NotVisible, Refused
from quarterdeck.kernel.todo import waiting_for
from tests.areas.policies.writing import TEXT, approved, draft, policy, published
from tests.support import act, company, person, system, user_with

pytestmark = pytest.mark.django_db


def asked(person: Any) -> Acknowledgement:
    return Acknowledgement.objects.get(person=person, version__state="published")


def test_who_it_is_for_is_asked_and_acknowledges_exactly_that_hash() -> None:
    reader, other = person("Reader", "employee"), person("Other", "employee")
    version = published()
    row = asked(reader)
    assert row.due_on == clock.today() + timedelta(days=14)
    assert [(str(i.asked), i.url) for i in waiting_for(reader.user)] == [
        ("Read and acknowledge", f"/policies/{version.policy_id}/read/")
    ]
    with pytest.raises(Refused, match="not the text that is in force"):
        act("policies.acknowledgement.acknowledge", reader.user, row, sha256="0" * 64)
    with pytest.raises((Denied, NotVisible)):
        act("policies.acknowledgement.acknowledge", other.user, row, sha256=version.sha256)
    with pytest.raises(Refused, match="Only Reader"):
        act("policies.acknowledgement.acknowledge", system(), row, sha256=version.sha256)
    act("policies.acknowledgement.acknowledge", reader.user, row, sha256=version.sha256)
    assert acknowledged_last(version.policy, reader) == version
    assert waiting_for(reader.user) == []


def test_a_new_version_asks_anew_and_lapses_what_was_open() -> None:
    reader = person("Reader", "employee")
    rules = policy()
    first = published(rules)
    second = published(rules, "2", clock.today() + timedelta(days=1), TEXT + "\nMore.\n")
    rows = Acknowledgement.objects.filter(person=reader)
    assert [(r.version_id, r.state) for r in rows.order_by("pk")] == [(first.pk, "lapsed"), (second.pk, "open")]
    first.refresh_from_db()
    assert (first.state, first.effective_until) == ("superseded", clock.today())


def test_only_those_of_the_unit_and_role_are_asked() -> None:
    unit = act("permissions.unit.create", system(), code="shop", name="Shop", kind="business", parent=company())
    inside, outside = person("Inside", "employee"), person("Outside", "employee")
    act("people.person.change", system(), inside, unit=unit)
    without = act("people.person.create", system(), full_name="No login", unit=unit)
    rules = policy()
    act("policies.audience.end", system(), rules.audience.get())
    act("policies.audience.add", system(), policy=rules, unit=unit)
    version = published(rules)
    assert set(version.acknowledgements.values_list("person", flat=True)) == {inside.pk}
    assert outside.pk != without.pk
    counsel = person("Counsel", "counsel")
    act("policies.audience.add", system(), policy=rules, unit=company(), role="counsel")
    act("policies.policyversion.ask_readers", system(), version)
    assert set(version.acknowledgements.values_list("person", flat=True)) == {inside.pk, counsel.pk}


def test_later_joiners_are_asked_by_the_daily_job_once() -> None:
    version = published()
    before = version.acknowledgements.count()
    late = person("Late Joiner", "employee")
    assert jobs.ask_whoever_joined() == 1
    assert jobs.ask_whoever_joined() == 0
    assert version.acknowledgements.count() == before + 1
    assert asked(late).asked_on == clock.today()


def test_a_large_audience_is_asked_in_rounds_that_a_job_goes_on_with() -> None:
    for number in range(7):
        person(f"Reader {number}", "employee")
    with mock.patch.object(publishing, "BATCH", 2), mock.patch.object(publishing.ask, "__defaults__", (2,)):
        version = published()
        assert version.acknowledgements.count() == 2
        assert jobs.ask_all(version.pk) > 1
        assert jobs.ask_all(version.pk) == 0
    assert version.acknowledgements.count() == version.acknowledgements.values("person").distinct().count() >= 7


def test_who_leaves_is_no_longer_asked() -> None:
    reader = person("Reader", "employee")
    version = published()
    act("people.person.leave", system(), reader, left_on=clock.today())
    act("policies.policyversion.ask_readers", system(), version)
    assert Acknowledgement.objects.get(version=version, person=reader).state == "lapsed"


def test_an_employee_sees_what_they_are_asked_to_read_and_no_other_policy() -> None:
    reader = person("Reader", "employee")
    mine, hidden = published(), draft(policy("other", title="Not for you"))
    with pytest.raises(NotVisible):
        act("policies.policyversion.change", reader.user, hidden, text="x")
    with pytest.raises(Denied):
        act("policies.policyversion.change", reader.user, mine, text="x")
    for name in ("review", "withdraw"):
        with pytest.raises(Denied):
            act(f"policies.policy.{name}", reader.user, mine.policy)


def test_sections_keep_their_record_when_the_text_moves() -> None:
    rules = policy()
    published(rules)
    kept = PolicySection.objects.get(policy=rules, code="whom-we-tell")
    text = TEXT.replace("# Purpose", "# 1 Purpose").replace("# Where it comes from", "# Sources")
    published(rules, "2", clock.today() + timedelta(days=1), text)
    rows = {row.code: row for row in PolicySection.objects.filter(policy=rules)}
    assert rows["whom-we-tell"].pk == kept.pk
    assert rows["purpose"].title == "1 Purpose"
    assert rows["where-it-comes-from"].dropped_on is not None
    assert rows["sources"].dropped_on is None


def test_approvals_reviews_and_exceptions_wait_for_whom_they_concern() -> None:
    approver, owner = person("Approver", "employee"), person("Olive", "employee")
    officer = user_with("ciso")
    rules = policy(owner=owner)
    version = draft(rules)
    act("policies.approvalstep.add", system(), version=version, person=approver)
    act("policies.approvalstep.add", system(), version=version, role="ciso")
    act("policies.policyversion.submit", system(), version)
    assert [str(i.asked) for i in waiting_for(approver.user)] == ["Approve"]
    assert waiting_for(officer) == []
    one, two = version.steps.order_by("position")
    act("policies.approvalstep.approve", approver.user, one, sha256=version.sha256)
    assert [str(i.asked) for i in waiting_for(officer)] == ["Approve"]
    act("policies.approvalstep.approve", officer, two, sha256=version.sha256)
    version.refresh_from_db()
    act("policies.policyversion.publish", system(), version, effective_from=clock.today())
    assert "Review" not in [str(i.asked) for i in waiting_for(owner.user)]
    with clock.fixed(clock.now() + timedelta(days=350)):
        assert "Review" in [str(i.asked) for i in waiting_for(owner.user)]


def test_an_exception_is_granted_by_somebody_else_and_warns_before_it_ends() -> None:
    asker, officer = user_with("unit_owner"), user_with("ciso")
    version = published()
    data = {
        "policy": version.policy, "unit": company(), "scope": "Handheld scanners", "because": "They cannot be updated.",
        "instead": "They stand in a network of their own.", "starts_on": clock.today(),
        "expires_on": clock.today() + timedelta(days=20),
    }  # fmt: skip
    row = act("policies.policyexception.ask", asker, **data)
    both = user_with("ciso", "unit_owner")
    own = act("policies.policyexception.ask", both, **data)
    with pytest.raises(Refused, match="prepared it"):
        act("policies.policyexception.grant", both, own, reason="Fine")
    act("policies.policyexception.grant", officer, row, reason="Until the new ones come.")
    assert [str(i.asked) for i in waiting_for(asker)] == ["End the exception, or ask for it anew"]
    act("policies.policyexception.withdraw", officer, row, reason="They were replaced.")
    assert waiting_for(asker) == []


def test_an_exception_that_would_be_over_is_not_granted() -> None:
    version = published()
    data = {"policy": version.policy, "unit": company(), "scope": "a", "because": "b", "instead": "c"}
    row = act("policies.policyexception.ask", system(), **data, starts_on=clock.today(), expires_on=clock.today())
    with clock.fixed(clock.now() + timedelta(days=2)), pytest.raises(Refused, match="last day is over"):
        act("policies.policyexception.grant", system(), row, reason="Fine")


def test_what_was_approved_is_what_is_published_whatever_is_written_past_the_actions() -> None:
    version = approved(draft(policy()))
    from quarterdeck.kernel.records import writing

    with writing():
        type(version).objects.filter(pk=version.pk).update(text=TEXT + "\nSlipped in.\n")
    with pytest.raises(Refused, match="exactly these words"):
        act("policies.policyversion.publish", system(), version, effective_from=clock.today())


def test_the_programme_asks_for_the_review_of_what_is_due() -> None:
    from quarterdeck.kernel.resource.sight import Sight
    from quarterdeck.web.programme.asked import asked_of

    owner = person("Olive", "ciso")
    published(policy(owner=owner, title="Rules on keys"))
    sight = Sight(owner.user)
    assert not [one for one in asked_of(sight, clock.today()) if "Rules on keys" in one.title]
    (found,) = [one for one in asked_of(sight, clock.today() + timedelta(days=300)) if "Rules on keys" in one.title]
    assert found.yours
