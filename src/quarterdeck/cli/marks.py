"""When something was last carried out of a home: its record to a backup, its signed head to a witness.

Kept as small files in the home's ``exports``, so that check-setup can say what is overdue without a database.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

BACKUP, WITNESS = "last-backup.json", "last-witness.json"


def leave(home: Path, name: str, **said: object) -> None:
    """Note that it happened now."""
    folder = home / "exports"
    folder.mkdir(exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}"
    draft.write_text(json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **said}) + "\n", "utf-8")
    draft.replace(folder / name)


def last(home: Path, name: str) -> datetime | None:
    """When it happened last; None when never, or when nobody can tell."""
    try:
        said = json.loads((home / "exports" / name).read_text("utf-8"))
        at = datetime.fromisoformat(said["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return at if at.tzinfo is not None else None
