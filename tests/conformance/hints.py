"""What a form cannot tell the conformance suite: values that must look a certain way, and what must come first.

``DATA``: action → field → value (or a function of the world). ``SAMPLES``: type → how a record of it comes about, where
the first creating action of the resource with made-up data does not do. ``ALSO``: optional fields that are always given.
An area adds its lines in a module of its own beside this one, ``hints_<area>.py``, when the suite asks for them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record, writing
from tests.support import system

if TYPE_CHECKING:
    from tests.conformance.factory import World

#: The day from which the samples hold.
FROM = "2024-01-15"

ALSO: frozenset[str] = frozenset()

DATA: dict[str, dict[str, Any]] = {
    "accounts.apitoken.create": {"expires_on": lambda world: (clock.today() + timedelta(days=30)).isoformat()},
    "claims.parameter.set": {"code": "regularly.times_a_year", "value": "4"},
    "organisation.registrant.create": {
        "cik": "0001234567",
        "incorporated_in": "E9",
        "fiscal_year_end": "12-31",
        "currency": "USD",
        "time_zone": "UTC",
    },
    "organisation.filerstatus.create": {"filer": "fpi"},
    "bodies.body.establish": {"unit": lambda world: world.inside},
    "bodies.paper.add": {"text": "A paper."},
    "bodies.charter.draft": {"text": "A charter."},
    "disclosures.disclosure.draft": {"form": "20-F"},
    "determinations.assessment.open": {"incident": lambda world: _being_assessed(world)},
    "determinations.followup.add": {"due": lambda world: (clock.today() + timedelta(days=30)).isoformat()},
    "determinations.legalhold.issue": {"incident": lambda world: _released(world)},
    "determinations.tradingwindow.close": {"incident": lambda world: world.another("incidents.incident")},
    "determinations.clearance.ask": {"held_in": "CN", "destination": "US"},
    "determinations.exposure.set": {"incident": lambda world: world.another("incidents.incident")},
    "determinations.related.relate": {"other": lambda world: world.another("incidents.incident")},
    "incidents.incident.organise_assessment": {"open_because": "Known already"},
    "incidents.task.give": {"unit": lambda world: world.inside},
    "reports.report.prepare": {
        "author": lambda world: world.sample("people.person"),
        "unit": lambda world: world.inside,
    },
    "reports.recipient.add": {"person": lambda world: world.another("people.person")},
    "bodies.charterduty.add": {"charter": lambda world: world.another("bodies.charter")},
    "evidence.evidence.attest_monitoring": {"group": "inside", "month": "2024-01-01"},
    "evidence.evidence.attest_policy": {"unit": lambda world: world.inside},
    "permissions.unit.create": {"kind": "business", "parent": lambda world: world.inside},
}


def _open_meeting(world: World) -> Any:
    """A meeting under way, with an agenda item. The first needs a charter in force."""
    body = world.sample("bodies.body")
    if not body.charters.filter(state="approved").exists():
        charter = world.another("bodies.charter")
        world.do("bodies.charterduty.add", charter=charter, section="1")
        world.do("bodies.charter.approve", charter)
    meeting = world.do("bodies.meeting.plan", body=world.sample("bodies.body"))
    world.do("bodies.agendaitem.add", meeting=meeting)
    world.do("bodies.meeting.call", meeting)
    return world.do("bodies.meeting.open", meeting)


def _reporting_line(world: World) -> Record:
    above = world.do("bodies.body.establish", kind="board_committee", unit=world.inside, effective_from=FROM)
    return world.do("bodies.reportingline.report_to", body=world.another("bodies.body"), reports_to=above)


def _attendance(world: World) -> Record:
    meeting = _open_meeting(world)
    world.do("bodies.meeting.record_attendance", meeting, present=[world.sample("bodies.membership").person_id])
    return meeting.attendance.get()


def _vote(world: World) -> Record:
    attended = world.sample("bodies.attendance")
    decision = world.do("bodies.decision.propose", item=attended.meeting.items.get())
    world.do("bodies.decision.put", decision)
    return world.do("bodies.vote.record", decision=decision, person=attended.person_id)


def _minutes(world: World) -> Record:
    return world.do("bodies.minutes.draft", meeting=world.do("bodies.meeting.close", _open_meeting(world)))


def _advice(world: World) -> Record:
    opinion = world.do(
        "incidents.opinion.ask",
        by="counsel",
        privileged=True,
        purpose="Legal advice",
        directed_by="Counsel",
        recipients="Panel",
    )
    return world.do("incidents.advice.receive", opinion=opinion)


def _being_assessed(world: World) -> Record:
    """An incident whose assessment is organised, and begun by nobody."""
    incident = world.another("incidents.incident")
    return world.do("incidents.incident.organise_assessment", incident)


def _released(world: World) -> Record:
    """An incident on which no hold stands any more."""
    from quarterdeck.areas.determinations.models import LegalHold

    incident = world.another("incidents.incident")
    with writing():
        LegalHold.objects.filter(incident_id=incident.pk).update(released_at=clock.now())
    return incident


def _determination(world: World) -> Record:
    from quarterdeck.areas.determinations.models import Determination
    from tests.areas.determinations.path import bring, submitted

    incident = _being_assessed(world)
    world.do("incidents.incident.rate", incident)
    world.do("incidents.incident.trace", incident)
    body = world.do("bodies.body.establish", kind="board_committee", unit=world.inside, effective_from=FROM)
    assessment = submitted(incident, world.sample("people.person"))
    world.do("incidents.incident.raise_wall", incident)
    world.do("incidents.incident.escalate", incident, escalated_to=body)
    first = bring(assessment, clock.now())[0]
    return Determination.objects.get(pk=first.pk)


def _wall_member(world: World) -> Record:
    incident = world.another("incidents.incident")
    return world.do("incidents.incident.raise_wall", incident).wall.members.get()


def _report(world: World) -> Record:
    """A current report: an annual draft that was made one by hand, since drafting one takes a body's decisions."""
    made: Any = world.do("disclosures.disclosure.draft")
    made.form, made.incident, made.incident_label = "6-K", world.another("incidents.incident"), "Incident"
    return _written(made)


