"""What ends a course well: the state, the score, the count and the certificate, in the one action that does it."""

from __future__ import annotations

import secrets
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


def _number(day: date) -> str:
    """The year and ten letters nobody can guess: whoever looks one up has seen it."""
    drawn = "".join(secrets.choice(_ALPHABET) for _place in range(10))
    return f"{day.year}-{drawn[:5]}-{drawn[5:]}"
