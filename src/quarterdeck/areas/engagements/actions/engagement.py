"""Engagements from plan to end, their experts, and the guests they bring."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.models import Credential, Engagement, EngagementGuest, Expert
from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.invitations import invitation
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Assignment, Role, Unit

#: Who looks after engagements; an owner after their own.
KEEPERS = ("ciso", "counsel", "own:group_lead", "own:unit_owner", "own:analyst")
PLANNERS = ("ciso", "counsel", "group_lead", "unit_owner")
ALIVE = frozenset({Engagement.State.PLANNED.value, Engagement.State.ACTIVE.value})
GUEST_ROLE = "external_assessor"


class PlanEngagement(Create[Engagement]):
    model = Engagement
    label = _("Plan an engagement")
    fields = ("title", "kind", "firm", "scope", "independence", "owner", "unit", "contract_from", "contract_until")
    roles = PLANNERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]


class ChangeEngagement(Change[Engagement]):
    model = Engagement
    fields = ("title", "firm", "scope", "independence", "owner", "contract_from", "contract_until")
    states = ALIVE
    roles = KEEPERS


class BeginForm(forms.Form):
    started_on = forms.DateField(label=_("Began on"), widget=DateInput)


class BeginEngagement(Action[Engagement]):
    """Under way from that day. Who judges others' work says first how independent they are."""

    name = "begin"
    label = _("Begin")
    model = Engagement
    states = frozenset({Engagement.State.PLANNED.value})
    over = frozenset({Engagement.State.ACTIVE.value})
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return BeginForm

    def initial(self, record: Engagement | None) -> dict[str, object]:
        return {"started_on": clock.today()}

    def available(self, user: User, record: Engagement) -> Text | None:
        judges = record.kind in (Engagement.Kind.ASSESSOR, Engagement.Kind.AUDITOR)
        if judges and not record.independence.strip():
            return _("Write the statement of independence first: an assessor or auditor has to give one.")
        return None

    def guard(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> None:
        if data["started_on"] > ctx.at.date():
            raise Refused(_("That day lies ahead; begin it once it has come."))

    def mutate(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> Engagement:
        assert record is not None
        record.state = Engagement.State.ACTIVE
        record.started_on = data["started_on"]
        return ctx.save(record)


class EndForm(forms.Form):
    ended_on = forms.DateField(label=_("Ended on"), widget=DateInput)


class EndEngagement(Action[Engagement]):
    """Over, from the day after. Its guests lose their access at once."""

    name = "end"
    label = _("End the engagement")
    model = Engagement
    states = ALIVE
    confirm = _("Its guests lose their access at once.")
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return EndForm

    def initial(self, record: Engagement | None) -> dict[str, object]:
        return {"ended_on": clock.today()}

    def guard(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> None:
        if data["ended_on"] > ctx.at.date():
            raise Refused(_("That day lies ahead; end it once it has come."))

    def mutate(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> Engagement:
        assert record is not None
        record.state = Engagement.State.ENDED
        record.ended_on = data["ended_on"]
        for guest in EngagementGuest.objects.filter(engagement=record, revoked_at=None).select_related("user"):
            close(ctx, guest)
        return ctx.save(record)


class NameExpert(Create[Expert]):
    name = "name"
    model = Expert
    label = _("Name an expert")
    fields = ("engagement", "full_name", "role", "email")
    roles = PLANNERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["engagement"].unit  # type: ignore[no-any-return]


class AddCredential(Create[Credential]):
    name = "add"
    model = Credential
    label = _("Add a credential")
    fields = ("expert", "name", "issuer", "number", "issued_on", "expires_on", "file")
    roles = PLANNERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["expert"].engagement.unit  # type: ignore[no-any-return]


class RenewForm(forms.Form):
    expires_on = forms.DateField(label=_("Expires"), widget=DateInput)


class RenewCredential(Action[Credential]):
    name = "renew"
    label = _("Renew")
    model = Credential
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return RenewForm

    def mutate(self, ctx: Context, record: Credential | None, data: Mapping[str, Any]) -> Credential:
        assert record is not None
        record.expires_on = data["expires_on"]
        return ctx.save(record)


class InviteForm(forms.Form):
    full_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    login = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$",
        label=_("Login"),
        max_length=150,
        error_messages={"invalid": _("Letters, digits and . _ @ + - only.")},
    )
    effective_until = forms.DateField(
        label=_("Last day of access"), widget=DateInput, help_text=_("Access closes by itself after it.")
    )


class InviteGuest(Action[Engagement]):
    """A login for one guest, who sees this engagement and nothing else. The link to set a password is shown once."""

    name = "invite_guest"
    label = _("Invite a guest")
    help = _("The guest sees this engagement, its requests and deliverables, and nothing else. You get a link, once.")
    model = Engagement
    states = ALIVE
    roles = ("ciso",)

    def form_class(self) -> type[forms.BaseForm] | None:
        return InviteForm

    def initial(self, record: Engagement | None) -> dict[str, object]:
        return {} if record is None or record.contract_until is None else {"effective_until": record.contract_until}

    def guard(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        last: date = data["effective_until"]
        if last < ctx.at.date():
            raise Refused(_("That day is past."))
        if record.contract_until is not None and last > record.contract_until:
            raise Refused(
                _("The contract ends on %(day)s, and the access with it.") % {"day": record.contract_until.isoformat()}
            )
        known = User.objects.filter(login__iexact=data["login"]).first()
        if known is None:
            return
        if known.kind != User.Kind.GUEST:
            raise Refused(_("Somebody has this login already."))
        if EngagementGuest.objects.on(ctx.at.date()).filter(user=known, engagement=record, revoked_at=None).exists():
            raise Refused(_("This guest has access already."))

    def mutate(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> Engagement:
        assert record is not None
        known = User.objects.filter(login__iexact=data["login"], kind=User.Kind.GUEST).first()
        guest = known or _guest(data)
        if not guest.is_active:
            guest.is_active = True
            guest.save(update_fields=["is_active"])
        today = ctx.at.date()
        days = {"effective_from": today, "effective_until": data["effective_until"]}
        ctx.save(EngagementGuest(engagement=record, user=guest, invited_by=ctx.user, **days))
        ctx.save(Assignment(user=guest, role=Role.objects.get(code=GUEST_ROLE), unit=record.unit, **days))
        saved = ctx.save(record)
        if not guest.has_usable_password():
            # Not a field: it exists in this answer only.
            saved.shown_once = invitation(guest)  # type: ignore[attr-defined]
        return saved


def _guest(data: Mapping[str, Any]) -> User:
    zone = Registrant.objects.values_list("time_zone", flat=True).first() or "UTC"
    made = User(
        login=data["login"], full_name=data["full_name"], email=data["email"], time_zone=zone, kind=User.Kind.GUEST
    )
    made.set_unusable_password()
    made.save(force_insert=True)
    return made


def close(ctx: Context, guest: EngagementGuest) -> None:
    """Shut one guest out now; a login that no other engagement opens cannot sign in any more."""
    guest.revoked_at = ctx.at
    ctx.save(guest)
    others = EngagementGuest.objects.on(ctx.at.date()).filter(user=guest.user, revoked_at=None).exclude(pk=guest.pk)
    if not others.exists():
        guest.user.is_active = False
        guest.user.save(update_fields=["is_active"])


class CloseAccess(Action[EngagementGuest]):
    """The guest sees nothing from this moment."""

    name = "close"
    label = _("Close the access")
    model = EngagementGuest
    confirm = _("The guest sees nothing from this moment.")
    danger = True
    roles = ("ciso", "administrator", "own:group_lead", "own:unit_owner")

    def available(self, user: User, record: EngagementGuest) -> Text | None:
        return _("Closed already.") if record.revoked_at is not None else None

    def mutate(self, ctx: Context, record: EngagementGuest | None, data: Mapping[str, Any]) -> EngagementGuest:
        assert record is not None
        close(ctx, record)
        return record
