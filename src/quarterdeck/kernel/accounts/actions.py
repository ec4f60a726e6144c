"""Making and revoking one's own API tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.accounts.tokens import ApiToken, CalendarFeed, digest_of, new_secret
from quarterdeck.kernel.actions.base import Action, Context, Create, Refused, Text
from quarterdeck.kernel.notify.address import home_address

#: A forgotten token does no harm for longer than a year.
LONGEST = timedelta(days=366)

HOLDERS = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
    "secretary", "board_member", "disclosure_officer", "auditor", "people_officer", "employee",
)  # fmt: skip


class MakeToken(Create[ApiToken]):
    """A new token for oneself. The answer carries the secret, once."""

    model = ApiToken
    label = _("Make an API token")
    fields = ("name", "expires_on")
    roles = tuple(f"own:{role}" for role in HOLDERS)

    def guard(self, ctx: Context, record: ApiToken | None, data: Mapping[str, Any]) -> None:
        if data["expires_on"] < clock.today():
            raise Refused(_("That day is past; the token would never work."))
        if data["expires_on"] > clock.today() + LONGEST:
            raise Refused(_("A token works for a year at most; make a new one then."))

    def mutate(self, ctx: Context, record: ApiToken | None, data: Mapping[str, Any]) -> ApiToken:
        secret = new_secret()
        made = self.build(ctx, data)
        made.user = ctx.user
        made.digest = digest_of(secret)
        ctx.save(made)
        made.shown_once = secret  # type: ignore[misc]
        return made


class RevokeToken(Action[ApiToken]):
    name = "revoke"
    model = ApiToken
    label = _("Revoke")
    confirm = _("Revoke it for good")
    danger = True
    roles = ("administrator", *(f"own:{role}" for role in HOLDERS))

    def available(self, user: User, record: ApiToken) -> Text | None:
        return _("Already revoked.") if record.revoked_at is not None else None

    def mutate(self, ctx: Context, record: ApiToken | None, data: Mapping[str, Any]) -> ApiToken:
        assert record is not None
        record.revoked_at = ctx.at
        return ctx.save(record)


class Subscribe(Create[CalendarFeed]):
    """A new address for one's own calendar. The answer carries it, once."""

    name = "subscribe"
    model = CalendarFeed
    label = _("Subscribe in a calendar")
    fields = ("name",)
    roles = tuple(f"own:{role}" for role in HOLDERS)

    def mutate(self, ctx: Context, record: CalendarFeed | None, data: Mapping[str, Any]) -> CalendarFeed:
        secret = new_secret()
        made = self.build(ctx, data)
        made.user = ctx.user
        made.digest = digest_of(secret)
        ctx.save(made)
        made.shown_once = f"{home_address()}{reverse('calendar', args=[secret])}"  # type: ignore[misc]
        return made


class Unsubscribe(Action[CalendarFeed]):
    name = "revoke"
    model = CalendarFeed
    label = _("Revoke")
    confirm = _("Revoke it for good")
    danger = True
    roles = ("administrator", *(f"own:{role}" for role in HOLDERS))

    def available(self, user: User, record: CalendarFeed) -> Text | None:
        return _("Already revoked.") if record.revoked_at is not None else None

    def mutate(self, ctx: Context, record: CalendarFeed | None, data: Mapping[str, Any]) -> CalendarFeed:
        assert record is not None
        record.revoked_at = ctx.at
        return ctx.save(record)
