"""Links for guests: sending, revoking, opening in one browser with a code that was mailed, and what was refused there."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors.actions.vendor import ASSESSORS
from quarterdeck.areas.vendors.models import Evaluation, GuestLink, GuestRefusal
from quarterdeck.areas.vendors.tokens import code_of, digest_of, new_nonce, token_of
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.notify.address import home_address
from quarterdeck.kernel.permissions.models import Assignment, Role, Unit

#: How long a link works at most, how long a code does, and how often one may be tried and asked for.
LONGEST, CODE_MINUTES, TRIES, CODES = timedelta(days=92), 15, 5, 20


class SendLink(Create[GuestLink]):
    """Let a contact of the vendor answer: a mail with a link of their own. It is shown here once too."""

    name = "send"
    model = GuestLink
    label = _("Send the questionnaire")
    help = _(
        "The contact gets a link by mail. It opens in one browser only, with a code that is mailed to the same address."
    )
    fields = ("evaluation", "name", "email", "language", "expires_on")
    author_field = "sent_by"
    roles = ASSESSORS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["evaluation"].vendor.unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: GuestLink | None, data: Mapping[str, Any]) -> None:
        evaluation: Evaluation = data["evaluation"]
        if evaluation.state not in (Evaluation.State.PREPARED, Evaluation.State.SENT):
            raise Refused(_("Its answers have been submitted; open them again first."))
        if data["expires_on"] < ctx.at.date():
            raise Refused(_("That day is past; the link would never work."))
        if data["expires_on"] > ctx.at.date() + LONGEST:
            raise Refused(_("A link works for three months at most."))

    def mutate(self, ctx: Context, record: GuestLink | None, data: Mapping[str, Any]) -> GuestLink:
        evaluation: Evaluation = data["evaluation"]
        for former in evaluation.links.filter(revoked_at=None, used_at=None):
            close(ctx, former)
        link = self.build(ctx, data)
        link.nonce = new_nonce()
        token = token_of(link.nonce)
        link.digest = digest_of(token)
        link.sent_at = ctx.at
        link.user = _guest(ctx, link, evaluation.vendor.unit)
        ctx.save(link)
        evaluation.guest, evaluation.state = link.user, Evaluation.State.SENT
        ctx.save(evaluation)
        # Not a field: it exists in this answer only.
        link.shown_once = f"{home_address()}{reverse('guest', args=[token])}"  # type: ignore[attr-defined]
        return link

    def enqueue(self, ctx: Context, record: GuestLink, data: Mapping[str, Any]) -> None:
        from quarterdeck.areas.vendors.jobs import mail_link

        ctx.after_commit(lambda: mail_link.enqueue(link=record.pk))


def _guest(ctx: Context, link: GuestLink, unit: Unit) -> User:
    """A login for this link alone: without a password, without a session, with the role of a guest until the last day."""
    made = User(
        login=f"guest-{new_nonce()[:20]}",
        full_name=link.name,
        email=link.email,
        kind=User.Kind.GUEST,
        language=link.language,
    )
    made.set_unusable_password()
    made.save(force_insert=True)
    role = Role.objects.get(code="vendor_guest")
    ctx.save(Assignment(user=made, role=role, unit=unit, effective_from=ctx.at.date(), effective_until=link.expires_on))
    return made


def close(ctx: Context, link: GuestLink) -> None:
    """Revoke it, and let its guest in nowhere any more."""
    link.revoked_at = ctx.at
    link.browser = link.asking = ""
    ctx.save(link)
    User.objects.filter(pk=link.user_id).update(is_active=False)


class RevokeLink(Action[GuestLink]):
    name = "revoke"
    label = _("Revoke")
    model = GuestLink
    danger = True
    confirm = _("Revoke it for good")
    roles = ASSESSORS

    def available(self, user: User, record: GuestLink) -> Text | None:
        return _("Already revoked.") if record.revoked_at is not None else None

    def mutate(self, ctx: Context, record: GuestLink | None, data: Mapping[str, Any]) -> GuestLink:
        assert record is not None
        close(ctx, record)
        evaluation = record.evaluation
        if evaluation.guest_id == record.user_id:
            evaluation.guest = None
            ctx.save(evaluation)
        return record


class AskForm(forms.Form):
    browser = forms.RegexField(r"^[0-9a-f]{64}$", label=_("Browser"))


class AskCode(Action[GuestLink]):
    """A browser wants to open the link: a code goes to the contact. Done by the product at the guests' door."""

    name = "ask_code"
    label = _("Mail a code")
    model = GuestLink
    roles = ()

    def form_class(self) -> type[forms.BaseForm] | None:
        return AskForm

    def available(self, user: User, record: GuestLink) -> Text | None:
        if record.bound_at is not None:
            return _("It is open in another browser.")
        if record.codes >= CODES:
            return _("Too many codes were asked for. Ask for a new link.")
        return None

    def mutate(self, ctx: Context, record: GuestLink | None, data: Mapping[str, Any]) -> GuestLink:
        assert record is not None
        record.asking = data["browser"]
        record.codes += 1
        record.tries = 0
        record.code_until = ctx.at + timedelta(minutes=CODE_MINUTES)
        return ctx.save(record)

    def enqueue(self, ctx: Context, record: GuestLink, data: Mapping[str, Any]) -> None:
        from quarterdeck.areas.vendors.jobs import mail_code

        ctx.after_commit(lambda: mail_code.enqueue(link=record.pk, number=record.codes))


