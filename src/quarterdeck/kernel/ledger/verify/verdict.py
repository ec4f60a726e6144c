"""What verification found."""

from __future__ import annotations

from dataclasses import dataclass, field

from quarterdeck.engines.merkle.result import Problem

MOST = 50
MOST_NAMED = 10_000


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdict.

    ``first_bad``: 0-based number of the first leaf that is demonstrably wrong, missing or in excess, or whose index row,
    version or record is; None when it cannot be told which. ``bad_range``: first and last number between which the first
    fault must then lie. ``trusted``: signatures were checked with keys that the caller gave, not with the home's own.
    """

    ok: bool
    size: int
    root: str
    first_bad: int | None
    checkpoint: str | None
    trusted: bool
    bad_range: tuple[int, int] | None
    problems: tuple[Problem, ...]

    def document(self) -> dict[str, object]:
        """As ``ledger verify`` prints it."""
        return {
            "ok": self.ok,
            "size": self.size,
            "root": self.root,
            "first_bad": self.first_bad,
            "checkpoint": self.checkpoint,
            "trusted": self.trusted,
            "bad_range": None if self.bad_range is None else list(self.bad_range),
            "problems": [{"code": p.code, "where": p.where, "message": p.message} for p in self.problems],
        }


@dataclass
class Findings:
    """Problems as they are found, and the leaves that they name."""

    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    exact: int | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)
    named: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.problems)

    def add(self, code: str, where: str, message: str, leaf: int | None = None) -> None:
        """A problem, and the leaf that it shows to be wrong."""
        if leaf is not None:
            self.exact = leaf if self.exact is None else min(leaf, self.exact)
            if len(self.named) < MOST_NAMED:
                self.named.append(leaf)
        if len(self.problems) < MOST:
            self.problems.append(Problem(code, where[:200], message[:500]))
        else:
            self.more += 1

    def at(self, leaf: int, code: str, message: str) -> None:
        """A problem of one leaf."""
        self.add(code, f"leaf {leaf}", message, leaf)

    def names_one_of(self, first: int, last: int) -> bool:
        """Whether one of these leaves was named already, so that what follows from it need not be told again."""
        return any(first <= leaf <= last for leaf in self.named)

    def told(self) -> tuple[Problem, ...]:
        """The problems, and how many more there were."""
        if self.more:
            return (*self.problems, Problem("more", "", f"{self.more} more problems are not listed"))
        return tuple(self.problems)

    def span(self) -> tuple[int, int] | None:
        """The narrowest span that begins before the leaf that can be named."""
        return min(
            (one for one in self.spans if self.exact is None or one[0] < self.exact),
            key=lambda one: (one[1] - one[0], one),
            default=None,
        )
