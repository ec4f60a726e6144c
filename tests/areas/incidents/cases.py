"""A company with a governing committee and the people who handle incidents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.determinations.path import determined, submitted
from tests.support import act, at, body_with, company, decide, person, system, user_with

DISCOVERED = at(2024, 5, 6, 8)
DECLARED = at(2024, 5, 6, 10)


@dataclass
class Company:
    """The people and the board committee; its only member votes for everything."""

    unit: Unit = field(default_factory=company)
    ciso: User = field(default_factory=lambda: user_with("ciso"))
    analyst: User = field(default_factory=lambda: user_with("analyst"))
    secretary: User = field(default_factory=lambda: user_with("secretary"))
    counsel: User = field(default_factory=lambda: user_with("counsel"))
    lead: Any = field(default_factory=lambda: person("Ana Ito", "panel_member"))
    director: Any = field(default_factory=lambda: person("Bo Lind", "board_member"))
    board: Any = None

    def __post_init__(self) -> None:
        self.board = body_with("board_committee", {self.director: "chair"}, duties=("oversee_cybersecurity",))

    def decision(self, topic: str, moment: datetime, covers: tuple[str, str] | None = None, body: Any = None) -> Any:
        """A carried decision of the board committee."""
        given = {} if covers is None else {"covers_from": covers[0], "covers_until": covers[1]}
        return decide(body or self.board, topic, moment, {self.director: "for"}, **given)

    def declare(self, declared: datetime = DECLARED, **more: object) -> Incident:
        """An incident declared at that time."""
        given = {
            "title": "Token leak",
            "nature": "incident",
            "unit": self.unit,
            "discovered_at": declared - timedelta(hours=1),
        }
        with clock.fixed(declared):
            made: Incident = act("incidents.incident.declare", self.analyst, **given | more)
        return made

    def handle(self, incident: Incident) -> None:
        """Severity, source, a measure and a notice."""
        with clock.fixed(incident.declared_at + timedelta(hours=1)):
            act("incidents.incident.rate", self.analyst, incident, severity="moderate", severity_why="Few accounts")
            act("incidents.incident.trace", self.analyst, incident, source="external", source_why="Gateway log")
            act("incidents.measure.add", self.analyst, incident=incident, title="Revoke tokens", owner=self.lead)
            act(
                "incidents.notice.give", self.ciso, incident=incident, informed="management", how="Call",
                at=incident.declared_at + timedelta(minutes=30),
            )  # fmt: skip

    def assess(self, incident: Incident, *, material: str = "no", hours: int = 2, opinions: bool = False) -> Incident:
        """Assessment organised ``hours`` after declaring, recorded two hours later."""
        organised = incident.declared_at + timedelta(hours=hours)
        if incident.severity is None:
            self.handle(incident)
        with clock.fixed(organised):
            act("incidents.incident.contain", self.analyst, incident)
            act("incidents.incident.ratify_containment", self.ciso, incident)
            act(
                "incidents.incident.organise_assessment",
                self.ciso,
                incident,
                assessor=self.lead,
                opinions_needed=opinions,
                open_because="Minor",
            )
        with clock.fixed(organised + timedelta(hours=2)):
            if material == "yes":
                submitted(Incident.objects.get(pk=incident.pk), self.lead)
                return Incident.objects.get(pk=incident.pk)
            done: Incident = act(
                "incidents.incident.record_assessment", self.lead.user, incident, assessment="Two tokens used",
                potentially_material=material,
            )  # fmt: skip
        return done

    def escalate(self, incident: Incident, hours: int = 1) -> None:
        incident.refresh_from_db()
        assert incident.assessed_at is not None
        with clock.fixed(incident.assessed_at + timedelta(hours=hours)):
            act("incidents.incident.raise_wall", self.ciso, incident, why="Could be material", people=[self.analyst.pk])
            act("incidents.incident.escalate", self.ciso, incident, escalated_to=self.board)

    def decided(self, incident: Incident, answer: str) -> Incident:
        """What could be material, decided by the board committee on the three questions."""
        return determined(incident, self.lead, self.board, [self.director], answer=answer)

    def determine(self, incident: Incident, decision: Any, materiality: str = "not_material") -> Incident:
        done: Incident = act(
            "incidents.incident.determine", self.secretary, incident, determination=decision, materiality=materiality
        )
        return done

    def close(self, incident: Incident, moment: datetime) -> Incident:
        with clock.fixed(moment):
            act("incidents.incident.record_lessons", self.analyst, incident, lessons="Shorter token life")
            act("incidents.incident.change", self.analyst, incident, plan_version="4")
            done: Incident = act("incidents.incident.close", self.ciso, incident)
        return done

    def finished(self, declared: datetime = DECLARED, **more: object) -> Incident:
        """An incident assessed, determined not to be material four days later, and closed the day after."""
        incident = self.declare(declared, **more)
        self.assess(incident)
        day = declared + timedelta(days=4)
        covers = (declared.date().isoformat(), day.date().isoformat())
        self.determine(incident, self.decision("materiality_review", day, covers))
        return self.close(incident, day + timedelta(days=1))

    def unit_named(self, code: str) -> Unit:
        made: Unit = act(
            "permissions.unit.create", system(), code=code, name=code.title(), kind="business", parent=self.unit
        )
        return made
