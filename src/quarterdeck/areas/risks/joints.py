"""What the register adds to the actions of bodies: the vote on the yearly question answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision, Meeting
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.risks.models import ThreatReview
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.actions.also import Also, also
from quarterdeck.kernel.actions.base import Text

Data = Mapping[str, Any]


def _settle(ctx: Context, decision: Decision, data: Data) -> None:
    """The vote decides: nobody types the answer a second time."""
    row = ThreatReview.objects.filter(decision=decision).first()
    if row is None:
        return
    row.decided_on = decision.decided_on or local_day(ctx.at)
    carried = decision.outcome == Decision.Outcome.CARRIED
    row.state = ThreatReview.State.DECIDED if carried else ThreatReview.State.LOST
    ctx.save(row)


def _words_stand(user: User, decision: Decision) -> Text | None:
    if ThreatReview.objects.filter(decision=decision).exists():
        return _("Its words hold the answer that is voted on. Withdraw it and propose another answer.")
    return None


def _withdraw(ctx: Context, decision: Decision, data: Data) -> None:
    row = ThreatReview.objects.filter(decision=decision).first()
    if row is not None:
        row.state = ThreatReview.State.WITHDRAWN
        ctx.save(row)


def _withdraw_all(ctx: Context, meeting: Meeting, data: Data) -> None:
    """A cancelled meeting decides nothing: its proposals are withdrawn, and may come before another."""
    rows = ThreatReview.objects.filter(decision__meeting=meeting, state=ThreatReview.State.PROPOSED)
    for row in rows.select_related("decision"):
        assert row.decision is not None
        row.decision.outcome = Decision.Outcome.WITHDRAWN
        ctx.save(row.decision)
        row.state = ThreatReview.State.WITHDRAWN
        ctx.save(row)


def join() -> None:
    """Add everything to the actions concerned."""
    also("bodies.decision.declare", Also(follow=_settle))
    also("bodies.decision.change", Also(available=_words_stand))
    also("bodies.decision.withdraw", Also(follow=_withdraw))
    also("bodies.meeting.cancel", Also(follow=_withdraw_all))
