"""How findings of each source stand: open or closed, how grave, until when. Nobody types it a second time at the risk.

A source of findings is a model of connections (:class:`RiskFinding`) and a :class:`Kind`. What is common to all of them reads
the kinds alone, so that one more source changes nothing here but the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.models import ImprovementProject, Recommendation
from quarterdeck.areas.risks.models import (
    Risk,
    RiskFinding,
    RiskRecommendation,
    RiskSafeguardTest,
    RiskVendorFinding,
)
from quarterdeck.areas.safeguards.models import Safeguard, SafeguardTest
from quarterdeck.areas.vendors.models import Condition, Evaluation, Finding, Vendor
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight

#: Projects that somebody still works on, or that wait to be verified.
_ALIVE = (
    ImprovementProject.State.PLANNED,
    ImprovementProject.State.UNDER_WAY,
    ImprovementProject.State.DONE,
)


@dataclass(frozen=True)
class Kind:
    """Findings of one source.

    ``model``: the connection. ``finding``: what it leads to. ``may_bear``: findings that can be connected. ``closed``: from a
    connection, whether its finding is open no longer. ``due``: from the reader's sight, until when something has to be done, or
    nothing. ``severity``: a finding's severity in a word; ``grave``: the values of it from the gravest on, at ``severity_at``.
    ``of``: the record that the finding is about, for the reader.
    """

    model: type[RiskFinding]
    finding: type[Record]
    label: Text
    may_bear: Q
    closed: Callable[[], Q]
    due: Callable[[Sight], Subquery | F]
    due_label: Text
    severity_at: str
    grave: tuple[str, ...]
    severity: Callable[[Any], str]
    of: Callable[[Any], Record]
    select: tuple[str, ...]


def _vendor_closed() -> Q:
    """The evaluation was withdrawn or the vendor retired; a later evaluation has been decided, which finds anew what is still
    so; or the decision set conditions, and each of them is met."""
    later = Evaluation.objects.filter(
        vendor=OuterRef("finding__evaluation__vendor"),
        pk__gt=OuterRef("finding__evaluation"),
        state=Evaluation.State.DECIDED,
    )
    asked = Condition.objects.filter(evaluation=OuterRef("finding__evaluation"))
    return (
        Q(finding__evaluation__state=Evaluation.State.WITHDRAWN)
        | Q(finding__evaluation__vendor__state=Vendor.State.RETIRED)
        | Q(Exists(later))
        | (Q(Exists(asked)) & ~Q(Exists(asked.filter(met_on=None))))
    )


def _vendor_due(sight: Sight) -> Subquery:
    """The first condition of the decision that is not met."""
    rows = sight.each(Condition).filter(evaluation=OuterRef("finding__evaluation"), met_on=None)
    return Subquery(rows.order_by("due_on", "pk").values("due_on")[:1])


def _recommendation_closed() -> Q:
    """Rejected; or one of its projects has been verified and none is under way."""
    projects = ImprovementProject.objects.filter(recommendation=OuterRef("finding"))
    verified = projects.filter(state=ImprovementProject.State.VERIFIED)
    return Q(finding__state=Recommendation.State.REJECTED) | (
        Q(Exists(verified)) & ~Q(Exists(projects.filter(state__in=_ALIVE)))
    )


def _recommendation_due(sight: Sight) -> Subquery:
    """The first of its projects that is to be done."""
    rows = sight.each(ImprovementProject).filter(recommendation=OuterRef("finding"), state__in=_ALIVE)
    return Subquery(rows.order_by("due", "pk").values("due")[:1])


def _test_closed() -> Q:
    """Withdrawn, or the safeguard retired; or a later test, approved by another person, found it effective."""
    later = SafeguardTest.objects.filter(
        safeguard=OuterRef("finding__safeguard"),
        tested_on__gt=OuterRef("finding__tested_on"),
        result=SafeguardTest.Result.EFFECTIVE,
        state=SafeguardTest.State.APPROVED,
    )
    return (
        Q(finding__state=SafeguardTest.State.WITHDRAWN)
        | Q(finding__safeguard__state=Safeguard.State.RETIRED)
        | Q(Exists(later))
    )


KINDS: Final = (
    Kind(
        model=RiskVendorFinding,
        finding=Finding,
        label=_("Findings at vendors"),
        may_bear=~Q(evaluation__state=Evaluation.State.WITHDRAWN),
        closed=_vendor_closed,
        due=_vendor_due,
        due_label=_("condition due"),
        severity_at="finding__severity",
        grave=("critical", "high", "moderate", "low"),
        severity=lambda finding: str(finding.get_severity_display()),
        of=lambda finding: finding.evaluation.vendor,
        select=("finding__evaluation__vendor",),
    ),
    Kind(
        model=RiskRecommendation,
        finding=Recommendation,
        label=_("Recommendations"),
        may_bear=~Q(state=Recommendation.State.REJECTED),
        closed=_recommendation_closed,
        due=_recommendation_due,
        due_label=_("due"),
        severity_at="finding__priority",
        grave=("high", "medium", "low"),
        severity=lambda finding: str(finding.get_priority_display()),
        of=lambda finding: finding.engagement,
        select=("finding__engagement",),
    ),
    Kind(
        model=RiskSafeguardTest,
        finding=SafeguardTest,
        label=_("Failed tests of safeguards"),
        may_bear=~Q(result=SafeguardTest.Result.EFFECTIVE) & ~Q(state=SafeguardTest.State.WITHDRAWN),
        closed=_test_closed,
        due=lambda sight: F("finding__safeguard__next_test_by"),
        due_label=_("next test by"),
        severity_at="finding__result",
        grave=("not_effective", "partly"),
        severity=lambda finding: str(finding.get_result_display()),
        of=lambda finding: finding.safeguard,
        select=("finding__safeguard",),
    ),
)


def bearing_on(sight: Sight, risk: Risk, kind: Kind) -> QuerySet[Any]:
    """The standing connections of one kind whose findings the reader may see, the open ones first, of these the gravest.

    Each row has ``closed`` (bool) and ``due`` (a day or None) beside its own fields.
    """
    seen = sight.rows(resource_of(kind.finding)).values("pk")
    rows = sight.each(kind.model).filter(Q(finding__in=seen), risk=risk, ended_on=None)
    weight = Case(
        *(When(**{kind.severity_at: value}, then=Value(place)) for place, value in enumerate(kind.grave)),
        default=Value(len(kind.grave)),
    )
    return (
        rows.annotate(
            closed=Case(When(kind.closed(), then=Value(True)), default=Value(False), output_field=BooleanField()),
            due=kind.due(sight),
            weight=weight,
        )
        .select_related(*kind.select)
        .order_by("closed", "weight", F("due").asc(nulls_last=True), "pk")
    )
