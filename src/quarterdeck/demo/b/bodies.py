"""The cybersecurity management committee and the board's nominating and corporate governance committee: charters,
members, a year of meetings with their decisions and minutes."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.sittings import Point, Room, Sitting, appoint, establish, hold, report_to, review
from quarterdeck.demo.stage import Stage

COMMITTEE = "Cybersecurity Management Committee"
BOARD_COMMITTEE = "Nominating and Corporate Governance Committee"

CHAIR = "Chen Yu"
DIRECTORS = ("Ho Mei-ling", "Feng Da", "Alice Tan")
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
        review("2025-01-01", "2025-06-30", "the three incidents of the half-year and the assessments of each"),
    )),
    Sitting("committee", date(2025, 10, 16), (
        Point("strategy", "Strategy for the coming year", "Move customer sign-in to passkeys by the end of next year."),
        Point("risk", "Result of the autumn risk assessment", "Accept the result."),
    ), absent=("Xu Bo",)),
    Sitting("board", date(2025, 10, 23), (
        Point("other", "Third-quarter report", "Take note of the report of the management committee."),
    )),
    Sitting("board", date(2025, 12, 30), (
        review("2025-01-01", "2025-12-30", "the six incidents and threats of the year, each assessed, singly and together"),
    )),
    Sitting("committee", date(2026, 1, 15), (
        Point("policy", "Secure development protocol, version 5", "Adopt version 5 of the secure development protocol."),
    )),
    Sitting("board", date(2026, 1, 22), (
        Point("other", "Fourth-quarter report", "Take note of the report of the management committee."),
    )),
    Sitting("board", date(2026, 4, 14), (
        review("2025-01-01", "2026-04-14", "the incidents of last year, and that none has been declared since"),
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


def _hold(stage: Stage, sitting: Sitting) -> None:
    members = (CHAIR, *MEMBERS) if sitting.body == "committee" else DIRECTORS
    hold(stage, sitting, Room("Hangzhou, tenth floor", members, VOTERS))


def _establish(stage: Stage) -> None:
    for cast, name, kind, duties in (
        ("committee", COMMITTEE, "management_committee", COMMITTEE_DUTIES),
        ("board", BOARD_COMMITTEE, "board_committee", BOARD_DUTIES),
    ):
        establish(stage, cast, name, kind, duties, since="2022-03-01", charter_from="2024-12-13")
    report_to(stage, "committee", "board", "2022-03-01")
    appoint(stage, "committee", CHAIR, "chair", "2022-03-01")
    for member in MEMBERS:
        appoint(stage, "committee", member, "member", "2022-03-01" if member != "Tang Jia" else "2022-06-01")
    appoint(stage, "committee", "Qian Shu", "secretary", "2022-03-01")
    appoint(stage, "board", "Ho Mei-ling", "chair", "2022-03-01")
    appoint(stage, "board", "Feng Da", "member", "2022-03-01")
    appoint(stage, "board", "Alice Tan", "member", "2022-04-01")
    appoint(stage, "board", "Qian Shu", "secretary", "2022-03-01")


def _approve(stage: Stage) -> None:
    stage.do("bodies.charter.approve", "chen.yu", "committee:charter")
    stage.do("bodies.charter.approve", "ho.meiling", "board:charter")
