"""Typed evidence of a story: policies in force, tests, training, monitoring, each with its document and somebody who checked it.

Areas that keep these as records of their own come later; until then each is a typed evidence record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from quarterdeck.demo.stage import Stage

#: Kind, title, version, approved on.
Policy = tuple[str, str, str, date]
#: Name, first day, last day, people assigned, people who completed it.
Course = tuple[str, date, date, int, int]
#: Technical or procedural, name, in operation since.
Safeguard = tuple[str, str, date]


def months(first: date, last: date) -> Iterator[date]:
    """The first day of each month from ``first`` to ``last``."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = after_month(day, 1)


def after_month(first: date, day: int) -> date:
    """A day of the month that follows the one beginning on ``first``."""
    return date(first.year + first.month // 12, first.month % 12 + 1, day)


def policy(stage: Stage, made: Policy, *, approved_by: str, expires: str) -> None:
    policy_kind, title, version, approved = made
    stage.attest(
        "policy",
        stage.hands.security,
        title,
        cast=f"policy:{policy_kind}",
        verify=stage.hands.secretary,
        policy_kind=policy_kind,
        version=version,
        approved_on=approved,
        approved_by=approved_by,
        covers_severity=True,
        covers_source=True,
        covers_measures=True,
        covers_informing=True,
        effective_from=approved,
        expires_on=expires,
    )


def assessment(
    stage: Stage, day: date, season: str, *, team: str, version: str, scope: str, method: str, result: str
) -> None:
    """A risk assessment by a team of the house; its result approved four days later."""
    stage.attest(
        "risk_assessment",
        stage.hands.analyst,
        f"{season} risk assessment {day.year}",
        cast=f"assessment:{season.lower()}",
        verify=stage.hands.security,
        performed_on=day,
        performer="in_house",
        performer_name=team,
        procedure_version=version,
        scope=scope,
        method=method,
        result=result,
        approved_on=day + timedelta(days=4),
    )


def improvement(stage: Stage, day: date, what: str, performer: str) -> None:
    stage.attest(
        "improvement",
        stage.hands.analyst,
        what,
        verify=stage.hands.security,
        item=what,
        performer=performer,
        done_on=day,
    )


def safeguard(stage: Stage, who: str, made: Safeguard, tested: date) -> None:
    kind, name, since = made
    stage.attest(
        "safeguard",
        who,
        f"{name}, tested {tested.isoformat()}",
        verify=stage.hands.security,
        safeguard_kind=kind,
        name=name,
        in_operation_since=since,
        tested_on=tested,
        result="effective",
        effective_from=since,
        unit=stage.cast["security"],
    )


def in_house_test(stage: Stage, day: date, *, team: str, scope: str, findings: int) -> None:
    """A month's test by a team of the house, every finding followed up."""
    stage.attest(
        "security_test",
        stage.hands.analyst,
        f"In-house test, {day:%B} {day.year}",
        verify=stage.hands.security,
        performer="in_house",
        performer_name=team,
        tested_on=day,
        scope=scope,
        findings=findings,
        followed=findings,
    )


def exercise(stage: Stage, title: str, *, version: str, held: str, lessons: int) -> None:
    """The response plan rehearsed, every lesson closed."""
    stage.attest(
        "exercise",
        stage.hands.security,
        title,
        verify=stage.hands.disclosure,
        plan_version=version,
        held_on=held,
        lessons=lessons,
        closed=lessons,
    )


def integration(
    stage: Stage, title: str, *, framework: str, register: str, risks: int, owner: str, accepted: str
) -> None:
    """The owner of a framework accepts that it carries the cybersecurity programme."""
    stage.attest(
        "integration",
        stage.hands.security,
        title,
        cast="integration",
        verify=stage.hands.disclosure,
        framework=framework,
        register=register,
        cyber_risks=risks,
        owner=owner,
        accepted_on=accepted,
    )


def course(stage: Stage, made: Course) -> None:
    name, start, end, assigned, completed = made
    stage.attest(
        "training",
        stage.hands.people,
        f"{name}, {start.year}",
        verify=stage.hands.security,
        course=name,
        assigned=assigned,
        completed=completed,
        held_from=start,
        held_until=end,
    )


def watch(stage: Stage, first: date, *, target: str, group: str, lead: str, unit: str, events: int) -> None:
    """What a specialist group looked at in the month that begins on ``first``."""
    stage.attest(
        "monitoring",
        lead,
        f"{target.replace('_', ' ').capitalize()}, {first:%B} {first.year}",
        verify=stage.hands.security,
        target=target,
        group=group,
        month=first,
        events=events,
        unit=stage.cast[unit],
    )
