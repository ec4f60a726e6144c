"""How a framework is answered on a day: every requirement with its standing and what it rests on. Six queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from quarterdeck.areas.safeguards.models import (
    Answer,
    Applicability,
    Framework,
    Requirement,
    RequirementMapping,
    Safeguard,
    SafeguardTest,
)
from quarterdeck.areas.safeguards.rules import Answering, Standing, months_after, standing


@dataclass
class Held:
    """One answer with its safeguard and the newest approved test of that by the day."""

    answer: Answer
    safeguard: Safeguard
    test: SafeguardTest | None
    operating: bool

    def weighed(self) -> Answering:
        test = self.test
        return Answering(
            full=self.answer.coverage == Answer.Coverage.FULL,
            operating=self.operating,
            tested_on=None if test is None else test.tested_on,
            good_until=None if test is None else months_after(test.tested_on, self.safeguard.test_every),
            result=None if test is None else test.result,
        )


@dataclass
class Line:
    """A requirement as it stands. ``through``: requirements of other frameworks that meet it and are answered."""

    requirement: Requirement
    standing: Standing | None = None
    answers: list[Held] = field(default_factory=list)
    exclusion: Applicability | None = None
    through: list[Requirement] = field(default_factory=list)
    #: The key of the function or family it stands under.
    top: int = 0


@dataclass
class Measured:
    """A framework on a day. ``tops``: its functions or families, each with how many of its requirements stand how."""

    framework: Framework
    day: date
    lines: list[Line]
    tops: list[tuple[Requirement, Counter[Standing]]]

    @property
    def counts(self) -> Counter[Standing]:
        return Counter(line.standing for line in self.lines if line.standing is not None)

    @property
    def asking(self) -> list[Line]:
        """The lines that ask for an answer."""
        return [line for line in self.lines if line.standing is not None]


class _Answers:
    """Every answer in effect on the day, by the requirement it is kept under."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.by_requirement: dict[int, list[Held]] = defaultdict(list)
        rows = list(Answer.objects.on(day).select_related("safeguard", "safeguard__unit").order_by("pk"))
        newest: dict[int, SafeguardTest] = {}
        tests = SafeguardTest.objects.filter(
            state=SafeguardTest.State.APPROVED, tested_on__lte=day, safeguard__answers__in=rows
        ).distinct()
        for test in tests.order_by("tested_on", "pk"):
            newest[test.safeguard_id] = test
        for row in rows:
            retired = row.safeguard.retired_on is not None and row.safeguard.retired_on <= day
            if not retired:
                held = Held(row, row.safeguard, newest.get(row.safeguard_id), row.safeguard.operating_on(day))
                self.by_requirement[row.requirement_id].append(held)

    def of(self, key: int) -> list[Held]:
        return self.by_requirement.get(key, [])

    def answered(self, key: int) -> bool:
        found = standing([one.weighed() for one in self.of(key)], excluded=False, mapped=False, day=self.day)
        return found in (Standing.TESTED, Standing.ANSWERED)


def measure(framework: Framework, day: date) -> Measured:
    """Every requirement of ``framework`` as it stands on ``day``."""
    rows = list(framework.requirements.select_related("origin").order_by("place", "pk"))
    answers = _Answers(day)
    keys = {row.answered_as for row in rows}
    exclusions = {
        row.requirement_id: row for row in Applicability.objects.on(day).order_by("pk") if row.requirement_id in keys
    }
    through = _through(rows, answers)
    tops: dict[int, tuple[Requirement, Counter[Standing]]] = {}
    top_of: dict[int, int] = {}
    lines: list[Line] = []
    for row in rows:
        top = row.pk if row.parent_id is None else top_of.get(row.parent_id, row.pk)
        top_of[row.pk] = top
        if top == row.pk:
            tops[top] = (row, Counter())
        line = Line(row, top=top)
        if row.asks:
            key = row.answered_as
            line.answers = answers.of(key)
            line.exclusion = exclusions.get(key)
            line.through = through.get(key, [])
            line.standing = standing(
                [one.weighed() for one in line.answers],
                excluded=line.exclusion is not None,
                mapped=bool(line.through),
                day=day,
            )
            tops[top][1][line.standing] += 1
        lines.append(line)
    return Measured(framework, day, lines, [found for found in tops.values() if found[1]])


def _through(rows: Iterable[Requirement], answers: _Answers) -> dict[int, list[Requirement]]:
    """For each requirement kept under a key, those mapped to it, either way, that safeguards answer."""
    if not answers.by_requirement:
        return {}
    keys = {row.answered_as for row in rows}
    answered = [key for key in answers.by_requirement if answers.answered(key)]
    mappings = RequirementMapping.objects.filter(Q(source__in=answered) | Q(target__in=answered)).select_related(
        "source", "target", "source__framework", "target__framework"
    )
    good = set(answered)
    found: dict[int, dict[int, Requirement]] = defaultdict(dict)
    for mapping in mappings.order_by("pk"):
        for here, there in ((mapping.source, mapping.target), (mapping.target, mapping.source)):
            if here.pk in keys and there.pk in good:
                found[here.pk][there.pk] = there
    return {key: list(rows.values()) for key, rows in found.items()}


__all__ = ["Held", "Line", "Measured", "measure"]
