"""Privileged advice and walled incidents are seen by those who may, and by nobody else."""

from __future__ import annotations

import pytest

from quarterdeck.areas.incidents.models import Advice, Incident, Opinion
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.ledger.sight import leaf_for
from quarterdeck.kernel.permissions.models import WallMember
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from tests.areas.evidence.papers import uploaded
from tests.areas.incidents.cases import DECLARED, Company
from tests.support import act, ask, parameter, user_with

pytestmark = pytest.mark.django_db

BASIS = {"purpose": "Duty to notify", "directed_by": "General counsel", "recipients": "Board committee"}


@pytest.fixture
def company() -> Company:
    return Company()


def sees(user: User, record: Record) -> bool:
    resource = resource_of(type(record))
    rows = permitted(type(record)._base_manager.filter(pk=record.pk), resource.scope, user, resource.view_permission)
    return rows.exists()


def test_privilege_needs_its_basis_when_the_opinion_is_asked_for(company: Company) -> None:
    given = {"incident": company.declare(), "by": "counsel", "name": "Reed and Vale"}
    with pytest.raises(Invalid) as caught:
        act("incidents.opinion.ask", company.counsel, privileged=True, purpose="Duty to notify", **given)
    assert set(caught.value.errors) == {"directed_by", "recipients"}
    assert act("incidents.opinion.ask", company.counsel, privileged=True, **given | BASIS).privileged


def test_privileged_text_is_kept_where_auditors_do_not_see_it(company: Company) -> None:
    given = {"incident": company.declare(), "by": "counsel", "name": "Reed and Vale", "privileged": True}
    opinion = act("incidents.opinion.ask", company.counsel, **given | BASIS)
    with pytest.raises(Refused, match="record its text as advice"):
        act("incidents.opinion.receive", company.counsel, opinion, text="You must notify")
    paper = uploaded(company.counsel)
    advice = act("incidents.advice.receive", company.counsel, opinion=opinion, text="You must notify", file=paper)
    opinion.refresh_from_db()
    assert opinion.received_at is not None
    assert opinion.text == ""
    for role in ("auditor", "analyst", "administrator", "unit_owner", "disclosure_officer"):
        assert not sees(user_with(role), advice)
        assert not sees(user_with(role), paper)
    auditor = user_with("auditor")
    assert sees(auditor, opinion)
    assert sees(company.ciso, advice)
    assert sees(company.ciso, paper)
    leaf = Leaf.objects.get(action="incidents.advice.receive")
    assert leaf.place.view_permission == "incidents.advice.view"
    told = Version.objects.filter(record_type="incidents.opinion", record_id=opinion.pk).order_by("-revision").first()
    assert told is not None
    assert b"must notify" not in bytes(told.content or b"")
    with pytest.raises(Refused, match="already received"):
        act("incidents.advice.receive", company.counsel, opinion=opinion, text="Again")


def test_an_opinion_without_privilege_keeps_its_text(company: Company) -> None:
    opinion = act("incidents.opinion.ask", company.ciso, incident=company.declare(), by="expert", name="Lighthouse")
    answered = act("incidents.opinion.receive", company.ciso, opinion, text="No trace of exfiltration")
    assert isinstance(answered, Opinion)
    assert answered.text == "No trace of exfiltration"
    with pytest.raises(Refused, match="Already received"):
        act("incidents.opinion.receive", company.ciso, opinion, text="Again")
    with pytest.raises(Invalid, match="opinion"):
        act("incidents.advice.receive", company.counsel, opinion=opinion, text="Not privileged")
    assert not Advice.objects.exists()


