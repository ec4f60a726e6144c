"""The ledger, backups and the check of the setting-up, as a person or a program calls them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.cli import setup_checks
from quarterdeck.settings.base import database
from quarterdeck.settings.home import Home, create_home
from tests import processes
from tests.cli.homes import answer, make, run


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that tests only read, or add a checkpoint to."""
    return make(tmp_path_factory.mktemp("homes") / "kept")


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    shutil.copytree(kept, tmp_path / "home")
    for mark in (tmp_path / "home" / "exports").glob("last-*"):
        mark.unlink()  # another test may have carried something out
    return tmp_path / "home"


@pytest.fixture(scope="module")
def backup(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that tests only read, or copy."""
    path = tmp_path_factory.mktemp("backups") / "b"
    answer("backup", str(path), home=kept)
    return path


def tamper(home: Path, *statements: str) -> None:
    """Change the database file as its owner can: past the triggers."""
    with sqlite3.connect(home / "db.sqlite3") as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
    database.close()


class TestVerify:
    def test_a_whole_ledger_exits_0_with_the_promised_document(self, kept: Path) -> None:
        document = answer("ledger", "verify", home=kept)
        assert {"ok", "size", "root", "first_bad", "checkpoint", "problems"} <= set(document)
        assert (document["ok"], document["first_bad"], document["problems"]) == (True, None, [])
        assert document["size"] > 300

    def test_a_broken_ledger_exits_1_and_names_the_leaf(self, home: Path) -> None:
        tamper(home, "UPDATE ledger_leaf SET action = 'sample.thing.forged' WHERE seq = 123")
        assert answer("ledger", "verify", home=home, code=1)["first_bad"] == 123
        told = run("ledger", "verify", home=home)
        assert "BROKEN" in told.stdout
        assert "first bad leaf: 123" in told.stdout

    def test_a_record_edited_in_the_file_is_found(self, home: Path) -> None:
        tamper(home, "UPDATE permissions_assignment SET role_id = 'administrator' WHERE role_id = 'employee'")
        document = answer("ledger", "verify", home=home, code=1)
        assert document["problems"][0]["where"].startswith("permissions.assignment")
        assert document["first_bad"] is not None

    @pytest.mark.parametrize("damage", ["gone", "noise", "cut"])
    def test_a_database_that_cannot_be_read_is_a_verdict_too(self, home: Path, damage: str) -> None:
        file = home / "db.sqlite3"
        whole = file.read_bytes()
        for extra in ("db.sqlite3-wal", "db.sqlite3-shm"):
            (home / extra).unlink(missing_ok=True)
        if damage == "gone":
            file.unlink()
        else:
            file.write_bytes({"noise": b"no database\n" * 999, "cut": whole[: len(whole) // 3]}[damage])
        assert not answer("ledger", "verify", home=home, code=1)["ok"]
        assert damage != "gone" or not file.exists()

    def test_a_checkpoint_kept_outside_is_held_to(self, home: Path, tmp_path: Path) -> None:
        note = tmp_path / "witness"
        signed = answer("ledger", "checkpoint", "--out", str(note), home=home)
        assert note.read_text() == signed["note"]
        assert answer("ledger", "verify", "--checkpoint", str(note), "--key", signed["key"], home=home)["trusted"]
        note.write_text(note.read_text().replace("quarterdeck.local/ledger\n3", "quarterdeck.local/ledger\n4"))
        assert answer("ledger", "verify", "--checkpoint", str(note), home=home, code=1)["problems"][0]["code"] == (
            "signature"
        )

    @pytest.mark.parametrize("given", [["--checkpoint", "no-such-file"], ["--key", "nonsense"]])
    def test_what_it_cannot_judge_by_exits_2(self, kept: Path, given: list[str]) -> None:
        assert set(answer("ledger", "verify", *given, home=kept, code=2)) == {"error"}

    def test_a_damaged_key_file_is_told(self, home: Path) -> None:
        (home / "keys" / "ledger.key").write_text("nonsense")
        assert answer("ledger", "verify", home=home, code=1)["problems"][0]["code"] == "key"


class TestExportAndProve:
    def test_an_export_is_verified_without_the_home_and_without_the_product(self, kept: Path, tmp_path: Path) -> None:
        made = answer("ledger", "export", "--out", str(tmp_path / "out"), "--as", "ada", home=kept)
        found = answer("ledger", "verify", "--export", str(tmp_path / "out"), "--key", made["key"], "--strict")
        assert (found["ok"], found["size"], found["trusted"]) == (True, made["size"], True)
        alone = [sys.executable, "-I", str(tmp_path / "out" / "verify_ledger.py"), str(tmp_path / "out")]
        assert subprocess.run(alone, capture_output=True).returncode == 0
        again = answer("ledger", "export", "--out", str(tmp_path / "out"), home=kept, code=2)
        assert again["error"]["code"] == "refused"

    def test_an_export_is_not_for_everyone(self, kept: Path, tmp_path: Path) -> None:
        error = answer("ledger", "export", "--out", str(tmp_path / "out"), "--as", "eve", home=kept, code=2)["error"]
        assert error["code"] == "denied"
        assert not (tmp_path / "out").exists()

    def test_a_proof_holds_and_only_for_who_may_see_the_leaf(self, kept: Path, tmp_path: Path) -> None:
        from quarterdeck.engines.merkle.proofs import proof_problems

        proof = answer("ledger", "prove", "3", home=kept)
        assert not proof_problems(proof, (), proof["line"].encode())
        assert answer("ledger", "prove", "0", "--as", "ada", home=kept)["leaf"] == 0
        assert answer("ledger", "prove", "1", "--as", "eve", home=kept, code=2)["error"]["code"] == "not-found"
        assert answer("ledger", "prove", "999999", home=kept, code=2)["error"]["code"] == "not-found"


class TestBackup:
    def test_what_was_backed_up_comes_back_whole(self, kept: Path, backup: Path, tmp_path: Path) -> None:
        restored = answer("restore", str(backup), home=tmp_path / "new")
        assert restored["ledger"]["ok"]
        assert restored["ledger"] == answer("ledger", "verify", home=tmp_path / "new")
        blobs = [sorted(p.name for p in (one / "files").rglob("*") if p.is_file()) for one in (kept, tmp_path / "new")]
        assert blobs[0] == blobs[1] != []
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "new" / "keys" / "ledger.key").stat().st_mode) == 0o600

    def test_it_is_taken_while_somebody_writes(self, home: Path, tmp_path: Path) -> None:
        writer = sqlite3.connect(home / "db.sqlite3", isolation_level=None)
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE permissions_unit SET name = 'not committed'")
        try:
            answer("backup", str(tmp_path / "b"), home=home)
        finally:
            writer.execute("ROLLBACK")
            writer.close()
        assert answer("restore", str(tmp_path / "b"), home=tmp_path / "new")["ledger"]["ok"]

    def test_without_keys_the_past_can_still_be_verified(self, home: Path, tmp_path: Path) -> None:
        signed = answer("ledger", "checkpoint", home=home)
        made = answer("backup", str(tmp_path / "b"), "--without-keys", home=home)
        assert made["keys"] is False
        assert not list((tmp_path / "b").rglob("*.key"))
        answer("restore", str(tmp_path / "b"), home=tmp_path / "new")
        assert answer("ledger", "verify", "--key", signed["key"], home=tmp_path / "new")["trusted"]

    def test_nothing_is_overwritten(self, kept: Path, backup: Path, tmp_path: Path) -> None:
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "mine").touch()
        assert answer("backup", str(tmp_path / "b"), home=kept, code=2)["error"]["code"] == "exists"
        assert answer("restore", str(backup), home=kept, code=2)["error"]["code"] == "exists"
        assert answer("backup", str(kept / "exports" / "b"), home=kept, code=2)["error"]["code"] == "usage"

    def test_a_backup_with_a_broken_ledger_is_not_put_in_place(self, home: Path, tmp_path: Path) -> None:
        tamper(home, "UPDATE ledger_leaf SET action = 'sample.thing.forged' WHERE seq = 123")
        answer("backup", str(tmp_path / "b"), home=home)
        found = answer("restore", str(tmp_path / "b"), home=tmp_path / "new", code=1)
        assert (found["home"], found["ledger"]["first_bad"]) == (None, 123)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "home"]

    def test_a_backup_older_than_a_checkpoint_kept_outside_is_told(self, home: Path, tmp_path: Path) -> None:
        answer("backup", str(tmp_path / "b"), home=home)
        from tests.cli.homes import PROJECT

        more = "from quarterdeck.cli.home import open_home\nopen_home(None)\nfrom tests.support import user_with\nuser_with('ciso')"
        environment = {**os.environ, "QUARTERDECK_HOME": str(home), "PYTHONPATH": f"{PROJECT}/src:{PROJECT}"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        processes.run([sys.executable, "-c", more], check=True, env=environment, cwd=PROJECT)
        answer("ledger", "checkpoint", "--out", str(tmp_path / "note"), home=home)
        found = answer(
            "restore", str(tmp_path / "b"), "--checkpoint", str(tmp_path / "note"), home=tmp_path / "new", code=1
        )
        assert "missing" in {problem["code"] for problem in found["ledger"]["problems"]}

    @pytest.mark.parametrize("damage", ["byte", "missing", "link", "name", "manifest", "pipe"])
    def test_a_damaged_backup_is_refused(self, backup: Path, tmp_path: Path, damage: str) -> None:
        shutil.copytree(backup, tmp_path / "b")
        blob = next(path for path in (tmp_path / "b" / "files").rglob("*") if path.is_file())
        manifest = tmp_path / "b" / "manifest.json"
        if damage == "byte":
            blob.write_bytes(b"dear auditor")
        elif damage == "manifest":
            manifest.write_text('{"format": 1}')
        elif damage == "name":
            said = json.loads(manifest.read_text())
            said["files"]["../outside"] = {"size": 0, "sha256": "0" * 64}
            manifest.write_text(json.dumps(said))
        else:
            blob.unlink()
            if damage == "link":
                blob.symlink_to("/etc/hostname")
            if damage == "pipe":
                os.mkfifo(blob)
        assert answer("restore", str(tmp_path / "b"), home=tmp_path / "new", code=2)["error"]["code"] == "bad-backup"
        assert [path.name for path in tmp_path.iterdir()] == ["b"]


class TestCheckSetup:
    def codes(self, home: Path) -> set[str]:
        document = answer("check-setup", home=home, code=1)
        assert not document["ok"]
        return {one["code"] for one in document["weak"]}

    def test_what_is_mended_is_no_longer_named(self, home: Path, tmp_path: Path) -> None:
        lacking = {"no-witness", "no-backup", "not-verified", "no-scheduler", "mail", "one-factor"}
        assert lacking <= self.codes(home)
        answer("backup", str(tmp_path / "b"), home=home)
        answer("ledger", "checkpoint", home=home)
        assert self.codes(home) & lacking == lacking - {"no-witness", "no-backup"}

    def test_it_tells_a_person_what_to_do(self, home: Path) -> None:
        from django.contrib.auth.hashers import PBKDF2PasswordHasher

        from quarterdeck.demo.stage import PASSWORD

        hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 6)
        tamper(home, f"UPDATE accounts_user SET password = '{hashed}' WHERE login = 'eve'")
        told = run("check-setup", home=home)
        assert told.returncode == 1
        assert "Set smtp" in told.stdout
        assert "eve: This login still has the demonstration's password" in told.stdout
        assert "ledger_leaf_no_update: A trigger that keeps the ledger append-only is gone" in told.stdout


class TestSettingsThatAreWeak:
    def home(self, path: Path, **settings: object) -> Home:
        return create_home(path, settings)

    @pytest.mark.parametrize(
        ("settings", "codes"),
        [
            ({}, set()),
            ({"allowed_hosts": ["deck.example.com"]}, {"no-tls", "public-url"}),
            ({"allowed_hosts": ["deck.example.com"], "https": True, "public_url": "https://deck.example.com"}, set()),
            ({"public_url": "http://deck.example.com", "https": True}, {"public-url"}),
            ({"allowed_hosts": ["*"], "https": True, "public_url": "https://deck.example.com"}, {"any-host"}),
            ({"allowed_hosts": ["127.0.0.2", "[::1]", "deck.localhost"]}, set()),
            ({"allowed_hosts": ["192.168.1.4"]}, {"no-tls", "public-url"}),
        ],
    )
    def test_on_the_way_to_it(self, tmp_path: Path, settings: dict[str, object], codes: set[str]) -> None:
        assert {one.code for one in setup_checks.transport(self.home(tmp_path / "h", **settings))} == codes

    def test_keys_that_others_may_read(self, tmp_path: Path) -> None:
        home = self.home(tmp_path / "h")
        assert {one.code for one in setup_checks.permissions(home)} == {"no-key"}
        (home.keys / "secret.key").chmod(0o640)
        found = [one for one in setup_checks.permissions(home) if one.code == "readable"]
        assert [one.where for one in found] == [str(home.keys / "secret.key")]

    @pytest.mark.parametrize(
        ("url", "codes"),
        [
            ("postgresql://q:p@db.example.com/q", {"sslmode"}),
            ("postgresql://q:p@db.example.com/q?sslmode=require", {"sslmode"}),
            ("postgresql://q@db.example.com/q?sslmode=verify-full", {"database-password"}),
            ("postgresql://q:p@db.example.com/q?sslmode=verify-full&sslrootcert=/etc/ca.pem", set()),
            ("postgresql://q@/q?host=/var/run/postgresql", set()),
            ("postgresql://q:p@localhost/q", set()),
        ],
    )
    def test_on_the_way_to_the_database(self, tmp_path: Path, url: str, codes: set[str]) -> None:
        home = self.home(tmp_path / "h", database_url=url)
        assert {one.code for one in setup_checks.postgresql(home)} == codes
        given = database(home)["OPTIONS"]
        assert ("sslmode" in url) == (isinstance(given, dict) and "sslmode" in given), "what is asked for is done"
