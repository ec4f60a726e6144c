"""A year of evidence: assessments, tests and improvements by the company's own teams, training, monitoring.

No outside firm assessed or tested anything, and vendors are another department's matter that is not kept here: what the
page would say of either is not borne by this record.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from quarterdeck.demo import papers
from quarterdeck.demo.stage import Stage

TEAM = "Information security"
#: The first month that is told.
START = date(2025, 1, 1)

ASSESSMENTS = (
    (date(2025, 3, 6), "Spring", "Twenty-three risks, four of them above the line that the board has drawn"),
    (date(2025, 9, 11), "Autumn", "Twenty-four risks, two of them above the line that the board has drawn"),
    (date(2026, 3, 5), "Spring", "Twenty-two risks, two of them above the line that the board has drawn"),
)

IMPROVEMENTS = (
    (date(2025, 4, 29), "Accounts with a payment card no longer sign in by text message alone"),
    (date(2025, 9, 18), "Hosts' sessions bound to their devices"),
    (date(2025, 12, 4), "Keys of suppliers kept in one vault, each with an owner and a last day"),
)

SAFEGUARDS = (
    ("technical", "Passkeys for everyone who administers anything", date(2023, 4, 3)),
    ("technical", "Limits on calls for each traveller and each device", date(2021, 9, 6)),
    ("technical", "Backups that nobody can change for ninety days", date(2022, 10, 10)),
    ("procedural", "Two people for every change of a payout account", date(2020, 3, 2)),
    ("procedural", "Review of administrators each quarter by their managers", date(2020, 7, 1)),
)
TESTED = (date(2025, 4, 10), date(2025, 10, 16))

COURSES = (
    ("False hosts, false guests", date(2025, 2, 17), date(2025, 3, 14), 1386, 1321),
    ("What a traveller's data may be used for", date(2025, 5, 12), date(2025, 6, 6), 1402, 1337),
    ("Whom to call, and when", date(2025, 8, 18), date(2025, 9, 12), 1419, 1368),
    ("Writing code that keeps secrets", date(2025, 10, 27), date(2025, 11, 21), 512, 497),
    ("False hosts, false guests", date(2026, 2, 16), date(2026, 3, 13), 1440, 1391),
)

WATCHES = (
    ("mini_programs", "duty-mini", "ji.rong", "booking", 310),
    ("platforms", "duty-platform", "lei.ming", "security", 720),
    ("infrastructure", "duty-infra", "bao.qing", "security", 540),
)

#: What the testing team took on in each month, in order from January 2025, and how much it found.
AREAS = (
    ("Traveller accounts and their recovery", 7),
    ("Payout accounts of hosts", 5),
    ("Mini programs: search and payment", 9),
    ("Administrators' ways in", 3),
    ("Message queues between services", 6),
    ("Call centre and its recordings", 4),
    ("Partner interfaces for tickets", 8),
    ("Images and documents that hosts upload", 6),
    ("Backups and their restoration", 2),
    ("Search cluster after its move", 5),
    ("Laptops and phones of travelling colleagues", 3),
    ("Keys and secrets of suppliers", 4),
    ("Traveller accounts and their recovery", 2),
    ("Payout accounts of hosts", 3),
    ("Mini programs: search and payment", 4),
    ("Administrators' ways in", 1),
)


def scenes(stage: Stage) -> None:
    """Everything on or shortly after the day it happened."""
    for day, season, result in ASSESSMENTS:
        stage.later(day + timedelta(days=5), partial(_assessment, stage, day, season, result))
    stage.later(date(2025, 11, 27), partial(_integration, stage))
    for day, what in IMPROVEMENTS:
        stage.later(day, partial(papers.improvement, stage, day, what, "in_house"))
    for safeguard in SAFEGUARDS:
        for tested in TESTED:
            stage.later(tested, partial(papers.safeguard, stage, "bao.qing", safeguard, tested))
    for number, (first, (scope, findings)) in enumerate(
        zip(papers.months(START, date(2026, 4, 1)), AREAS, strict=True)
    ):
        tested = first.replace(day=13 + number % 5)
        stage.later(
            tested + timedelta(days=3),
            partial(papers.in_house_test, stage, tested, team=TEAM, scope=scope, findings=findings),
        )
    for number, first in enumerate(papers.months(START, date(2026, 3, 1))):
        for target, group, lead, unit, usual in WATCHES:
            events = usual + (61 * number) % 170
            watch = partial(papers.watch, stage, first, target=target, group=group, lead=lead, unit=unit, events=events)
            stage.later(papers.after_month(first, 3), watch)
    stage.later(date(2025, 7, 3), partial(_exercise, stage))
    for course in COURSES:
        stage.later(course[2] + timedelta(days=4), partial(papers.course, stage, course))


def _assessment(stage: Stage, day: date, season: str, result: str) -> None:
    papers.assessment(
        stage,
        day,
        season,
        team=TEAM,
        version="3",
        scope="Booking and stays platforms, mini programs, infrastructure, offices, call centre",
        method="Interviews with the owners, then ranges for how often and how much",
        result=result,
    )


def _integration(stage: Stage) -> None:
    papers.integration(
        stage,
        "Cybersecurity in the security management framework",
        framework="security_management",
        register="Security management framework, version 5, chapter 3",
        risks=24,
        owner="Qiu Heng, Chief Technology Officer",
        accepted="2025-11-26",
    )


def _exercise(stage: Stage) -> None:
    papers.exercise(stage, "Exercise: payout accounts changed by a stranger", version="7", held="2025-06-12", lessons=4)
