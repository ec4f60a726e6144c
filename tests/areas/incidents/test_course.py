"""The course of an incident through real actions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.queries import next_step
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.actions.base import ActionError
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.resource.registry import action_named
from tests.areas.incidents.cases import DECLARED, Company
from tests.support import act, at, body_with, decide, person, system, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def test_incidents_are_numbered_one_after_the_other(company: Company) -> None:
    assert [company.declare().number for _each in range(3)] == ["INC-1", "INC-2", "INC-3"]


def test_declaring_starts_the_clock_at_a_time_that_is_not_ahead_and_not_before_discovery(company: Company) -> None:
    given = {"title": "T", "nature": "incident", "unit": company.unit, "discovered_at": DECLARED}
    with clock.fixed(DECLARED):
        with pytest.raises(Refused, match="future"):
            act("incidents.incident.declare", company.analyst, declared_at=DECLARED + timedelta(hours=1), **given)
        with pytest.raises(Refused, match="before it was discovered"):
            act("incidents.incident.declare", company.analyst, declared_at=DECLARED - timedelta(hours=1), **given)
        with pytest.raises(Invalid, match="discovered before it occurred"):
            act("incidents.incident.declare", company.analyst, occurred_at=DECLARED + timedelta(minutes=1), **given)
        made = act("incidents.incident.declare", company.analyst, **given)
    assert (made.declared_at, made.state, made.materiality) == (DECLARED, "declared", "unassessed")


def test_an_analyst_of_one_unit_declares_and_sees_nothing_in_another(company: Company) -> None:
    east, west = company.unit_named("east"), company.unit_named("west")
    analyst = user_with("analyst", unit=east)
    incident = company.declare(unit=west)
    with pytest.raises(NotVisible):
        act("incidents.incident.rate", analyst, incident, severity="low", severity_why="x")
    given = {"title": "T", "nature": "incident", "discovered_at": DECLARED}
    assert act("incidents.incident.declare", analyst, unit=east, **given).unit == east
    with pytest.raises(ActionError):
        act("incidents.incident.declare", analyst, unit=west, **given)


def test_severity_and_source_need_their_reason(company: Company) -> None:
    incident = company.declare()
    with pytest.raises(Invalid) as caught:
        act("incidents.incident.rate", company.analyst, incident, severity="high")
    assert "severity_why" in caught.value.errors
    with pytest.raises(Invalid):
        act("incidents.incident.trace", company.analyst, incident, source="external")


def test_the_whole_course_leads_from_step_to_step(company: Company) -> None:
    incident = company.declare()
    seen = []

    def now() -> str:
        step = next_step(Incident.objects.get(pk=incident.pk))
        seen.append("done" if step is None else step.action)
        return seen[-1]

    assert now() == "rate"
    company.handle(incident)
    assert now() == "contain"
    company.assess(Incident.objects.get(pk=incident.pk), material="yes")
    assert now() == "escalate"
    with pytest.raises(Refused, match="escalate it to the body first"):
        company.determine(
            incident, company.decision("materiality_review", at(2024, 5, 10), ("2024-01-01", "2024-05-10"))
        )
    company.escalate(incident)
    assert now() == "determine"
    company.decided(incident, "not_material")
    assert now() == "record_lessons"
    with pytest.raises(Refused, match="record what was learned; say which version of the plan"):
        act("incidents.incident.close", company.ciso, incident)
    closed = company.close(incident, at(2024, 5, 12))
    assert (closed.state, closed.closed_at) == ("closed", at(2024, 5, 12))
    assert now() == "done"
    actions = Leaf.objects.filter(record_type="incidents.incident", record_id=incident.pk).order_by("seq")
    assert [action.rpartition(".")[2] for action in actions.values_list("action", flat=True)] == [
        "declare", "rate", "trace", "contain", "ratify_containment", "organise_assessment", "raise_wall", "escalate",
        "record_lessons", "change", "close",
    ]  # fmt: skip


def test_containing_may_come_after_the_assessment_began(company: Company) -> None:
    incident = company.declare()
    company.handle(incident)
    with clock.fixed(DECLARED + timedelta(hours=1)):
        act("incidents.incident.organise_assessment", company.ciso, incident, assessor=company.lead)
        contained = act("incidents.incident.contain", company.analyst, incident)
    assert (contained.state, contained.contained_at) == ("assessing", DECLARED + timedelta(hours=1))
    with pytest.raises(Refused, match="Already contained"):
        act("incidents.incident.contain", company.analyst, incident)


def test_an_assessment_is_recorded_only_after_severity_and_source(company: Company) -> None:
    incident = company.declare()
    act("incidents.incident.organise_assessment", company.ciso, incident, assessor=company.lead)
    with pytest.raises(Refused, match="Rate its severity first"):
        act("incidents.incident.record_assessment", company.ciso, incident, assessment="x", potentially_material="no")
    act("incidents.incident.rate", company.analyst, incident, severity="low", severity_why="x")
    with pytest.raises(Refused, match="Trace its source"):
        act("incidents.incident.record_assessment", company.ciso, incident, assessment="x", potentially_material="no")


def test_nothing_happens_before_the_incident_was_declared(company: Company) -> None:
    incident = company.declare()
    with pytest.raises(Refused, match="It was declared on"):
        act("incidents.incident.contain", company.analyst, incident, contained_at=DECLARED - timedelta(minutes=1))


def test_only_a_carried_materiality_review_of_a_governing_body_determines(company: Company) -> None:
    incident = company.assess(company.declare())
    covers = ("2024-01-01", "2024-05-10")
    lost = decide(
        company.board,
        "materiality_review",
        at(2024, 5, 10),
        {company.director: "against"},
        covers_from=covers[0],
        covers_until=covers[1],
    )
    other = company.decision("policy", at(2024, 5, 10))
    panel = body_with("panel", {company.director: "chair"})
    of_panel = company.decision("materiality_review", at(2024, 5, 10), covers, body=panel)
    for decision in (lost, other, of_panel):
        with pytest.raises(Invalid, match="determination"):
            company.determine(incident, decision)
    early = company.decision("materiality_review", at(2024, 5, 2), ("2024-01-01", "2024-05-01"))
    with pytest.raises(Refused, match="before the incident was declared"):
        company.determine(incident, early)
    beside = company.decision("materiality_review", at(2024, 5, 10), ("2024-01-01", "2024-05-01"))
    with pytest.raises(Refused, match="covers 2024-01-01 to 2024-05-01"):
        company.determine(incident, beside)
    right = company.decision("materiality_review", at(2024, 5, 10), covers)
    assert company.determine(incident, right).materiality == "not_material"


def test_no_form_but_the_determination_takes_materiality(company: Company) -> None:
    takes = []
    for name in ("change", "rate", "trace", "record_assessment", "escalate", "close", "determine", "record_lessons"):
        form = action_named(f"incidents.incident.{name}")().form_class()
        takes += [name] if form is not None and "materiality" in form.base_fields else []  # type: ignore[attr-defined]
    assert takes == ["determine"]


def test_whoever_led_the_assessment_does_not_record_the_determination(company: Company) -> None:
    secretary = person("Cy Roe", "secretary", "panel_member")
    company.lead = secretary
    incident = company.assess(company.declare())
    decision = company.decision("materiality_review", at(2024, 5, 10), ("2024-01-01", "2024-05-10"))
    with pytest.raises(Refused, match="another person"):
        act(
            "incidents.incident.determine", secretary.user, incident, determination=decision, materiality="not_material"
        )


def test_reopening_takes_back_the_determination(company: Company) -> None:
    incident = company.finished()
    with pytest.raises(Refused, match="Closed"):
        act("incidents.incident.rate", company.analyst, incident, severity="low", severity_why="x")
    with pytest.raises(Refused, match="reopen it first"):
        act("incidents.measure.add", company.analyst, incident=incident, title="x", owner=company.lead)
    again = act("incidents.incident.reopen", company.ciso, incident, why="More tokens were used")
    assert (again.state, again.materiality, again.determination, again.closed_at) == (
        "assessed",
        "unassessed",
        None,
        None,
    )
    assert "More tokens were used" in again.facts


def test_a_task_goes_to_a_unit_that_need_not_see_the_incident(company: Company) -> None:
    east, west = company.unit_named("east"), company.unit_named("west")
    incident = company.declare(unit=east)
    owner, other = user_with("unit_owner", unit=west), user_with("unit_owner", unit=east)
    task = act(
        "incidents.task.give", company.analyst, incident=incident, unit=west, title="Rotate keys", due="2024-05-08"
    )
    with pytest.raises(Denied):
        act("incidents.task.accept", other, task)
    with pytest.raises(Refused, match="Open"):
        act("incidents.task.finish", owner, task)
    accepted = act("incidents.task.accept", owner, task)
    assert (accepted.state, accepted.accepted_by) == ("accepted", owner)
    assert act("incidents.task.finish", owner, task).state == "done"
    with pytest.raises(NotVisible):
        act("incidents.incident.close", owner, incident)


def test_an_employee_accepts_the_task_assigned_to_them(company: Company) -> None:
    west = company.unit_named("west")
    clerk, other = person("Fay Orr", "employee"), user_with("employee")
    given = {"incident": company.declare(), "unit": west, "title": "Ask the users", "due": "2024-05-08"}
    task = act("incidents.task.give", company.analyst, assignee=clerk, **given)
    with pytest.raises(NotVisible):
        act("incidents.task.accept", other, task)
    assert act("incidents.task.accept", clerk.user, task).state == "accepted"


def test_timeline_entries_name_their_source_and_lie_in_the_past(company: Company) -> None:
    incident = company.declare()
    given = {"incident": incident, "text": "Alert", "at": DECLARED}
    with pytest.raises(Invalid) as caught:
        act("incidents.timelineentry.add", company.analyst, **given)
    assert "source" in caught.value.errors
    entry = act("incidents.timelineentry.add", company.analyst, source="Gateway log", **given)
    assert entry.entered_by == company.analyst
    with clock.fixed(DECLARED), pytest.raises(Refused, match="future"):
        act(
            "incidents.timelineentry.add", company.analyst, source="Log", **given | {"at": DECLARED + timedelta(days=1)}
        )


def test_lessons_are_finished_after_the_incident_is_closed(company: Company) -> None:
    incident = company.declare()
    lesson = act("incidents.lesson.add", company.analyst, incident=incident, text="Shorter token life")
    assert act("incidents.lesson.finish", company.analyst, lesson).state == "done"


def test_auditors_change_nothing(company: Company) -> None:
    incident = company.declare()
    with pytest.raises(Denied):
        act("incidents.incident.rate", user_with("auditor"), incident, severity="low", severity_why="x")


def test_the_product_itself_may_act(company: Company) -> None:
    assert (
        act("incidents.incident.rate", system(), company.declare(), severity="low", severity_why="x").severity == "low"
    )
