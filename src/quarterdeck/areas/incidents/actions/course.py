"""The course of an incident, from declaring to closing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body, Decision
from quarterdeck.areas.bodies.queries import local_day, local_zone
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.queries import GOVERNING, situation
from quarterdeck.areas.incidents.rules import WHO, Missing, missing_to_close
from quarterdeck.areas.incidents.walling import enclose, may_stand_inside, people, standing_wall
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateTimeInput, IsoDateTimeField, record_form
from quarterdeck.kernel.claims import parameters
from quarterdeck.kernel.claims.registry import value_on
from quarterdeck.kernel.permissions.models import Unit

State, Materiality = Incident.State, Incident.Materiality
OPEN = frozenset({State.DECLARED, State.CONTAINED, State.ASSESSING, State.ASSESSED})

LACKS: Mapping[Missing, Text] = {
    Missing.SEVERITY: _("rate its severity"),
    Missing.SOURCE: _("trace its source"),
    Missing.MEASURE: _("add a protective measure"),
    Missing.NOTICE: _("inform management or the board"),
    Missing.CONTAINMENT: _("record that it is contained"),
    Missing.RATIFICATION: _("have its containment ratified"),
    Missing.ASSESSMENT_ORGANISED: _("organise its assessment"),
    Missing.ASSESSMENT: _("record the result of its assessment"),
    Missing.ESCALATION: _("escalate it"),
    Missing.DETERMINATION: _("link the body's determination of materiality"),
    Missing.LESSONS: _("record what was learned"),
    Missing.PLAN_VERSION: _("say which version of the plan was followed"),
}


RATIFICATION = parameters.declare(
    "containment.ratified_within_hours",
    label=_("Ratifying a containment"),
    says=_("The most hours from containing an incident to another person's ratifying what was done."),
    unit=parameters.Unit.HOURS,
)


def moment(label: Text, help_text: Text = _("Empty for now.")) -> IsoDateTimeField:  # noqa: B008
    """A time in the past, now unless given."""
    return IsoDateTimeField(label=label, required=False, widget=DateTimeInput, help_text=help_text)  # type: ignore[arg-type]


def past(ctx: Context, given: datetime | None) -> datetime:
    """The time given, or now; Refused when it lies ahead."""
    if given is not None and given > ctx.at:
        raise Refused(_("That time lies in the future."))
    return given or ctx.at


def after_declaration(ctx: Context, incident: Incident, given: datetime | None) -> datetime:
    """The same, and not before the incident was declared."""
    found = past(ctx, given)
    if found < incident.declared_at:
        raise Refused(
            _("It was declared on %(at)s; this cannot have been before.")
            % {"at": incident.declared_at.isoformat(timespec="minutes")}
        )
    return found


def next_number() -> str:
    """INC-n after the newest. Incidents are never deleted; the enterprise row is held so that two get two numbers."""
    Unit._base_manager.select_for_update().get(parent=None)
    last = Incident._base_manager.order_by("-pk").values_list("number", flat=True).first()
    return f"INC-{1 if last is None else int(last.removeprefix('INC-')) + 1}"


class DeclareForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    nature = forms.ChoiceField(label=_("Nature"), choices=Incident.Nature.choices, initial=Incident.Nature.INCIDENT)
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("Unit"))
    discovered_at = IsoDateTimeField(label=_("Discovered"), widget=DateTimeInput)
    occurred_at = moment(_("Occurred"), _("Empty if it is not known yet."))
    declared_at = moment(_("Declared"))
    facts = forms.CharField(label=_("What is known"), required=False, widget=forms.Textarea(attrs={"rows": 6}))


class Declare(Action[Incident]):
    """From here every clock runs."""

    name = "declare"
    label = _("Declare an incident")
    model = Incident
    creates = True
    roles = WHO["declare"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return DeclareForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data.get("unit")

    def guard(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> None:
        declared = past(ctx, data["declared_at"])
        if data["discovered_at"] > declared:
            raise Refused(_("It cannot be declared before it was discovered; correct one of the two times."))

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        return ctx.save(
            Incident(
                number=next_number(),
                title=data["title"],
                nature=data["nature"],
                unit=data["unit"],
                discovered_at=data["discovered_at"],
                occurred_at=data["occurred_at"],
                declared_at=data["declared_at"] or ctx.at,
                declared_by=ctx.user,
                facts=data["facts"],
            )
        )


class ChangeIncident(Change[Incident]):
    model = Incident
    states = OPEN
    fields = ("title", "nature", "occurred_at", "discovered_at", "facts", "plan_version")
    roles = WHO["change"]

    def guard(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["discovered_at"] > record.declared_at:
            raise Refused(_("It cannot have been declared before it was discovered; correct the time."))


class _Fields(Action[Incident]):
    """Sets fields of the incident that a form of the model's own fields reads."""

    model = Incident
    states = OPEN
    fields: tuple[str, ...] = ()

    def form_class(self) -> type[forms.BaseForm] | None:
        return demanding_form(self.fields)

    def initial(self, record: Incident | None) -> dict[str, object]:
        return {} if record is None else {name: getattr(record, name) for name in self.fields}

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        for name in self.fields:
            setattr(record, name, data[name])
        return ctx.save(record)


