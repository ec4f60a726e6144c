"""Current reports about one incident: draft, write anew, bring before the body, amend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.actions.standing import demand_existing
from quarterdeck.areas.bodies.making import add_item, add_paper, plan_behind, propose
from quarterdeck.areas.bodies.models import Decision, Meeting
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations.actions.assessment import held
from quarterdeck.areas.determinations.models import Assessment, Exposure
from quarterdeck.areas.determinations.queries import domestic_on, material_since, submitted_assessment
from quarterdeck.areas.disclosures.actions import ReadingAction
from quarterdeck.areas.disclosures.current import (
    UNDECIDED,
    answered_since,
    day_of,
    latest_filed,
    material,
    necessary,
    under_way,
    write_report,
)
from quarterdeck.areas.disclosures.drafting import taxonomy_for
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.report_words import paper
from quarterdeck.areas.disclosures.roles import PREPARERS
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.walling import standing_wall
from quarterdeck.areas.organisation.models import FilerStatus, Registrant
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput, DateTimeInput, IsoDateTimeField

Form, State = Disclosure.Form, Disclosure.State
#: The form by the company's filer status on the day.
FITTING: Mapping[bool, str] = {True: Form.FORM_8K.value, False: Form.FORM_6K.value}


def neutral_label(incident: Incident) -> str:
    """What a report may call an incident without telling what it was."""
    return f"Cybersecurity incident, {incident.discovered_at:%B %Y}"


def _label_field() -> forms.CharField:
    return forms.CharField(
        label=_("What the report calls the incident"),
        max_length=120,
        required=False,
        help_text=_("It becomes public, in the text and as a tag. Without it: the month in which it was discovered."),
    )


def _filing_date(required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=_("Planned filing date"), widget=DateInput, required=required, help_text=_("Without it: today.")
    )


class CurrentForm(forms.Form):
    """The form, the incident, and on Form 6-K what makes the company furnish it."""

    form = forms.ChoiceField(label=_("Form"), choices=[(f.value, f.label) for f in (Form.FORM_8K, Form.FORM_6K)])
    incident = forms.ModelChoiceField(label=_("Incident"), queryset=Incident.objects.order_by("-declared_at", "-pk"))
    filing_date = _filing_date()
    incident_label = _label_field()
    trigger = forms.ChoiceField(
        label=_("Form 6-K: furnished because it is"),
        choices=[("", "–"), *Disclosure.Trigger.choices],
        required=False,
        help_text=_("Left out, both are taken from what the record says of the duties to notify."),
    )
    published_on = forms.DateField(
        label=_("Form 6-K: made public on"),
        widget=DateInput,
        required=False,
        help_text=_("Empty while it has to be made public and is not yet."),
    )


def _demand_namespace(company: Registrant) -> None:
    if not (company.symbol and company.web_domain):
        raise Refused(
            _(
                "Record the trading symbol and the web domain first: the tags that name the incident are the company's own."
            )
        )


def _demand_fresh(incident: Incident, label: str) -> None:
    if incident.number in label or incident.title.casefold() in label.casefold():
        raise Refused(_("The label becomes public: neither number nor title of the incident belongs in it."))
    waiting = under_way(incident)
    if waiting is not None:
        raise Refused(_("A report on it is under way: %(report)s.") % {"report": waiting})


class DraftCurrent(Action[Disclosure]):
    """Write the report on an incident that the governing body decided to disclose, from its frozen assessment."""

    name = "draft_current"
    label = _("Draft a current report")
    help = _("Possible once the governing body has decided that disclosure is necessary.")
    model = Disclosure
    creates = True
    roles = PREPARERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return CurrentForm

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        company = Registrant.objects.first()
        if company is None:
            raise Refused(_("Register the company first: a disclosure needs a registrant."))
        # Held, so that two who draft at once do not both find that there is no report yet.
        incident, day = held(data["incident"]), data["filing_date"] or local_day(ctx.at)
        domestic = domestic_on(day)
        if domestic is None:
            raise Refused(_("Record first whether the company files as a domestic or a foreign private issuer."))
        if data["form"] != FITTING[domestic]:
            raise Refused(
                _("On %(day)s the company reports on Form %(form)s.") % {"day": day, "form": FITTING[domestic]}
            )
        if necessary(incident) is None:
            raise Refused(UNDECIDED)
        if domestic and material(incident) is None:
            raise Refused(_("Form 8-K, Item 1.05 reports what the body determined to be material; it has not."))
        former = latest_filed(incident)
        if former is not None:
            raise Refused(_("It was reported already; amend that report: %(report)s.") % {"report": former})
        _demand_fresh(incident, data["incident_label"])
        trigger, published = made_public(incident, data)
        if not domestic and not trigger:
            raise Refused(
                _("Say what makes the company furnish it: home law, an exchange, or distribution to security holders.")
            )
        if not domestic and published is not None and published > day:
            raise Refused(_("It cannot be made public after the report that says so is filed."))
        if event_day(incident, published, domestic=domestic) > day:
            raise Refused(_("The planned filing date lies before the event that is reported."))
        _demand_namespace(company)

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        incident = data["incident"]
        taken = necessary(incident)
        assert taken is not None
        domestic = data["form"] == Form.FORM_8K
        found = material(incident)
        trigger, published = ("", None) if domestic else made_public(incident, data)
        event = event_day(incident, published, domestic=domestic)
        made = ctx.save(
            Disclosure(
                registrant=Registrant.objects.get(),
                form=data["form"],
                period_start=event,
                period_end=event,
                filing_date=data["filing_date"] or local_day(ctx.at),
                taxonomy=taxonomy_for(event),
                prepared_by=ctx.user,
                incident=incident,
                incident_label=data["incident_label"] or neutral_label(incident),
                assessment=(found if domestic and found is not None else taken).assessment,
                trigger=trigger,
                published_on=published,
            )
        )
        write_report(ctx, made)
        return made


def made_public(incident: Incident, data: Mapping[str, Any]) -> tuple[str, date | None]:
    """What makes a foreign private issuer furnish the report, and when it was made public: as given, or as on record."""
    if data["trigger"]:
        return data["trigger"], data["published_on"]
    reach = Exposure.objects.filter(incident=incident).exclude(published_by=None).first()
    if reach is None or reach.published_at is None:
        return "", data["published_on"]
    return str(reach.published_by), data["published_on"] or local_day(reach.published_at)


def event_day(incident: Incident, published_on: date | None, *, domestic: bool) -> date:
    """The date of the earliest event reported: on Form 8-K the day it was determined to be material; on Form 6-K the day
    it was made public, or decided to be."""
    if not domestic and published_on is not None:
        return published_on
    taken = material_since(incident) if domestic else necessary(incident)
    assert taken is not None
    return day_of(taken)


def not_current(record: Disclosure) -> Text | None:
    """Why a step of current reports is not one of this record."""
    return None if record.current else _("This is an annual item.")


class RewriteReport(Action[Disclosure]):
    """Every sentence anew from the record as it is now. What was edited by hand goes."""

    name = "rewrite"
    label = _("Write it anew from the record")
    model = Disclosure
    states = frozenset({State.DRAFT.value})
    confirm = _("Sentences that were written or edited by hand go.")
    roles = PREPARERS

    def available(self, user: User, record: Disclosure) -> Text | None:
        reason = not_current(record)
        if reason is None and (record.incident is None or necessary(record.incident) is None):
            return UNDECIDED
        return reason

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        assert record.incident is not None
        record.assessment = _assessment_for(record)
        if record.amends is None:
            domestic = record.family == Form.FORM_8K
            if domestic and material(record.incident) is None:
                raise Refused(_("Form 8-K, Item 1.05 reports what the body determined to be material; it has not."))
            event = event_day(record.incident, record.published_on, domestic=domestic)
            record.period_start = record.period_end = event
            record.taxonomy = taxonomy_for(event)
        ctx.save(record)
        write_report(ctx, record)
        return record


def _assessment_for(record: Disclosure) -> Assessment | None:
    """The assessment that the body decided on; for an amendment the one that stands now."""
    assert record.incident is not None
    if record.amends is not None:
        return submitted_assessment(record.incident) or record.assessment
    taken = material(record.incident) if record.family == Form.FORM_8K else necessary(record.incident)
    return record.assessment if taken is None else taken.assessment


class WithdrawReport(Action[Disclosure]):
    """Give up a draft, for example to draft it under another label."""

    name = "withdraw"
    label = _("Give up the draft")
    model = Disclosure
    states = frozenset({State.DRAFT.value})
    confirm = _("It stays on record and is never filed.")
    danger = True
    roles = PREPARERS

    def available(self, user: User, record: Disclosure) -> Text | None:
        return not_current(record)

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        record.state = State.WITHDRAWN
        return ctx.save(record)


class AmendForm(forms.Form):
    filing_date = _filing_date()
    concerns = forms.ChoiceField(
        label=_("What became known concerns"),
        choices=Disclosure.Concerns.choices,
        initial=Disclosure.Concerns.IMPACT,
        required=False,
    )


class Amend(Action[Disclosure]):
    """Draft the amendment that tells what was not determined, once it is known."""

    name = "amend"
    label = _("Draft an amendment")
    model = Disclosure
    states = frozenset({State.RELEASED.value})
    roles = PREPARERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return AmendForm

    def available(self, user: User, record: Disclosure) -> Text | None:
        reason = not_current(record)
        if reason is not None:
            return reason
        assert record.incident is not None
        newest, waiting = latest_filed(record.incident), under_way(record.incident)
        if waiting is not None:
            return _("A report on it is under way: %(report)s.") % {"report": waiting}
        if newest is not None and newest.pk != record.pk:
            return _("It was amended already; amend the newest: %(report)s.") % {"report": newest}
        if necessary(record.incident) is None:
            return UNDECIDED
        standing = submitted_assessment(record.incident)
        if not answered_since(record) and (standing is None or standing.pk == record.assessment_id):
            return _("Nothing that was not determined has become known since, and no newer assessment was submitted.")
        return None

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        day = data["filing_date"] or local_day(ctx.at)
        if day < record.filing_date:
            raise Refused(_("An amendment is not filed before what it amends."))
        status = FilerStatus.objects.on(day).order_by("-effective_from").first()
        if status is None or FITTING[status.filer == FilerStatus.Filer.DOMESTIC] != record.family:
            raise Refused(
                _("On %(day)s the company no longer reports on Form %(form)s.") % {"day": day, "form": record.family}
            )

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        assert record.incident is not None
        made = ctx.save(
            Disclosure(
                registrant=record.registrant,
                form=Form.FORM_8KA if record.family == Form.FORM_8K else Form.FORM_6KA,
                period_start=record.period_start,
                period_end=record.period_end,
                filing_date=data["filing_date"] or local_day(ctx.at),
                taxonomy=record.taxonomy,
                prepared_by=ctx.user,
                incident=record.incident,
                incident_label=record.incident_label,
                assessment=submitted_assessment(record.incident) or record.assessment,
                amends=record,
                concerns=data["concerns"] or Disclosure.Concerns.IMPACT,
                trigger=record.trigger,
                published_on=record.published_on,
            )
        )
        write_report(ctx, made)
        return made


class BringForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("How it meets"),
        choices=Meeting.Kind.choices,
        initial=Meeting.Kind.WRITTEN_RESOLUTION,
        help_text=_("A meeting at short notice or a written resolution: nothing waits for the next regular meeting."),
    )
    planned_at = IsoDateTimeField(label=_("When"), widget=DateTimeInput)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)


class BringReport(ReadingAction):
    """Put the exact text with its hash before the body that decided on disclosure, behind the incident's wall."""

    name = "bring"
    label = _("Bring before the body")
    help = _("The body votes on exactly this text. If a word or a fact under it changes, it has to vote again.")
    states = frozenset({State.IN_REVIEW.value})
    roles = (*PREPARERS, "secretary")

    def form_class(self) -> type[forms.BaseForm] | None:
        return BringForm

    def available(self, user: User, record: Disclosure) -> Text | None:
        reason = not_current(record)
        if reason is not None:
            return reason
        assert record.incident is not None
        if record.incident.escalated_to is None:
            return _("The incident was escalated to no body.")
        if record.brought is not None and record.brought.outcome == Decision.Outcome.PROPOSED:
            return _(
                "It is before the body already: %(decision)s. Another text comes after that proposal is withdrawn."
            ) % {"decision": record.brought}
        return None

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        self.demand_clean(record)

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        incident = record.incident
        assert incident is not None
        stood = self.stood(record)
        title = gettext("%(number)s: approval of Form %(form)s") % {"number": incident.number, "form": record.form}
        item = add_item(ctx, _meeting(ctx, incident, data), title)
        add_paper(ctx, item, f"Form {record.form}, {record.period_end.isoformat()}", paper(stood.content, stood.digest))
        text = gettext(
            "The body approves the report on Form %(form)s in the words of the paper before it, whose content has the SHA-256 "
            "%(digest)s, for dissemination."
        ) % {"form": record.form, "digest": stood.digest}
        record.brought = propose(ctx, item, Decision.Topic.DISCLOSURE_APPROVAL, title, text)
        return ctx.save(record)


def _meeting(ctx: Context, incident: Incident, data: Mapping[str, Any]) -> Meeting:
    body, wall = incident.escalated_to, standing_wall(incident)
    assert body is not None
    if wall is not None:
        return plan_behind(ctx, body, data["kind"], data["planned_at"], wall, data["place"])
    day = local_day(data["planned_at"])
    demand_existing(body, day, day)
    return ctx.save(Meeting(body=body, kind=data["kind"], planned_at=data["planned_at"], place=data["place"]))


__all__ = [
    "Amend",
    "BringReport",
    "DraftCurrent",
    "RewriteReport",
    "WithdrawReport",
    "event_day",
    "neutral_label",
    "not_current",
]
