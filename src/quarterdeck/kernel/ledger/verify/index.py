"""Second pass: what stands beside the bytes. Index columns, and the versions that each leaf commits to.

A leaf is written again from its columns, its place and its versions. If that gives the very bytes that were hashed,
everything agrees and the bytes are canonical; only where it does not is the leaf taken apart to say what is wrong.
"""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from quarterdeck.engines.merkle.canonical import NotCanonical, canonical_bytes, leaf_fault, parse_canonical
from quarterdeck.engines.merkle.commitment import opens
from quarterdeck.kernel.ledger.append import FORMAT
from quarterdeck.kernel.ledger.reading import Row, bounded, on_sqlite, raw_rows
from quarterdeck.kernel.ledger.verify.verdict import Findings
from quarterdeck.kernel.records import JSON

#: A version longer than this cannot be opened, and no record of ours is.
MAX_CONTENT = 64 * 1024 * 1024
MOST_PLACES = 1_000_000

_TYPES = {
    "ledger_leaf": (
        "seq",
        {
            "seq": "integer", "body": "blob", "leaf_hash": "blob", "at": "text", "action": "text", "actor_id": "integer",
            "record_type": "text", "record_id": "integer", "place_id": "integer",
        },
    ),
    "ledger_version": (
        "leaf_id",
        {
            "leaf_id": "integer", "record_type": "text", "record_id": "integer", "revision": "integer",
            "digest": "blob", "salt": "blob null", "content": "blob null",
        },
    ),
    "ledger_subtree": (None, {"level": "integer", "index": "integer", "hash": "blob"}),
    "ledger_checkpoint": (None, {"size": "integer", "root": "blob", "note": "text", "at": "text"}),
    "ledger_head": (None, {"size": "integer", "frontier": "blob"}),
    "ledger_place": (
        None, {"view_permission": "text", "unit_id": "integer null", "wall_id": "integer null"},
    ),
}  # fmt: skip


def check_types(findings: Findings) -> None:
    """SQLite keeps any type in any column: every value is of the type its column is for. PostgreSQL sees to it itself."""
    if not on_sqlite():
        return
    for table, (leaf_column, columns) in _TYPES.items():
        kinds = ", ".join(f'typeof("{name}")' for name in columns)
        wrong = " OR ".join(
            f'typeof("{name}") NOT IN ({", ".join(repr(one) for one in wanted.split())})'
            for name, wanted in columns.items()
        )
        key = leaf_column or "rowid"
        with raw_rows(f"SELECT {key}, {kinds} FROM {table} WHERE {wrong} ORDER BY {key} LIMIT 20") as rows:
            for number, *found in rows:
                odd = [
                    f"{name} is {kind.decode()}"
                    for (name, wanted), kind in zip(columns.items(), found, strict=True)
                    if kind.decode() not in wanted.split()
                ]
                leaf = number if leaf_column and type(number) is int and number >= 0 else None
                where = f"{table} row {str(number)[:40]}" if leaf is None else f"leaf {leaf}"
                findings.add("type", where, f"{table}: {', '.join(odd)}", leaf)


@dataclass
class Erasures:
    """Which records were erased by which leaf, and which versions are empty."""

    by: dict[tuple[str, int], int] = field(default_factory=dict)
    empty: dict[tuple[str, int], list[int]] = field(default_factory=dict)


def _text(value: object) -> bytes:
    """Text as the leaf spells it, whatever type the driver gave."""
    if isinstance(value, bytes):
        return value
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else repr(value).encode()


def _tails(findings: Findings) -> dict[int, tuple[bytes, bytes]]:
    """Place → how a leaf that hangs there ends, acted by a person and by the product itself."""
    made: dict[int, tuple[bytes, bytes]] = {}
    with raw_rows("SELECT id, view_permission, unit_id, wall_id FROM ledger_place ORDER BY id") as rows:
        for key, view, unit, wall in rows:
            if len(made) >= MOST_PLACES:
                findings.add("place", "place", f"more than {MOST_PLACES} places; the rest was not read")
                break
            ends: dict[str, JSON] = {
                "unit": unit if type(unit) is int else None,
                "v": FORMAT,
                "view": _text(view).decode("utf-8", "replace"),
                "wall": wall if type(wall) is int else None,
            }
            try:
                told = [canonical_bytes({"system": system, **ends}) for system in (False, True)]
            except NotCanonical:
                continue  # its leaves will not agree with it, and say so
            made[key] = (b"}," + told[0][1:], b"}," + told[1][1:])
    return made


