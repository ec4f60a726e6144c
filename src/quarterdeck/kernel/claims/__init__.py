"""Registry and evaluator of predicates: what proves a sentence, as of a time basis.

The names below come from :mod:`registry`; they are fetched on first use because Django imports this package before models
may be imported.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quarterdeck.kernel.claims.registry import (
        Claim,
        Evidence,
        Outcome,
        Predicate,
        Question,
        TimeBasis,
        Verdict,
        all_predicates,
        evaluate,
        predicate,
    )
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(name)
        from quarterdeck.kernel.claims import registry

        return getattr(registry, name)


__all__ = [
    "Claim", "Evidence", "Outcome", "Predicate", "Question", "TimeBasis", "Verdict", "all_predicates", "evaluate", "predicate",
]  # fmt: skip
