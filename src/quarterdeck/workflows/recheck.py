"""Whatever an approved disclosure rests on may change: then the approval is asked again, soon, by a job."""

from __future__ import annotations

from functools import lru_cache

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.standing import recheck_approved
from quarterdeck.kernel.actions import observe
from quarterdeck.kernel.claims.registry import all_predicates
from quarterdeck.kernel.jobs.declare import Run, job


@lru_cache(maxsize=1)
def _read_types() -> frozenset[str]:
    """Types of record that some predicate reads, and the disclosure's own."""
    read = {kind for found in all_predicates() for kind in found.reads}
    return frozenset(read | {"disclosures.statement", "claims.parameter", "organisation.registrant"})


@job(name="disclosures.recheck")
def recheck(run: Run, /) -> int:
    """Mark void every standing approval whose content is no longer what was approved. Harmless when run twice."""
    return recheck_approved()


@observe
def ask_again(changed: frozenset[str]) -> None:
    """Enqueue the check when a record that claims read has changed and some approval stands."""
    if changed & _read_types() and Disclosure.objects.filter(state=Disclosure.State.APPROVED).exists():
        recheck.enqueue()