def test_behind_a_wall_only_those_let_in_see_the_incident_and_all_that_hangs_on_it(company: Company) -> None:
    incident = company.declare()
    task = act(
        "incidents.task.give", company.analyst, incident=incident, unit=company.unit, title="T", due="2024-05-08"
    )
    administrator, auditor = user_with("administrator", "ciso"), user_with("auditor")
    assert sees(auditor, incident)
    assert sees(auditor, task)
    act("incidents.incident.raise_wall", company.counsel, incident, why="Possible disclosure", people=[company.ciso.pk])
    for user in (administrator, auditor, company.analyst):
        assert not sees(user, incident)
        assert not sees(user, task)
    assert sees(company.counsel, incident)
    assert sees(company.ciso, task)
    with pytest.raises(NotVisible):
        act("incidents.incident.rate", company.analyst, incident, severity="low", severity_why="x")
    with pytest.raises((NotVisible, Invalid)):
        act("incidents.measure.add", company.analyst, incident=incident, title="x", owner=company.lead)
    rows = permitted(Incident.objects.all(), resource_of(Incident).scope, auditor, "incidents.incident.view")
    assert rows.count() == 0


def test_people_are_let_in_and_out_with_times_and_never_taken_off_the_list(company: Company) -> None:
    incident = company.declare()
    with clock.fixed(DECLARED):
        act("incidents.incident.raise_wall", company.counsel, incident, why="Possible disclosure")
        act("incidents.incident.let_in", company.counsel, incident, user=company.analyst, why="Handles it")
    assert sees(company.analyst, incident)
    with pytest.raises(Refused, match="inside already"):
        act("incidents.incident.let_in", company.counsel, incident, user=company.analyst, why="Again")
    act("incidents.incident.let_out", company.counsel, incident, user=company.analyst)
    assert not sees(company.analyst, incident)
    rows = WallMember.objects.filter(user=company.analyst)
    assert [(row.entered_at, row.left_at is not None, row.why) for row in rows] == [(DECLARED, True, "Handles it")]
    with pytest.raises(Refused, match="last person inside"):
        act("incidents.incident.let_out", company.counsel, incident, user=company.counsel)
    with pytest.raises(Denied):
        act("incidents.incident.raise_wall", company.analyst, company.declare(), why="x")


def test_lifting_the_wall_brings_back_ordinary_permissions_and_another_may_be_raised(company: Company) -> None:
    incident = company.declare()
    with pytest.raises(Refused, match="raise one first"):
        act("incidents.incident.lift_wall", company.counsel, incident)
    act("incidents.incident.raise_wall", company.counsel, incident, why="x")
    with pytest.raises(Refused, match="already stands"):
        act("incidents.incident.raise_wall", company.counsel, incident, why="x")
    act("incidents.incident.lift_wall", company.counsel, incident)
    assert sees(company.analyst, incident)
    act("incidents.incident.raise_wall", company.counsel, incident, why="Again")
    assert not sees(company.analyst, incident)


def test_leaves_of_a_walled_incident_stand_behind_the_wall(company: Company) -> None:
    incident = company.declare()
    act("incidents.incident.raise_wall", company.counsel, incident, why="x", people=[company.ciso.pk])
    act("incidents.incident.rate", company.ciso, incident, severity="high", severity_why="y")
    act("incidents.measure.add", company.ciso, incident=incident, title="x", owner=company.lead)
    auditor, told = user_with("auditor"), []
    for leaf in Leaf.objects.filter(action__startswith="incidents."):
        assert leaf_for(company.ciso, leaf.seq) is not None
        if leaf_for(auditor, leaf.seq) is not None:
            told.append(leaf.action)
    # Neither what came after the wall nor the declaration before it.
    assert told == []


def test_a_verdict_names_neither_number_nor_title_of_a_walled_incident(company: Company) -> None:
    parameter("bring_down.days", 5)
    incident = company.declare(title="Secret breach")
    act("incidents.incident.raise_wall", company.counsel, incident, why="x")
    answer = ask("incidents.none_material", "filing_date")
    assert str(answer.verdict) == "unresolved"
    assert all("Secret" not in row.title and incident.number not in row.title for row in answer.evidence)
