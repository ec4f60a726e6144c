"""Signing and verifying on schedule.

Whatever seals something (a filing package) asks for a checkpoint at once::

    ctx.after_commit(lambda: sign_checkpoint.enqueue())
"""

from __future__ import annotations

import logging

from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.jobs.schedules import schedule
from quarterdeck.kernel.ledger import checkpoints, standing

logger = logging.getLogger(__name__)


# Signing the same size twice gives the same checkpoint, and copies are written over: both may be started again freely.
@job(name="ledger.checkpoint")
def sign_checkpoint(run: Run) -> int:
    """Sign the present head and keep a copy beside the database. Returns the size signed."""
    row = checkpoints.checkpoint()
    checkpoints.keep_copy(row)
    return row.size


@job(name="ledger.verify", attempts=1)
def verify_ledger(run: Run) -> bool:
    """Verify everything, if it is time, and keep the verdict. Returns whether the ledger is whole as far as is known."""
    last = standing.latest()
    if last is not None and not standing.due():
        return last.ok
    found, _kept = standing.verify_and_keep()
    if not found.ok:
        logger.error("the ledger is broken at leaf %s: %s", found.first_bad, found.problems[0])
    return found.ok


schedule("ledger.checkpoint", sign_checkpoint, "5 * * * *")
schedule("ledger.verify", verify_ledger, "20 * * * *")
