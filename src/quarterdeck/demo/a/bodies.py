"""The cybersecurity panel under its senior executives, and the board it answers to: charters, seats, a year of meetings."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.sittings import Point, Room, Sitting, appoint, establish, hold, report_to, review
from quarterdeck.demo.stage import Stage

PANEL = "Cybersecurity Panel"
BOARD = "Board of Directors"

PANEL_MEMBERS = ("Hou Jian", "Meng Qi", "Shi Lan", "Pei Zhou", "Duan Rou")
OVERSEERS = ("Jiang Suyin", "Qiu Heng", "Yan Shu")
DIRECTORS = ("Sheng Hui", "Jiang Suyin", "Ruth Adeyemi", "Paul Lindqvist", "Ling Zhao")
ROOMS = {
    "panel": Room(
        "Xiamen, room Breakwater", PANEL_MEMBERS, {name: name.lower().replace(" ", ".") for name in PANEL_MEMBERS}
    ),
    "board": Room("Xiamen and by video", DIRECTORS, {name: name.lower().replace(" ", ".") for name in DIRECTORS}),
}

PANEL_DUTIES = (
    ("identify_assess_risks", "1", "Find the risks from cybersecurity threats and assess them at least twice a year."),
    ("develop_strategies", "2", "Develop the strategies by which such risks are met or made smaller."),
    ("manage_cybersecurity", "3", "Guide how incidents are prevented, detected and managed."),
    ("organise_assessment", "4", "Have every incident assessed at once, by people of all units concerned."),
    ("seek_opinions", "5", "Ask counsel or other experts where a case needs them."),
    ("escalate", "6", "Bring to the executives and the board at once what could be material."),
    ("prepare_disclosure", "7", "Supply what a disclosure needs."),
)
BOARD_DUTIES = (
    ("oversee_cybersecurity", "12.1", "Oversee cybersecurity as part of the security of the whole company."),
    ("be_informed", "12.2", "Receive a report on cybersecurity each quarter."),
    ("decide_measures", "12.3", "Decide on the response to whatever could be material."),
    ("decide_disclosure", "12.4", "Determine materiality, and decide whether it has to be disclosed."),
    ("approve_current_report", "12.5", "Approve a current report on a material incident."),
    ("approve_annual_disclosure", "12.6", "Approve what the annual report says of cybersecurity."),
    ("approve_before_dissemination", "12.7", "Give that approval before anything is made public."),
)


def _noted(title: str) -> Point:
    return Point(
        "other", title, "Take note of the panel's report and of the answers given to the directors' questions."
    )


SITTINGS = (
    Sitting("panel", date(2025, 1, 21), (
        Point("policy", "Rules for handling incidents, version 7", "Propose version 7 of the rules to the executives; work by it from today."),
    ), overseers=("Qiu Heng",)),
    Sitting("panel", date(2025, 3, 18), (
        Point("risk", "Result of the spring risk assessment", "Accept the twenty-three risks as assessed; treat the four above the line first."),
        Point("strategy", "Guest accounts", "End sign-in by text message alone for accounts that hold a payment card.",
              against=(("Pei Zhou", "Travellers abroad lose their number; a fallback has to exist before the old way is shut."),)),
    )),
    Sitting("board", date(2025, 3, 27), (_noted("Cybersecurity in the first quarter"),)),
    Sitting("panel", date(2025, 5, 20), (
        Point("strategy", "Hosts' accounts", "Bind hosts' sessions to their devices by the end of the third quarter."),
    ), absent=("Duan Rou",), overseers=("Jiang Suyin",)),
    Sitting("panel", date(2025, 7, 15), (
        Point("risk", "Move of the search cluster", "Accept what risk remains until the move ends in October."),
    ), recused=(("Duan Rou", "Leads the move whose risk is to be accepted."),)),
    Sitting("board", date(2025, 7, 24), (
        review("2025-01-01", "2025-06-30", "the three incidents of the half-year, one by one and together", "the board"),
    ), absent=("Ling Zhao",)),
    Sitting("panel", date(2025, 9, 2), (
        Point("strategy", "Flaw in the message parser", "Stop accepting compressed messages at the edge until every service runs the mended parser."),
    ), written=True),
    Sitting("panel", date(2025, 9, 23), (
        Point("risk", "Result of the autumn risk assessment", "Accept the twenty-four risks as assessed; two have left the upper group."),
    ), overseers=("Yan Shu",)),
    Sitting("board", date(2025, 10, 23), (_noted("Cybersecurity in the third quarter"),)),
    Sitting("panel", date(2025, 11, 18), (
        Point("strategy", "Strategy for the coming year", "Passkeys for travellers, fewer standing administrators, one list of suppliers' keys."),
        Point("policy", "Rules for handling threats, version 5", "Propose version 5 of the rules to the executives."),
    )),
    Sitting("board", date(2025, 12, 29), (
        review("2025-01-01", "2025-12-29", "the six incidents and threats of the year, one by one and together", "the board"),
    )),
    Sitting("panel", date(2026, 1, 20), (
        Point("policy", "Exercises of the year", "Rehearse the loss of the payment provider in June and a leak of host data in October."),
    ), absent=("Shi Lan",)),
    Sitting("board", date(2026, 1, 29), (_noted("Cybersecurity in the fourth quarter"),)),
    Sitting("panel", date(2026, 3, 17), (
        Point("risk", "Result of the spring risk assessment", "Accept the twenty-two risks as assessed."),
    )),
    Sitting("board", date(2026, 4, 15), (
        review("2025-01-01", "2026-04-15", "last year's incidents and threats, and that none was declared since", "the board"),
    )),
    Sitting("board", date(2026, 4, 21), (
        Point("disclosure_approval", "Item 16K of the annual report", "Approve Item 16K in the form that lies before the board."),
    )),
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """Established in December, then the year of meetings."""
    stage.later(date(2024, 12, 11), partial(_establish, stage), hour=2)
    stage.later(date(2024, 12, 12), partial(_approve, stage), hour=2)
    for sitting in SITTINGS:
        stage.later(sitting.day, partial(hold, stage, sitting, ROOMS[sitting.body]), hour=6)


def _establish(stage: Stage) -> None:
    for cast, name, kind, duties in (
        ("panel", PANEL, "panel", PANEL_DUTIES),
        ("board", BOARD, "board", BOARD_DUTIES),
    ):
        establish(stage, cast, name, kind, duties, since="2019-06-20", charter_from="2024-12-12")
    report_to(stage, "panel", "board", "2019-06-20")
    for person, since in zip(
        PANEL_MEMBERS, ("2019-06-20", "2019-06-20", "2020-02-01", "2022-06-01", "2024-01-01"), strict=True
    ):
        appoint(stage, "panel", person, "chair" if person == PANEL_MEMBERS[0] else "member", since)
    for person in OVERSEERS:
        appoint(stage, "panel", person, "overseer", "2019-06-20")
    for person in DIRECTORS:
        since = "2021-05-14" if person == "Paul Lindqvist" else "2019-06-20"
        appoint(stage, "board", person, "chair" if person == DIRECTORS[0] else "member", since)
    for body in ("panel", "board"):
        appoint(stage, body, "Kong Yi", "secretary", "2019-06-20")


def _approve(stage: Stage) -> None:
    stage.do("bodies.charter.approve", "jiang.suyin", "panel:charter")
    stage.do("bodies.charter.approve", "sheng.hui", "board:charter")
