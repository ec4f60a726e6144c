"""What the company's own teams were asked to look at and improve. No firm from outside assessed or tested anything."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from quarterdeck.areas.engagements.models import Engagement
from quarterdeck.demo.papers import hand_over
from quarterdeck.demo.projects import Project, carry_out
from quarterdeck.demo.stage import Stage

#: When a risk assessment was finished, its season, and what it came to.
ASSESSMENTS = (
    (date(2025, 3, 6), "Spring", "Twenty-three risks, four of them above the line that the board has drawn"),
    (date(2025, 9, 11), "Autumn", "Twenty-four risks, two of them above the line that the board has drawn"),
    (date(2026, 3, 5), "Spring", "Twenty-two risks, two of them above the line that the board has drawn"),
)

PROJECTS = (
    Project(
        "cards", "Accounts with a payment card no longer sign in by text message alone",
        "A passkey or a code from a device is asked for; who has neither is called back.", "Meng Qi", "meng.qi", "security",
        date(2025, 3, 18), date(2025, 5, 30), "Travellers in four countries moved first.", date(2025, 4, 29),
        "Released on April 28, 2025 to all accounts that hold a card.", "hou.jian",
    ),
    Project(
        "sessions", "Hosts' sessions bound to their devices", "A session copied to another device ends at its first call.",
        "Lei Ming", "lei.ming", "security", date(2025, 5, 21), date(2025, 9, 30), "Hosts with more than ten places moved first.",
        date(2025, 9, 18), "All hosts since September 17, 2025; a copied session was refused in the test.", "gu.tian",
    ),
    Project(
        "keys", "Keys of suppliers kept in one vault, each with an owner and a last day",
        "No key in code or in build jobs; one that reaches its last day stops working.", "Bao Qing", "bao.qing", "security",
        date(2025, 11, 3), date(2025, 12, 19), "Text-message suppliers done, ticket partners next.", date(2025, 12, 4),
        "One hundred and eighteen keys moved; a search of all code found none left.", "hou.jian",
    ),
    Project(
        "administrators", "Fewer standing administrators", "Rights are given for an hour, with the ticket that needs them.",
        "Duan Rou", "duan.rou", "security", date(2026, 1, 21), date(2026, 6, 30), "Thirty-one of ninety-four given up so far.",
    ),
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """The standing engagement of the own team, its assessments, and the improvements."""
    stage.later(date(2025, 1, 8), partial(_own_team, stage))
    for day, season, result in ASSESSMENTS:
        stage.later(day + timedelta(days=1), partial(_assessment, stage, day, season, result))
        stage.later(day + timedelta(days=4), partial(_approve, stage))
    for project in PROJECTS:
        carry_out(stage, project)


def _own_team(stage: Stage) -> None:
    held = stage.do(
        "engagements.engagement.create",
        stage.hands.security,
        cast="engagement:own",
        title="Risk assessments of the house, spring and autumn",
        kind="in_house",
        firm="Information security",
        scope="Booking and stays platforms, mini programs, infrastructure, offices, call centre. Partners' own systems are left out.",
        independence="The team runs none of the platforms; what it runs itself is looked at by engineering.",
        owner=stage.cast["person:hou-jian"],
        unit=stage.cast["security"],
        contract_from="2025-01-08",
        contract_until="2026-12-31",
    )
    stage.do("engagements.engagement.begin", stage.hands.security, held, started_on="2025-01-08")


def _assessment(stage: Stage, day: date, season: str, result: str) -> None:
    hand_over(
        stage,
        "engagements.engagement.submit_deliverable",
        stage.hands.analyst,
        stage.cast["engagement:own"],
        {"file": f"{season} risk assessment {day.year}\n\n{result}.\n".encode()},
        title=f"{season} risk assessment {day.year}",
        kind="risk_assessment",
        performed_on=day,
        scope="Booking and stays platforms, mini programs, infrastructure, offices, call centre",
        method="Interviews with the owners, then ranges for how often and how much",
        result=result,
    )


def _approve(stage: Stage) -> None:
    held = stage.cast["engagement:own"]
    assert isinstance(held, Engagement)
    newest = held.deliverables.order_by("pk").last()
    assert newest is not None
    stage.do("engagements.deliverable.approve", stage.hands.security, newest)
