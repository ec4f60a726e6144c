"""What a body should take up: open matters of other areas that wait for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.models import Charter, CharterDuty, Meeting
from quarterdeck.areas.determinations.models import Determination
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.reports.models import Recipient
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight

#: Duties that make a body the one which approves a disclosure.
APPROVES = (
    CharterDuty.Duty.APPROVE_ANNUAL_DISCLOSURE,
    CharterDuty.Duty.APPROVE_CURRENT_REPORT,
    CharterDuty.Duty.APPROVE_BEFORE_DISSEMINATION,
)
#: More open matters of a kind than this are no agenda.
MOST = 10


@dataclass(frozen=True)
class Suggestion:
    """An open matter: the words of its agenda item, the record behind it, and why it waits for this body."""

    title: str
    text: str
    record: Record
    why: str


def suggestions(
    meeting: Meeting, sight: Sight, charter: Charter | None, on_agenda: Collection[str]
) -> list[Suggestion]:
    """Open matters for the meeting's body that the person may see and that are not ``on_agenda`` by the same words.

    ``charter``: the one in force on the day of the meeting; it says what the body approves. A matter behind a wall waits
    for a meeting behind the same wall and is never suggested for another: its number alone would betray it. At most four
    queries.
    """
    found = [*_incidents(meeting, sight), *_disclosures(charter, sight), *_reports(meeting, sight)]
    return [one for one in found if one.title not in on_agenda]


def _incidents(meeting: Meeting, sight: Sight) -> Iterator[Suggestion]:
    rows = sight.each(Incident).filter(escalated_to=meeting.body, determination=None)
    walled = Q(wall__isnull=False, wall__lifted_at=None)
    if meeting.standing_wall is not None:
        # Open matters go to a meeting that everybody may read about.
        rows = rows.filter(wall=meeting.wall)
    else:
        rows = rows.exclude(walled)
    # What is before a body already has its items there.
    rows = rows.exclude(determinations__state=Determination.State.PROPOSED)
    for incident in rows.exclude(state=Incident.State.CLOSED).order_by("escalated_at", "pk")[:MOST]:
        title = _("Determination on %(incident)s") % {"incident": incident}
        yield Suggestion(title[:200], incident.assessment, incident, _("escalated to this body, not yet determined"))


def _disclosures(charter: Charter | None, sight: Sight) -> Iterator[Suggestion]:
    if charter is None or not sight.may_view(resource_of(Disclosure)):
        return
    if not charter.duties.filter(duty__in=APPROVES, struck=False).exists():
        return
    # A report on an incident is brought before the body by an action of its own, behind the incident's wall.
    rows = sight.each(Disclosure).filter(state=Disclosure.State.IN_REVIEW, incident=None)
    for disclosure in rows.order_by("filing_date", "pk")[:MOST]:
        title = _("Approval of %(disclosure)s") % {"disclosure": disclosure}
        yield Suggestion(title[:200], "", disclosure, _("in review, waits for approval"))


def _reports(meeting: Meeting, sight: Sight) -> Iterator[Suggestion]:
    rows = sight.each(Recipient).filter(body=meeting.body, delivered_on__isnull=False, received_on__isnull=True)
    for recipient in rows.select_related("report").order_by("delivered_on", "pk")[:MOST]:
        title = _("Receipt of the report “%(report)s”") % {"report": recipient.report}
        yield Suggestion(title[:200], "", recipient.report, _("delivered, not yet received"))


__all__ = ["Suggestion", "suggestions"]
