"""Current reports about one incident: what the record gives for them, and what still has to be reported."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations.models import Assessment, Clearance, Determination, FollowUp
from quarterdeck.areas.determinations.notifying import exposure_of
from quarterdeck.areas.determinations.queries import decided, material_since, open_follow_ups
from quarterdeck.areas.disclosures.evaluation import stored
from quarterdeck.areas.disclosures.facts import within_a_sentence
from quarterdeck.areas.disclosures.models import Approval, Disclosure, Statement
from quarterdeck.areas.disclosures.report_words import BLOCKS, Answered, Earlier, Line, Told, lines
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.engines.xbrl.content import Member, member_name
from quarterdeck.kernel.actions import Context, Refused
from quarterdeck.kernel.actions.base import Text

Question, Answer = Determination.Question, Determination.Answer
State = Disclosure.State

#: On its way: neither filed nor given up.
UNDER_WAY: Final = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
UNDECIDED: Final = _("The body has not decided that disclosure is necessary.")


def necessary(incident: Incident) -> Determination | None:
    """The body's standing decision that disclosure is necessary."""
    taken = decided(incident, Question.DISCLOSURE)
    return taken if taken is not None and taken.answer == Answer.NECESSARY else None


def material(incident: Incident) -> Determination | None:
    """The body's standing decision that it is material: the newest, on whose assessment a report rests."""
    taken = decided(incident, Question.MATERIALITY)
    return taken if taken is not None and taken.answer == Answer.MATERIAL else None


def day_of(taken: Determination) -> date:
    """The day on which the body decided, at the registrant's place."""
    assert taken.decided_at is not None
    return local_day(taken.decided_at)


def filed(disclosure: Disclosure) -> Approval | None:
    """The approval under which a released report was filed."""
    return disclosure.approvals.filter(void_at=None).order_by("-pk").first()


def under_way(incident: Incident) -> Disclosure | None:
    """A report on the incident that is being prepared."""
    return Disclosure.objects.filter(incident=incident, state__in=UNDER_WAY).order_by("-pk").first()


def latest_filed(incident: Incident) -> Disclosure | None:
    """The newest report on the incident that was filed: the first one, or its last amendment."""
    return Disclosure.objects.filter(incident=incident, state=State.RELEASED).order_by("-pk").first()


def unreported(incident: Incident) -> Text | None:
    """Why the matter is not public yet: disclosure was decided to be necessary, and no report approved since is filed."""
    taken = necessary(incident)
    if taken is None:
        return None
    reported = Approval.objects.filter(
        Q(void_at=None),
        disclosure__incident=incident,
        disclosure__state=State.RELEASED,
        approved_at__gte=taken.decided_at,
    )
    if reported.exists():
        return None
    return _("Disclosure was decided to be necessary, and no report on it has been filed yet.")


def uncleared(incident: Incident) -> Text | None:
    """Why nothing may go abroad yet: what counsel answered last for some purpose is no clearance, or the incident reaches
    into China and nobody was cleared to give its records to the Commission's country.

    A report to the Commission tells what those records say. Whether article 36 of the Data Security Law or the provisions
    of 2023 on confidentiality in overseas listings stand against it is counsel's question, so counsel answers it first.
    """
    latest: dict[str, Clearance] = {}
    for row in Clearance.objects.filter(incident=incident).order_by("pk"):
        latest[row.purpose.strip().casefold()] = row
    for row in latest.values():
        if row.state != Clearance.State.CLEARED:
            return _("Counsel has not cleared the release abroad for this purpose: %(purpose)s") % {
                "purpose": row.purpose
            }
    reach = exposure_of(incident)
    if reach is not None and reach.in_china and not any(_to_the_commission(row) for row in latest.values()):
        return _(
            "It reaches into China, and counsel has not cleared giving what its records there say to the United States. Ask "
            "for that clearance first."
        )
    return None


def _to_the_commission(row: Clearance) -> bool:
    """Whether counsel cleared that records held in China go to the United States."""
    return row.state == Clearance.State.CLEARED and (row.held_in, row.destination) == ("CN", "US")


def answered_since(earlier: Disclosure) -> tuple[Answered, ...]:
    """Questions on its incident that were settled after that report was approved."""
    approval = filed(earlier)
    if approval is None:
        return ()
    rows = FollowUp.objects.filter(
        incident=earlier.incident_id, state=FollowUp.State.SETTLED, settled_at__gt=approval.approved_at
    )
    return tuple(
        Answered(row.pk, row.question, row.answer, local_day(row.settled_at))
        for row in rows.order_by("settled_at", "pk")
        if row.settled_at is not None
    )


def texts_of(assessment: Assessment) -> dict[str, str]:
    """What a submitted assessment says on the four points, as it was frozen."""
    frozen = assessment.frozen
    assert isinstance(frozen, dict)
    return {point: str(frozen[point]) for point in BLOCKS}


def _earlier(disclosure: Disclosure) -> Earlier | None:
    former = disclosure.amends
    if former is None:
        return None
    assert former.assessment is not None
    return Earlier(
        former.form,
        former.filing_date,
        texts_of(former.assessment),
        answered_since(former),
        disclosure.concerns or Disclosure.Concerns.IMPACT,
    )


def told_of(disclosure: Disclosure) -> Told:
    """Everything the sentences of a current report name, read from the record. Refused where the decisions do not stand."""
    incident, assessment = disclosure.incident, disclosure.assessment
    assert incident is not None
    assert assessment is not None
    taken, found = necessary(incident), material_since(incident)
    if taken is None:
        raise Refused(UNDECIDED)
    return Told(
        family=disclosure.family,
        incident=incident.pk,
        sha256=assessment.sha256,
        texts=texts_of(assessment),
        body=within_a_sentence(taken.decision.meeting.body.name),
        material_on=None if found is None else day_of(found),
        necessary_on=day_of(taken),
        undetermined=tuple(row.question for row in open_follow_ups(incident)),
        trigger=disclosure.trigger,
        published_on=disclosure.published_on,
        jurisdiction=disclosure.registrant.incorporation_name,
        earlier=_earlier(disclosure),
    )


def write_report(ctx: Context, disclosure: Disclosure) -> None:
    """Every sentence of the report as the record gives it now; sentences that stand are taken off first."""
    for row in Statement.objects.select_for_update().filter(disclosure=disclosure, removed=False).order_by("pk"):
        row.removed = True
        ctx.save(row)
    for position, line in enumerate(lines(told_of(disclosure)), start=1):
        ctx.save(_statement(disclosure, line, position))


def _statement(disclosure: Disclosure, line: Line, position: int) -> Statement:
    return Statement(
        disclosure=disclosure,
        key=line.key,
        part=Statement.Part.INCIDENT,
        paragraph=line.paragraph,
        position=position,
        kind=line.kind,
        text=line.text,
        blocks=list(line.blocks),
        claims=[stored(claim) for claim in line.claims],
    )


def member_of(disclosure: Disclosure) -> Member | None:
    """The member of the incident axis that stands for the report's incident."""
    if not disclosure.current:
        return None
    return Member(member_name(disclosure.incident_label), disclosure.incident_label)


__all__ = [
    "UNDECIDED",
    "UNDER_WAY",
    "answered_since",
    "day_of",
    "filed",
    "latest_filed",
    "material",
    "member_of",
    "necessary",
    "texts_of",
    "told_of",
    "uncleared",
    "under_way",
    "unreported",
    "write_report",
]
