"""Preparing a report, naming its recipients, sending it, acknowledging it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Membership
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.reports.models import Recipient, Report, ReportTopic
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Denied, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import resource_of

AUTHORS = ("analyst", "group_lead", "ciso", "panel_member", "unit_owner", "committee_member", "secretary", "counsel")
OWN_AUTHORS = ("ciso", "secretary", *(f"own:{role}" for role in AUTHORS if role not in ("ciso", "secretary")))
READERS = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary", "board_member",
    "disclosure_officer", "people_officer", "administrator", "employee",
)  # fmt: skip
#: Who may acknowledge for a body: those who sit on it, not those who only oversee it.
ACKNOWLEDGE = (Membership.Role.CHAIR, Membership.Role.MEMBER, Membership.Role.SECRETARY)
DRAFT, SENT, CLOSED = Report.State.DRAFT, Report.State.SENT, Report.State.CLOSED


class ReportForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    topics = forms.MultipleChoiceField(label=_("Topics"), choices=ReportTopic.Topic.choices)
    period_from = forms.DateField(label=_("Covers from"), widget=DateInput)
    period_until = forms.DateField(label=_("Covers until"), widget=DateInput)
    author = forms.ModelChoiceField(
        Person.objects.all(), label=_("Author"), required=False, help_text=_("Empty if you prepared it yourself.")
    )
    prepared_on = forms.DateField(
        label=_("Prepared"), required=False, widget=DateInput, help_text=_("Empty for today.")
    )
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    file = UploadField(required=False)


class NewReportForm(ReportForm):
    unit = forms.ModelChoiceField(
        Unit.objects.all(), label=_("Unit"), required=False, help_text=_("Empty for the enterprise as a whole.")
    )


def _author(ctx: Context, given: Person | None) -> Person:
    author = given or Person.objects.filter(user=ctx.user).first()
    if author is None:
        raise Refused(_("Your login belongs to no person on record; connect it first, or name the author."))
    return author


def _set_topics(ctx: Context, report: Report, wanted: list[str]) -> None:
    """Add what is missing, mark what was dropped."""
    rows = {row.topic: row for row in report.topics.all()}
    for topic in wanted:
        row = rows.get(topic)
        if row is None:
            ctx.save(ReportTopic(report=report, topic=topic))
        elif row.dropped:
            row.dropped = False
            ctx.save(row)
    for topic, row in rows.items():
        if topic not in wanted and not row.dropped:
            row.dropped = True
            ctx.save(row)


class PrepareReport(Action[Report]):
    """A draft: its author may still change it; nobody has received it."""

    name = "prepare"
    label = _("Prepare a report")
    model = Report
    creates = True
    roles = AUTHORS

    def form_class(self) -> type[forms.BaseForm] | None:
        return NewReportForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data.get("unit")

    def mutate(self, ctx: Context, record: Report | None, data: Mapping[str, Any]) -> Report:
        report = ctx.save(
            Report(
                title=data["title"],
                author=_author(ctx, data["author"]),
                prepared_on=data["prepared_on"] or local_day(ctx.at),
                period_from=data["period_from"],
                period_until=data["period_until"],
                text=data["text"],
                file=keep(ctx, data["file"]),
                unit=data["unit"] or Unit.objects.get(parent=None),
            )
        )
        _set_topics(ctx, report, data["topics"])
        return report


class ChangeReport(Action[Report]):
    name = "change"
    label = _("Change")
    model = Report
    states = frozenset({DRAFT})
    roles = OWN_AUTHORS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReportForm

    def initial(self, record: Report | None) -> dict[str, object]:
        if record is None:
            return {}
        names = ("title", "period_from", "period_until", "author", "prepared_on", "text", "file")
        topics = list(record.topics.filter(dropped=False).order_by("pk").values_list("topic", flat=True))
        return {name: getattr(record, name) for name in names} | {"topics": topics}

    def mutate(self, ctx: Context, record: Report | None, data: Mapping[str, Any]) -> Report:
        assert record is not None
        for name in ("title", "period_from", "period_until", "text"):
            setattr(record, name, data[name])
        record.author = data["author"] or record.author
        record.prepared_on = data["prepared_on"] or record.prepared_on
        record.file = keep(ctx, data["file"]) or record.file
        _set_topics(ctx, record, data["topics"])
        return ctx.save(record)


class SendReport(Action[Report]):
    """From now on its text stands; every recipient may read it and is asked to acknowledge it."""

    name = "send"
    label = _("Send")
    model = Report
    states = frozenset({DRAFT})
    confirm = _("Its text can no longer be changed once it is sent.")
    roles = OWN_AUTHORS

    def available(self, user: User, record: Report) -> Text | None:
        if not record.recipients.exists():
            return _("Name at least one recipient first.")
        if not record.text and record.file_id is None:
            return _("Write its text or attach its file first.")
        return None

    def mutate(self, ctx: Context, record: Report | None, data: Mapping[str, Any]) -> Report:
        assert record is not None
        for recipient in record.recipients.all():
            recipient.delivered_on = local_day(ctx.at)
            ctx.save(recipient)
        record.state = SENT
        return ctx.save(record)


class CloseReport(Action[Report]):
    """Every recipient has it."""

    name = "close"
    label = _("Close")
    model = Report
    states = frozenset({SENT})
    roles = OWN_AUTHORS

    def available(self, user: User, record: Report) -> Text | None:
        waiting = [str(row.body or row.person) for row in record.recipients.filter(received_on=None).order_by("pk")]
        if waiting:
            return _("These have not acknowledged it yet: %(names)s.") % {"names": ", ".join(waiting)}
        return None

    def mutate(self, ctx: Context, record: Report | None, data: Mapping[str, Any]) -> Report:
        assert record is not None
        record.state = CLOSED
        return ctx.save(record)


class AddRecipient(Create[Recipient]):
    """To a body or to a person. Added to a report that was sent, it is delivered at once."""

    name = "add"
    label = _("Add a recipient")
    model = Recipient
    fields = ("report", "body", "person")
    roles = AUTHORS

    def guard(self, ctx: Context, record: Recipient | None, data: Mapping[str, Any]) -> None:
        report: Report = data["report"]
        rows = Report._base_manager.filter(pk=report.pk)
        if (
            not ctx.actor.system
            and not permitted(rows, resource_of(Report).scope, ctx.user, SendReport.code()).exists()
        ):
            raise Denied(_("Recipients are added by whoever may send the report."))
        if report.state == CLOSED:
            raise Refused(_("The report is closed; prepare another one for further recipients."))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Recipient:
        recipient = super().build(ctx, data)
        if recipient.report.state == SENT:
            recipient.delivered_on = local_day(ctx.at)
        return recipient


class AcknowledgeForm(forms.Form):
    received_on = forms.DateField(
        label=_("Received"), required=False, widget=DateInput, help_text=_("Empty for today.")
    )


class Acknowledge(Action[Recipient]):
    """The recipient says: I have it. For a body, its secretary, its chair or a member says so."""

    name = "acknowledge"
    label = _("Acknowledge receipt")
    model = Recipient
    roles = tuple(f"own:{role}" for role in READERS)

    def form_class(self) -> type[forms.BaseForm] | None:
        return AcknowledgeForm

    def available(self, user: User, record: Recipient) -> Text | None:
        if record.received_on is not None:
            return _("Already acknowledged on %(day)s.") % {"day": record.received_on.isoformat()}
        if record.delivered_on is None:
            return _("The report has not been sent yet.")
        return None

    def guard(self, ctx: Context, record: Recipient | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        assert record.delivered_on is not None
        today = local_day(ctx.at)
        if record.body is not None and not ctx.actor.system:
            seats = Membership.objects.on(today).filter(body=record.body, person__user=ctx.user)
            if not seats.filter(role__in=ACKNOWLEDGE).exists():
                raise Refused(
                    _("A member or the secretary of %(body)s acknowledges it; who only oversees it does not.")
                    % {"body": record.body}
                )
        received: date = data["received_on"] or today
        if not record.delivered_on <= received <= today:
            raise Refused(
                _("It was delivered on %(day)s; give a day from then until today.")
                % {"day": record.delivered_on.isoformat()}
            )

    def mutate(self, ctx: Context, record: Recipient | None, data: Mapping[str, Any]) -> Recipient:
        assert record is not None
        record.received_on = data["received_on"] or local_day(ctx.at)
        record.received_by = ctx.user
        return ctx.save(record)
