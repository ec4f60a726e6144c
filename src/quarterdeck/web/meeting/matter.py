"""What a vote decides beyond its words: a question on an incident with the assessment under it, or a report to be filed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.models import Decision, Meeting
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations.content import changed_since
from quarterdeck.areas.determinations.models import Determination
from quarterdeck.areas.determinations.queries import domestic_on
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.kernel import clock
from quarterdeck.kernel.resource.sight import Sight

Answer, State = Determination.Answer, Determination.State
_OF_INCIDENTS: Final = frozenset(
    {
        Decision.Topic.MATERIALITY_REVIEW.value,
        Decision.Topic.RESPONSE_MEASURES.value,
        Decision.Topic.DISCLOSURE_NEEDED.value,
    }
)


@dataclass(frozen=True)
class Matter:
    """What hangs on one decision. ``changed``: how many facts under the assessment are not what they were."""

    follows: str
    determination: Determination | None = None
    report: Disclosure | None = None
    changed: int = 0


def matters(meeting: Meeting, decisions: Iterable[Decision], sight: Sight) -> dict[int, Matter]:
    """By the decision's key, as far as the person may see; nothing is asked where no decision is of such a kind."""
    topics = {decision.topic for decision in decisions}
    found: dict[int, Matter] = {}
    if topics & _OF_INCIDENTS:
        rows = sight.each(Determination).filter(decision__meeting=meeting)
        changed: dict[int, int] = {}
        for row in rows.select_related("incident", "assessment__incident", "decision").order_by("pk"):
            key = row.assessment_id
            if row.state == State.PROPOSED and key not in changed:
                changed[key] = len(changed_since(row.assessment))
            sight.note([row])
            found[row.decision_id] = Matter(_follows(row), row, None, changed.get(key, 0))
    if Decision.Topic.DISCLOSURE_APPROVAL.value in topics:
        reports = list(sight.each(Disclosure).filter(brought__meeting=meeting).order_by("pk"))
        sight.note(reports)
        for report in reports:
            assert report.brought_id is not None
            found[report.brought_id] = Matter(_filed(report), None, report)
    return found


def _follows(row: Determination) -> str:
    """What follows from the vote, or what followed."""
    if row.state == State.LOST:
        return _("Not carried. Another answer to the same question can be proposed.")
    if row.state == State.WITHDRAWN:
        return _("Withdrawn. Another answer can be proposed while the meeting goes on.")
    if row.state == State.LAPSED:
        return _("It stood until the incident was reopened; new facts need a new assessment.")
    if row.answer == Answer.MATERIAL:
        if domestic_on(local_day(clock.now())):
            return _("With this determination the four business days of Form 8-K, Item 1.05, begin.")
        return _("The incident is then material; Form 6-K follows what is made public at home.")
    if row.answer == Answer.UNDETERMINED:
        day = "–" if row.follow_up_on is None else row.follow_up_on.isoformat()
        return _("The question then stays open and is taken up again on %(day)s.") % {"day": day}
    return {
        Answer.NOT_MATERIAL.value: _("No report is then due on it; new facts reopen the question."),
        Answer.MEASURES.value: _("These measures are then taken; each gets an owner in the incident's room."),
        Answer.NECESSARY.value: _("Management then prepares the report, which comes back here before it goes out."),
        Answer.NOT_NECESSARY.value: _("Nothing is then filed on it."),
    }[row.answer]


def _filed(report: Disclosure) -> str:
    if report.state == Disclosure.State.RELEASED:
        return _("Filed as it was approved.")
    return _("Carried, exactly this text may be approved and filed; any change needs another vote.")


__all__ = ["Matter", "matters"]
