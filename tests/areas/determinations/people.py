"""The six people of the path, in a company whose board committee decides on disclosure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quarterdeck.areas.determinations.models import Assessment, Determination
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.determinations.path import TEXTS, register
from tests.support import act, at, body_with, company, parameter, person, system, user_with

FOUND = at(2026, 3, 2, 8)


def after(hours: float) -> datetime:
    """So many hours after it was discovered."""
    return FOUND + timedelta(hours=hours)


@dataclass
class Cast:
    """Analyst, two heads of unit, committee secretary, counsel, committee member, two directors; and those outside."""

    filer: str = "domestic"
    enterprise: Unit = field(default_factory=company)

    def __post_init__(self) -> None:
        register(self.filer)
        parameter("containment.ratified_within_hours", 24)
        self.units = [self._unit("payroll", "Payroll"), self._unit("platform", "Platform")]
        self.analyst = user_with("analyst", login="an.alyst")
        self.owners = [user_with("unit_owner", unit=unit, login=f"head.{unit.code}") for unit in self.units]
        self.secretary = user_with("secretary", login="sec.retary")
        self.counsel = user_with("counsel", login="coun.sel")
        self.member = person("Mei Member", "committee_member")
        self.directors = [person("Dora Director", "board_member"), person("Dan Director", "board_member")]
        self.officer = user_with("disclosure_officer", login="dis.closure")
        self.auditor = user_with("auditor", login="au.ditor")
        self.administrator = user_with("administrator", login="admin.istrator")
        self.committee = body_with("management_committee", {self.member: "chair"}, name="Cybersecurity Committee")
        self.board = body_with(
            "board_committee",
            {self.directors[0]: "chair", self.directors[1]: "member"},
            name="Governance Committee",
            duties=("oversee_cybersecurity", "decide_disclosure"),
        )

    def _unit(self, code: str, name: str) -> Unit:
        made: Unit = act(
            "permissions.unit.create", system(), code=code, name=name, kind="business", parent=self.enterprise
        )
        return made

    @property
    def logins(self) -> dict[str, User]:
        """Everybody by what they are."""
        return {
            "analyst": self.analyst, "head of unit": self.owners[0], "secretary": self.secretary, "counsel": self.counsel,
            "committee member": self.member.user, "director": self.directors[0].user, "officer": self.officer,
            "auditor": self.auditor, "administrator": self.administrator,
        }  # fmt: skip

    def declared(self, title: str = "Payroll interface read by a stranger") -> Incident:
        """Found, and declared an hour later by the analyst."""
        with clock.fixed(after(1)):
            made: Incident = act(
                "incidents.incident.declare", self.analyst, title=title, nature="incident", unit=self.enterprise,
                discovered_at=FOUND, facts="Bulk export by a service account.",
            )  # fmt: skip
        return made

    def assessing(self, **texts: str) -> Incident:
        """Contained, ratified, rated, traced, assessment organised behind a wall, two units at work."""
        incident = self.declared(**texts)
        with clock.fixed(after(2)):
            act("incidents.incident.rate", self.analyst, incident, severity="high", severity_why="41,200 records")
            act("incidents.incident.trace", self.analyst, incident, source="external", source_why="Gateway log")
            act("incidents.incident.contain", self.analyst, incident)
        with clock.fixed(after(5)):
            act("incidents.incident.ratify_containment", self.member.user, incident)
            act(
                "incidents.incident.organise_assessment", self.member.user, incident, assessor=self.member,
                inside=[self.counsel.pk, self.secretary.pk, self.officer.pk, *(owner.pk for owner in self.owners)],
            )  # fmt: skip
        with clock.fixed(after(6)):
            for unit, owner in zip(self.units, self.owners, strict=True):
                task = act(
                    "incidents.task.give", self.analyst, incident=incident, unit=unit, title="Say what was reached",
                    due="2026-03-04",
                )  # fmt: skip
                act("incidents.task.accept", owner, task)
        return Incident.objects.get(pk=incident.pk)

    def assessed(
        self, recommendation: str = "material", incident: Incident | None = None, **texts: object
    ) -> Assessment:
        """The assessment written, every factor answered, submitted by the committee member."""
        incident = incident or self.assessing()
        with clock.fixed(after(20)):
            made = act("determinations.assessment.open", self.member.user, incident=incident)
            act("determinations.assessment.write", self.analyst, made, recommendation=recommendation, **TEXTS | texts)
            self.answer(made)
            act("determinations.assessment.submit", self.member.user, made, potentially_material="yes")
        return Assessment.objects.get(pk=made.pk)

    def answer(self, assessment: Assessment) -> None:
        for row in assessment.factors.order_by("pk"):
            given = {"amount": "12"} if row.kind != "in_words" else {}
            act("determinations.factor.answer", self.analyst, row, answer="answered", reason="Measured.", **given)

    def brought(self, recommendation: str = "material", kind: str = "meeting", **more: object) -> list[Determination]:
        """Escalated and brought before the board committee: three proposals in a meeting of their own."""
        assessment = self.assessed(recommendation)
        return self.bring(assessment, kind, **more)

    def bring(self, assessment: Assessment, kind: str = "meeting", **more: object) -> list[Determination]:
        answer = str(more.get("materiality", assessment.recommendation))
        given: dict[str, object] = {
            "kind": kind, "planned_at": after(26), "materiality": answer, "materiality_because": "As assessed.",
            "measures": "Rotate every token.", "disclosure": "necessary" if answer == "material" else "not_necessary",
            "disclosure_because": "As the rules ask.",
        } | ({"follow_up_on": "2026-03-20"} if answer == "undetermined" else {})  # fmt: skip
        with clock.fixed(after(25)):
            incident = Incident.objects.get(pk=assessment.incident_id)
            if incident.escalated_at is None:
                act("incidents.incident.escalate", self.secretary, incident, escalated_to=self.board)
            act("determinations.assessment.bring", self.secretary, assessment, **given | more)
        rows = Determination.objects.filter(assessment=assessment, state="proposed").select_related("decision__meeting")
        return list(rows.order_by("pk"))

    def opened(self, rows: list[Determination], hours: float = 26) -> None:
        """The meeting called and opened, both directors there."""
        meeting = rows[0].decision.meeting
        with clock.fixed(after(hours)):
            act("bodies.meeting.call", self.secretary, meeting)
            act("bodies.meeting.open", self.secretary, meeting)
            if not meeting.written:
                present = [director.pk for director in self.directors]
                act("bodies.meeting.record_attendance", self.secretary, meeting, present=present)

    def voted(self, row: Determination, hours: float = 27, dissent: str = "") -> Determination:
        """Put to the vote; both directors vote for it, the second against where ``dissent`` is given; declared."""
        with clock.fixed(after(hours)):
            act("bodies.decision.put", self.secretary, row.decision)
            act("bodies.vote.cast", self.directors[0].user, decision=row.decision, choice="for")
            choice = {"choice": "against", "dissent": dissent} if dissent else {"choice": "for"}
            act("bodies.vote.cast", self.directors[1].user, decision=row.decision, **choice)
            act("bodies.decision.declare", self.secretary, row.decision)
        return Determination.objects.get(pk=row.pk)

    def decided(self, recommendation: str = "material", **more: object) -> Incident:
        """All three questions decided as proposed."""
        rows = self.brought(recommendation, **more)
        self.opened(rows)
        for row in rows:
            self.voted(row)
        return Incident.objects.get(pk=rows[0].incident_id)
