"""Appending, the triggers that keep what was appended, and proofs."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from quarterdeck.engines.merkle.canonical import leaf_fault
from quarterdeck.engines.merkle.commitment import opens
from quarterdeck.engines.merkle.export import ExportRefused
from quarterdeck.engines.merkle.hashing import leaf_hash
from quarterdeck.engines.merkle.proofs import proof_problems
from quarterdeck.engines.merkle.verify import verify_export
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger import checkpoints, jobs, keys, standing
from quarterdeck.kernel.ledger.append import Draft, LeafTooLong, append_many
from quarterdeck.kernel.ledger.models import Head, Leaf, Version
from quarterdeck.kernel.ledger.verify import verify
from tests.kernel.ledger.hands import by_hand, entry, fill, key
from tests.support import company, outcome, system


def test_every_action_leaves_one_leaf_that_opens_to_its_content(founded: User) -> None:
    before = Head.objects.get().size
    done = outcome("permissions.unit.create", system(), code="lab", name="Lab", kind="business", parent=company())
    assert Head.objects.get().size == before + 1
    leaf = Leaf.objects.get(pk=done.leaf.seq)
    body = bytes(leaf.body)
    assert leaf_fault(leaf.seq, body) is None
    assert bytes(leaf.leaf_hash) == leaf_hash(body)
    said = json.loads(body)
    version = Version.objects.get(leaf=leaf)
    assert [change["digest"] for change in said["changes"]] == [bytes(version.digest).hex()]
    assert opens(bytes(version.digest), bytes(version.salt or b""), bytes(version.content or b""))
    assert json.loads(bytes(version.content or b""))["name"] == "Lab"
    assert b"Lab" not in body, "what a record says is not in the leaf, so that it can be erased"


def test_many_at_once_are_the_same_bytes_as_one_by_one(founded: User) -> None:
    entries = [entry(n, founded) for n in range(1, 301)]
    with transaction.atomic():
        together = [bytes(leaf.body) for leaf in append_many(entries)]
    assert together == [one.body(n) for n, one in enumerate(entries, 1)]
    assert verify().ok


def test_a_leaf_that_could_not_be_exported_is_refused_with_its_transaction(founded: User) -> None:
    draft = Draft("sample.thing", 1, 1, bytes(16), b"{}", bytes(32))
    with pytest.raises(LeafTooLong), transaction.atomic():
        append_many([entry(1, founded), entry(2, founded, versions=(draft,) * 9000)])
    assert Leaf.objects.count() == Head.objects.get().size == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_leaf SET action = 'x'",
        "DELETE FROM ledger_leaf",
        "UPDATE ledger_version SET content = '{}'",
        "UPDATE ledger_version SET digest = salt",
        "DELETE FROM ledger_version",
        "UPDATE ledger_subtree SET level = 2",
        "DELETE FROM ledger_subtree",
        "UPDATE ledger_checkpoint SET note = ''",
        "DELETE FROM ledger_checkpoint",
        "UPDATE ledger_place SET wall_id = NULL",
        "DELETE FROM ledger_place",
        "UPDATE ledger_head SET size = 3",
        "DELETE FROM ledger_head",
    ],
)
def test_the_database_refuses_to_change_what_was_appended(past: User, sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"append-only|only be erased|only grows|bytea"), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["leaf", "version", "subtree", "checkpoint", "place", "head"])
def test_the_database_refuses_to_truncate(past: User, table: str) -> None:
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE ledger_{table} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
@pytest.mark.parametrize("table", ["leaf", "version", "subtree", "checkpoint", "place"])
def test_the_database_refuses_to_replace(past: User, table: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"INSERT OR REPLACE INTO ledger_{table} SELECT * FROM ledger_{table} LIMIT 1")


class TestCheckpoints:
    def test_the_same_size_is_signed_once(self, past: User) -> None:
        assert checkpoints.checkpoint().pk == checkpoints.checkpoint().pk

    def test_a_tree_that_does_not_hang_together_is_not_signed(self, past: User) -> None:
        fill(1, past)
        by_hand("UPDATE ledger_leaf SET leaf_hash = %s WHERE seq = 600", [bytes(32)])
        with pytest.raises(checkpoints.LedgerBroken):
            checkpoints.checkpoint()

    def test_a_past_that_was_rewritten_is_not_signed_again(self, past: User) -> None:
        from tests.kernel.ledger.hands import rebuild, say_otherwise

        say_otherwise(7, b"sample.thing.create", b"sample.thing.forged")
        rebuild()
        fill(1, past)
        with pytest.raises(checkpoints.LedgerBroken, match="continue"):
            checkpoints.checkpoint()

    def test_the_key_is_its_owners_alone_and_its_public_half_is_kept(self, past: User, tmp_path: Path) -> None:
        made = keys.signing_key(tmp_path, "sample/ledger")
        assert stat.S_IMODE(os.stat(tmp_path / keys.KEY).st_mode) == 0o600
        assert keys.signing_key(tmp_path, "sample/ledger").verifier == made.verifier
        (tmp_path / keys.KEY).unlink()
        assert keys.verifier_keys(tmp_path, "sample/ledger") == (made.verifier,)
        assert not (tmp_path / keys.KEY).exists(), "verifying makes no key"

    @pytest.mark.parametrize("damage", [b"", b"zz", b"\xff\xfe", b"00" * 31])
    def test_a_damaged_key_is_named(self, tmp_path: Path, damage: bytes) -> None:
        (tmp_path / keys.KEY).write_bytes(damage)
        with pytest.raises(keys.KeyUnusable):
            keys.verifier_keys(tmp_path, "sample/ledger")

    def test_the_job_signs_and_leaves_a_copy_that_a_witness_can_fetch(self, past: User) -> None:
        fill(1, past)
        jobs.sign_checkpoint.call(_context())
        name, text = list(checkpoints.copies())[-1]
        assert name.endswith("601.checkpoint")
        assert verify([("witness", text)]).ok


def _context() -> object:
    from types import SimpleNamespace

    return SimpleNamespace(
        task_result=SimpleNamespace(id="6f1f4b7e-0000-4000-8000-000000000000"), attempt=1, task_id="x"
    )


class TestStanding:
    def test_the_verdict_is_kept_for_pages_to_show(self, past: User) -> None:
        assert standing.latest() is None
        jobs.verify_ledger.call(_context())
        kept = standing.latest()
        assert kept is not None
        assert (kept.ok, kept.size, kept.first_bad) == (True, 600, None)

    def test_a_broken_ledger_is_kept_as_broken(self, past: User) -> None:
        by_hand("UPDATE ledger_leaf SET leaf_hash = %s WHERE seq = 5", [bytes(32)])
        assert jobs.verify_ledger.call(_context()) is False
        kept = standing.latest()
        assert kept is not None
        assert (kept.ok, kept.first_bad) == (False, 5)
        assert kept.problems[0]["where"] == "leaf 5"


class TestExport:
    def test_anyone_can_verify_it_and_every_earlier_head(self, past: User, tmp_path: Path) -> None:
        checkpoints.export(tmp_path / "out")
        found = verify_export(tmp_path / "out", str(key().verifier), strict=True)
        assert (found.ok, found.size, found.trusted) == (True, 600, True)
        assert (tmp_path / "out" / "proofs" / "consistency-300.json").exists()
        lines = (tmp_path / "out" / "leaves.ndjson").read_bytes().split(b"\n")
        assert lines[17] == bytes(Leaf.objects.get(pk=17).body)

    def test_it_overwrites_nothing(self, past: User, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine").write_text("kept")
        with pytest.raises(ExportRefused):
            checkpoints.export(tmp_path / "out")
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        assert (tmp_path / "out" / "mine").read_text() == "kept"

    def test_a_broken_ledger_leaves_nothing_half_written(self, past: User, tmp_path: Path) -> None:
        by_hand("DELETE FROM ledger_version WHERE leaf_id = 500")
        by_hand("DELETE FROM ledger_leaf WHERE seq = 500")
        with pytest.raises(ExportRefused):
            checkpoints.export(tmp_path / "out")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("count", [0, 1, 64, 65, 9000])
    def test_earlier_heads_are_thinned_and_the_newest_kept(self, count: int) -> None:
        sizes = [7 * n + 1 for n in range(count)]
        kept = checkpoints.thinned(sizes)
        assert len(kept) == min(count, checkpoints.EARLIER)
        assert kept == sorted(set(kept))
        assert set(kept) <= set(sizes)
        assert kept[-30:] == sizes[-30:]

    @pytest.mark.parametrize("leaf", [0, 255, 256, 599])
    def test_one_leaf_is_proved(self, past: User, leaf: int) -> None:
        document = checkpoints.prove(leaf)
        assert not proof_problems(document, [key().verifier], str(document["line"]).encode())

    @pytest.mark.parametrize("leaf", [-1, 600, 2**70])
    def test_there_is_no_proof_of_what_is_not_there(self, past: User, leaf: int) -> None:
        with pytest.raises(checkpoints.NoSuchLeaf):
            checkpoints.prove(leaf)
