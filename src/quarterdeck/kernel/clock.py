"""The one clock. Pure engines never read it; everything else reads only this.

A demo home may run at another time (``--now``): :func:`fixed` and :func:`set_offset` move the clock, nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

_fixed: ContextVar[datetime | None] = ContextVar("quarterdeck_clock", default=None)
_offset: timedelta = timedelta(0)


def now() -> datetime:
    """The current time, aware, in UTC."""
    fixed_at = _fixed.get()
    return fixed_at if fixed_at is not None else datetime.now(UTC) + _offset


def today() -> date:
    """The current date in UTC."""
    return now().date()


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Hold the clock still at ``moment`` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes an aware time")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def set_offset(moment: datetime) -> None:
    """Make this process believe it is ``moment`` now; time goes on from there."""
    global _offset
    _offset = moment.astimezone(UTC) - datetime.now(UTC)


def shift(seconds: int) -> None:
    """Run this process's clock ``seconds`` ahead of the machine's (behind, if negative): the offset of a demonstration home."""
    global _offset
    _offset = timedelta(seconds=seconds)
