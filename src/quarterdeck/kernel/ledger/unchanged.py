"""Whether anything of some kinds changed since somebody looked: what was worked out then stays true as long as nothing did.

Every change of a record is in the ledger, so its length and last leaf say what it holds, and the versions written since say
which kinds of records changed. One query, however long the ledger is.
"""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

#: More leaves than this are not looked through; whatever was kept is worked out anew.
FAR = 2000


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the ledger: how many leaves it had, and the hash of the last one."""

    size: int
    last: bytes


def look(since: Mark | None, kinds: Sequence[str]) -> tuple[Mark, bool]:
    """Where the ledger stands, and whether no record of ``kinds`` changed since ``since``. One query.

    ``kinds``: beginnings of type codes, such as ``"risks."``. Without a former mark, in an empty ledger, or in another
    ledger than the one in which the mark was taken, something did.
    """
    size = 0 if since is None else since.size
    beginnings = " OR ".join("version.record_type LIKE %s" for _kind in kinds)
    statement = (
        "SELECT head.size, newest.leaf_hash, former.leaf_hash, "
        "CASE WHEN head.size - %s > %s THEN 1 ELSE EXISTS("
        f"SELECT 1 FROM ledger_version version WHERE version.leaf_id >= %s AND ({beginnings})) END "
        "FROM ledger_head head LEFT JOIN ledger_leaf newest ON newest.seq = head.size - 1 "
        "LEFT JOIN ledger_leaf former ON former.seq = %s"
    )
    if connection.vendor == "postgresql":
        statement = statement.replace("THEN 1 ELSE", "THEN TRUE ELSE")
    with connection.cursor() as cursor:
        cursor.execute(statement, (size, FAR, size, *(f"{kind}%" for kind in kinds), size - 1))
        row = cursor.fetchone()
    if row is None or row[1] is None:
        return Mark(0, b""), False
    mark = Mark(row[0], bytes(row[1]))
    same = since is not None and since.size > 0 and row[2] is not None and bytes(row[2]) == since.last
    return mark, same and not row[3]
