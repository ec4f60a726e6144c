"""The whole verification, in one snapshot of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

from quarterdeck.engines.merkle.hashing import EMPTY_ROOT, span_root
from quarterdeck.engines.merkle.note import Checkpoint, MalformedNote, VerifierKey, parse_note
from quarterdeck.kernel.ledger.checkpoints import copies
from quarterdeck.kernel.ledger.keys import KeyUnusable, verifier_keys
from quarterdeck.kernel.ledger.reading import UNREADABLE, on_sqlite, snapshot
from quarterdeck.kernel.ledger.verify import heads, index, leaves, records
from quarterdeck.kernel.ledger.verify.verdict import Findings, Verified


class MalformedCheckpoint(ValueError):
    """A checkpoint that was given is none, so nothing can be judged by it."""


def verify(
    outside: Sequence[tuple[str, bytes]] = (),
    keys: Sequence[VerifierKey] = (),
    progress: Callable[[str], None] = lambda step: None,
) -> Verified:
    """Verify the ledger and every record it speaks of.

    ``outside``: name and text of checkpoints that somebody else kept: only those show that history was rewritten by one
    who holds the database and the signing key. ``keys``: who may have signed; without any, the home's own. Whatever the
    database holds, the answer is a verdict; `MalformedCheckpoint` is raised for what the caller gave.
    """
    for where, text in outside:
        try:
            Checkpoint.parse(parse_note(text).text)
        except MalformedNote as error:
            raise MalformedCheckpoint(f"{where}: {error}") from error
    findings = Findings()
    size, root, latest = 0, EMPTY_ROOT, None
    if _gone():
        findings.add("unreadable", "database", "the file of the database is not there")
        return Verified(False, 0, EMPTY_ROOT.hex(), None, None, False, None, findings.told())
    try:
        with snapshot():
            size, root, latest = _read(findings, outside, keys, progress)
    except UNREADABLE as error:
        findings.add("unreadable", "database", f"it could not be read to the end: {error}")
    except KeyUnusable as error:
        findings.add("key", "keys", str(error))
    return Verified(
        ok=not findings,
        size=size,
        root=root.hex(),
        first_bad=findings.exact,
        checkpoint=latest,
        trusted=bool(keys) and not any(p.code in {"signature", "origin"} for p in findings.problems),
        bad_range=findings.span(),
        problems=findings.told(),
    )


def _gone() -> bool:
    """Whether there is no database file: connecting would make an empty one."""
    name = str(connection.settings_dict["NAME"])
    return on_sqlite() and connection.connection is None and not Path(name).exists()


def _read(
    findings: Findings,
    outside: Sequence[tuple[str, bytes]],
    keys: Sequence[VerifierKey],
    progress: Callable[[str], None],
) -> tuple[int, bytes, str | None]:
    home = settings.HOME
    origin = home.settings.ledger_origin
    known = tuple(keys) or verifier_keys(home.keys, origin)
    index.check_types(findings)
    promises = heads.collect(findings, known, origin, [*outside, *copies()])
    progress("leaves")
    computed, roots = leaves.hash_leaves(findings, promises.heads)
    proven = heads.check(findings, promises, computed, roots)
    leaves.check_subtrees(findings, computed, proven)
    progress("index")
    erasures = index.check_index(findings, computed.size)
    index.check_erasures(findings, erasures)
    progress("records")
    records.check_records(findings)
    return computed.size, span_root(computed, 0, computed.size), promises.latest
