"""The cybersecurity management committee and the board's nominating and corporate governance committee: charters,
members, a year of meetings with their decisions and minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from quarterdeck.demo.b.people import key
from quarterdeck.demo.stage import Stage

COMMITTEE = "Cybersecurity Management Committee"
BOARD_COMMITTEE = "Nominating and Corporate Governance Committee"

CHAIR = "Chen Yu"
MEMBERS = ("Gao Wei", "Lin Qiao", "Ma Ning", "Sun Rui", "He Lan", "Tang Jia", "Zhao Min", "Xu Bo", "Wu Kai")
VOTERS = {
    "Chen Yu": "chen.yu", "Gao Wei": "gao.wei", "Lin Qiao": "lin.qiao", "Ma Ning": "ma.ning", "Sun Rui": "sun.rui",
    "He Lan": "he.lan", "Tang Jia": "tang.jia", "Ho Mei-ling": "ho.meiling", "Feng Da": "feng.da", "Alice Tan": "alice.tan",
}  # fmt: skip

COMMITTEE_DUTIES = (
    ("manage_cybersecurity", "1.1", "Oversee and manage all matters of cybersecurity of the group."),
    ("formulate_policies", "1.2", "Formulate the policies that this needs and keep them current."),
    ("identify_assess_risks", "2.1", "Identify and assess risks from cybersecurity threats."),
    (
        "organise_assessment",
        "3.1",
        "Organize personnel of several units promptly when an incident occurs, to assess it.",
    ),
    ("seek_opinions", "3.2", "Seek the opinions of outside experts and legal advisors as the case requires."),
    ("escalate", "3.3", "Report promptly to the board committee whatever could be material."),
    ("prepare_disclosure", "4.1", "Prepare disclosure promptly where it is necessary."),
    ("inform_committee", "5.1", "Report to the board committee every quarter."),
)
BOARD_DUTIES = (
    ("oversee_cybersecurity", "6.1", "Oversee how the company manages cybersecurity risk."),
    ("be_informed", "6.2", "Be informed of risks from cybersecurity threats."),
    ("decide_measures", "6.3", "Decide on the response to an incident that could be material."),
    ("decide_disclosure", "6.4", "Decide whether disclosure is necessary."),
    ("approve_current_report", "6.5", "Review and approve disclosure on Form 6-K about a material incident."),
    ("approve_annual_disclosure", "6.6", "Review and approve disclosure on cybersecurity in periodic reports."),
    ("approve_before_dissemination", "6.7", "Approve such disclosure before it is made public."),
)


@dataclass(frozen=True)
class Point:
    """One decision of a meeting: topic, title, words put to the vote, days covered, who votes against and why."""

    topic: str
    title: str
    text: str
    covers: tuple[str, str] | None = None
    against: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sitting:
    """One meeting."""

    body: str
    day: date
    points: tuple[Point, ...]
    absent: tuple[str, ...] = ()


def _review(start: str, end: str, what: str) -> Point:
    return Point(
        "materiality_review", f"Materiality review to {end}",
        f"Having considered {what}, the committee determines that no cybersecurity incident of the time from {start} to {end} was material, "
        "and that no risk from a cybersecurity threat has materially affected the company or is reasonably likely to.",
        covers=(start, end),
    )  # fmt: skip


SITTINGS = (
    Sitting("committee", date(2025, 1, 16), (
        Point("policy", "Incident response plan, version 4", "Adopt version 4 of the incident response plan."),
        Point("policy", "Procedures for vendors, version 3", "Adopt version 3 of the procedures that vendors accept."),
    )),
    Sitting("committee", date(2025, 4, 10), (
        Point("risk", "Result of the spring risk assessment", "Accept the result; fund separation of the warehouse network.",
              against=(("Lin Qiao", "The warehouse move should come first; separating twice costs twice."),)),
    ), absent=("Zhao Min",)),
    Sitting("board", date(2025, 4, 17), (
        Point("other", "First-quarter report", "Take note of the report of the management committee."),
    )),
    Sitting("committee", date(2025, 7, 10), (
        Point("policy", "Data desensitization protocol, version 2", "Adopt version 2 of the desensitization protocol."),
    )),
    Sitting("board", date(2025, 7, 17), (
        _review("2025-01-01", "2025-06-30", "the three incidents of the half-year and the assessments of each"),
    )),
    Sitting("committee", date(2025, 10, 16), (
        Point("strategy", "Strategy for the coming year", "Move customer sign-in to passkeys by the end of next year."),
        Point("risk", "Result of the autumn risk assessment", "Accept the result."),
    ), absent=("Xu Bo",)),
    Sitting("board", date(2025, 10, 23), (
        Point("other", "Third-quarter report", "Take note of the report of the management committee."),
    )),
    Sitting("board", date(2025, 12, 30), (
        _review("2025-01-01", "2025-12-30", "the six incidents and threats of the year, each assessed, singly and together"),
    )),
    Sitting("committee", date(2026, 1, 15), (
        Point("policy", "Secure development protocol, version 5", "Adopt version 5 of the secure development protocol."),
    )),
    Sitting("board", date(2026, 1, 22), (
        Point("other", "Fourth-quarter report", "Take note of the report of the management committee."),
    )),
    Sitting("board", date(2026, 4, 14), (
        _review("2025-01-01", "2026-04-14", "the incidents of last year, and that none has been declared since"),
    )),
    Sitting("board", date(2026, 4, 20), (
        Point("disclosure_approval", "Item 16K of the annual report", "Approve Item 16K as it lies before the committee."),
    )),
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """Established in December, then the year of meetings."""
    stage.later(date(2024, 12, 12), partial(_establish, stage), hour=2)
    stage.later(date(2024, 12, 13), partial(_approve, stage), hour=2)
    for sitting in SITTINGS:
        stage.later(sitting.day, partial(_hold, stage, sitting), hour=6)


def _establish(stage: Stage) -> None:
    for cast, name, kind, duties in (
        ("committee", COMMITTEE, "management_committee", COMMITTEE_DUTIES),
        ("board", BOARD_COMMITTEE, "board_committee", BOARD_DUTIES),
    ):
        body = stage.do(
            "bodies.body.establish",
            "qian.shu",
            cast=cast,
            name=name,
            kind=kind,
            unit=stage.cast["enterprise"],
            effective_from="2022-03-01",
        )
        charter = stage.do(
            "bodies.charter.draft",
            "qian.shu",
            cast=f"{cast}:charter",
            body=body,
            version="2",
            text=f"Charter of the {name}, second version.",
            quorum_kind="majority",
            effective_from="2024-12-13",
        )
        for duty, section, text in duties:
            stage.do("bodies.charterduty.add", "qian.shu", charter=charter, duty=duty, section=section, text=text)
    stage.do(
        "bodies.reportingline.report_to",
        "qian.shu",
        body=stage.cast["committee"],
        reports_to=stage.cast["board"],
        effective_from="2022-03-01",
    )
    _appoint(stage, "committee", CHAIR, "chair", "2022-03-01")
    for member in MEMBERS:
        _appoint(stage, "committee", member, "member", "2022-03-01" if member != "Tang Jia" else "2022-06-01")
    _appoint(stage, "committee", "Qian Shu", "secretary", "2022-03-01")
    _appoint(stage, "board", "Ho Mei-ling", "chair", "2022-03-01")
    _appoint(stage, "board", "Feng Da", "member", "2022-03-01")
    _appoint(stage, "board", "Alice Tan", "member", "2022-04-01")
    _appoint(stage, "board", "Qian Shu", "secretary", "2022-03-01")


def _appoint(stage: Stage, body: str, person: str, role: str, since: str) -> None:
    stage.do(
        "bodies.membership.appoint",
        "qian.shu",
        cast=f"{body}:{key(person)}",
        body=stage.cast[body],
        person=stage.cast[key(person)],
        role=role,
        effective_from=since,
    )


def _approve(stage: Stage) -> None:
    stage.do("bodies.charter.approve", "chen.yu", "committee:charter")
    stage.do("bodies.charter.approve", "ho.meiling", "board:charter")


def _hold(stage: Stage, sitting: Sitting) -> None:
    everyone = (CHAIR, *MEMBERS) if sitting.body == "committee" else ("Ho Mei-ling", "Feng Da", "Alice Tan")
    present = [name for name in everyone if name not in sitting.absent]
    meeting = stage.do(
        "bodies.meeting.plan",
        "qian.shu",
        body=stage.cast[sitting.body],
        kind="meeting",
        planned_at=f"{sitting.day.isoformat()}T14:00",
        place="Hangzhou, tenth floor",
    )
    items = []
    for point in sitting.points:
        item = stage.do("bodies.agendaitem.add", "qian.shu", meeting=meeting, title=point.title, text=point.text)
        stage.do("bodies.paper.add", "qian.shu", item=item, title=f"Paper: {point.title}", text=point.text)
        items.append(item)
    stage.do("bodies.meeting.call", "qian.shu", meeting)
    chair = everyone[0] if everyone[0] in present else present[0]
    stage.do("bodies.meeting.open", "qian.shu", meeting, presided_by=stage.cast[key(chair)])
    stage.do(
        "bodies.meeting.record_attendance",
        "qian.shu",
        meeting,
        present=[stage.cast[key(name)].pk for name in present],
        apologies=[stage.cast[key(name)].pk for name in sitting.absent],
    )
    for point, item in zip(sitting.points, items, strict=True):
        start, end = point.covers or ("", "")
        decision = stage.do(
            "bodies.decision.propose",
            "qian.shu",
            cast=f"decision:{sitting.body}:{point.topic}:{sitting.day.isoformat()}",
            item=item,
            topic=point.topic,
            title=point.title,
            text=point.text,
            covers_from=start,
            covers_until=end,
        )
        stage.do("bodies.decision.put", "qian.shu", decision)
        against = dict(point.against)
        for name in present:
            dissent = against.get(name, "")
            stage.do(
                "bodies.vote.record",
                "qian.shu",
                decision=decision,
                person=stage.cast[key(name)],
                choice="against" if dissent else "for",
                dissent=dissent,
            )
        stage.do("bodies.decision.declare", "qian.shu", decision)
    stage.do("bodies.meeting.close", "qian.shu", meeting)
    minutes = stage.do("bodies.minutes.draft", "qian.shu", meeting=meeting)
    stage.do("bodies.minutes.approve", VOTERS[chair], minutes)