_LEAF_AT = {
    True: "+at",  # an expression, or the driver would read it as a time and fail on what is none
    False: "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
}


def _leaf_rows(rows: Iterator[Row]) -> Iterator[Row]:
    if on_sqlite():
        return rows
    return (
        (seq, body, _text(at), _text(action), actor, _text(kind), key, place)
        for seq, body, at, action, actor, kind, key, place in rows
    )


def check_index(findings: Findings, size: int) -> Erasures:
    """Columns and versions of the first ``size`` leaves against their bytes. Returns what was erased."""
    erasures = Erasures()
    tails = _tails(findings)
    unknown = (b"}", b"}")
    leaf_sql = (
        f"SELECT seq, {bounded('body')}, {_LEAF_AT[on_sqlite()]}, action, actor_id, record_type, record_id, place_id "
        f"FROM ledger_leaf WHERE seq >= 0 AND seq < {size} ORDER BY seq"
    )
    version_sql = (
        f"SELECT leaf_id, record_type, record_id, revision, digest, salt, {bounded('content', MAX_CONTENT)}, "
        "content IS NULL FROM ledger_version ORDER BY leaf_id, id"
    )
    with raw_rows(leaf_sql) as raw_leaves, raw_rows(version_sql) as versions:
        version = next(versions, None)
        for seq, body, at, action, actor, kind, key, place in _leaf_rows(raw_leaves):
            while version is not None and _before(version[0], seq):
                _orphan(findings, version)
                version = next(versions, None)
            changes: list[bytes] = []
            while version is not None and version[0] == seq:
                changes.append(_change(findings, seq, version, erasures))
                version = next(versions, None)
            try:
                tail = tails.get(place, unknown)
                system = body.endswith(tail[1])
                written = (
                    b'{"action":"%b","actor":%d,"at":"%bT%bZ","changes":[%b],"erased":[],"n":%d,"record":{"id":%d,"type":"%b"%b'
                    % (
                        action,
                        actor,
                        at[:10],
                        at[11:] if len(at) == 26 else at[11:] + b".000000",
                        b",".join(changes),
                        seq,
                        key,
                        kind,
                        tail[system],
                    )
                )
                same = written == body and at[10:11] == b" "
            except (TypeError, AttributeError):
                same = False
            if not same:
                _take_apart(findings, seq, body, at, action, actor, kind, key, tails.get(place), changes, erasures)
        while version is not None:
            _orphan(findings, version)
            version = next(versions, None)
    return erasures


def _before(leaf: object, seq: int) -> bool:
    return type(leaf) is not int or leaf < seq


def _orphan(findings: Findings, version: Row) -> None:
    where = f"version of {_text(version[1])[:80].decode('utf-8', 'replace')} {str(version[2])[:40]}"
    findings.add("version", where, f"no leaf commits to it; it claims leaf {str(version[0])[:40]}")


def _change(findings: Findings, seq: int, version: Row, erasures: Erasures) -> bytes:
    """How the leaf must name this version. What the version itself has wrong becomes a problem."""
    _leaf, kind, key, revision, digest, salt, content, emptied = version
    if emptied:
        if salt is not None:
            findings.at(seq, "version", "a version without content still has its salt")
        if type(key) is int:
            erasures.empty.setdefault((_text(kind).decode("utf-8", "replace"), key), []).append(seq)
    elif (
        type(content) is not bytes
        or type(salt) is not bytes
        or type(digest) is not bytes
        or not opens(digest, salt, content)
    ):
        name = _text(kind)[:80].decode("utf-8", "replace")
        findings.at(seq, "version", f"the kept version of {name} {str(key)[:40]} is not the one committed to")
    shown = digest.hex().encode() if type(digest) is bytes else b"?"
    try:
        return b'{"digest":"%b","id":%d,"revision":%d,"type":"%b"}' % (shown, key, revision, _text(kind))
    except TypeError:
        return b"?"


