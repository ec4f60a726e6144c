"""What disclosures add to actions of incidents and determinations: nothing is called public before it is."""

from __future__ import annotations

from quarterdeck.areas.determinations.models import TradingWindow
from quarterdeck.areas.disclosures.current import unreported
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions.also import Also, also
from quarterdeck.kernel.actions.base import Text


def _reported_first(user: User, incident: Incident) -> Text | None:
    return unreported(incident)


def _public_first(user: User, window: TradingWindow) -> Text | None:
    return unreported(window.incident)


def join() -> None:
    """Add everything to the actions concerned."""
    also("incidents.incident.lift_wall", Also(available=_reported_first))
    also("incidents.incident.close", Also(available=_reported_first))
    also("determinations.tradingwindow.open", Also(available=_public_first))
