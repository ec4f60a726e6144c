"""The cases of ``cases/*.json``: an event, the duty it is about, and what is expected with where that is known from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

#: The duty a file is about, where its cases do not name one.
KEYS = {"form_8k": "8k", "delays": "8k", "amendments": "8k_amendment", "form_6k": "6k"}


@dataclass(frozen=True)
class Case:
    """One case. `closed` maps days that must not count to the code of the reason."""

    name: str
    source: str
    event: dict[str, object]
    key: str
    when: str
    due: str | None
    start: str | None = None
    closed: dict[str, str] = field(default_factory=dict)
    delay_ends: str | None = None
    without: str | None = None


def cases(name: str) -> list[Case]:
    """The cases of one file, in its order."""
    rows = json.loads((Path(__file__).parent / "cases" / f"{name}.json").read_text(encoding="utf-8"))
    return [Case(**{"key": KEYS.get(name), "due": None, "when": "by" if "due" in row else None, **row}) for row in rows]


def all_cases() -> list[Case]:
    """Every case of every file."""
    folder = Path(__file__).parent / "cases"
    return [case for file in sorted(folder.glob("*.json")) for case in cases(file.stem)]