def _take_apart(
    findings: Findings,
    seq: int,
    body: object,
    at: object,
    action: object,
    actor: object,
    kind: object,
    key: object,
    tail: tuple[bytes, bytes] | None,
    changes: list[bytes],
    erasures: Erasures,
) -> None:
    """Say what does not agree in a leaf that could not be written again; read what it erased."""
    if type(body) is not bytes:
        return  # named by the first pass
    if (fault := leaf_fault(seq, body)) is not None:
        findings.at(seq, "bad_line", fault)
        return
    value = parse_canonical(body)
    said: dict[str, object] = value if isinstance(value, dict) else {}
    record = said.get("record")
    named: dict[str, object] = record if isinstance(record, dict) else {}
    beside = {
        "action": (said.get("action"), _said(action)),
        "actor": (said.get("actor"), actor),
        "at": (said.get("at"), _instant(at)),
        "record type": (named.get("type"), _said(kind)),
        "record id": (named.get("id"), key),
    }
    odd = [name for name, (inside, column) in beside.items() if type(inside) is not type(column) or inside != column]
    ends = {name: said.get(name) for name in ("system", "unit", "v", "view", "wall")}
    try:
        told = b"}," + canonical_bytes(ends)[1:]
    except NotCanonical:
        told = b""
    if tail is None or told not in tail:
        odd.append("place (unit, permission, wall)")
    if odd:
        findings.at(seq, "index", f"the columns beside it do not say what it says: {', '.join(odd)}")
    if b"[" + b",".join(changes) + b"]" != _canonical(said.get("changes")):
        findings.at(seq, "version", "the versions kept are not the ones it commits to")
    erased = said.get("erased")
    if not isinstance(erased, list) or set(said) != _KEYS or set(named) != {"id", "type"}:
        findings.at(seq, "bad_line", "does not have the members of a leaf")
        return
    for one in erased:
        if isinstance(one, dict) and isinstance(one.get("type"), str) and type(one.get("id")) is int:
            erasures.by[str(one["type"]), int(str(one["id"]))] = seq
        else:
            findings.at(seq, "bad_line", "does not name what it erased")


_KEYS = {"action", "actor", "at", "changes", "erased", "n", "record", "system", "unit", "v", "view", "wall"}


def _said(value: object) -> str:
    return _text(value).decode("utf-8", "replace")


def _instant(value: object) -> str:
    text = _said(value)
    fraction = "" if len(text) == 26 else ".000000"
    return f"{text[:10]}T{text[11:]}{fraction}Z" if text[10:11] == " " else text


def _canonical(value: object) -> bytes:
    try:
        return canonical_bytes(value)
    except NotCanonical:
        return b""


def check_erasures(findings: Findings, erasures: Erasures) -> None:
    """A version is empty if and only if a later leaf says that its record was erased."""
    for (kind, key), leaves in sorted(erasures.empty.items(), key=lambda one: one[1][0]):
        by = erasures.by.get((kind, key), -1)
        for leaf in leaves:
            if leaf >= by:
                findings.at(leaf, "version", f"its version of {kind} {key} was emptied, and no leaf says it was erased")
                break
    sql = (
        "SELECT leaf_id FROM ledger_version WHERE record_type = ? AND record_id = ? AND leaf_id < ? "
        "AND (content IS NOT NULL OR salt IS NOT NULL) ORDER BY leaf_id LIMIT 1"
    )
    for (kind, key), by in erasures.by.items():
        with raw_rows(sql, (kind, key, by)) as rows:
            for (leaf,) in rows:
                findings.at(leaf, "version", f"leaf {by} erased {kind} {key}, yet this version is there")


__all__ = ["Erasures", "check_erasures", "check_index", "check_types"]
