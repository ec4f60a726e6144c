"""A company with one incident that its board committee decided to disclose, and the people of its current reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.determinations.models import Assessment
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from tests.areas.determinations.path import convene, determined, register, submitted, vote
from tests.areas.incidents.cases import Company
from tests.support import act, at, system, user_with

DECLARED = at(2026, 5, 11, 9)
#: After everything that `Reporting.decided` does.
AFTER = at(2026, 5, 12, 12)
FILING = "2026-05-14"


@dataclass
class Reporting:
    """The company, its officer and directors inside the wall, an auditor outside."""

    filer: str = "domestic"
    cast: Company = field(default_factory=Company)
    officer: User = field(default_factory=lambda: user_with("disclosure_officer", login="ye.lin"))
    director: User = field(default_factory=lambda: user_with("board_member", login="ho.meiling"))
    auditor: User = field(default_factory=lambda: user_with("auditor", "disclosure_officer", login="ou.auditor"))
    incident: Incident = field(init=False)

    def __post_init__(self) -> None:
        register(self.filer)
        self.incident = self.cast.declare(DECLARED, title="Payroll token stolen at Xylograph")

    @property
    def body(self) -> Any:
        return self.cast.board

    def walled(self, *more: User) -> None:
        """The wall goes up around officer, director, and whoever handles it."""
        with clock.fixed(DECLARED + timedelta(hours=1)):
            cast = self.cast
            people = [self.officer, self.director, cast.secretary, cast.counsel, cast.analyst, cast.ciso, *more]
            act(
                "incidents.incident.raise_wall", system(), self.incident, why="Could be material",
                people=[user.pk for user in people],
            )  # fmt: skip

    def assessed(self, **texts: Any) -> Assessment:
        """Handled, contained and assessed, with what could not be determined."""
        self.cast.handle(self.incident)
        self.incident.refresh_from_db()
        start = DECLARED + timedelta(hours=3)
        with clock.fixed(start):
            act("incidents.incident.contain", self.cast.analyst, self.incident)
            act("incidents.incident.ratify_containment", system(), self.incident)
            act(
                "incidents.incident.organise_assessment", system(), self.incident, assessor=self.cast.lead,
                opinions_needed=False,
            )  # fmt: skip
        with clock.fixed(start + timedelta(hours=2)):
            return submitted(Incident.objects.get(pk=self.incident.pk), self.cast.lead, **texts)

    def decided(self, answer: str = "material", **texts: Any) -> Incident:
        """Walled, assessed, and decided on by the board committee."""
        self.walled()
        self.assessed(**texts)
        self.incident = determined(self.incident, self.cast.lead, self.body, [self.cast.director], answer=answer)
        return self.incident

    def draft(self, form: str = "8-K", who: User | None = None, **more: object) -> Disclosure:
        given = {"form": form, "incident": self.incident, "filing_date": FILING}
        with clock.fixed(AFTER):
            made: Disclosure = act("disclosures.disclosure.draft_current", who or self.officer, **given | more)
        return made

    def voted(self, disclosure: Disclosure, choice: str = "for") -> Decision:
        """Submitted, brought before the body, and voted on."""
        with clock.fixed(AFTER + timedelta(hours=1)):
            if disclosure.state == "draft":
                act("disclosures.disclosure.submit", self.officer, disclosure)
            brought = act(
                "disclosures.disclosure.bring", self.officer, disclosure, kind="meeting", planned_at=clock.now(),
            ).brought  # fmt: skip
            convene(brought.meeting, [self.cast.director])
            return vote(brought, {self.cast.director: choice})

    def approved(self, disclosure: Disclosure) -> Disclosure:
        self.voted(disclosure)
        with clock.fixed(AFTER + timedelta(hours=2)):
            done: Disclosure = act("disclosures.disclosure.approve", self.director, disclosure)
        return done

    def sentence(self, disclosure: Disclosure, key: str) -> Statement:
        return Statement.objects.get(disclosure=disclosure, key=key, removed=False)
