"""What R pages in HTML and in plain text have in common: periods of columns, concepts by label, members.

A page shows neither the filer nor the taxonomy's year, unless it is the cover page. It shows months, not the first
day: that is told only where the period ends with a month, as it is otherwise one of several.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from .concepts import INCIDENT_AXIS, Concept, by_label
from .model import Document, Fact, Period, ReadError
from .read_ixbrl import kind_of, ten_digits
from .textvalue import fold

_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
SPAN = re.compile(r"\b(\d{1,3})\s+(Month|Day)s?\s+Ended\b", re.I)
DAY = re.compile(r"\b([A-Z][a-z]{2,8})\.?\s+(\d{1,2}),\s+(\d{4})\b")


def period_of(texts: Sequence[str]) -> Period | None:
    """The period that the head of a column tells, as in "12 Months Ended" over "Dec. 31, 2024".

    A date alone is one day: every CYD fact is of a duration, and the renderer leaves out the span of a single day.
    """
    text = " ".join(texts)
    day = DAY.search(text)
    if not day or day.group(1)[:3].lower() not in _MONTHS:
        return None
    try:
        end = date(int(day.group(3)), _MONTHS[day.group(1)[:3].lower()], int(day.group(2)))
    except ValueError:
        return None
    span = SPAN.search(text)
    if not span or span.group(1) == "0":
        return Period(end, end)
    count = int(span.group(1))
    if span.group(2).lower() == "day":
        return Period(date.fromordinal(max(1, end.toordinal() - count + 1)), end)
    if end.day != calendar.monthrange(end.year, end.month)[1]:
        return Period(None, end)
    months = end.year * 12 + end.month - count
    return Period(date(months // 12, months % 12 + 1, 1), end) if months >= 12 else Period(None, end)


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _camel(label: str) -> str:
    """A label as the local name that filers derive from it: "March Outage [Member]" becomes "MarchOutageMember"."""
    words = re.findall(r"[^\W_]+", label)
    return "".join(word[:1].upper() + word[1:] for word in words)


def folded_name(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


@dataclass(slots=True)
class Page:
    """Facts of one page as they are met."""

    source: str
    facts: list[Fact] = field(default_factory=list)
    problems: list[ReadError] = field(default_factory=list)
    cover: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        concept: str,
        text: str,
        html: str | None,
        period: Period | None,
        dimensions: Mapping[str, str],
        line: int,
    ) -> None:
        kind = kind_of(concept)
        value: str | bool | None = text
        if kind == "flag":
            value = _flag(text)
            if value is None:
                shown = text if len(text) <= 60 else text[:57] + "…"
                self.problems.append(
                    ReadError(self.source, f"{concept} shows “{shown}”, which is neither true nor false", line or None)
                )
                return
            html = None
        order = len(self.facts)
        self.facts.append(Fact(concept, kind, value, html, period, dict(dimensions), line, False, None, order))

    def document(self) -> Document:
        periods = [fact.period for fact in self.facts if fact.period is not None]
        return Document(
            source=self.source,
            kind="rpage",
            form=self.cover.get("DocumentType"),
            entity=self.cover.get("EntityRegistrantName"),
            cik=ten_digits(self.cover.get("EntityCentralIndexKey")),
            taxonomy=None,
            period=periods[0] if periods else None,
            facts=tuple(self.facts),
            problems=tuple(self.problems),
        )


class Labels:
    """Concepts by label. One label of 2024 belongs to two concepts: where it comes twice, their order decides."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._left: dict[str, list[Concept]] = {}
        for label in {fold(label).casefold() for label in labels}:
            concepts = list(by_label(label))
            count = sum(fold(other).casefold() == label for other in labels)
            if len(concepts) > 1 and count < len(concepts):
                # One row only: the concept whose own label it is.
                concepts = [concept for concept in concepts if concept.label.casefold() == label] or concepts[:1]
            self._left[label] = concepts

    def concept(self, label: str) -> Concept | None:
        """The concept of the next row with this label."""
        left = self._left.get(fold(label).casefold(), [])
        if len(left) > 1:
            return left.pop(0)
        return left[0] if left else None


@dataclass(frozen=True, slots=True)
class Column:
    period: Period | None
    members: tuple[str, ...]


def named_members(labels: Sequence[str], known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Axis to member for member labels. Without a definition, the only axis there is and the name filers derive."""
    out: dict[str, str] = {}
    for label in labels:
        if not label.strip():
            continue
        axis, member = known.get(folded_name(label), (INCIDENT_AXIS, _camel(label)))
        out[axis] = member
    return out
