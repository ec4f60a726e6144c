"""What pages of risk say again and again to one reader: currency, appetite, words, what all open risks cost a year.

It is worked out once and kept in the process for as long as the ledger says that nothing of it changed; to know that costs one
query. Rows of a list are never kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Any, TypeVar

from django.db.models import Count, QuerySet, Sum

from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.models import (
    Analysis,
    Appetite,
    Estimate,
    FinancialBaseline,
    MaterialityThreshold,
    Risk,
    RiskCategory,
)
from quarterdeck.areas.risks.queries import currency, threshold_amounts, words
from quarterdeck.engines.loss import LossError
from quarterdeck.kernel.ledger.unchanged import Mark, look
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.permissions.scope import units_where
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource import present
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.risks.figures import MOST, Whole, whole
from quarterdeck.web.risks.held_against import Held

R = TypeVar("R", bound=Record)
T = TypeVar("T")

#: Kinds of records from which a frame is made: nothing else turns it.
MADE_OF = ("risks.", "permissions.", "organisation.", "people.")
#: Readers whose frames are kept in one process.
READERS = 200
#: Names of units and categories that are kept with it; a company with more reads those of a page's rows.
NAMES = 1000


@dataclass(frozen=True)
class Kept:
    """The newest analysis of the whole company that the reader may see, where the risks are too many for a page."""

    pk: int
    title: str
    made_on: date
    risks: int
    bad_year: Decimal
    worst_year: Decimal


@dataclass(frozen=True)
class Year:
    """All open risks that one reader may see: how many, how many of them without an estimate, and what they cost a year."""

    open: int
    expected: Decimal | None
    unestimated: int
    whole: Whole
    kept: Kept | None


@dataclass(frozen=True)
class Frame:
    """The register as one reader may see it on one day, without its rows."""

    today: date
    currency: str
    top: int | None
    words: tuple[rules.Word, ...]
    thresholds: tuple[tuple[str, float], ...]
    parents: Mapping[int, int | None]
    appetites: Mapping[int, Appetite]
    shown: frozenset[int]
    units: tuple[Unit, ...]
    categories: tuple[RiskCategory, ...]
    #: Units of which the reader sees all risks, those of the units below them too.
    covered: frozenset[int]
    later: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def company(self) -> str:
        """The registrant's name, for what is printed; empty where none is recorded yet."""
        return self.once("company", lambda: Registrant.objects.values_list("name", flat=True).first() or "")

    @property
    def whole_company(self) -> bool:
        """Whether the reader sees the risks of every unit."""
        return self.top in self.covered

    def once(self, name: str, work: Callable[[], T]) -> T:
        """What only some pages need, worked out when the first of them asks."""
        if name not in self.later:
            self.later[name] = work()
        found: T = self.later[name]
        return found

    def year(self, sight: Sight) -> Year:
        """What all open risks cost, put together when a page first asks."""
        return self.once("year", lambda: _year(sight, self))

    @property
    def held(self) -> Held:
        """What the whole company is held against."""
        return Held(None, ()) if self.top is None else self.held_for(self.top)

    def held_for(self, unit: int) -> Held:
        """Appetite and thresholds of a unit: its own appetite, or that of the nearest unit above it that has one."""
        current: int | None = unit
        while current is not None:
            found = self.appetites.get(current)
            if found is not None:
                return Held(found if found.pk in self.shown else None, self.thresholds)
            current = self.parents.get(current)
        return Held(None, self.thresholds)

    def name_of(self, appetite: Appetite) -> str:
        """The unit that an appetite is for."""
        return str(appetite.unit)

    def tell(self, sight: Sight) -> None:
        """The reader's sight learns the names that were read already."""
        for model, rows in ((Unit, self.units), (RiskCategory, self.categories)):
            if len(rows) < NAMES:
                sight.keep_all(model, rows)
            else:
                sight.keep(rows)
        sight.keep(row for row in self.appetites.values() if row.pk in self.shown)


_frames: OrderedDict[tuple[int, date], tuple[Mark, Frame]] = OrderedDict()
_turning = Lock()


def frame_of(sight: Sight, today: date) -> Frame:
    """The frame of a reader; one query where nothing changed since it was made."""
    key = (sight.user.pk, today)
    with _turning:
        former = _frames.get(key)
    mark, unchanged = look(None if former is None else former[0], MADE_OF)
    frame = former[1] if former is not None and unchanged else _made(sight, today)
    with _turning:
        if mark.size:
            _frames[key] = (mark, frame)
            _frames.move_to_end(key)
        while len(_frames) > READERS:
            _frames.popitem(last=False)
    frame.tell(sight)
    return frame


def open_risks(sight: Sight) -> QuerySet[Risk]:
    """The open risks that the reader may see."""
    return sight.each(Risk).filter(state=Risk.State.OPEN)


def _made(sight: Sight, today: date) -> Frame:
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    appetites = {
        row.unit_id: row for row in Appetite.objects.on(today).select_related("unit").order_by("effective_from", "pk")
    }
    shown: set[int] = set()
    if appetites and sight.may_view(resource_of(Appetite)):
        keys = [row.pk for row in appetites.values()]
        shown = set(sight.each(Appetite).filter(pk__in=keys).values_list("pk", flat=True))
    may = all(sight.may_view(resource_of(model)) for model in (FinancialBaseline, MaterialityThreshold))
    top = next((key for key, parent in parents.items() if parent is None), None)
    return Frame(
        today,
        currency(),
        top,
        tuple(words()),
        tuple((name, float(amount)) for name, amount in threshold_amounts(today)) if may else (),
        parents,
        appetites,
        frozenset(shown),
        _names(sight, Unit),
        _names(sight, RiskCategory),
        frozenset(units_where(sight.user, resource_of(Risk).view_permission)),
    )


def _year(sight: Sight, frame: Frame) -> Year:
    rows = open_risks(sight)
    summed = rows.aggregate(number=Count("pk"), estimated=Count("event_low"), expected=Sum("expected"))
    number = summed["number"]
    together = Whole(0, (), "", None)
    if 0 < number <= MOST:
        try:
            together = whole(rows, Estimate.Kind.CURRENT, frame.today)
        except LossError:
            together = Whole(0, (), "", None)
    kept = _newest(sight, frame.top) if number > MOST else None
    return Year(number, summed["expected"], number - summed["estimated"], together, kept)


def _newest(sight: Sight, top: int | None) -> Kept | None:
    if not sight.may_view(resource_of(Analysis)):
        return None
    rows = sight.each(Analysis).filter(kind=Estimate.Kind.CURRENT, unit=top).order_by("-made_on", "-pk")
    row = rows.defer("inputs", "results").first()
    return None if row is None else Kept(row.pk, row.title, row.made_on, row.risks, row.bad_year, row.worst_year)


def _names(sight: Sight, model: type[R]) -> tuple[R, ...]:
    resource = resource_of(model)
    return tuple(present.named(sight.rows(resource), resource).order_by(*resource.order)[:NAMES])
