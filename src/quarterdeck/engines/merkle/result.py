"""What a verification answers, and the error when there is nothing to judge."""

from __future__ import annotations

from dataclasses import dataclass


class UnusableExport(Exception):
    """The input cannot be judged at all (missing, not a regular file, malformed): the caller exits with status 2."""

    def __init__(self, code: str, message: str, where: str) -> None:
        super().__init__(f"{where}: {message}")
        self.code, self.message, self.where = code, message, where


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, the file or leaf it concerns, and a sentence."""

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What verification found; `size` and `root` (hex) are of the leaves present, `checkpoint` is the note's text.

    `first_bad`: 0-based number of the first leaf that is demonstrably wrong, missing or in excess; None when no leaf is
    or when it cannot be told which one. `bad_range`: first and last number between which the first fault must then lie.
    `trusted`: the signature was checked with a key that the caller gave, not with the one that came with the export.
    `strict`: every line was parsed and found canonical; otherwise lines are judged by hash and number unless one fails.
    """

    ok: bool
    size: int
    root: str
    first_bad: int | None
    checkpoint: str
    trusted: bool
    strict: bool
    key: str | None
    bad_range: tuple[int, int] | None
    problems: tuple[Problem, ...]


def result_json(result: VerifyResult) -> dict[str, object]:
    """The JSON document of `ledger verify`."""
    return {
        "ok": result.ok,
        "size": result.size,
        "root": result.root,
        "first_bad": result.first_bad,
        "checkpoint": result.checkpoint,
        "trusted": result.trusted,
        "strict": result.strict,
        "key": result.key,
        "bad_range": list(result.bad_range) if result.bad_range else None,
        "problems": [{"code": p.code, "where": p.where, "message": p.message} for p in result.problems],
    }
