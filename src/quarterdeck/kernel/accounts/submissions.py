"""Doing a thing once although it was sent twice: a double click, a reload, a client that tries again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from django.db import IntegrityError, transaction

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import Submission, User

#: How long a token is remembered.
KEPT = timedelta(days=2)


class _HasKey(Protocol):
    pk: int


class _Done(Protocol):
    @property
    def record(self) -> _HasKey: ...


D = TypeVar("D", bound=_Done)


def once(
    user: User, token: str, do: Callable[[], D], *, ready: Callable[[], object] | None = None
) -> tuple[D | int, bool]:
    """``do()`` and False; or the key of the record that the same token made before, and True.

    ``ready`` is called first, outside the transaction, unless the token was done before.

    The token and the change are written in one transaction, so that neither stands without the other. An empty token
    is no promise: ``do`` is done.
    """
    if not token:
        if ready is not None:
            ready()
        return do(), False
    digest = hashlib.sha256(token.encode()).hexdigest()
    earlier = Submission.objects.filter(user=user, digest=digest).first()
    if earlier is not None:
        return earlier.record_id, True
    if ready is not None:
        ready()
    try:
        with transaction.atomic():
            row = Submission(user=user, digest=digest, at=clock.now(), record_id=0)
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError:
                raise _Twice from None
            done = do()
            row.record_id = done.record.pk
            row.save(update_fields=["record_id"])
            Submission.objects.filter(user=user, at__lt=clock.now() - KEPT).delete()
    except _Twice:
        return Submission.objects.get(user=user, digest=digest).record_id, True
    return done, False


class _Twice(Exception):
    """The other of two equal submissions was first."""


def done_before(user: User, token: str) -> int | None:
    """The key of the record that ``token`` made before; None where it made none. Where what was done once makes the same form
    invalid, this is asked before it is read."""
    if not token:
        return None
    digest = hashlib.sha256(token.encode()).hexdigest()
    earlier = Submission.objects.filter(user=user, digest=digest).first()
    return None if earlier is None else earlier.record_id
