"""Changes to exercise mails, campaigns, exemptions and reported mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from secrets import SystemRandom
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.phishing import results, tokens
from quarterdeck.areas.phishing.grouping import rolled
from quarterdeck.areas.phishing.models import (
    Campaign,
    Delivery,
    Exemption,
    Receiver,
    Result,
    SuspiciousMail,
    Template,
    Touch,
)
from quarterdeck.areas.phishing.words import ALIGNMENT_WORDS, CUE_WORDS
from quarterdeck.areas.training.actions.assigning import given, published
from quarterdeck.areas.training.models import Assignment, Course
from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.engines.phishing import Judged, Verdict
from quarterdeck.engines.phishing.scale import SCORES
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, End, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import record_form
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.notify.address import home_address
from quarterdeck.kernel.permissions.models import Unit, UnitLine
from quarterdeck.kernel.records import in_effect_on

State = Campaign.State
#: Days for the course of those who clicked.
COURSE_DAYS = timedelta(days=14)
KEEPERS = ("ciso", "analyst")
#: Who may agree to an exercise that another prepared.
APPROVERS = ("ciso", "people_officer", "counsel")
EVERYBODY = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
    "secretary", "board_member", "disclosure_officer", "auditor", "people_officer", "employee",
)  # fmt: skip
_WORDS = ("title", "unit", "sender_name", "subject", "body", "lesson")
IN_USE = (State.SUBMITTED, State.APPROVED, State.RUNNING)


_WRITTEN = record_form(Template, _WORDS)
_COUNTED: dict[str, object] = {
    **{
        f"fit_{name}": forms.TypedChoiceField(
            label=label,  # type: ignore[arg-type]
            coerce=int,
            choices=[(score, str(score)) for score in SCORES],
            initial=0,
        )
        for name, label in ALIGNMENT_WORDS.items()
    },
    **{
        f"cue_{name}": forms.IntegerField(
            label=label,  # type: ignore[arg-type]
            min_value=0,
            max_value=99,
            required=False,
            initial=0,
        )
        for name, label in CUE_WORDS.items()
    },
}
#: The mail, what it teaches, how well it fits its readers, and how often each cue occurs in it.
TemplateForm: type[forms.BaseForm] = type("TemplateForm", (_WRITTEN,), _COUNTED)


def _mail_values(data: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: data[name] for name in _WORDS}
    values["cues"] = {name: data[f"cue_{name}"] for name in CUE_WORDS if data[f"cue_{name}"]}
    values["alignment"] = {name: data[f"fit_{name}"] for name in ALIGNMENT_WORDS}
    return values


class WriteTemplate(Action[Template]):
    """Write an exercise mail and count its cues."""

    name = "create"
    label = _("Write an exercise mail")
    model = Template
    creates = True
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return TemplateForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data.get("unit")

    def mutate(self, ctx: Context, record: Template | None, data: Mapping[str, Any]) -> Template:
        return ctx.save(Template(**_mail_values(data)))


class ChangeTemplate(Action[Template]):
    """Change a mail that no exercise uses or is about to use."""

    name = "change"
    label = _("Change")
    model = Template
    states = frozenset({Template.State.DRAFT, Template.State.READY})
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return TemplateForm

    def initial(self, record: Template | None) -> dict[str, object]:
        if record is None:
            return {}
        shown: dict[str, object] = {name: getattr(record, name) for name in _WORDS}
        shown |= {f"cue_{name}": record.cues.get(name, 0) for name in CUE_WORDS}
        return shown | {f"fit_{name}": record.alignment.get(name, 0) for name in ALIGNMENT_WORDS}

    def available(self, user: User, record: Template) -> Text | None:
        used = record.campaigns.filter(state__in=IN_USE).first()
        return (
            _("“%(exercise)s” uses it; take that back or wait until it is over.") % {"exercise": used} if used else None
        )

    def mutate(self, ctx: Context, record: Template | None, data: Mapping[str, Any]) -> Template:
        assert record is not None
        for name, value in _mail_values(data).items():
            setattr(record, name, value)
        return ctx.save(record)


class _Turn(Action[Template]):
    """To another state, without data."""

    model = Template
    roles = KEEPERS
    to: Template.State

    def mutate(self, ctx: Context, record: Template | None, data: Mapping[str, Any]) -> Template:
        assert record is not None
        record.state = self.to
        return ctx.save(record)


class Ready(_Turn):
    name = "make_ready"
    label = _("Ready to be used")
    states = frozenset({Template.State.DRAFT})
    to = Template.State.READY


class Retire(_Turn):
    name = "retire"
    label = _("Use it no more")
    states = frozenset({Template.State.DRAFT, Template.State.READY})
    to = Template.State.RETIRED


class PlanCampaign(Create[Campaign]):
    name = "plan"
    model = Campaign
    label = _("Plan an exercise")
    fields = ("title", "template", "unit", "starts_at", "ends_at", "anonymous", "course", "purpose")
    author_field = "drafted_by"
    roles = KEEPERS


class ChangeCampaign(Change[Campaign]):
    """Whether it is anonymous was settled when it was planned, so that nobody is promised it and then named."""

    model = Campaign
    fields = ("title", "template", "starts_at", "ends_at", "course", "purpose")
    states = frozenset({State.DRAFT})
    roles = KEEPERS


class Submit(Action[Campaign]):
    name = "submit"
    label = _("Ask for approval")
    model = Campaign
    states = frozenset({State.DRAFT})
    roles = KEEPERS

    def available(self, user: User, record: Campaign) -> Text | None:
        if record.template.state != Template.State.READY:
            return _("Say of the exercise mail that it is ready first.")
        return None

    def guard(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.ends_at <= ctx.at:
            raise Refused(_("Its last mail would have gone already; change the days."))

    def mutate(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> Campaign:
        assert record is not None
        record.state = State.SUBMITTED
        record.content_sha256 = content_hash(record)
        return ctx.save(record)


class TakeBack(Action[Campaign]):
    name = "take_back"
    label = _("Take back")
    model = Campaign
    states = frozenset({State.SUBMITTED, State.APPROVED})
    roles = KEEPERS

    def mutate(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> Campaign:
        assert record is not None
        record.state = State.DRAFT
        record.content_sha256, record.approved_by, record.approved_at = "", None, None
        return ctx.save(record)


class Approve(Action[Campaign]):
    """A second person agrees to exactly this mail, these people and these days."""

    name = "approve"
    label = _("Approve")
    help = _("The mail goes out by itself from the first day on.")
    model = Campaign
    states = frozenset({State.SUBMITTED})
    differs_from = ("drafted_by",)
    roles = APPROVERS

    def available(self, user: User, record: Campaign) -> Text | None:
        if not home_address():
            return _("Set the address at which people reach this home first: the link in the mail needs it.")
        return None

    def guard(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if content_hash(record) != record.content_sha256:
            raise Refused(_("The mail or the days changed since approval was asked for. Take it back and ask again."))

    def mutate(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> Campaign:
        assert record is not None
        record.state = State.APPROVED
        record.approved_by, record.approved_at = ctx.user, ctx.at
        return ctx.save(record)


class Begin(Action[Campaign]):
    """Settle who is written to, in a random order. By the product itself, when the first day has come."""

    name = "begin"
    label = _("Begin")
    model = Campaign
    states = frozenset({State.APPROVED})

    def guard(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.starts_at > ctx.at:
            raise Refused(_("Its first day has not come."))
        if content_hash(record) != record.content_sha256:
            raise Refused(_("What was approved is not what stands there now."))

    def mutate(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> Campaign:
        assert record is not None
        people = dict(receivers(record, ctx).values_list("pk", "unit_id"))
        order = list(people)
        SystemRandom().shuffle(order)
        Receiver.objects.bulk_create(
            (Receiver(campaign=record, person_id=key, turn=turn) for turn, key in enumerate(order)), batch_size=500
        )
        tokens.make_key(record.pk)
        key = tokens.key_of(record.pk)
        assert key is not None
        place = _places(people) if record.anonymous else {unit: unit for unit in people.values()}
        made = [
            Delivery(
                campaign=record,
                unit_id=place[unit],
                digest=tokens.digest_of(tokens.token_of(key, person)),
                person_id=None if record.anonymous else person,
            )
            for person, unit in people.items()
        ]
        # In the order of the hashes: the order of the rows says nothing of the order of the people.
        Delivery.objects.bulk_create(sorted(made, key=lambda row: row.digest), batch_size=500)
        record.audience = len(people)
        record.state = State.RUNNING
        return ctx.save(record)


def _places(people: Mapping[int, int]) -> dict[int, int]:
    """Unit → the unit in which a mail to it is counted, so that no group is too small to hide in."""
    counts: dict[int, int] = {}
    for unit in people.values():
        counts[unit] = counts.get(unit, 0) + 1
    return rolled(counts, dict(Unit.objects.values_list("pk", "parent_id")))


def receivers(record: Campaign, ctx: Context) -> QuerySet[Person]:
    """Who works in the units, has an address, and is not exempt today."""
    below = UnitLine.objects.filter(above=record.unit_id).values("below")
    exempt = Exemption.objects.filter(in_effect_on(ctx.at.date()), person=OuterRef("pk"))
    return (
        Person.objects.filter(state=Person.State.ACTIVE, unit__in=below, erased_at=None)
        .exclude(email="")
        .exclude(Exists(exempt))
        .exclude(positions__level__in=("director", "external"), positions__effective_until=None)
        .order_by("pk")
        .distinct()
    )


class StopForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500)


class Stop(Action[Campaign]):
    """No further mail goes out. What went out still counts until the exercise is closed."""

    name = "stop"
    label = _("Stop")
    model = Campaign
    states = frozenset({State.APPROVED, State.RUNNING})
    danger = True
    roles = (*KEEPERS, "people_officer")

    def form_class(self) -> type[forms.BaseForm] | None:
        return StopForm

    def mutate(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> Campaign:
        assert record is not None
        record.state = State.STOPPED
        record.stopped_because = data["reason"]
        tokens.destroy_key(record.pk)
        return ctx.save(record)


class Close(Action[Campaign]):
    """Write down what it came to, by unit. What happens to its links afterwards no longer counts."""

    name = "close"
    label = _("Close and write down the results")
    model = Campaign
    states = frozenset({State.RUNNING, State.STOPPED})
    confirm = _("Clicks and reports that come later no longer count.")
    roles = ("ciso",)

    def guard(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.state == State.RUNNING and record.receivers.filter(done=False).exists():
            raise Refused(_("Mails still go out until %(day)s. Stop it first, or wait.") % {"day": record.ends_at.date().isoformat()})  # fmt: skip

    def mutate(self, ctx: Context, record: Campaign | None, data: Mapping[str, Any]) -> Campaign:
        assert record is not None
        found = results.judged(record)
        if record.course is not None:
            _teach(ctx, record, record.course, found)
        for tally in results.counted(record, found):
            ctx.save(
                Result(
                    campaign=record, unit_id=tally.unit, sent=tally.sent, clicked=tally.clicked, reported=tally.reported,
                    machines=tally.machines, uncertain=tally.uncertain,
                )
            )  # fmt: skip
        record.state = State.CLOSED
        record.closed_at = ctx.at
        tokens.destroy_key(record.pk)
        # What told one client from another has done its service.
        Touch.objects.filter(delivery__campaign=record).update(client="", agent="")
        return ctx.save(record)


def _teach(ctx: Context, record: Campaign, course: Course, found: list[Judged]) -> None:
    """Assign the course to whoever clicked, unless they have it open. Its assignment does not say why."""
    mails = {item.hit.mail for item in found if item.verdict is Verdict.PERSON}
    clicked = Person.objects.filter(
        pk__in=Delivery.objects.filter(pk__in=mails).values("person"), state=Person.State.ACTIVE
    ).exclude(training__course=course, training__state__in=Assignment.OPEN)
    if published(course) is None:
        return
    for person in clicked.select_related("unit").order_by("pk"):
        given(ctx, person, course, ctx.at.date() + COURSE_DAYS, "")


def content_hash(campaign: Campaign) -> str:
    """SHA-256 over the mail and over whom it goes to and when."""
    mail = {name: campaign.template.content()[name] for name in ("sender_name", "subject", "body", "lesson", "cues", "alignment")}  # fmt: skip
    told = campaign.content()
    said = {name: told[name] for name in ("template_id", "unit_id", "starts_at", "ends_at", "anonymous", "course_id")}
    return sha256(canonical_bytes({"mail": mail, "exercise": said})).hexdigest()


class Exempt(Create[Exemption]):
    model = Exemption
    label = _("Exempt somebody")
    fields = ("person", "reason", "effective_from", "effective_until")
    roles = (*KEEPERS, "people_officer")


class EndExemption(End[Exemption]):
    model = Exemption
    roles = (*KEEPERS, "people_officer")


class ReportForm(forms.Form):
    sender = forms.CharField(label=_("From"), max_length=300, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text of the mail"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Copy it whole, links too. Do not open them."),
    )
    file = UploadField(label=_("Or the mail as a file"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("text") and not given.get("file") and not self.errors:
            raise forms.ValidationError(_("Copy the text of the mail, or attach the mail as a file."))
        return given


class Report(Action[SuspiciousMail]):
    """Anybody: this mail looks wrong to me."""

    name = "report"
    label = _("Report a suspicious mail")
    model = SuspiciousMail
    creates = True
    roles = tuple(f"own:{role}" for role in EVERYBODY)

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReportForm

    def mutate(self, ctx: Context, record: SuspiciousMail | None, data: Mapping[str, Any]) -> SuspiciousMail:
        person = Person.objects.filter(user=ctx.user).select_related("unit").first()
        return ctx.save(
            SuspiciousMail(
                unit=person.unit if person is not None else Unit.objects.get(parent=None),
                reported_by=ctx.user,
                reported_at=ctx.at,
                sender=data["sender"],
                subject=data["subject"],
                text=data["text"],
                file=keep(ctx, data["file"]),
            )
        )


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("It is"),
        choices=[
            (state.value, state.label) for state in (SuspiciousMail.State.HARMLESS, SuspiciousMail.State.PHISHING)
        ],
    )
    finding = forms.CharField(label=_("What was found"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))


class Judge(Action[SuspiciousMail]):
    """An analyst has looked at it."""

    name = "judge"
    label = _("Say what it is")
    model = SuspiciousMail
    states = frozenset({SuspiciousMail.State.OPEN})
    roles = ("analyst", "group_lead", "ciso")

    def form_class(self) -> type[forms.BaseForm] | None:
        return JudgeForm

    def mutate(self, ctx: Context, record: SuspiciousMail | None, data: Mapping[str, Any]) -> SuspiciousMail:
        assert record is not None
        record.state = data["verdict"]
        record.finding = data["finding"]
        record.judged_by, record.judged_at = ctx.user, ctx.at
        return ctx.save(record)


TEMPLATE_ACTIONS = (WriteTemplate, ChangeTemplate, Ready, Retire)
CAMPAIGN_ACTIONS = (PlanCampaign, ChangeCampaign, Submit, TakeBack, Approve, Begin, Stop, Close)
EXEMPTION_ACTIONS = (Exempt, EndExemption)
MAIL_ACTIONS = (Report, Judge)
