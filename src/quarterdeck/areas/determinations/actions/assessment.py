"""Opening, writing and submitting an assessment; its factors and related incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.content import content_of
from quarterdeck.areas.determinations.factors import FACTORS
from quarterdeck.areas.determinations.models import Assessment, Factor, FollowUp, Related
from quarterdeck.areas.determinations.queries import before_the_body, draft_of, latest_assessment
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Unit

LEADERS = ("ciso", "panel_member", "committee_member")
ASSESSORS = (*LEADERS, "analyst", "group_lead", "counsel")
_DRAFT = frozenset({Assessment.State.DRAFT.value})

LACKS: Mapping[rules.Lacks, Text] = {
    rules.Lacks.SEVERITY: _("rate the severity of the incident"),
    rules.Lacks.SOURCE: _("trace its source"),
    rules.Lacks.UNITS: _("have tasks accepted by %(wanted)d units; so far %(units)d"),
    rules.Lacks.OPINIONS: _("receive an opinion of an expert or counsel, as the plan asks for"),
    rules.Lacks.NATURE: _("describe its nature"),
    rules.Lacks.SCOPE: _("describe its scope"),
    rules.Lacks.TIMING: _("describe its timing"),
    rules.Lacks.IMPACT: _("describe its impact"),
    rules.Lacks.FACTORS: _("answer %(unanswered)d more factors"),
    rules.Lacks.RECOMMENDATION: _("say what is recommended"),
    rules.Lacks.BECAUSE: _("give the reasons for the recommendation"),
}


def held(incident: Incident) -> Incident:
    """The incident, held until the action is over."""
    return Incident._base_manager.select_for_update().get(pk=incident.pk)


class OpenForm(forms.Form):
    incident = forms.ModelChoiceField(Incident.objects.all(), label=_("Incident"))
    lead = forms.ModelChoiceField(
        Person.objects.all(), label=_("Led by"), required=False, help_text=_("Empty: who leads the assessment so far.")
    )


class OpenAssessment(Action[Assessment]):
    """Begin an assessment, with every factor to answer. A second one begins with what the first said."""

    name = "open"
    label = _("Open an assessment")
    model = Assessment
    creates = True
    roles = LEADERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return OpenForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Assessment | None, data: Mapping[str, Any]) -> None:
        incident = held(data["incident"])
        if incident.state not in (Incident.State.ASSESSING, Incident.State.ASSESSED):
            raise Refused(
                _("The incident is “%(state)s”. Organise its assessment first.")
                % {"state": incident.get_state_display()}
            )
        latest = latest_assessment(incident)
        if latest is not None and latest.state == Assessment.State.DRAFT:
            raise Refused(_("%(assessment)s is being written; finish that one.") % {"assessment": latest})
        if before_the_body(incident):
            raise Refused(_("Proposals on it are before the body; wait for the vote, or withdraw them first."))

    def mutate(self, ctx: Context, record: Assessment | None, data: Mapping[str, Any]) -> Assessment:
        incident = data["incident"]
        former = latest_assessment(incident)
        lead = data["lead"] or (former.lead if former is not None else incident.assessor)
        made = Assessment(
            incident=incident,
            number=Assessment.objects.filter(incident=incident).count() + 1,
            lead=lead,
            opened_by=ctx.user,
        )
        answers: dict[str, Factor] = {}
        if former is not None:
            for name in (
                "nature", "scope", "timing", "impact", "not_determined", "known_by", "recommendation", "because",
            ):  # fmt: skip
                setattr(made, name, getattr(former, name))
            answers = {row.code: row for row in former.factors.all()}
        ctx.save(made)
        for kind in FACTORS:
            before = answers.get(kind.code)
            row = Factor(assessment=made, code=kind.code)
            if before is not None:
                row.answer, row.amount, row.reason = before.answer, before.amount, before.reason
            ctx.save(row)
        if former is not None:
            for tie in former.related.filter(struck=False):
                ctx.save(Related(assessment=made, other=tie.other, why=tie.why, together=tie.together))
        return made


class WriteAssessment(Change[Assessment]):
    """Nature, scope, timing and impact as Form 8-K Item 1.05 asks for them, and what is recommended."""

    name = "write"
    label = _("Write")
    model = Assessment
    states = _DRAFT
    fields = ("nature", "scope", "timing", "impact", "not_determined", "known_by", "recommendation", "because")
    roles = ASSESSORS


class AnswerFactor(Change[Factor]):
    """Answered, unknown, or not applicable; each with its reason."""

    name = "answer"
    label = _("Answer")
    model = Factor
    fields = ("answer", "amount", "reason")
    roles = ASSESSORS

    def available(self, user: User, record: Factor) -> Text | None:
        if record.assessment.state != Assessment.State.DRAFT:
            return _("Submitted as it stands. Open a new assessment to answer differently.")
        return None

    def guard(self, ctx: Context, record: Factor | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_draft(record.assessment)


def demand_draft(assessment: Assessment) -> Assessment:
    """Hold the assessment; Refused once it is submitted."""
    found = Assessment._base_manager.select_for_update().get(pk=assessment.pk)
    if found.state != Assessment.State.DRAFT:
        raise Refused(_("Submitted as it stands. Open a new assessment to answer differently."))
    return found


class Relate(Create[Related]):
    """Weigh another incident together with this one."""

    name = "relate"
    label = _("Weigh a related incident")
    model = Related
    fields = ("assessment", "other", "why", "together")
    roles = ASSESSORS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["assessment"].incident.unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Related | None, data: Mapping[str, Any]) -> None:
        assessment = demand_draft(data["assessment"])
        if assessment.incident_id == data["other"].pk:
            raise Refused(_("An incident is not related to itself."))


class Strike(Action[Related]):
    """Take it out of this assessment: it was put in by mistake."""

    name = "strike"
    label = _("Strike out")
    model = Related
    roles = ASSESSORS

    def available(self, user: User, record: Related) -> Text | None:
        if record.assessment.state != Assessment.State.DRAFT:
            return _("Submitted as it stands. Open a new assessment to answer differently.")
        return _("Already struck out.") if record.struck else None

    def guard(self, ctx: Context, record: Related | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_draft(record.assessment)

    def mutate(self, ctx: Context, record: Related | None, data: Mapping[str, Any]) -> Related:
        assert record is not None
        record.struck = True
        return ctx.save(record)


class SubmitForm(forms.Form):
    potentially_material = forms.TypedChoiceField(
        label=_("Could it be material?"),
        choices=(("yes", _("Yes: the governing body has to determine it")), ("no", _("No"))),
        coerce=lambda value: value == "yes",
    )


class SubmitAssessment(Action[Assessment]):
    """Freeze it. From here its words, factors and the facts under them are compared with what becomes known."""

    name = "submit"
    label = _("Submit the assessment")
    model = Assessment
    states = _DRAFT
    confirm = _("A submitted assessment is never changed; new facts need a new one.")
    roles = LEADERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return SubmitForm

    def available(self, user: User, record: Assessment) -> Text | None:
        draft = draft_of(record)
        lacks = rules.lacking(draft)
        if not lacks:
            return None
        given = {"wanted": draft.units_wanted, "units": draft.units, "unanswered": draft.unanswered}
        return _("Before submitting: %(steps)s.") % {"steps": "; ".join(str(LACKS[what]) % given for what in lacks)}

    def guard(self, ctx: Context, record: Assessment | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        incident = held(record.incident)
        if incident.state not in (Incident.State.ASSESSING, Incident.State.ASSESSED):
            raise Refused(_("The incident is “%(state)s”.") % {"state": incident.get_state_display()})
        if not data["potentially_material"] and record.recommendation != Assessment.Recommendation.NOT_MATERIAL:
            raise Refused(_("Its recommendation is another: what may be material goes to the governing body."))
        if not data["potentially_material"] and incident.escalated_at is not None:
            raise Refused(
                _("It was escalated to %(body)s, which has to determine it.") % {"body": incident.escalated_to}
            )

    def mutate(self, ctx: Context, record: Assessment | None, data: Mapping[str, Any]) -> Assessment:
        assert record is not None
        for former in Assessment.objects.filter(incident=record.incident, state=Assessment.State.SUBMITTED):
            former.state = Assessment.State.SUPERSEDED
            ctx.save(former)
        record.frozen = content_of(record)
        record.sha256 = rules.digest(record.frozen)
        record.state = Assessment.State.SUBMITTED
        record.submitted_at = ctx.at
        record.submitted_by = ctx.user
        incident = record.incident
        incident.assessment = record.impact
        incident.potentially_material = data["potentially_material"] or bool(incident.potentially_material)
        incident.assessed_at = ctx.at
        incident.state = Incident.State.ASSESSED
        ctx.save(incident)
        self._follow_up(ctx, record)
        return ctx.save(record)

    def _follow_up(self, ctx: Context, record: Assessment) -> None:
        """What is not determined becomes a question with a day, once for the same words."""
        text = record.not_determined.strip()
        known = FollowUp.objects.filter(incident=record.incident, question=text, state=FollowUp.State.OPEN)
        if text and record.known_by is not None and not known.exists():
            ctx.save(FollowUp(incident=record.incident, question=text, due=record.known_by))


ASSESSMENT_ACTIONS: tuple[type[Action[Any]], ...] = (OpenAssessment, WriteAssessment, SubmitAssessment)
