"""What ends a course well: the state, the score, the count and the certificate, in the one action that does it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Final

from quarterdeck.areas.training import counting
from quarterdeck.areas.training.models import Assignment, Certificate
from quarterdeck.kernel.actions import Context

#: Without letters and digits that are mistaken for one another when read out.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def complete(ctx: Context, row: Assignment, day: date, score: int | None) -> Certificate:
    """Complete an open assignment on ``day`` and issue its certificate."""
    before = row.state
    row.state, row.completed_on, row.score = Assignment.State.COMPLETED, day, score
    row.started_on = row.started_on or day
    ctx.save(row)
    counting.moved(row, before)
    return ctx.save(
        Certificate(
            number=_number(day), assignment=row, issued_on=ctx.at.date(), content_sha256=row.version.content_sha256
        )
    )


def complete_all(ctx: Context, rows: Sequence[Assignment], day: date, how: str) -> None:
    """Complete many open assignments of one action at once. Every value is computed here, so there is nothing that
    validating row by row would find; what is written to the ledger is the same."""
    before = [row.state for row in rows]
    for row in rows:
        row.state, row.completed_on, row.completed_how = Assignment.State.COMPLETED, day, how
        row.started_on = row.started_on or day
        row.revision += 1
    fields = ["state", "completed_on", "completed_how", "started_on", "revision"]
    Assignment.objects.bulk_update(rows, fields, batch_size=200)
    issued = Certificate.objects.bulk_create(
        Certificate(
            number=_number(day), assignment=row, issued_on=ctx.at.date(), content_sha256=row.version.content_sha256,
            revision=1, recorded_at=ctx.at,
        )
        for row in rows
    )  # fmt: skip
    ctx.changed += [*rows, *issued]
    counting.moved_all(rows, before)


def _number(day: date) -> str:
    """The year and ten letters nobody can guess: whoever looks one up has seen it."""
    drawn = "".join(secrets.choice(_ALPHABET) for _place in range(10))
    return f"{day.year}-{drawn[:5]}-{drawn[5:]}"
