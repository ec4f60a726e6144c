"""On what a vendor was engaged: an approval decided before, a dated exception, or neither."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from quarterdeck.areas.vendors.models import Evaluation, VendorEngagement, VendorException

#: States of an engagement that has begun, whether or not it has ended since.
BEGUN = (VendorEngagement.State.ENGAGED, VendorEngagement.State.ENDED)


class Footing(StrEnum):
    """What an engagement that has begun rests on."""

    EVALUATED = "evaluated"
    EXCEPTED = "excepted"
    BARE = "bare"


def footing(row: VendorEngagement) -> Footing:
    """The footing of an engagement that has begun. Reads its evaluation and its exception: select them with it."""
    assert row.engaged_on is not None
    if _stood(row.evaluation, row.engaged_on):
        return Footing.EVALUATED
    return Footing.EXCEPTED if _excepted(row.exception, row.engaged_on) else Footing.BARE


def footing_words(row: VendorEngagement) -> str:
    """The footing with its days and reasons."""
    found = footing(row)
    if found is Footing.EVALUATED:
        assert row.evaluation is not None
        approved = row.evaluation.decided_on
        return _("approved on %(approved)s, engaged on %(engaged)s") % {
            "approved": _day(approved),
            "engaged": _day(row.engaged_on),
        }
    if found is Footing.EXCEPTED:
        assert row.exception is not None
        said = {"day": _day(row.exception.decided_on), "reason": row.exception.reason}
        return _("exception of %(day)s: %(reason)s") % said
    if row.evaluation is not None and row.evaluation.state == Evaluation.State.WITHDRAWN:
        return _("its evaluation was withdrawn: %(reason)s") % {"reason": row.evaluation.withdrawn_because}
    if row.exception is not None and row.exception.state == VendorException.State.WITHDRAWN:
        return _("its exception was withdrawn: %(reason)s") % {"reason": row.exception.decided_because}
    return _("engaged without an evaluation before and without an exception")


def _day(day: date | None) -> str:
    return "–" if day is None else day.isoformat()


def _stood(evaluation: Evaluation | None, day: date) -> bool:
    """Whether an approval had been decided before ``day`` and counted on it. A withdrawn one counts for no day."""
    return (
        evaluation is not None
        and evaluation.approves
        and evaluation.decided_on is not None
        and evaluation.decided_on < day
        and evaluation.valid_until is not None
        and day <= evaluation.valid_until
    )


def _excepted(exception: VendorException | None, day: date) -> bool:
    return (
        exception is not None
        and exception.state == VendorException.State.GRANTED
        and exception.decided_on is not None
        and exception.decided_on <= day <= exception.expires_on
    )
