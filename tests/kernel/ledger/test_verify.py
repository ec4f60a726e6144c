"""A change in any row of the ledger's tables is found, and the leaf is named."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import connection

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger import checkpoints
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.ledger.verify import MalformedCheckpoint, verify
from tests.kernel.ledger.hands import broken, by_hand, fill, key, rebuild, say_otherwise

ZERO = bytes(32)


def test_a_ledger_nobody_touched_is_whole(past: User) -> None:
    found = verify()
    assert found.document() == {
        "ok": True,
        "size": 600,
        "root": bytes(checkpoints.checkpoint().root).hex(),
        "first_bad": None,
        "checkpoint": checkpoints.checkpoint().note,
        "trusted": False,
        "bad_range": None,
        "problems": [],
    }


def test_a_home_without_a_checkpoint_is_whole_too(founded: User) -> None:
    found = verify()
    assert (found.ok, found.size, found.checkpoint) == (True, 1, None)


@pytest.mark.parametrize("leaf", [0, 256, 299, 599])
@pytest.mark.parametrize(
    ("what", "sql", "value"),
    [
        ("bytes", "UPDATE ledger_leaf SET body = %s WHERE seq = %s", b'{"n":1}'),
        ("hash", "UPDATE ledger_leaf SET leaf_hash = %s WHERE seq = %s", ZERO),
        ("action", "UPDATE ledger_leaf SET action = %s WHERE seq = %s", "sample.thing.erase"),
        ("record type", "UPDATE ledger_leaf SET record_type = %s WHERE seq = %s", "sample.other"),
        ("record id", "UPDATE ledger_leaf SET record_id = %s WHERE seq = %s", 77777),
        ("time", "UPDATE ledger_leaf SET at = %s WHERE seq = %s", "2020-01-01 00:00:00.000001+00:00"),
        ("number", "UPDATE ledger_leaf SET seq = %s WHERE seq = %s", 10**9),
        ("version digest", "UPDATE ledger_version SET digest = %s WHERE leaf_id = %s", ZERO),
        ("version salt", "UPDATE ledger_version SET salt = %s WHERE leaf_id = %s", ZERO),
        ("version content", "UPDATE ledger_version SET content = %s WHERE leaf_id = %s", b"{}"),
        ("version revision", "UPDATE ledger_version SET revision = %s WHERE leaf_id = %s", 9),
        ("version record", "UPDATE ledger_version SET record_id = %s WHERE leaf_id = %s", 77777),
        ("version type", "UPDATE ledger_version SET record_type = %s WHERE leaf_id = %s", "sample.other"),
        ("version emptied", "UPDATE ledger_version SET content = %s, salt = NULL WHERE leaf_id = %s", None),
    ],
)
def test_one_altered_value_is_found(past: User, leaf: int, what: str, sql: str, value: object) -> None:
    if what == "number":
        by_hand("DELETE FROM ledger_version WHERE leaf_id = %s", [leaf])  # it points to the number
    assert by_hand(sql, [value, leaf]) == 1
    assert broken().first_bad == leaf


def test_another_actor_in_the_column_is_found(past: User) -> None:
    other = User.objects.create(login="other", full_name="Other")
    by_hand("UPDATE ledger_leaf SET actor_id = %s WHERE seq = 41", [other.pk])
    assert broken().first_bad == 41


def test_a_place_that_says_otherwise_is_found_at_its_first_leaf(past: User) -> None:
    by_hand("UPDATE ledger_place SET view_permission = 'public.view' WHERE view_permission = 'sample.thing.view'")
    assert broken().first_bad == 1


@pytest.mark.parametrize("leaf", [0, 300, 598])
def test_a_dropped_leaf_is_the_first_bad_one(past: User, leaf: int) -> None:
    by_hand("DELETE FROM ledger_version WHERE leaf_id = %s", [leaf])
    by_hand("DELETE FROM ledger_leaf WHERE seq = %s", [leaf])
    found = broken()
    assert (found.first_bad, found.size) == (leaf, leaf)


def test_a_lost_tail_begins_at_the_first_leaf_that_is_gone(past: User) -> None:
    by_hand("DELETE FROM ledger_version WHERE leaf_id >= 590")
    by_hand("DELETE FROM ledger_leaf WHERE seq >= 590")
    assert broken().first_bad == 590


def test_a_tail_lost_with_the_head_set_back_is_missed_by_the_checkpoint(past: User) -> None:
    by_hand("DELETE FROM ledger_version WHERE leaf_id >= 590")
    by_hand("DELETE FROM ledger_leaf WHERE seq >= 590")
    rebuild()
    assert broken().first_bad == 590


def test_two_leaves_that_changed_places_are_found(past: User) -> None:
    for number, other in ((20, 10**9), (400, 20), (10**9, 400)):
        by_hand("DELETE FROM ledger_version WHERE leaf_id = %s", [number])
        by_hand("UPDATE ledger_leaf SET seq = %s WHERE seq = %s", [other, number])
    assert broken().first_bad == 20


def test_a_leaf_put_in_behind_the_others_is_found(past: User) -> None:
    by_hand(
        "INSERT INTO ledger_leaf (seq, body, leaf_hash, at, action, actor_id, record_type, record_id, place_id) "
        "SELECT 600, body, leaf_hash, at, action, actor_id, record_type, record_id, place_id "
        "FROM ledger_leaf WHERE seq = 599"
    )
    assert broken().first_bad == 600


def test_a_version_that_was_dropped_is_found(past: User) -> None:
    by_hand("DELETE FROM ledger_version WHERE leaf_id = 123")
    assert broken().first_bad == 123


def test_a_version_that_was_put_in_is_found(past: User) -> None:
    by_hand(
        "INSERT INTO ledger_version (leaf_id, record_type, record_id, revision, digest, salt, content) "
        "SELECT leaf_id, record_type, record_id, 2, digest, salt, content FROM ledger_version WHERE leaf_id = 123"
    )
    assert broken().first_bad == 123


@pytest.mark.parametrize("index", [0, 1])
def test_a_stored_subtree_that_is_not_of_its_leaves_is_found(past: User, index: int) -> None:
    by_hand('UPDATE ledger_subtree SET hash = %s WHERE "index" = %s', [ZERO, index])
    assert broken().first_bad == 256 * index


def test_a_dropped_subtree_is_found(past: User) -> None:
    by_hand('DELETE FROM ledger_subtree WHERE "index" = 1')
    assert broken().first_bad == 256


def test_a_subtree_too_many_is_found(past: User) -> None:
    by_hand('INSERT INTO ledger_subtree (level, "index", hash) VALUES (2, 0, %s)', [ZERO])
    assert {p.code for p in broken().problems} == {"tree"}


def test_a_head_that_counts_otherwise_is_found(past: User) -> None:
    by_hand("UPDATE ledger_head SET size = 599")
    assert broken().first_bad == 599


def test_a_missing_head_is_found(past: User) -> None:
    by_hand("DELETE FROM ledger_head")
    assert {p.code for p in broken().problems} == {"head"}


@pytest.mark.parametrize(
    "change", ["size = 601", "note = 'nonsense'", "note = replace(note, '600', '500')", "root = '\\x00'"]
)
def test_a_changed_checkpoint_is_found(past: User, change: str) -> None:
    by_hand(f"UPDATE ledger_checkpoint SET {change} WHERE size = 600")
    assert {p.code for p in broken().problems} <= {"checkpoint", "signature", "type"}


def test_a_checkpoint_signed_by_another_key_is_not_believed(past: User) -> None:
    from quarterdeck.engines.merkle.signing import SigningKey

    rebuild(signed_by=SigningKey(key().verifier.name, bytes(32)))
    assert [p.code for p in broken().problems] == ["signature"]


def test_unsigned_leaves_at_the_end_are_held_by_the_head(past: User) -> None:
    fill(5, past)
    say_otherwise(602, b"sample.thing.create", b"sample.thing.forged")
    by_hand("UPDATE ledger_leaf SET action = 'sample.thing.forged' WHERE seq = 602")
    assert broken().first_bad == 602


class TestHistoryRewrittenWithCare:
    """Somebody changes a leaf and everything that follows from it."""

    def forge(self, seq: int = 450) -> None:
        say_otherwise(seq, b"sample.thing.create", b"sample.thing.forged")
        by_hand("UPDATE ledger_leaf SET action = 'sample.thing.forged' WHERE seq = %s", [seq])

    def test_without_the_key_the_signed_checkpoints_show_it(self, past: User) -> None:
        self.forge()
        rebuild()
        found = broken()
        # Every hash that could narrow it was rewritten: what the older checkpoint proves is all that is certain.
        assert found.first_bad is None
        assert found.bad_range == (300, 599)

    def test_without_touching_the_subtrees_it_is_narrowed_to_the_leaf(self, past: User) -> None:
        self.forge()
        assert broken().first_bad == 450

    def test_with_the_key_only_a_checkpoint_kept_outside_shows_it(self, past: User) -> None:
        kept = checkpoints.checkpoint().note
        self.forge()
        rebuild(signed_by=key())
        assert verify().ok, "whoever holds database and key deceives whoever holds nothing"
        found = broken(witness=kept)
        assert found.bad_range == (0, 599)
        assert [(p.code, p.where) for p in found.problems] == [("altered", "witness")]

    def test_a_cut_tail_is_missed_by_a_checkpoint_kept_outside(self, past: User) -> None:
        kept = checkpoints.checkpoint().note
        by_hand("DELETE FROM ledger_version WHERE leaf_id >= 500")
        by_hand("DELETE FROM ledger_leaf WHERE seq >= 500")
        rebuild(signed_by=key())
        assert verify().ok
        assert broken(witness=kept).first_bad == 500

    def test_more_checkpoints_kept_outside_narrow_it(self, founded: User) -> None:
        kept = {}
        for step in range(4):
            fill(100 if step else 99, founded)
            kept[f"witness{step}"] = checkpoints.checkpoint().note
        self.forge(250)
        rebuild(signed_by=key())
        assert broken(**kept).bad_range == (200, 299)

    def test_copies_beside_the_database_are_held_to_as_well(self, past: User) -> None:
        checkpoints.keep_copy(checkpoints.checkpoint())
        self.forge()
        rebuild(signed_by=key())
        assert "checkpoints/" in broken().problems[0].where


def test_a_checkpoint_of_another_ledger_is_told_apart(past: User) -> None:
    from quarterdeck.engines.merkle.note import Checkpoint
    from quarterdeck.engines.merkle.signing import SigningKey, sign_checkpoint

    other = SigningKey("elsewhere.example/ledger", bytes(range(32)))
    note = sign_checkpoint(Checkpoint("elsewhere.example/ledger", 5, ZERO), [other])
    found = verify([("theirs", note.encode())], [other.verifier, key().verifier])
    assert [p.code for p in found.problems] == ["origin"]


def test_what_is_no_checkpoint_cannot_be_judged_by(past: User) -> None:
    with pytest.raises(MalformedCheckpoint, match="letter"):
        verify([("letter", b"Dear auditor,\n")])


def test_a_pinned_key_that_did_not_sign_is_told(past: User) -> None:
    from quarterdeck.engines.merkle.signing import SigningKey

    stranger = SigningKey(key().verifier.name, bytes(range(32))).verifier
    found = verify(keys=[stranger])
    assert (found.ok, found.trusted) == (False, False)
    assert verify(keys=[key().verifier]).trusted


class TestErasure:
    def erase(self, actor: User) -> None:
        from django.db import transaction

        from quarterdeck.kernel.ledger.append import append_many
        from tests.kernel.ledger.hands import entry

        with transaction.atomic():
            append_many([entry(600, actor, action="sample.thing.erase", erased=(("sample.thing", 42),))])

    def test_erasing_keeps_every_proof_whole(self, past: User) -> None:
        from quarterdeck.engines.merkle.proofs import proof_problems

        before = checkpoints.prove(42)
        self.erase(past)
        assert Version.objects.get(record_id=42).content is None
        assert verify().ok
        after = checkpoints.prove(42)
        for document in (before, after):
            assert not proof_problems(document, [key().verifier], str(document["line"]).encode())
        assert before["line"] == after["line"]

    def test_a_version_emptied_by_hand_is_found_though_others_were_erased(self, past: User) -> None:
        self.erase(past)
        by_hand("UPDATE ledger_version SET content = NULL, salt = NULL WHERE record_id = 43")
        assert broken().first_bad == 43

    def test_what_was_erased_does_not_come_back_unnoticed(self, past: User) -> None:
        kept = Version.objects.get(record_id=42)
        self.erase(past)
        by_hand("UPDATE ledger_version SET content = %s, salt = %s WHERE record_id = 42", [kept.content, kept.salt])
        assert broken().first_bad == 42


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps the types of its columns")
class TestHostileValues:
    """Whoever holds the SQLite file writes what they like; the answer is a verdict."""

    @pytest.fixture(autouse=True)
    def nobody_checks_foreign_keys(self) -> Iterator[None]:
        """The test case would, at the end of each test, and find what these tests wrote."""
        with patch.object(connection, "check_constraints"):
            yield

    @pytest.mark.parametrize(
        "value", [None, "text", 7, 1.5, b"", b"\xff" * 10, "\ud7ff" * 5, pytest.param(b"x" * (2 << 20), id="2 MB")]
    )
    @pytest.mark.parametrize(
        "column", ["body", "leaf_hash", "at", "action", "actor_id", "record_type", "record_id", "place_id"]
    )
    def test_any_value_in_any_column_of_a_leaf(self, past: User, column: str, value: object) -> None:
        from django.db.utils import IntegrityError

        from tests.kernel.ledger.hands import hostile

        try:
            hostile(f"UPDATE ledger_leaf SET {column} = %s WHERE seq = 17", [value])
        except IntegrityError:
            assert value is None  # NOT NULL holds while the table's declaration does
            return
        assert broken().first_bad == 17

    @pytest.mark.parametrize("value", [None, "text", 7, 1.5, b"", b"\xff" * 10])
    @pytest.mark.parametrize("column", ["record_type", "record_id", "revision", "digest", "salt", "content"])
    def test_any_value_in_any_column_of_a_version(self, past: User, column: str, value: object) -> None:
        from django.db.utils import IntegrityError

        from tests.kernel.ledger.hands import hostile

        try:
            hostile(f"UPDATE ledger_version SET {column} = %s WHERE leaf_id = 17", [value])
        except IntegrityError:
            assert value in (None, 7)  # record 7 has a version already
            return
        found = broken()
        assert found.first_bad == 17

    @pytest.mark.parametrize("value", [b"\xff\xfe", "text", 2**62, -5, 1.5])
    @pytest.mark.parametrize(
        "where",
        ["ledger_head SET size", "ledger_head SET frontier", "ledger_checkpoint SET size", "ledger_checkpoint SET note",
         "ledger_checkpoint SET root", "ledger_subtree SET level", "ledger_subtree SET hash",
         'ledger_subtree SET "index"', "ledger_place SET view_permission", "ledger_place SET unit_id"],
    )  # fmt: skip
    def test_any_value_in_the_tables_beside(self, past: User, where: str, value: object) -> None:
        from tests.kernel.ledger.hands import hostile

        table = where.split()[0]
        hostile(f"UPDATE {where} = %s WHERE id = (SELECT max(id) FROM {table})", [value])
        broken()

    @pytest.mark.parametrize("number", [-1, 2**62, 601])
    def test_leaves_with_odd_numbers(self, past: User, number: int) -> None:
        from tests.kernel.ledger.hands import hostile

        hostile(
            "INSERT INTO ledger_leaf (seq, body, leaf_hash, at, action, actor_id, record_type, record_id, place_id) "
            "SELECT %s, body, leaf_hash, at, action, actor_id, record_type, record_id, place_id "
            "FROM ledger_leaf WHERE seq = 599",
            [number],
        )
        assert broken().first_bad == (0 if number < 0 else 600)

    @pytest.mark.parametrize(
        "body",
        [b"{", b"[]", b"null", b'{"n":17,"n":17}', b'{"n":1.7}', b"[" * 5000, b'{"n":17}', b'{"erased":[1],"n":17}'],
    )
    def test_bytes_that_are_no_leaf_with_their_hash_beside(self, past: User, body: bytes) -> None:
        from quarterdeck.engines.merkle.hashing import leaf_hash

        by_hand("UPDATE ledger_leaf SET body = %s, leaf_hash = %s WHERE seq = 17", [body, leaf_hash(body)])
        assert broken().first_bad == 17

    def test_a_table_that_is_gone(self, past: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_subtree RENAME TO gone")
        assert "unreadable" in {p.code for p in broken().problems}


def test_a_leaf_says_nothing_that_its_columns_do_not(past: User) -> None:
    """The index is complete: what a leaf says can be read from columns, place and versions."""
    say_otherwise(9, b'"system":false', b'"system":true')
    rebuild()
    leaf = Leaf.objects.get(pk=9)
    assert b'"system":true' in bytes(leaf.body)
    assert broken().bad_range == (0, 299)
