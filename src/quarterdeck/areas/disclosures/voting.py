"""Whether the governing body approved exactly what stands: its carried vote on the paper that holds the text and its hash."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.bodies.rules import text_hash
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.report_words import paper
from quarterdeck.areas.incidents.walling import standing_wall
from quarterdeck.kernel.actions.base import Text


def unvoted(record: Disclosure) -> Text | None:
    """Why a current report cannot be approved yet: its body has not carried it."""
    if not record.current:
        return None
    if record.brought is None:
        return _("The body approves it before it goes out: bring it before the body first.")
    if record.brought.outcome == Decision.Outcome.PROPOSED:
        return _("The body has not voted on it yet.")
    if record.brought.outcome != Decision.Outcome.CARRIED:
        return _("The body did not carry it.")
    return None


def vote_fault(
    record: Disclosure, decision: Decision | None, content: Mapping[str, object], digest: str
) -> Text | None:
    """Why ``decision`` is not the governing body's approval of exactly what stands."""
    incident = record.incident
    assert incident is not None
    if decision is None:
        return _("Name the decision by which the body approved it.")
    if decision.outcome != Decision.Outcome.CARRIED or decision.topic != Decision.Topic.DISCLOSURE_APPROVAL:
        return _("That decision is no carried approval of a disclosure.")
    if decision.meeting.body_id != incident.escalated_to_id:
        return _("Another body took that decision; %(body)s decides on this incident.") % {
            "body": incident.escalated_to
        }
    wall = standing_wall(incident)
    if wall is not None and decision.meeting.wall_id != wall.pk:
        return _("That decision was taken outside the incident's wall.")
    wanted = text_hash(paper(content, digest))
    if wanted not in {row.sha256 for row in decision.frozen_papers() if row.key.startswith("paper:")}:
        return _("The body voted on another text, or on other facts; bring this one before it.")
    return None
