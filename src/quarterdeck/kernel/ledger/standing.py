"""How the ledger stands: what the last verification found, kept for pages, board and check-setup to show."""

from __future__ import annotations

import time
from datetime import timedelta

from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.models import Verification
from quarterdeck.kernel.ledger.verify import Verified, verify

#: A ledger that takes longer than this to verify is verified once a day instead of every hour.
LONG = timedelta(minutes=1)
KEPT = timedelta(days=366)


def latest() -> Verification | None:
    """The last verification, or None before there was one. One query."""
    return Verification.objects.order_by("-at", "-pk").first()


def due() -> bool:
    """Whether it is time to verify again."""
    last = latest()
    if last is None:
        return True
    quick = timedelta(milliseconds=last.milliseconds) < LONG
    return clock.now() - last.at >= (timedelta(minutes=30) if quick else timedelta(hours=23))


def verify_and_keep() -> tuple[Verified, Verification]:
    """Verify everything and keep what was found. Takes seconds for a million leaves; never call it for a page."""
    started, at = time.monotonic(), clock.now()
    found = verify()
    kept = Verification.objects.create(
        at=at,
        ok=found.ok,
        size=found.size,
        root=found.root,
        first_bad=found.first_bad,
        problems=[{"code": p.code, "where": p.where, "message": p.message} for p in found.problems],
        milliseconds=round((time.monotonic() - started) * 1000),
    )
    Verification.objects.filter(at__lt=at - KEPT, ok=True).delete()
    return found, kept
