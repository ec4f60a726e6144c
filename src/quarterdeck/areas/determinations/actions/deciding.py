"""Bringing the three questions before the governing body, and what its votes decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.making import add_item, add_paper, plan_behind, propose
from quarterdeck.areas.bodies.models import AgendaItem, Decision, Meeting
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.actions.assessment import held
from quarterdeck.areas.determinations.content import changed_since, paper_text
from quarterdeck.areas.determinations.models import Assessment, Determination
from quarterdeck.areas.determinations.queries import (
    before_the_body,
    decided,
    decided_questions,
    domestic_on,
    submitted_assessment,
)
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.walling import standing_wall
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput, DateTimeInput, IsoDateTimeField

Question, Answer = Determination.Question, Determination.Answer
_SUBMITTED = frozenset({Assessment.State.SUBMITTED.value})

TOPICS: Mapping[str, str] = {
    Question.MATERIALITY: Decision.Topic.MATERIALITY_REVIEW,
    Question.RESPONSE: Decision.Topic.RESPONSE_MEASURES,
    Question.DISCLOSURE: Decision.Topic.DISCLOSURE_NEEDED,
}
FAULTS: Mapping[rules.Fault, Text] = {
    rules.Fault.MATERIAL_NOT_DISCLOSED: _(
        "A domestic registrant reports what is determined to be material on Form 8-K, Item 1.05; disclosure is then necessary."
    ),
    rules.Fault.NO_DAY: _("What is left undetermined needs a day on which it is taken up again."),
}


def _reasons(label: Text) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}))  # type: ignore[arg-type]


class BringForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("How it meets"),
        choices=Meeting.Kind.choices,
        initial=Meeting.Kind.MEETING,
        help_text=_("A meeting at short notice or a written resolution: nothing waits for the next regular meeting."),
    )
    planned_at = IsoDateTimeField(label=_("When"), widget=DateTimeInput)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    materiality = forms.ChoiceField(
        label=_("Proposed: is it material?"),
        choices=[(a.value, a.label) for a in (Answer.MATERIAL, Answer.NOT_MATERIAL, Answer.UNDETERMINED)],
    )
    materiality_because = _reasons(_("Reasons"))
    follow_up_on = forms.DateField(label=_("If undetermined, taken up again on"), widget=DateInput, required=False)
    measures = _reasons(_("Proposed response measures"))
    disclosure = forms.ChoiceField(
        label=_("Proposed: is disclosure necessary?"),
        choices=[(a.value, a.label) for a in (Answer.NECESSARY, Answer.NOT_NECESSARY)],
    )
    disclosure_because = _reasons(_("Reasons"))


class BringBeforeBody(Action[Assessment]):
    """Put an assessment and the three questions on the agenda of a meeting of their own, behind the incident's wall."""

    name = "bring"
    label = _("Bring before the body")
    model = Assessment
    states = _SUBMITTED
    roles = ("secretary", "ciso", "committee_member", "panel_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return BringForm

    def initial(self, record: Assessment | None) -> dict[str, object]:
        if record is None:
            return {}
        return {"materiality": record.recommendation, "materiality_because": record.because}

    def available(self, user: User, record: Assessment) -> Text | None:
        incident = record.incident
        if not incident.potentially_material:
            return _("It could not be material; the periodic review of the body covers it.")
        if standing_wall(incident) is None:
            return _("No wall stands around it; raise one first.")
        if incident.escalated_at is None:
            return _("Escalate it to the body first: its members have to stand inside the wall.")
        if before_the_body(incident):
            return _("It is before the body already.")
        if changed_since(record):
            return _("Facts under it changed since it was submitted; open a new assessment.")
        if not rules.open_questions(decided_questions(incident)) and _rests_on(incident, record):
            return _("The body has decided on this assessment; new facts need a new one.")
        return None

    def guard(self, ctx: Context, record: Assessment | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        held(record.incident)
        domestic = domestic_on(local_day(ctx.at))
        if domestic is None:
            raise Refused(_("Record first whether the company files as a domestic or a foreign private issuer."))
        found = rules.faults(
            data["materiality"],
            data["disclosure"],
            domestic=domestic,
            follow_up=data["follow_up_on"] is not None,
        )
        if found:
            raise Refused(" ".join(str(FAULTS[fault]) for fault in found))
        if data["follow_up_on"] is not None and data["follow_up_on"] < local_day(ctx.at):
            raise Refused(_("The day on which it is taken up again has passed."))

    def mutate(self, ctx: Context, record: Assessment | None, data: Mapping[str, Any]) -> Assessment:
        assert record is not None
        incident = record.incident
        wall, body = incident.wall, incident.escalated_to
        assert wall is not None
        assert body is not None
        meeting = plan_behind(ctx, body, data["kind"], data["planned_at"], wall, data["place"])
        undetermined = data["materiality"] == Answer.UNDETERMINED
        asked: tuple[tuple[str, str, str, date | None], ...] = (
            (
                Question.MATERIALITY,
                data["materiality"],
                data["materiality_because"],
                data["follow_up_on"] if undetermined else None,
            ),
            (Question.RESPONSE, Answer.MEASURES, data["measures"], None),
            (Question.DISCLOSURE, data["disclosure"], data["disclosure_because"], None),
        )
        paper = paper_text(record)
        for question, answer, because, follow_up_on in asked:
            item = add_item(ctx, meeting, f"{incident.number}: {Question(question).label}")
            add_paper(ctx, item, str(record), paper)
            _put(ctx, item, record, question, answer, because, follow_up_on)
        return ctx.save(record)


def _rests_on(incident: Incident, assessment: Assessment) -> bool:
    taken = decided(incident, Question.MATERIALITY)
    return taken is not None and taken.assessment_sha256 == assessment.sha256


def wording(incident: Incident, question: str, answer: str, because: str, follow_up_on: date | None) -> str:
    """The words put to the vote: they hold the answer, so that the vote on them decides it."""
    said = {
        Answer.MATERIAL: gettext("The body determines that incident %(number)s is material."),
        Answer.NOT_MATERIAL: gettext("The body determines that incident %(number)s is not material."),
        Answer.UNDETERMINED: gettext(
            "The body finds that it cannot be determined yet whether incident %(number)s is material."
        ),
        Answer.MEASURES: gettext("The body decides on these measures in response to incident %(number)s:"),
        Answer.NECESSARY: gettext("The body decides that disclosure of incident %(number)s is necessary."),
        Answer.NOT_NECESSARY: gettext("The body decides that disclosure of incident %(number)s is not necessary."),
    }[Answer(answer)] % {"number": incident.number}
    lines = [said]
    if follow_up_on is not None:
        lines.append(gettext("It takes the question up again on %(day)s.") % {"day": follow_up_on.isoformat()})
    return "\n\n".join([*lines, because])


def _put(
    ctx: Context,
    item: AgendaItem,
    assessment: Assessment,
    question: str,
    answer: str,
    because: str,
    follow_up_on: date | None,
) -> Determination:
    incident = assessment.incident
    covered = local_day(incident.declared_at), local_day(ctx.at)
    covers = covered if question == Question.MATERIALITY else (None, None)
    text = wording(incident, question, answer, because, follow_up_on)
    title = f"{incident.number}: {Answer(answer).label}"
    decision = propose(ctx, item, TOPICS[question], title, text, *covers)
    return ctx.save(
        Determination(
            incident=incident,
            assessment=assessment,
            question=question,
            answer=answer,
            because=because,
            follow_up_on=follow_up_on,
            decision=decision,
            assessment_sha256=assessment.sha256,
        )
    )


class AgainForm(forms.Form):
    answer = forms.ChoiceField(label=_("Proposed answer"), choices=Answer.choices)
    because = _reasons(_("Reasons"))
    follow_up_on = forms.DateField(label=_("If undetermined, taken up again on"), widget=DateInput, required=False)


class ProposeAgain(Action[Determination]):
    """After a proposal was lost or withdrawn: put another answer to the same question in the same meeting."""

    name = "propose_again"
    label = _("Propose another answer")
    model = Determination
    states = frozenset({Determination.State.LOST.value, Determination.State.WITHDRAWN.value})
    #: The vote moves it on: lost, it may be proposed again.
    awaits = frozenset({Determination.State.PROPOSED.value})
    roles = ("secretary", "ciso", "committee_member", "panel_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return AgainForm

    def initial(self, record: Determination | None) -> dict[str, object]:
        return {} if record is None else {"answer": record.answer, "because": record.because}

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Determination | None) -> None:
        if record is not None:
            field = form.fields["answer"]
            assert isinstance(field, forms.ChoiceField)
            fitting = rules.ANSWERS[rules.Question(record.question)]
            field.choices = [(value, label) for value, label in Answer.choices if value in fitting]

    def available(self, user: User, record: Determination) -> Text | None:
        if record.decision.meeting.state not in (Meeting.State.PLANNED, Meeting.State.CALLED, Meeting.State.OPEN):
            return _("That meeting is over; bring the assessment before the body again.")
        standing = submitted_assessment(record.incident)
        if standing is None or standing.pk != record.assessment_id:
            return _("Its assessment was replaced; bring the new one before the body.")
        pending = Determination.objects.filter(
            incident=record.incident,
            question=record.question,
            state__in=[Determination.State.PROPOSED, Determination.State.DECIDED],
            assessment=record.assessment,
        )
        return _("Another answer is proposed or decided.") if pending.exists() else None

    def guard(self, ctx: Context, record: Determination | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        answers = {row.question: row.answer for row in _current(record)} | {record.question: data["answer"]}
        found = rules.faults(
            answers.get(Question.MATERIALITY, Answer.NOT_MATERIAL),
            answers.get(Question.DISCLOSURE, Answer.NECESSARY),
            domestic=bool(domestic_on(local_day(ctx.at))),
            follow_up=data["follow_up_on"] is not None or data["answer"] != Answer.UNDETERMINED,
        )
        if found:
            raise Refused(" ".join(str(FAULTS[fault]) for fault in found))

    def mutate(self, ctx: Context, record: Determination | None, data: Mapping[str, Any]) -> Determination:
        assert record is not None
        undetermined = data["answer"] == Answer.UNDETERMINED
        return _put(
            ctx,
            record.decision.item,
            record.assessment,
            record.question,
            data["answer"],
            data["because"],
            data["follow_up_on"] if undetermined else None,
        )


def _current(record: Determination) -> list[Determination]:
    """What is proposed or decided on the same assessment."""
    standing = [Determination.State.PROPOSED, Determination.State.DECIDED]
    return list(Determination.objects.filter(assessment=record.assessment, state__in=standing))
