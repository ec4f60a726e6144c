"""Telling a full disk from every other failure, whoever noticed it: the operating system, SQLite or PostgreSQL."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: PostgreSQL, appendix A of its manual: class 53, insufficient resources.
_SQLSTATE: Final = "53100"


def is_disk_full(error: BaseException | None) -> bool:
    """Whether `error`, or what it came from, is that a disk (or a quota) is full."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        if getattr(error, "sqlstate", None) == _SQLSTATE:
            return True
        error = error.__cause__ or error.__context__
    return False