def _approval(world: World) -> Record:
    from quarterdeck.areas.disclosures.models import Approval

    return _written(
        Approval(
            disclosure=world.sample("disclosures.disclosure"),
            content_sha256="0" * 64,
            approved_content={},
            approved_by=system().user,
            approved_at=clock.now(),
        )
    )


def _package(world: World) -> Record:
    from quarterdeck.areas.disclosures.models import Package

    approval = world.sample("disclosures.approval")
    return _written(
        Package(
            disclosure=approval.disclosure,
            approval=approval,
            manifest_sha256="0" * 64,
            manifest={},
            sealed_by=system().user,
            sealed_at=clock.now(),
        )
    )


def _written(record: Record) -> Record:
    """A record whose making needs half the product: written as it is, to be looked at only."""
    record.revision = 1
    with writing():
        record.save()
    return record


#: Words that are not translated, and why.
FIXED: dict[str, str] = {
    "choice part": "headings of the filed document, which is in English whoever reads it here",
}

SAMPLES: dict[str, Callable[[World], Any]] = {
    "determinations.factor": lambda world: world.sample("determinations.assessment").factors.first(),
    "determinations.determination": _determination,
    "bodies.reportingline": _reporting_line,
    "bodies.attendance": _attendance,
    "bodies.vote": _vote,
    "bodies.minutes": _minutes,
    "incidents.advice": _advice,
    "permissions.wallmember": _wall_member,
    "reports.reporttopic": lambda world: world.sample("reports.report").topics.first(),
    "disclosures.disclosure": _report,
    "disclosures.approval": _approval,
    "disclosures.package": _package,
}


def _take_in() -> None:
    """Add what the modules ``hints_<area>`` say, in the same four names."""
    for found in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda info: info.name):
        if found.name.startswith("hints_"):
            module = importlib.import_module(f"{__package__}.{found.name}")
            DATA.update(getattr(module, "DATA", {}))
            SAMPLES.update(getattr(module, "SAMPLES", {}))
            FIXED.update(getattr(module, "FIXED", {}))


_take_in()
