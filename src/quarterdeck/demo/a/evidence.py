"""A year of evidence: tests by the company's own team, monitoring, an exercise.

Areas that keep these as records of their own come later; until then each is a typed evidence record with its document.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from quarterdeck.demo import papers
from quarterdeck.demo.stage import Stage

TEAM = "Information security"
#: The first month that is told.
START = date(2025, 1, 1)

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


def _exercise(stage: Stage) -> None:
    papers.exercise(stage, "Exercise: payout accounts changed by a stranger", version="7", held="2025-06-12", lessons=4)
