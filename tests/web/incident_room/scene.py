"""An incident at several points of its course, made by the actions that make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quarterdeck.areas.determinations.models import Assessment, Determination
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from tests.areas.determinations import path
from tests.support import act, at, company, user_with
from tests.web.cast import Committee, committee, person

FOUND = at(2026, 3, 2, 10)


@dataclass
class Scene:
    """The incident, who leads security, an analyst, counsel, and a person who assesses."""

    incident: Incident
    ciso: User
    analyst: User
    counsel: User
    assessor: Person
    opinions: list[int] = field(default_factory=list)
    secretary: User | None = None
    body: Committee | None = None
    rows: list[Determination] = field(default_factory=list)

    @property
    def assessment(self) -> Assessment:
        """The newest."""
        found = Assessment.objects.filter(incident=self.incident).last()
        assert found is not None
        return found

    @property
    def url(self) -> str:
        return f"/incidents/{self.incident.pk}/"

    def do(self, name: str, who: User, hours: float, **data: object) -> None:
        """An action on the incident so many hours after it was found."""
        with clock.fixed(FOUND + timedelta(hours=hours)):
            act(f"incidents.incident.{name}", who, self.incident, **data)

    def add(self, code: str, who: User, hours: float, **data: object) -> object:
        """An action that makes something on the incident."""
        with clock.fixed(FOUND + timedelta(hours=hours)):
            return act(f"incidents.{code}", who, incident=self.incident, **data)

    def refresh(self) -> Incident:
        self.incident = Incident.objects.get(pk=self.incident.pk)
        return self.incident


def after(hours: float) -> datetime:
    return FOUND + timedelta(hours=hours)


def declared() -> Scene:
    """Found at ten, declared an hour later."""
    ciso, analyst, counsel = (
        user_with("ciso", login="sun.rui"), user_with("analyst", login="deng.hao"), user_with("counsel", login="he.lan")
    )  # fmt: skip
    assessor, _none = person("Ma Ning")
    with clock.fixed(after(1)):
        incident = act(
            "incidents.incident.declare", analyst, title="Payroll vendor breach", nature="incident", unit=company(),
            discovered_at=FOUND.isoformat(), facts="A token of the payroll vendor read employee records.",
        )  # fmt: skip
    return Scene(incident, ciso, analyst, counsel, assessor)


def assessing() -> Scene:
    """Contained after five hours, assessment organised after twenty; measures, tasks, opinions, a notice."""
    scene = declared()
    scene.do("rate", scene.analyst, 1.5, severity="high", severity_why="41,200 employee records")
    scene.do("contain", scene.analyst, 5)
    scene.do("ratify_containment", scene.ciso, 6)
    scene.add("measure.add", scene.analyst, 5, title="Token withdrawn", owner=scene.assessor)
    scene.add(
        "timelineentry.add", scene.analyst, 5.5, at=after(0.2).isoformat(), text="Bulk export by a service account",
        source="signal 88, rule of the platform watch",
    )  # fmt: skip
    scene.do("organise_assessment", scene.ciso, 20, assessor=scene.assessor, opinions_needed=True, open_because="Minor")
    scene.add(
        "notice.give", scene.ciso, 21, informed="management", at=after(21).isoformat(), how="call of the duty officer"
    )
    scene.add("task.give", scene.analyst, 21, unit=company(), title="Find the employees concerned", due="2026-03-06")
    asked = scene.add(
        "opinion.ask", scene.ciso, 22, by="counsel", name="He Lan", privileged=True, purpose="Duties to notify",
        directed_by="General Counsel", recipients="The committee",
    )  # fmt: skip
    expert = scene.add("opinion.ask", scene.ciso, 22, by="expert", name="Harbinger Security Testing", privileged=False)
    scene.opinions = [asked.pk, expert.pk]  # type: ignore[attr-defined]
    with clock.fixed(after(30)):
        act(
            "incidents.advice.receive", scene.counsel, opinion=asked, text="No duty to notify is triggered in our view."
        )
        act("incidents.opinion.receive", scene.ciso, expert, text="One token, no spread.")
    scene.refresh()
    return scene


def walled() -> Scene:
    """The same, behind a wall with the CISO, counsel and the analyst inside."""
    scene = assessing()
    scene.do("raise_wall", scene.ciso, 31, why="Could be material", people=[scene.counsel.pk, scene.analyst.pk])
    scene.refresh()
    return scene


def drafted() -> Scene:
    """The same, with its source traced and an assessment opened: nothing written, no factor answered."""
    scene = walled()
    scene.do("trace", scene.analyst, 40, source="third_party", source_why="The vendor confirmed a stolen token.")
    with clock.fixed(after(40)):
        path.take_part(scene.incident)
        act("determinations.assessment.open", scene.ciso, incident=scene.incident, lead="")
    scene.refresh()
    return scene


def submitted(answer: str = "material", **texts: object) -> Scene:
    """The same, with the assessment written and submitted: it could be material."""
    scene = drafted()
    with clock.fixed(after(41)):
        made = scene.assessment
        act("determinations.assessment.write", scene.ciso, made, recommendation=answer, **path.TEXTS | texts)
        path.answer_all(made)
        act("determinations.assessment.submit", scene.ciso, made, potentially_material="yes")
    scene.refresh()
    return scene


def before_the_body(answer: str = "material", *, kind: str = "meeting", **texts: object) -> Scene:
    """The same, escalated to a committee of three and brought before it: a meeting sixty hours after it was found."""
    scene = submitted(answer, **texts)
    scene.secretary = user_with("secretary", login="qian.shu")
    scene.body = committee(scene.secretary, members=("Chen Yu", "Gao Wei", "Lin Qiao"), quorum=2)
    scene.do("escalate", scene.ciso, 42, escalated_to=scene.body.body)
    with clock.fixed(after(44)):
        scene.rows = path.bring(scene.assessment, after(60), materiality=answer, kind=kind)
    scene.refresh()
    return scene


def decided(answer: str = "material", *, kind: str = "meeting", **texts: object) -> Scene:
    """The same, decided sixty hours after it was found, one member against with dissent; the meeting closed."""
    scene = before_the_body(answer, kind=kind, **texts)
    assert scene.secretary is not None
    assert scene.body is not None
    people = list(scene.body.people.values())
    with clock.fixed(after(60)):
        path.convene(scene.rows[0].decision.meeting, people)
        for row in scene.rows:
            act("bodies.decision.put", scene.secretary, row.decision)
            for who in people[:2]:
                act("bodies.vote.record", scene.secretary, decision=row.decision, person=who, choice="for")
            act(
                "bodies.vote.record", scene.secretary, decision=row.decision, person=people[2], choice="against",
                dissent="Too early to say.",
            )  # fmt: skip
            act("bodies.decision.declare", scene.secretary, row.decision)
        act("bodies.meeting.close", scene.secretary, scene.rows[0].decision.meeting)
    scene.rows = list(Determination.objects.filter(incident=scene.incident).order_by("pk"))
    scene.refresh()
    return scene
