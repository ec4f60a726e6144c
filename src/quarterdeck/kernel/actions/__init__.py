"""Every change is an Action: permission → lock → source state → guard → mutate → ledger → enqueue, in one transaction."""

from quarterdeck.kernel.actions.base import (
    Action,
    Actor,
    Change,
    Context,
    Create,
    Denied,
    End,
    Invalid,
    NotVisible,
    Refused,
    Stale,
)
from quarterdeck.kernel.actions.run import Outcome, Performance, observe, perform, refusal

__all__ = [
    "Action", "Actor", "Change", "Context", "Create", "Denied", "End", "Invalid", "NotVisible", "Outcome", "Performance",
    "Refused", "Stale", "observe", "perform", "refusal",
]  # fmt: skip