def demanding_form(fields: tuple[str, ...]) -> type[forms.BaseForm]:
    """A form of the incident's own fields, all of them required."""

    class Demanding(record_form(Incident, fields)):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for field in self.fields.values():
                field.required = True

    return Demanding


class Rate(_Fields):
    """Say how severe it is, and why."""

    name = "rate"
    label = _("Rate severity")
    fields = ("severity", "severity_why")
    roles = WHO["rate"]


class Trace(_Fields):
    """Say where it came from, and how that is known. “Not traceable” is an answer, with its reason."""

    name = "trace"
    label = _("Trace the source")
    fields = ("source", "source_why")
    roles = WHO["trace"]


class ContainForm(forms.Form):
    contained_at = moment(_("Contained"))


class Contain(Action[Incident]):
    """It spreads no further. Assessing may have begun before."""

    name = "contain"
    label = _("Record containment")
    model = Incident
    states = OPEN
    roles = WHO["contain"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return ContainForm

    def available(self, user: User, record: Incident) -> Text | None:
        return _("Already contained.") if record.contained_at is not None else None

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.contained_at = after_declaration(ctx, record, data["contained_at"])
        record.contained_by = ctx.user
        if record.state == State.DECLARED:
            record.state = State.CONTAINED
        return ctx.save(record)


def ratification_due(incident: Incident) -> datetime | None:
    """Until when its containment has to be ratified; None while it is not contained or the company set no time."""
    hours = value_on(RATIFICATION, local_day(incident.contained_at)) if incident.contained_at else None
    return (
        None
        if incident.contained_at is None or hours is None
        else incident.contained_at + timedelta(hours=float(hours))
    )


class RatifyForm(forms.Form):
    late_because = forms.CharField(
        label=_("Why late"), max_length=300, required=False, help_text=_("Needed once the company's time has passed.")
    )


class RatifyContainment(Action[Incident]):
    """Whoever answers for it says that what was done at once was right. Containing never waits for this."""

    name = "ratify_containment"
    label = _("Ratify the containment")
    model = Incident
    states = OPEN
    differs_from = ("contained_by",)
    roles = WHO["ratify_containment"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return RatifyForm

    def available(self, user: User, record: Incident) -> Text | None:
        if record.contained_at is None:
            return _("Nothing is contained yet.")
        return _("Already ratified.") if record.containment_ratified_at is not None else None

    def guard(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        due = ratification_due(record)
        if due is not None and ctx.at > due and not data["late_because"].strip():
            raise Refused(
                _("It was to be ratified by %(due)s; say why it comes late.")
                % {"due": due.astimezone(local_zone()).strftime("%Y-%m-%d %H:%M")}
            )

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.containment_ratified_at = ctx.at
        record.containment_ratified_by = ctx.user
        record.ratified_late_because = data["late_because"]
        return ctx.save(record)


class OrganiseForm(forms.Form):
    assessor = forms.ModelChoiceField(Person.objects.all(), label=_("Who leads the assessment"))
    opinions_needed = forms.BooleanField(
        label=_("The plan asks for opinions of outside experts or counsel"), required=False
    )
    inside = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Who stands inside the wall besides you and the assessor"), required=False
    )
    open_because = forms.CharField(
        label=_("Why it needs no wall"),
        max_length=300,
        required=False,
        help_text=_("Empty: a wall goes up around it, since what is being assessed may be material and is not public."),
    )
    assessing_at = moment(_("Organised"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inside"].queryset = people()  # type: ignore[attr-defined]


class OrganiseAssessment(Action[Incident]):
    """Somebody is charged with assessing it: this stops the clock that “promptly” starts. A wall goes up with it."""

    name = "organise_assessment"
    label = _("Organise the assessment")
    model = Incident
    states = frozenset({State.DECLARED, State.CONTAINED})
    roles = WHO["organise_assessment"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return OrganiseForm

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.assessor = data["assessor"]
        record.opinions_needed = data["opinions_needed"]
        record.assessing_at = after_declaration(ctx, record, data["assessing_at"])
        record.state = State.ASSESSING
        record.open_because = data["open_because"].strip()
        if not record.open_because or standing_wall(record) is not None:
            named = {ctx.user, *data["inside"]}
            named |= {login for login in (data["assessor"].user, record.declared_by) if may_stand_inside(login)}
            enclose(ctx, record, named, str(_("Takes part in the assessment")))
        return ctx.save(record)


class AssessmentForm(forms.Form):
    assessment = forms.CharField(label=_("Result"), widget=forms.Textarea(attrs={"rows": 8}))
    potentially_material = forms.TypedChoiceField(
        label=_("Could it be material?"),
        choices=(("yes", _("Yes: a body has to determine it")), ("no", _("No"))),
        coerce=lambda value: value == "yes",
    )
    assessed_at = moment(_("Assessed"))


class RecordAssessment(Action[Incident]):
    """What the assessment found. Whether it is material is for a body to say, not for this."""

    name = "record_assessment"
    label = _("Record the assessment")
    model = Incident
    states = frozenset({State.ASSESSING})
    roles = WHO["record_assessment"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return AssessmentForm

    def available(self, user: User, record: Incident) -> Text | None:
        if record.severity is None:
            return _("Rate its severity first.")
        if record.source is None:
            return _("Trace its source first, or say that it is not traceable.")
        return None

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.assessment = data["assessment"]
        record.potentially_material = data["potentially_material"]
        record.assessed_at = after_declaration(ctx, record, data["assessed_at"])
        record.state = State.ASSESSED
        return ctx.save(record)


class EscalateForm(forms.Form):
    escalated_to = forms.ModelChoiceField(
        Body.objects.filter(kind__in=GOVERNING, state=Body.State.ACTIVE), label=_("To which body")
    )
    escalated_at = moment(_("Reported"))


class Escalate(Action[Incident]):
    """Report it to the body that determines materiality."""

    name = "escalate"
    label = _("Escalate to a body")
    model = Incident
    states = frozenset({State.ASSESSING, State.ASSESSED})
    roles = WHO["escalate"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return EscalateForm

    def available(self, user: User, record: Incident) -> Text | None:
        if record.escalated_at is not None:
            return _("Already escalated to %(body)s.") % {"body": record.escalated_to}
        return None

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.escalated_to = data["escalated_to"]
        record.escalated_at = after_declaration(ctx, record, data["escalated_at"])
        return ctx.save(record)


def _carried(topic: str) -> Any:
    return Decision.objects.filter(outcome=Decision.Outcome.CARRIED, topic=topic, meeting__body__kind__in=GOVERNING)


class DetermineForm(forms.Form):
    determination = forms.ModelChoiceField(
        _carried(Decision.Topic.MATERIALITY_REVIEW),
        label=_("Decision of the body"),
        help_text=_("A carried decision on materiality."),
    )
    materiality = forms.ChoiceField(
        label=_("What it determined"),
        choices=[(value, label) for value, label in Materiality.choices if value != Materiality.UNASSESSED],
    )


class Determine(Action[Incident]):
    """Write down what a body decided: the only way in which materiality is ever set."""

    name = "determine"
    label = _("Link the determination")
    model = Incident
    states = frozenset({State.ASSESSED})
    differs_from = ("assessor__user",)
    roles = WHO["determine"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return DetermineForm

    def available(self, user: User, record: Incident) -> Text | None:
        if record.potentially_material and record.escalated_at is None:
            return _("It could be material: escalate it to the body first.")
        return None

    def guard(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        decision: Decision = data["determination"]
        assert decision.decided_on is not None
        known = local_day(record.declared_at)
        if decision.decided_on < known:
            raise Refused(
                _("Decision %(number)s was taken on %(day)s, before the incident was declared; it cannot be about it.")
                % {"number": decision.number, "day": decision.decided_on.isoformat()}
            )
        start, end = decision.covers_from, decision.covers_until
        if start is not None and end is not None and not start <= known <= end:
            raise Refused(
                _("Decision %(number)s covers %(start)s to %(end)s; the incident was declared on %(day)s.")
                % {
                    "number": decision.number,
                    "start": start.isoformat(),
                    "end": end.isoformat(),
                    "day": known.isoformat(),
                }
            )

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.determination = data["determination"]
        record.materiality = data["materiality"]
        return ctx.save(record)


class MeasuresDecisionForm(forms.Form):
    response_decision = forms.ModelChoiceField(
        _carried(Decision.Topic.RESPONSE_MEASURES),
        label=_("Decision of the body"),
        help_text=_("A carried decision on response measures."),
    )


class LinkMeasuresDecision(Action[Incident]):
    """Write down by which decision the body chose the measures against it."""

    name = "link_measures_decision"
    label = _("Link the decision on measures")
    model = Incident
    states = frozenset({State.ASSESSING, State.ASSESSED})
    roles = WHO["link_measures_decision"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return MeasuresDecisionForm

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.response_decision = data["response_decision"]
        return ctx.save(record)


class RecordLessons(_Fields):
    """What was learned, in short; what has to be done about it is listed lesson by lesson."""

    name = "record_lessons"
    label = _("Record what was learned")
    fields = ("lessons",)
    roles = WHO["record_lessons"]


class Close(Action[Incident]):
    """Nothing is left to determine or to learn."""

    name = "close"
    label = _("Close")
    model = Incident
    states = frozenset({State.ASSESSED})
    confirm = _("Closing ends the work on it; it can be reopened with a reason.")
    roles = WHO["close"]

    def available(self, user: User, record: Incident) -> Text | None:
        lacking = missing_to_close(situation(record))
        if lacking:
            return _("Before closing: %(steps)s.") % {"steps": "; ".join(str(LACKS[what]) for what in lacking)}
        return None

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.state = State.CLOSED
        record.closed_at = ctx.at
        return ctx.save(record)


class ReopenForm(forms.Form):
    why = forms.CharField(label=_("What became known"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class Reopen(Action[Incident]):
    """New facts: what a body determined on the old ones no longer stands, and has to be determined again."""

    name = "reopen"
    label = _("Reopen")
    model = Incident
    states = frozenset({State.CLOSED})
    danger = True
    confirm = _("Its determination no longer stands; statements that rest on it become unresolved.")
    roles = WHO["reopen"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReopenForm

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        record.state = State.ASSESSED
        record.closed_at = None
        record.materiality = Materiality.UNASSESSED
        record.determination = None
        day = local_day(ctx.at).isoformat()
        record.facts = f"{record.facts}\n\n{day}: {data['why']}".strip()
        return ctx.save(record)


COURSE: tuple[type[Action[Any]], ...] = (
    Declare, ChangeIncident, Rate, Trace, Contain, RatifyContainment, OrganiseAssessment, RecordAssessment, Escalate, Determine,
    LinkMeasuresDecision, RecordLessons, Close, Reopen,
)  # fmt: skip
