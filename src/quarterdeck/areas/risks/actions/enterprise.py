"""The owners of frameworks accept cyber risks into them; a body answers whether threats materially affected the company."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.making import add_paper, propose
from quarterdeck.areas.bodies.models import AgendaItem, Decision
from quarterdeck.areas.risks.actions.register import OWN
from quarterdeck.areas.risks.models import FrameworkAcceptance, FrameworkOwner, Risk, ThreatReview
from quarterdeck.areas.risks.queries import listed, standing_on
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, End, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput


class NameFrameworkOwner(Create[FrameworkOwner]):
    """Who owns the framework. Nobody else can accept cyber risks into it."""

    name = "name"
    model = FrameworkOwner
    label = _("Name the owner of a framework")
    fields = ("framework", "person", "document", "effective_from", "effective_until")
    roles = ("ciso", "secretary")

    def guard(self, ctx: Context, record: FrameworkOwner | None, data: Mapping[str, Any]) -> None:
        held = FrameworkOwner.objects.on(data["effective_from"]).filter(framework=data["framework"]).first()
        if held is not None:
            raise Refused(_("%(person)s owns it on that day; end that first.") % {"person": held.person})


class EndFrameworkOwner(End[FrameworkOwner]):
    model = FrameworkOwner
    roles = ("ciso", "secretary")


class AcceptForm(forms.Form):
    because = forms.CharField(
        label=_("In your words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How these risks are part of the framework: which register, which process, which reports."),
    )


def register_on(day: Any) -> list[Risk]:
    """The open risks of the whole company on a day, in the order of their numbers."""
    return list(Risk.objects.filter(standing_on(day)).select_related("category").order_by("pk"))


class AcceptIntoFramework(Action[FrameworkOwner]):
    """The owner accepts the register as it stands today. The list is frozen with the acceptance."""

    name = "accept"
    label = _("Accept the register")
    model = FrameworkOwner
    roles = OWN

    def form_class(self) -> type[forms.BaseForm] | None:
        return AcceptForm

    def available(self, user: User, record: FrameworkOwner) -> Text | None:
        if record.person.user_id != user.pk and user.kind != User.Kind.SERVICE:
            return _("Only its owner accepts risks into a framework.")
        if not record.in_effect(clock.today()):
            return _("This person no longer owns it.")
        return None

    def guard(self, ctx: Context, record: FrameworkOwner | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if not ctx.actor.system and record.person.user_id != ctx.user.pk:
            raise Refused(_("Only its owner accepts risks into a framework."))
        if not Risk.objects.filter(standing_on(ctx.at.date())).exists():
            raise Refused(_("The register holds no open risk; there is nothing to accept."))

    def mutate(self, ctx: Context, record: FrameworkOwner | None, data: Mapping[str, Any]) -> FrameworkOwner:
        assert record is not None
        today = ctx.at.date()
        rows = register_on(today)
        text = listed(rows)
        ctx.save(
            FrameworkAcceptance(
                owner=record,
                accepted_by=ctx.user,
                accepted_on=today,
                because=data["because"],
                risks=len(rows),
                listed=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
            )
        )
        return ctx.save(record)


class WithdrawForm(forms.Form):
    withdrawn_on = forms.DateField(
        label=_("From"),
        widget=DateInput,
        help_text=_("The day from which it does not hold; the day it was given if it never did."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawFromFramework(Action[FrameworkAcceptance]):
    name = "withdraw"
    label = _("Withdraw")
    model = FrameworkAcceptance
    roles = (*OWN, "ciso")
    danger = True
    confirm = _("From today nothing says that cyber risks are part of the framework.")

    def form_class(self) -> type[forms.BaseForm] | None:
        return WithdrawForm

    def initial(self, record: FrameworkAcceptance | None) -> dict[str, object]:
        return {"withdrawn_on": clock.today()}

    def available(self, user: User, record: FrameworkAcceptance) -> Text | None:
        return _("It was withdrawn already.") if record.withdrawn_on is not None else None

    def guard(self, ctx: Context, record: FrameworkAcceptance | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.withdrawn_on is not None:
            raise Refused(_("It was withdrawn already."))

    def mutate(self, ctx: Context, record: FrameworkAcceptance | None, data: Mapping[str, Any]) -> FrameworkAcceptance:
        assert record is not None
        record.withdrawn_on = data["withdrawn_on"]
        record.withdrawn_because = data["reason"]
        return ctx.save(record)


_REVIEW = (
    "title", "period_from", "period_until", "threats", "incidents", "aggregate", "likely", "answer", "because",
)  # fmt: skip
_PREPARERS = ("ciso", "counsel", "disclosure_officer", "panel_member")
_WRITABLE = frozenset(
    {ThreatReview.State.DRAFT.value, ThreatReview.State.LOST.value, ThreatReview.State.WITHDRAWN.value}
)
#: Before the body the vote moves it on: lost or withdrawn, it may be changed and brought again.
_VOTED_ON = frozenset({ThreatReview.State.PROPOSED.value})


class PrepareReview(Create[ThreatReview]):
    """The question of Item 106(b)(2): list what was considered, weigh it, and propose an answer to the body."""

    name = "prepare"
    model = ThreatReview
    label = _("Prepare the yearly question")
    fields = _REVIEW
    roles = _PREPARERS
    author_field = "prepared_by"


class ChangeReview(Change[ThreatReview]):
    model = ThreatReview
    fields = _REVIEW
    states = _WRITABLE
    awaits = _VOTED_ON
    roles = _PREPARERS


class BringForm(forms.Form):
    item = forms.ModelChoiceField(
        AgendaItem.objects.filter(withdrawn=False, meeting__wall=None).exclude(
            meeting__state__in=("closed", "cancelled")
        ),
        label=_("Agenda item"),
        help_text=_("Of a meeting that is still open."),
    )


class BringReview(Action[ThreatReview]):
    """Put the question to the vote. The words voted on hold the answer and what was considered, with the register as it is."""

    name = "bring"
    label = _("Bring before the body")
    model = ThreatReview
    states = _WRITABLE
    awaits = _VOTED_ON
    roles = ("secretary", *_PREPARERS)

    def form_class(self) -> type[forms.BaseForm] | None:
        return BringForm

    def guard(self, ctx: Context, record: ThreatReview | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.period_until > ctx.at.date():
            raise Refused(_("The period is not over; the body answers once it is."))

    def mutate(self, ctx: Context, record: ThreatReview | None, data: Mapping[str, Any]) -> ThreatReview:
        assert record is not None
        item: AgendaItem = data["item"]
        record.listed = listed(register_on(ctx.at.date()))
        text = wording(record)
        record.sha256 = hashlib.sha256(f"{text}\n\n{record.listed}".encode()).hexdigest()
        add_paper(ctx, item, record.title, "\n\n".join((text, gettext("The register as it stands:"), record.listed)))
        record.decision = propose(
            ctx, item, Decision.Topic.MATERIALITY_REVIEW, record.title, text, record.period_from, record.period_until
        )
        record.state = ThreatReview.State.PROPOSED
        return ctx.save(record)


def wording(record: ThreatReview) -> str:
    """The words put to the vote."""
    span = {"first": record.period_from.isoformat(), "last": record.period_until.isoformat()}
    said = {
        ThreatReview.Answer.NOT_AFFECTED: gettext(
            "For %(first)s to %(last)s the body finds that no risk from cybersecurity threats, including from earlier incidents, has materially affected the company or is reasonably likely to."
        ),
        ThreatReview.Answer.LIKELY: gettext(
            "For %(first)s to %(last)s the body finds that a risk from cybersecurity threats is reasonably likely to materially affect the company."
        ),
        ThreatReview.Answer.AFFECTED: gettext(
            "For %(first)s to %(last)s the body finds that a risk from cybersecurity threats has materially affected the company."
        ),
    }[ThreatReview.Answer(record.answer)] % span
    parts = (
        (pgettext("heading of a list", "Threats considered"), record.threats),
        (pgettext("heading of a list", "Incidents considered"), record.incidents),
        (pgettext("heading of a list", "In aggregate"), record.aggregate),
        (pgettext("heading of a list", "Reasonably likely effects"), record.likely),
        (pgettext("heading of a list", "Reasons"), record.because),
    )
    return "\n\n".join([said, *(f"{name}: {text}" for name, text in parts)])


__all__ = [
    "AcceptIntoFramework", "BringReview", "ChangeReview", "EndFrameworkOwner", "NameFrameworkOwner", "PrepareReview",
    "WithdrawFromFramework", "register_on", "wording",
]  # fmt: skip
