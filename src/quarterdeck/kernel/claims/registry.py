"""Predicates that areas register, and the one way to evaluate them.

A predicate answers a :class:`Question` (its parameters, the time basis, the company's own parameters) with an
:class:`Outcome`: a verdict, the number found, the number expected, and the rows behind it. It reads records, changes
nothing, and takes every date from the question, never from the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.records import Record

Text = str | Promise
ParamValue = str | int | bool
Bases = frozenset[str]

PERIOD: Final = "period"
YEAR_END: Final = "year_end"
FILING_DATE: Final = "filing_date"


class Verdict(StrEnum):
    """What the record says of a claim, from best to worst."""

    SUPPORTED = "supported"
    ATTESTED = "attested"
    STALE = "stale"
    UNRESOLVED = "unresolved"
    UNEVIDENCED = "unevidenced"
    CONTRADICTED = "contradicted"

    @property
    def holds(self) -> bool:
        """Whether a sentence may rest on it."""
        return self in (Verdict.SUPPORTED, Verdict.ATTESTED)


LABELS: Final[Mapping[Verdict, Text]] = {
    Verdict.SUPPORTED: _("supported"),
    Verdict.ATTESTED: _("attested"),
    Verdict.STALE: _("stale"),
    Verdict.UNRESOLVED: _("unresolved"),
    Verdict.UNEVIDENCED: _("unevidenced"),
    Verdict.CONTRADICTED: _("contradicted"),
}

_ORDER: Final = tuple(Verdict)


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict of a sentence that rests on several claims; *unevidenced* when there is none."""
    return max(verdicts, key=_ORDER.index) if verdicts else Verdict.UNEVIDENCED


@dataclass(frozen=True)
class TimeBasis:
    """The days a claim speaks of. ``period``: ``start``…``end``; otherwise one day, ``start == end``."""

    kind: str
    start: date
    end: date

    @property
    def day(self) -> date:
        """The single day, or the last of the period."""
        return self.end


@dataclass(frozen=True)
class Evidence:
    """One row behind a verdict, as the API and the command line name it."""

    type: str
    id: int
    title: str
    against: bool = False
    note: str = ""

    @classmethod
    def of(cls, record: Record, *, against: bool = False, note: str = "") -> Evidence:
        """``record`` as evidence. Of one behind a standing wall the title is not told; the note is the caller's care."""
        from quarterdeck.kernel.resource.walls import open_title

        return cls(record.type_code(), record.pk, open_title(record), against, note)


@dataclass(frozen=True)
class Claim:
    """A predicate by name, its parameters, and its time basis."""

    name: str
    params: Mapping[str, ParamValue]
    basis: str


@dataclass(frozen=True)
class Question:
    """What a predicate is asked."""

    claim: Claim
    basis: TimeBasis
    #: The fiscal period of the document, whatever the claim's own basis is.
    period: TimeBasis

    def text(self, name: str) -> str:
        """A text parameter of the claim."""
        value = self.claim.params.get(name)
        if not isinstance(value, str):
            raise ClaimError(f"{self.claim.name}: parameter “{name}” should be a text")
        return value

    def number(self, name: str) -> int:
        """A whole-number parameter of the claim."""
        value = self.claim.params.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ClaimError(f"{self.claim.name}: parameter “{name}” should be a whole number")
        return value

    def given(self, name: str) -> bool:
        return self.claim.params.get(name) is not None

    def company(self, code: str) -> Decimal | None:
        """The company's own value of ``code`` (for example ``regularly.times_a_year``) on the claim's day, or None."""
        return value_on(code, self.basis.day)


def value_on(code: str, day: date) -> Decimal | None:
    """The company's value of parameter ``code`` in force on ``day``, or None where it set none."""
    row = (
        Parameter.objects.filter(
            Q(effective_until=None) | Q(effective_until__gte=day), code=code, effective_from__lte=day
        )
        .order_by("-effective_from", "-pk")
        .first()
    )
    return None if row is None else Decimal(row.value)


@dataclass(frozen=True)
class Outcome:
    """A predicate's answer. ``value`` and ``expected`` are plain: number, text or bool."""

    verdict: Verdict
    value: int | str | bool | None = None
    expected: int | str | bool | None = None
    evidence: tuple[Evidence, ...] = field(default=())
    because: Text = ""


class ClaimError(Exception):
    """A claim that names no predicate, or gives it parameters it does not take."""


@dataclass(frozen=True)
class Predicate:
    """A registered predicate. ``params``: name → text or number; ``reads``: type codes whose change may turn it;
    ``company``: codes of the company parameters that it asks for."""

    name: str
    label: Text
    params: Mapping[str, type]
    bases: Bases
    reads: frozenset[str]
    ask: Callable[[Question], Outcome]
    company: tuple[str, ...] = ()


_predicates: dict[str, Predicate] = {}


def predicate(
    name: str,
    *,
    label: Text,
    bases: tuple[str, ...],
    reads: tuple[str, ...],
    params: Mapping[str, type] | None = None,
    company: tuple[str, ...] = (),
) -> Callable[[Callable[[Question], Outcome]], Callable[[Question], Outcome]]:
    """Register the function below as predicate ``name`` (``area.what_it_says``)."""

    def add(ask: Callable[[Question], Outcome]) -> Callable[[Question], Outcome]:
        if name in _predicates:
            raise ImproperlyConfigured(f"predicate {name} is registered twice")
        _predicates[name] = Predicate(name, label, dict(params or {}), frozenset(bases), frozenset(reads), ask, company)
        return ask

    return add


def all_predicates() -> Iterator[Predicate]:
    """Every predicate, by name."""
    return iter([_predicates[name] for name in sorted(_predicates)])


def readers_of(code: str) -> list[str]:
    """What the predicates that ask for a company parameter prove, in words."""
    return [str(item.label) for item in all_predicates() if code in item.company]


def predicate_named(name: str) -> Predicate:
    """The predicate called ``name``; ClaimError when there is none."""
    try:
        return _predicates[name]
    except KeyError:
        raise ClaimError(f"there is no claim called “{name}”") from None


def check(claim: Claim) -> Predicate:
    """Refuse a claim with an unknown name, basis or parameter."""
    found = predicate_named(claim.name)
    if claim.basis not in found.bases:
        raise ClaimError(
            f"{claim.name} cannot be asked as of “{claim.basis}”; it takes {', '.join(sorted(found.bases))}"
        )
    for key, value in claim.params.items():
        expected = found.params.get(key)
        if expected is None:
            raise ClaimError(f"{claim.name} takes no parameter “{key}”")
        if not isinstance(value, expected):
            raise ClaimError(f"{claim.name}: parameter “{key}” should be a {expected.__name__}")
    return found


def evaluate(claim: Claim, bases: Mapping[str, TimeBasis]) -> Outcome:
    """Ask the record. ``bases`` gives the document's period, year end and filing date by kind."""
    found = check(claim)
    return found.ask(Question(claim, bases[claim.basis], bases[PERIOD]))
