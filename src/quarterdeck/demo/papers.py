"""Typed evidence of a story: assessments, tests, exercises, monitoring, each with its document and somebody who checked it; and
uploads of every kind.

Areas that keep these as records of their own come later; until then each is a typed evidence record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify

from quarterdeck.demo.stage import Stage
from quarterdeck.kernel.actions import perform
from quarterdeck.kernel.records import Record


def months(first: date, last: date) -> Iterator[date]:
    """The first day of each month from ``first`` to ``last``."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = after_month(day, 1)


def after_month(first: date, day: int) -> date:
    """A day of the month that follows the one beginning on ``first``."""
    return date(first.year + first.month // 12, first.month % 12 + 1, day)


def hand_over(
    stage: Stage, code: str, who: str, record: Record | None, files: dict[str, bytes], named: str = "", **data: object
) -> Record:
    """An action with uploads: ``files`` by field, as text files called ``named``, or after the data's title or the action."""
    plain: dict[str, Any] = {name: str(getattr(value, "pk", value)) for name, value in data.items()}
    called = slugify(named or str(data.get("title") or code.rpartition(".")[2]))
    sent: MultiValueDict[str, Any] = MultiValueDict(
        {
            field: [SimpleUploadedFile(f"{called}.{'json' if content[:1] == b'{' else 'txt'}", content)]
            for field, content in files.items()
        }
    )
    given: MultiValueDict[str, Any] = MultiValueDict({name: [value] for name, value in plain.items()})
    return perform(code, stage.users[who], record, given, files=sent).record


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
