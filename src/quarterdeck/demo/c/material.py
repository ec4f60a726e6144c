"""The incident of the spring: from the call of a shift leader to three decisions of the directors, and what became known.

Every step is taken by whoever it belongs to; what is not public stands behind a wall from the first quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from quarterdeck.areas.determinations.models import Assessment, Determination, FollowUp, TradingWindow
from quarterdeck.demo.c.people import ROOMS
from quarterdeck.demo.c.weighing import KNOWN_IN_MAY, MARCH, MAY, SETTLED, WEIGHED
from quarterdeck.demo.cases import at, iso
from quarterdeck.demo.persons import key
from quarterdeck.demo.sittings import settle
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record

ANALYST, HEAD, COUNSEL, CLERK = "jo.lindgren", "priya.raman", "thomas.egan", "ellen.sather"
OFFICER, FINANCE, CHIEF = "marcus.bell", "daniel.whitlock", "margaret.oakes"
PLANTS = {"rockford": "ray.kowalski", "dubuque": "dana.pruitt"}
#: A Monday, twenty past five in the morning at both plants.
FOUND = at(2026, 3, 16, 10, 20)
MAIN, SUPPORT = "incident:plants", "incident:support"


def scenes(stage: Stage) -> None:
    """In order; the reports come about in between."""
    for moment, scene in (
        (FOUND + timedelta(minutes=45), _declare),
        (at(2026, 3, 16, 14, 40), _declare_related),
        (at(2026, 3, 16, 16, 40), _contain),
        (at(2026, 3, 16, 19, 0), _organise),
        (at(2026, 3, 16, 20, 30), _take_on),
        (at(2026, 3, 18, 15, 0), _receive),
        (at(2026, 3, 18, 19, 0), _assess),
        (at(2026, 3, 18, 21, 0), _bring),
        (at(2026, 3, 19, 13, 0), _decide),
        (at(2026, 4, 9, 20, 0), _restored),
        (at(2026, 5, 18, 16, 0), _known),
        (at(2026, 5, 22, 15, 0), _learn),
    ):
        stage.scene(moment, partial(scene, stage))


def _entry(stage: Stage, incident: Record, moment: datetime, text: str, source: str) -> None:
    stage.do(
        "incidents.timelineentry.add", ANALYST, incident=incident, at=iso(moment), text=text, source=source
    )  # fmt: skip


def _declare(stage: Stage) -> None:
    incident = stage.do(
        "incidents.incident.declare", ANALYST, cast=MAIN, title="Ransomware at the Rockford and Dubuque plants",
        nature="incident", unit=stage.cast["enterprise"], discovered_at=iso(FOUND), occurred_at=iso(at(2026, 3, 14, 9, 10)),
        facts="Scheduling and recording systems of both plants show a demand for payment instead of their data.",
    )  # fmt: skip
    stage.do("incidents.incident.raise_wall", HEAD, incident, why="Both plants stand still", people=[
        stage.users[login].pk for login in (ANALYST, COUNSEL, FINANCE)
    ])  # fmt: skip
    stage.do("incidents.incident.rate", ANALYST, incident, severity="critical", severity_why="Two plants stand still.")
    _entry(stage, incident, FOUND, "Shift leader finds the demand on a screen", "call to the duty analyst")
    _entry(stage, incident, FOUND + timedelta(minutes=38), "Both plants cut off from every other network", "switch log")
    stage.do(
        "incidents.measure.add", ANALYST, cast="measure:plants", incident=incident,
        title="Both plants run apart from every other network", owner=stage.cast[key("Jo Lindgren")],
    )  # fmt: skip


def _declare_related(stage: Stage) -> None:
    """Small for itself, and found because somebody looked for the same address elsewhere."""
    incident = stage.do(
        "incidents.incident.declare", ANALYST, cast=SUPPORT, title="Support account used from an unknown address",
        nature="incident", unit=stage.cast["dubuque"], discovered_at=iso(at(2026, 3, 16, 14, 5)),
        facts="An account for the remote support of customers' machines signed in once and read a list of customers.",
    )  # fmt: skip
    stage.do("incidents.incident.raise_wall", HEAD, incident, why="The address is that of the plants", people=[
        stage.users[login].pk for login in (ANALYST, COUNSEL, OFFICER)
    ])  # fmt: skip
    stage.do("incidents.incident.rate", ANALYST, incident, severity="low", severity_why="A list was read, no machine.")
    stage.do("incidents.incident.trace", ANALYST, incident, source="external", source_why="Sign-in log of the account.")
    stage.do("incidents.incident.contain", ANALYST, incident)
    stage.do("incidents.incident.ratify_containment", HEAD, incident)


def _contain(stage: Stage) -> None:
    stage.do(
        "incidents.incident.trace", ANALYST, MAIN, source="third_party", source_why="Credentials of a maintenance firm."
    )
    stage.do("incidents.incident.contain", ANALYST, MAIN)


def _organise(stage: Stage) -> None:
    inside = [stage.users[login].pk for login in (COUNSEL, CLERK, OFFICER, FINANCE, CHIEF, *PLANTS.values())]
    stage.do("incidents.incident.ratify_containment", HEAD, MAIN)
    for name in (MAIN, SUPPORT):
        stage.do(
            "incidents.incident.organise_assessment", HEAD, name, assessor=stage.cast[key("Priya Raman")],
            opinions_needed=name == MAIN, inside=inside,
        )  # fmt: skip
    for informed, how in (("management", "Call of the steering committee"), ("board", "Call to the chair")):
        stage.do(
            "incidents.notice.give", HEAD, incident=stage.cast[MAIN], informed=informed, at=iso(clock.now()), how=how
        )


def _take_on(stage: Stage) -> None:
    incident = stage.cast[MAIN]
    # No personal data, nothing in China: no duty but the one to the Commission.
    stage.do("determinations.exposure.set", OFFICER, incident=incident, regions="", in_china=False)
    for unit, login, title in (
        *((unit, login, "Say what stands still, since when, and which orders wait") for unit, login in PLANTS.items()),
        ("finance", FINANCE, "Say what late and lost orders mean for the quarter"),
    ):
        task = stage.do(
            "incidents.task.give", ANALYST, cast=f"task:{unit}", incident=incident, unit=stage.cast[unit], title=title,
            due="2026-03-18", **({"assignee": stage.cast[key("Daniel Whitlock")]} if unit == "finance" else {}),
        )  # fmt: skip
        stage.do("incidents.task.accept", login, task)
    stage.do(
        "incidents.opinion.ask",
        HEAD,
        cast="opinion:forensics",
        incident=incident,
        by="expert",
        name="Larkfield Forensics",
    )
    stage.do(
        "incidents.opinion.ask", COUNSEL, cast="opinion:counsel", incident=incident, by="counsel",
        name="Pruett Hale LLP", privileged=True, purpose="Whether and when the incident has to be reported, and to whom",
        directed_by="Thomas Egan, General Counsel", recipients="Audit and Risk Committee; Thomas Egan; Priya Raman",
    )  # fmt: skip


def _receive(stage: Stage) -> None:
    stage.do(
        "incidents.opinion.receive", HEAD, "opinion:forensics",
        text="One intruder, entered through the maintenance firm; drawings copied; backups untouched; no way back found.",
    )  # fmt: skip
    stage.do(
        "incidents.advice.receive", COUNSEL, opinion=stage.cast["opinion:counsel"],
        text="Item 1.05 applies as soon as the committee determines that it is material; unknown sums do not put that off.",
    )  # fmt: skip
    for unit, login in (*PLANTS.items(), ("finance", FINANCE)):
        stage.do("incidents.task.finish", login, f"task:{unit}")
    _entry(stage, stage.cast[MAIN], at(2026, 3, 18, 11, 0), "Rockford runs again", "shift report")
    stage.do("incidents.measure.finish", ANALYST, "measure:plants")
    stage.do(
        "incidents.incident.record_assessment", HEAD, SUPPORT, potentially_material="no",
        assessment="For itself without effect. It is weighed together with the plants, where it may matter.",
    )  # fmt: skip


def _write(stage: Stage, name: str, texts: Mapping[str, str], answers: Mapping[str, tuple[str, str]]) -> Assessment:
    """An assessment opened by who leads it, written and answered by the analyst."""
    stage.do("determinations.assessment.open", HEAD, cast=name, incident=stage.cast[MAIN])
    stage.do("determinations.assessment.write", ANALYST, name, **texts)
    made = Assessment.objects.get(pk=stage.cast[name].pk)
    for row in made.factors.filter(code__in=answers).order_by("pk"):
        said, reason = answers[row.code]
        known = said not in ("unknown", "not_applicable")
        stage.do(
            "determinations.factor.answer", ANALYST, row, answer="answered" if known else said,
            amount=said if known else "", reason=reason,
        )  # fmt: skip
    return made


def _assess(stage: Stage) -> None:
    made = _write(stage, "assessment:march", MARCH, WEIGHED)
    stage.do(
        "determinations.related.relate", ANALYST, assessment=made, other=stage.cast[SUPPORT],
        why="Same address, same day, same kind of account",
        together="Together they show that whoever entered looked for a way to customers' machines, and found none.",
    )  # fmt: skip
    stage.do("determinations.assessment.submit", HEAD, made, potentially_material="yes")


def _bring(stage: Stage) -> None:
    stage.do("incidents.incident.escalate", HEAD, MAIN, escalated_to=stage.cast["board"])
    stage.do(
        "determinations.assessment.bring", CLERK, "assessment:march", kind="meeting",
        planned_at=iso(at(2026, 3, 19, 13, 0)), materiality="material", materiality_because=MARCH["because"],
        measures="Pay nothing. Restore Dubuque line by line from backups. End every standing account of outside maintenance.",
        disclosure="necessary",
        disclosure_because="Form 8-K, Item 1.05 asks for it once it is determined to be material.",
    )  # fmt: skip


def _decide(stage: Stage) -> None:
    rows = Determination.objects.filter(assessment=stage.cast["assessment:march"].pk).select_related(
        "decision__meeting"
    )
    dissent = "Dubuque should stay shut until somebody outside the company has seen every line."
    settle(
        stage,
        [row.decision for row in rows.order_by("pk")],
        ROOMS["board"],
        {"response_measures": ("Victor Alvarez", dissent)},
    )


def _restored(stage: Stage) -> None:
    _entry(stage, stage.cast[MAIN], at(2026, 4, 9, 18, 0), "Dubuque is at full output again", "plant report")


def _known(stage: Stage) -> None:
    waiting = FollowUp.objects.get(incident=stage.cast[MAIN].pk, question=MARCH["not_determined"])
    stage.do("determinations.followup.settle", FINANCE, waiting, answer=SETTLED)
    made = _write(stage, "assessment:may", MAY, KNOWN_IN_MAY)
    stage.do("determinations.assessment.submit", HEAD, made, potentially_material="yes")


def _learn(stage: Stage) -> None:
    """The amendment is public: those inside may deal again. To close it is left to whoever answers for that."""
    window = TradingWindow.objects.get(incident=stage.cast[MAIN].pk, opened_at=None)
    stage.do("determinations.tradingwindow.open", COUNSEL, window, because="The amendment was filed on May 21, 2026.")
    learned = "Nobody from outside keeps a standing account in a plant."
    lesson = stage.do("incidents.lesson.add", ANALYST, incident=stage.cast[MAIN], text=learned)
    stage.do("incidents.lesson.finish", HEAD, lesson)
    stage.do("incidents.incident.record_lessons", HEAD, MAIN, lessons=learned)
    stage.do("incidents.incident.change", HEAD, MAIN, plan_version="3")
