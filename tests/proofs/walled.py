"""An incident behind its wall, with a word in every place where a word can stand, and everybody who stands outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from quarterdeck.areas.determinations.models import Assessment, Determination
from quarterdeck.areas.disclosures.standing import build_and_seal
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.permissions.scope import outside_no_wall
from quarterdeck.kernel.permissions.sync import SHIPPED_ROLES
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import Resource, all_resources
from tests.areas.determinations.people import Cast, after
from tests.areas.evidence.papers import uploaded
from tests.support import act, system, user_with

WORD = "xanthopsia"


@dataclass
class Matter:
    """The people, the incident behind the wall, and another that everybody may see."""

    cast: Cast
    incident: Incident
    open: Incident

    def outsiders(self) -> dict[str, User]:
        """Somebody new of every role, and one who holds them all."""
        found = {role: user_with(role, login=f"out.{role}") for role in SHIPPED_ROLES}
        found["every role"] = user_with(*SHIPPED_ROLES, login="out.all")
        return found

    def records(self) -> Iterator[tuple[Resource, Record]]:
        """Everything that stands behind the wall, by its type."""
        nobody = User.objects.create(login="nobody.at.all", full_name="Nobody")
        for resource in all_resources():
            if resource.scope.wall is not None:
                hidden = resource.model._base_manager.exclude(outside_no_wall(nobody, resource.scope.wall))
                yield from ((resource, row) for row in hidden.order_by("pk")[:3])


def told(folder: Path) -> Matter:
    """From declaring to three decisions with a dissent; the word is in all of it."""
    cast = Cast()
    seen = cast.declared("A lost badge, known to all")
    # The wall has to stand before the word is known: what was public before a wall was public.
    incident = cast.declared("To be described")
    _learnt(cast, incident)
    act("incidents.incident.raise_wall", cast.counsel, incident, why="Could be material",
        people=[cast.analyst.pk, cast.member.user.pk, cast.secretary.pk, *(owner.pk for owner in cast.owners)])  # fmt: skip
    with clock.fixed(after(1.5)):
        act("incidents.incident.change", cast.analyst, incident, title=f"The {WORD} breach", facts=f"Known: {WORD}.",
            plan_version=f"4 {WORD}"[:40])  # fmt: skip
    with clock.fixed(after(2)):
        act("incidents.incident.rate", cast.analyst, incident, severity="high", severity_why=f"{WORD} severity")
        act("incidents.incident.trace", cast.analyst, incident, source="external", source_why=f"{WORD} source")
        act("incidents.incident.contain", cast.analyst, incident)
        act("incidents.timelineentry.add", cast.analyst, incident=incident, at=after(1), text=f"{WORD} happened",
            source=f"{WORD} log")  # fmt: skip
        act("incidents.measure.add", cast.analyst, incident=incident, title=f"{WORD} measure", owner=cast.member)
        act("incidents.notice.give", cast.member.user, incident=incident, informed="board", at=after(2),
            how=f"{WORD} call")  # fmt: skip
    with clock.fixed(after(5)):
        act("incidents.incident.ratify_containment", cast.member.user, incident, late_because=f"{WORD} late")
        act("incidents.incident.organise_assessment", cast.member.user, incident, assessor=cast.member)
    with clock.fixed(after(6)):
        for unit, owner in zip(cast.units, cast.owners, strict=True):
            task = act("incidents.task.give", cast.analyst, incident=incident, unit=unit, title=f"{WORD} task",
                       due="2026-03-04")  # fmt: skip
            act("incidents.task.accept", owner, task)
        plain = act("incidents.opinion.ask", cast.counsel, incident=incident, by="expert", name=f"{WORD} Forensics")
        act("incidents.opinion.receive", cast.counsel, plain, text=f"{WORD} opinion")
        asked = act(
            "incidents.opinion.ask", cast.counsel, incident=incident, by="counsel", name=f"{WORD} LLP", privileged=True,
            purpose=f"{WORD} purpose", directed_by="Counsel", recipients=f"{WORD} recipients",
        )  # fmt: skip
        act("incidents.advice.receive", cast.counsel, opinion=asked, text=f"{WORD} advice",
            file=uploaded(cast.counsel, name=f"{WORD}.txt"))  # fmt: skip
        act("incidents.lesson.add", cast.analyst, incident=incident, text=f"{WORD} lesson")
        act("incidents.incident.record_lessons", cast.analyst, incident, lessons=f"{WORD} lessons")
    _beside(cast, incident)
    assessment = _assessed(cast, incident, seen)
    rows = cast.bring(assessment, materiality="material", materiality_because=f"{WORD} reasons", measures=f"{WORD} measures",
                      disclosure="necessary",
                      disclosure_because=f"{WORD} disclosure", place=f"{WORD} room")  # fmt: skip
    _decided(cast, rows)
    with clock.fixed(after(30)):
        act("determinations.clearance.ask", cast.analyst, incident=incident, what=f"{WORD} records", held_in="CN",
            recipient=f"{WORD} Inc.", destination="US", purpose=f"{WORD} purpose")  # fmt: skip
        act("determinations.followup.add", cast.member.user, incident=incident, question=f"{WORD} question",
            due="2026-04-02")  # fmt: skip
        act("determinations.exposure.set", cast.counsel, incident=incident, regions="EU", records="41200", aware_at=after(1),
            risk="risk")  # fmt: skip
        act("determinations.authoritynotice.record", cast.counsel, incident=incident, duty="gdpr_33", told_at=after(29),
            recipient=f"{WORD} authority", reference=f"{WORD} letter")  # fmt: skip
    _reported(cast, incident, folder)
    return Matter(cast, Incident.objects.get(pk=incident.pk), seen)


def _learnt(cast: Cast, incident: Incident) -> None:
    """An estimate that learnt from the incident before it came to stand behind a wall."""
    whole = Unit.objects.get(parent=None)
    category = act("risks.riskcategory.create", system(), code="doors", name="Doors", place=2)
    risk = act("risks.risk.create", system(), title="Open doors", threat="Anybody", origin="internal", asset="Offices",
               effect="confidentiality", category=category, owner=Person.objects.order_by("pk").first(), unit=whole,
               review_every=12)  # fmt: skip
    act("risks.estimate.make", system(), risk=risk, kind="current", often="rate", rate_low="0.1", rate_high="0.5",
        much="interval", low="1000", high="50000", estimator=risk.owner, source="Workshop", because="Two in four years")  # fmt: skip
    act("risks.risk.link_incident", cast.analyst, risk, incident=incident, how="A badge")
    today = clock.today()
    act("risks.risk.learn", system(), risk, incidents=[incident.pk], since=today - timedelta(days=365), until=today, rate=True,
        because="The register of the year")  # fmt: skip


def _beside(cast: Cast, incident: Incident) -> None:
    """A vendor from which it came, a playbook run on it, a risk that came true in it: known to many, what ties them to it to
    nobody outside."""
    whole = Unit.objects.get(parent=None)
    vendor = act("vendors.vendor.create", system(), name="Pier Hosting", service="Hosting", unit=whole, kind="legal",
                 sensitivity="none", volume="none", access="none", criticality="low")  # fmt: skip
    playbook = act("playbooks.playbook.create", system(), title="Leaked credentials", unit=whole)
    act(
        "playbooks.playbook.add_step",
        system(),
        playbook,
        title="Rotate the keys",
        instruction="All of them.",
        minutes=60,
    )
    act("playbooks.playbook.release", system(), playbook)
    with clock.fixed(after(7)):
        act("vendors.vendorincident.connect", cast.analyst, vendor=vendor, incident=incident, told_at=after(1),
            how=f"{WORD} chain")  # fmt: skip
        run = act("playbooks.run.start", cast.analyst, incident=incident, playbook=playbook, unit=cast.units[0])
        category = act("risks.riskcategory.create", system(), code="shop", name="The shop", place=1)
        risk = act("risks.risk.create", system(), title="Keys in other hands", threat="Criminal group", origin="external",
                   asset="Keys", effect="confidentiality", category=category, owner=Person.objects.order_by("pk").first(), unit=whole,
                   review_every=12)  # fmt: skip
        act("risks.risk.link_incident", cast.analyst, risk, incident=incident, how=f"{WORD} came true")
        act("risks.incidentloss.record", cast.analyst, incident=incident, form="response", so_far="77123", low="1", high="2",
            because=f"{WORD} invoices", as_of=after(7).date())  # fmt: skip
        step = run.steps.exclude(task=None).first()
        act("playbooks.steprun.fail", cast.analyst, step, reason=f"{WORD} cannot be done")


def _reported(cast: Cast, incident: Incident, folder: Path) -> None:
    """The current report, voted on, approved, built and sealed; not filed yet."""
    with clock.fixed(after(31)):
        act("incidents.incident.let_in", cast.counsel, incident, user=cast.officer, why=f"{WORD} report")
        report = act(
            "disclosures.disclosure.draft_current", cast.officer, form="8-K", incident=incident, filing_date="2026-03-06",
            incident_label=f"{WORD} incident, March 2026",
        )  # fmt: skip
        act("disclosures.disclosure.submit", cast.officer, report)
        brought = act("disclosures.disclosure.bring", cast.officer, report, kind="written_resolution",
                      planned_at=after(31)).brought  # fmt: skip
        act("bodies.meeting.call", cast.secretary, brought.meeting)
        act("bodies.meeting.open", cast.secretary, brought.meeting)
        act("bodies.decision.put", cast.secretary, brought)
        for director in cast.directors:
            act("bodies.vote.cast", director.user, decision=brought, choice="for")
        act("bodies.decision.declare", cast.secretary, brought)
        approved = act("disclosures.disclosure.approve", cast.directors[0].user, report)
        build_and_seal(approved, cast.officer, folder / "8-k")


def _assessed(cast: Cast, incident: Incident, other: Incident) -> Assessment:
    with clock.fixed(after(20)):
        made = act("determinations.assessment.open", cast.member.user, incident=incident)
        texts = {
            name: f"{WORD} {name}" for name in ("nature", "scope", "timing", "impact", "because", "not_determined")
        }
        act("determinations.assessment.write", cast.analyst, made, recommendation="material", known_by="2026-03-16",
            **texts)  # fmt: skip
        for row in made.factors.order_by("pk"):
            act("determinations.factor.answer", cast.analyst, row, answer="unknown", reason=f"{WORD} reason")
        act("determinations.related.relate", cast.analyst, assessment=made, other=other, why=f"{WORD} tie",
            together=f"{WORD} together")  # fmt: skip
        act("determinations.assessment.submit", cast.member.user, made, potentially_material="yes")
    return Assessment.objects.get(pk=made.pk)


def _decided(cast: Cast, rows: list[Determination]) -> None:
    meeting: Any = rows[0].decision.meeting
    with clock.fixed(after(25.5)):
        act("bodies.paper.add", cast.secretary, item=rows[0].decision.item, title=f"{WORD} annex", text=f"{WORD} annex")
        act("bodies.recusal.lift", cast.secretary, act(
            "bodies.recusal.record", cast.secretary, item=rows[1].decision.item, person=cast.directors[1],
            reason=f"{WORD} reason",
        ), because=f"{WORD} error")  # fmt: skip
    cast.opened(rows)
    for row in rows:
        with clock.fixed(after(27)):
            act("bodies.decision.put", cast.secretary, row.decision)
            act("bodies.vote.cast", cast.directors[0].user, decision=row.decision, choice="for")
            act("bodies.vote.cast", cast.directors[1].user, decision=row.decision, choice="for" if row.question != "response" else "abstain",
                dissent=f"{WORD} dissent" if row.question == "response" else "")  # fmt: skip
            act("bodies.decision.declare", cast.secretary, row.decision)
    with clock.fixed(after(28)):
        act("bodies.meeting.close", cast.secretary, meeting)
        act("bodies.minutes.draft", cast.secretary, meeting=meeting, text=f"{WORD} minutes")
