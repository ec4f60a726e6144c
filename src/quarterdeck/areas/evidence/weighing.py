"""What all predicates over evidence share: which rows count on a day, and the outcome when none does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence import models
from quarterdeck.areas.evidence.kinds import KINDS
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict
from quarterdeck.kernel.claims.parameters import not_set

Row = models.Evidence


def valid(kind: str, **facts: str) -> list[Row]:
    """Rows of a kind that were not withdrawn, nor replaced altogether, whose facts are as given; oldest first.

    A row superseded from a later day on stays valid for the days before.
    """
    still = Q(state=Row.State.CURRENT) | Q(
        state=Row.State.SUPERSEDED, superseded_by__effective_from__gt=F("effective_from")
    )
    asked = {f"facts__{name}": value for name, value in facts.items()}
    return list(Row.objects.filter(still, kind=kind, **asked).order_by("effective_from", "pk"))


def withdrawn(kind: str, **facts: str) -> list[Evidence]:
    """What was attested and taken back, for the reader who asks why nothing proves it."""
    asked = {f"facts__{name}": value for name, value in facts.items()}
    rows = Row.objects.filter(kind=kind, state=Row.State.WITHDRAWN, **asked).order_by("pk")
    return [against(row, _("withdrawn: %(reason)s") % {"reason": row.reason}) for row in rows]


def holding(row: Row, day: date) -> bool:
    """In effect on the day and not expired before it."""
    return row.in_effect(day) and not lapsed(row, day)


def lapsed(row: Row, day: date) -> bool:
    """Expired before the day."""
    return row.expires_on is not None and row.expires_on < day


def behind(row: Row, note: str = "") -> Evidence:
    """A row that carries the verdict. That nobody verified it is always said."""
    unverified = "" if row.verified_by_id is not None else str(_("not verified by a second person"))
    return Evidence.of(row, note="; ".join(part for part in (str(note), unverified) if part))


def against(row: Row, note: object) -> Evidence:
    """A row that speaks against it, and why."""
    return Evidence.of(row, against=True, note=str(note))


def attested(value: int | str, expected: int | str, rows: Iterable[Evidence]) -> Outcome:
    return Outcome(Verdict.ATTESTED, value, expected, tuple(rows))


def contradicted(value: int | str, expected: int | str, rows: Iterable[Evidence], because: object) -> Outcome:
    return Outcome(Verdict.CONTRADICTED, value, expected, tuple(rows), str(because))


def nothing_current(
    question: Question, old: Iterable[Row], expected: int | str, none: object, taken_back: Iterable[Evidence] = ()
) -> Outcome:
    """STALE with the newest suitable row when there is an older one, else UNEVIDENCED."""
    day = question.basis.day
    rows = sorted(old, key=lambda row: (row.effective_from, row.pk))
    if not rows:
        return Outcome(Verdict.UNEVIDENCED, 0, expected, tuple(taken_back), str(none))
    newest = rows[-1]
    if lapsed(newest, day):
        assert newest.expires_on is not None
        note = _("expired on %(day)s") % {"day": newest.expires_on.isoformat()}
    elif newest.effective_until is not None and newest.effective_until < day:
        note = _("ended on %(day)s") % {"day": newest.effective_until.isoformat()}
    else:
        note = _("of %(day)s, too old") % {"day": newest.effective_from.isoformat()}
    because = _("The newest record no longer counts on %(day)s: %(title)s, %(note)s.") % {
        "day": day.isoformat(), "title": newest.title, "note": note,
    }  # fmt: skip
    return Outcome(Verdict.STALE, 0, expected, (against(newest, note),), str(because))


def parameter_missing(code: str, expected: int | str | None = None) -> Outcome:
    """The company has not said what the word means here."""
    return Outcome(Verdict.UNEVIDENCED, None, expected, because=not_set(code))


def events(kind: str, start: date, day: date, **facts: str) -> tuple[list[Row], list[Row]]:
    """Rows of things that happened: those of ``start``…``day`` that have not expired, and those that count no more."""
    current: list[Row] = []
    old: list[Row] = []
    for row in valid(kind, **facts):
        happened = row.day_of(KINDS[kind].happened)
        if happened is None or happened > day:
            continue
        (current if happened >= start and not lapsed(row, day) else old).append(row)
    return current, old


def standing(kind: str, day: date, **facts: str) -> tuple[list[Row], list[Row]]:
    """Rows of things that stand: those that hold on the day, and those that did before."""
    current: list[Row] = []
    old: list[Row] = []
    for row in valid(kind, **facts):
        accepted = row.day_of(KINDS[kind].happened)
        if row.effective_from > day or (accepted is not None and accepted > day):
            continue
        (current if holding(row, day) else old).append(row)
    return current, old
