"""What disclosures add to actions of bodies, incidents and determinations: nothing is called public before it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision, Meeting
from quarterdeck.areas.bodies.rules import text_hash
from quarterdeck.areas.determinations.models import TradingWindow
from quarterdeck.areas.disclosures.current import unreported
from quarterdeck.areas.disclosures.evaluation import check_statements, content_of, digest_of
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.report_words import paper
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context, Refused
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


def _as_it_stands(ctx: Context, decision: Decision, data: Mapping[str, Any]) -> None:
    """What is put to the vote is the report as it stands, not one that a fact or an edit has overtaken."""
    for report in Disclosure.objects.filter(brought=decision).select_related("registrant"):
        content = content_of(report, check_statements(report))
        wanted = text_hash(paper(content, digest_of(content)))
        if all(row.sha256 != wanted for row in decision.item.papers.filter(withdrawn=False)):
            raise Refused(_("The report changed since it was brought; withdraw this and bring it as it stands."))


def _words_stand(user: User, decision: Decision) -> Text | None:
    if Disclosure.objects.filter(brought=decision).exists():
        return _("Its words name the text that is voted on. Withdraw it and bring another text.")
    return None


def join() -> None:
    """Add everything to the actions concerned."""
    also("incidents.incident.lift_wall", Also(available=_reported_first))
    also("incidents.incident.close", Also(available=_reported_first))
    also("bodies.decision.put", Also(guard=_as_it_stands))
    also("bodies.decision.change", Also(available=_words_stand))
    also("bodies.meeting.cancel", Also(follow=_withdraw_brought))
    also("determinations.tradingwindow.open", Also(available=_public_first))
