"""A year of evidence: tests and monitoring.

Areas that keep these as records of their own come later; until then each is a typed evidence record with its document.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from quarterdeck.demo import papers
from quarterdeck.demo.stage import Stage

TESTS_OUTSIDE = (
    (date(2025, 2, 20), "Payment pages and their interfaces", 9),
    (date(2025, 5, 22), "Warehouse network", 14),
    (date(2025, 8, 21), "Mini programs", 6),
    (date(2025, 11, 20), "Identity systems and administration", 7),
    (date(2026, 2, 19), "Payment pages and their interfaces", 5),
)

WATCHES = (
    ("mini_programs", "watch-mini", "luo.xin"),
    ("platforms", "watch-platform", "shen.tao"),
    ("infrastructure", "watch-infra", "shen.tao"),
)

#: The months that were watched, by their first day.
FIRST_DAYS = tuple(papers.months(date(2025, 1, 1), date(2026, 3, 1)))


def scenes(stage: Stage) -> None:
    """Everything on or shortly after the day it happened."""
    for first in FIRST_DAYS:
        for target, group, lead in WATCHES:
            stage.later(papers.after_month(first, 2), partial(_watch, stage, target, group, lead, first))
        stage.later(first.replace(day=24), partial(_in_house_test, stage, first))
    for day, scope, count in TESTS_OUTSIDE:
        stage.later(day + timedelta(days=30), partial(_outside_test, stage, day, scope, count))
    stage.later(
        date(2025, 10, 9),
        lambda: papers.exercise(
            stage, "Exercise: ransomware in a warehouse", version="4", held="2025-09-18", lessons=5
        ),
    )


def _in_house_test(stage: Stage, month: date) -> None:
    papers.in_house_test(
        stage,
        month.replace(day=18),
        team="Information security",
        scope="Changed systems of the month",
        findings=(11 * month.month) % 7 + 2,
    )


def _outside_test(stage: Stage, day: date, scope: str, count: int) -> None:
    stage.attest(
        "security_test",
        "deng.hao",
        f"Outside test: {scope.lower()}",
        cast=f"test:{day.isoformat()}",
        verify="sun.rui",
        performer="outside",
        performer_name="Harbinger Security Testing",
        tested_on=day,
        scope=scope,
        findings=count,
        followed=count,
    )


def _watch(stage: Stage, target: str, group: str, lead: str, first: date) -> None:
    papers.watch(
        stage,
        first,
        target=target,
        group=group,
        lead=lead,
        unit="commerce" if group == "watch-mini" else "security",
        events=400 + 37 * first.month + (90 if target == "platforms" else 0),
    )