class OpenForm(AskForm):
    code = forms.CharField(label=_("Code"), max_length=20)


class OpenLink(Action[GuestLink]):
    """The browser that asked gave the code: from now on the link is open in it and in no other."""

    name = "open"
    label = _("Open in this browser")
    model = GuestLink
    roles = ()

    def form_class(self) -> type[forms.BaseForm] | None:
        return OpenForm

    def available(self, user: User, record: GuestLink) -> Text | None:
        return _("It is open in another browser.") if record.bound_at is not None else None

    def mutate(self, ctx: Context, record: GuestLink | None, data: Mapping[str, Any]) -> GuestLink:
        assert record is not None
        asked = bool(record.asking) and hmac.compare_digest(record.asking, data["browser"])
        fresh = record.code_until is not None and ctx.at <= record.code_until and record.tries < TRIES
        wanted = code_of(record.nonce, record.codes, record.asking)
        given = "".join(sign for sign in data["code"] if sign.isdigit() and sign.isascii())
        if asked and fresh and hmac.compare_digest(wanted, given):
            record.browser, record.asking, record.bound_at = data["browser"], "", ctx.at
        else:
            record.tries += 1
        return ctx.save(record)


class RefusalForm(forms.Form):
    link = forms.ModelChoiceField(GuestLink.objects.all(), label=_("Guest link"))
    why = forms.ChoiceField(label=_("Why"), choices=GuestRefusal.Why.choices)
    detail = forms.CharField(label=_("Details"), max_length=300, required=False)
    address = forms.CharField(label=_("From address"), max_length=64, required=False)


class NoteRefusal(Action[GuestRefusal]):
    """Something was refused at the guests' door. Written by the product; of a second browser the sender is told by mail."""

    name = "note"
    label = _("Note a refusal")
    model = GuestRefusal
    creates = True
    roles = ()

    def form_class(self) -> type[forms.BaseForm] | None:
        return RefusalForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["link"].evaluation.vendor.unit  # type: ignore[no-any-return]

    def mutate(self, ctx: Context, record: GuestRefusal | None, data: Mapping[str, Any]) -> GuestRefusal:
        return ctx.save(
            GuestRefusal(link=data["link"], why=data["why"], at=ctx.at, detail=data["detail"], address=data["address"])
        )

    def enqueue(self, ctx: Context, record: GuestRefusal, data: Mapping[str, Any]) -> None:
        from quarterdeck.areas.vendors.jobs import mail_second_browser

        if record.why == GuestRefusal.Why.SECOND_BROWSER:
            ctx.after_commit(lambda: mail_second_browser.enqueue(link=record.link_id, day=ctx.at.date().isoformat()))
