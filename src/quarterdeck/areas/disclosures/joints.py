"""What disclosures add to actions of bodies, incidents and determinations: nothing is called public before it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterdeck.areas.bodies.models import Decision, Meeting
from quarterdeck.areas.determinations.models import TradingWindow
from quarterdeck.areas.disclosures.current import unreported
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.actions.also import Also, also
from quarterdeck.kernel.actions.base import Text


def _reported_first(user: User, incident: Incident) -> Text | None:
    return unreported(incident)


def _public_first(user: User, window: TradingWindow) -> Text | None:
    return unreported(window.incident)


def _withdraw_brought(ctx: Context, meeting: Meeting, data: Mapping[str, Any]) -> None:
    """A cancelled meeting approves nothing: what was brought before it may come before another."""
    proposed = Decision.objects.select_for_update().filter(meeting=meeting, outcome=Decision.Outcome.PROPOSED)
    for decision in proposed.filter(pk__in=Disclosure.objects.exclude(brought=None).values("brought")).order_by("pk"):
        decision.outcome = Decision.Outcome.WITHDRAWN
        ctx.save(decision)


def join() -> None:
    """Add everything to the actions concerned."""
    also("incidents.incident.lift_wall", Also(available=_reported_first))
    also("incidents.incident.close", Also(available=_reported_first))
    also("bodies.meeting.cancel", Also(follow=_withdraw_brought))
    also("determinations.tradingwindow.open", Also(available=_public_first))
