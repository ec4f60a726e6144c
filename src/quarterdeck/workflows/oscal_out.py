"""Safeguards, their tests and what is still to be done, as OSCAL documents, as far as one person may see them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _

from quarterdeck.areas.engagements.models import ImprovementProject
from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.safeguards.models import Answer, Framework, Safeguard, SafeguardTest
from quarterdeck.engines.oscal.model import OscalError
from quarterdeck.engines.oscal.writing import (
    Answered,
    Component,
    Holder,
    Item,
    Source,
    Test,
    assessment_results,
    component_definition,
    plan_of_action,
)
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.ledger.models import Head
from quarterdeck.kernel.resource.sight import Sight


def document(name: str, sight: Sight) -> bytes:
    """One of ``component-definition``, ``assessment-results`` and ``plan-of-action-and-milestones``.

    The version is the length of the ledger and the time that of the newest record in it, so that the same record gives the
    same bytes. Refused where there is nothing to tell.
    """
    components, tests = _components(sight), _tests(sight)
    if name != "plan-of-action-and-milestones" and not components:
        raise Refused(_("There is no safeguard to tell of yet."))
    items = _items(sight)
    holder = _holder(sight)
    try:
        if name == "component-definition":
            return component_definition(holder, _sources(), components)
        if name == "assessment-results":
            if not tests:
                raise Refused(_("No effectiveness test has been approved yet."))
            return assessment_results(holder, components, tests, tests[0].at, tests[-1].at)
        if not items:
            raise Refused(_("Nothing is open: no safeguard failed its test, no improvement waits."))
        return plan_of_action(holder, items, tests)
    except OscalError as error:
        raise Refused(str(error)) from None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _holder(sight: Sight) -> Holder:
    registrant = Registrant.objects.values_list("name", flat=True).first() or "Quarterdeck"
    times = [
        model._base_manager.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
        for model in (Safeguard, SafeguardTest, Answer, ImprovementProject)
    ]
    newest = max((at for at in times if at is not None), default=clock.now())
    size = Head.objects.values_list("size", flat=True).first() or 0
    return Holder(registrant, f"ledger-{size}", newest)


def _sources() -> list[Source]:
    return [
        Source(str(row.pk), row.title, row.version, row.oscal_id, row.sha256, row.file.name)
        for row in Framework.objects.exclude(kind=Framework.Kind.IDS).select_related("file").order_by("pk")
    ]


def _components(sight: Sight) -> list[Component]:
    answers: dict[int, list[Answered]] = {}
    rows = sight.each(Answer).filter(effective_until=None).exclude(requirement__framework__kind=Framework.Kind.IDS)
    for row in rows.select_related("requirement").order_by("requirement__framework", "requirement__place", "pk"):
        answers.setdefault(row.safeguard_id, []).append(
            Answered(str(row.requirement.framework_id), row.requirement.identifier, row.coverage, row.reason)
        )
    return [
        Component(
            key=f"safeguard-{row.pk}",
            title=row.name,
            description=row.description,
            kind=row.kind,
            state=row.state,
            owner=str(row.owner),
            answers=tuple(answers.get(row.pk, ())),
        )
        for row in sight.each(Safeguard).select_related("owner").order_by("name", "pk")
    ]


def _tests(sight: Sight) -> list[Test]:
    rows = sight.each(SafeguardTest).filter(state=SafeguardTest.State.APPROVED)
    return [
        Test(
            key=f"test-{row.pk}",
            component=f"safeguard-{row.safeguard_id}",
            at=_noon(row.tested_on),
            method=row.method.upper(),
            result=row.result,
            performer=row.performer_name,
            words=row.findings,
        )
        for row in rows.order_by("tested_on", "pk")
    ]


def _items(sight: Sight) -> list[Item]:
    """Safeguards that failed their test, and improvement projects that are not verified."""
    return [*_failed(sight), *_projects(sight)]


def _projects(sight: Sight) -> list[Item]:
    states = ImprovementProject.State
    rows = sight.each(ImprovementProject).filter(state__in=(states.PLANNED, states.UNDER_WAY, states.DONE))
    return [
        Item(
            key=f"project-{row.pk}",
            title=row.title,
            description=row.description,
            state="done" if row.state == states.DONE else "open",
            found=row.recorded_at,
            due=_noon(row.due),
            owner=str(row.owner),
        )
        for row in rows.select_related("owner").order_by("due", "pk")
    ]


def _failed(sight: Sight) -> list[Item]:
    """Safeguards in operation whose newest test found them wanting."""
    newest: dict[int, SafeguardTest] = {}
    rows = sight.each(SafeguardTest).filter(
        state=SafeguardTest.State.APPROVED, safeguard__state=Safeguard.State.OPERATING
    )
    for row in rows.select_related("safeguard", "safeguard__owner").order_by("tested_on", "pk"):
        newest[row.safeguard_id] = row
    return [
        Item(
            key=f"failed-{row.pk}",
            title=_("%(safeguard)s: found %(result)s")
            % {"safeguard": row.safeguard.name, "result": str(row.get_result_display()).lower()},
            description=row.findings,
            state="open",
            found=_noon(row.tested_on),
            due=None if row.safeguard.next_test_by is None else _noon(row.safeguard.next_test_by),
            owner=str(row.safeguard.owner),
            related=(f"test-{row.pk}",),
        )
        for row in newest.values()
        if row.result != SafeguardTest.Result.EFFECTIVE
    ]


__all__ = ["document"]
