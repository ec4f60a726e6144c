"""A full disk and a killed process: a clear error where somebody is there to read it, nothing lost, nothing half written."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from tests import processes
from tests.proofs.conftest import program
from tests.proofs.doors import (
    Visitor,
    attempted,
    do,
    environment,
    files_in,
    leaves,
    measured,
    serving,
    token_of,
    verified,
)

ATTEST = "/records/evidence.evidence/do/attest_security_test/"
TEST = {
    "title": "A test", "performer": "in_house", "performer_name": "Information security", "tested_on": "2026-03-18",
    "scope": "Everything", "findings": "1", "followed": "1",
}  # fmt: skip


def whole(package: Path) -> bool:
    """Whether every file that the manifest names is there with its hash, and no other."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    names = {row["name"] for row in manifest["files"]}
    assert {path.name for path in package.iterdir()} == names | {"manifest.json"}
    return all(sha256((package / row["name"]).read_bytes()).hexdigest() == row["sha256"] for row in manifest["files"])


# ---------------------------------------------------------------- a full disk


class Disk:
    """A file system of a few megabytes, which can be filled to the last byte."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "filler"

    def fill(self) -> None:
        with self._filler.open("ab", buffering=0) as out, contextlib.suppress(OSError):
            while True:
                out.write(bytes(65536))
        with self._filler.open("ab", buffering=0) as out, contextlib.suppress(OSError):
            while True:
                out.write(b"\0")

    def free(self) -> None:
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can be made only by somebody who may mount one")
    yield Disk(place)
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_on_a_full_disk_every_door_says_so_and_the_record_stays_as_it_was(company_b: Path, small_disk: Disk) -> None:
    home = small_disk.place / "home"
    shutil.copytree(company_b, home)
    token, officers = token_of(home, "sun.rui"), token_of(home, "ye.lin")
    upload = [("file", "minutes.txt", b"words " * 40_000)]
    with serving(home) as url:
        person, caller, officer = Visitor(url, "sun.rui"), Visitor(url, token=token), Visitor(url, token=officers)
        opened = person.ask(ATTEST)
        small_disk.fill()
        size, kept = leaves(home), files_in(home / "files")
        page = person.press(opened, ATTEST, TEST, upload)
        assert page.status in (422, 409, 507), page.text
        assert "disk" in page.text
        assert "full" in page.text
        called = caller.call("records/files.storedfile/actions/upload", {}, upload)
        assert called.status in (422, 409, 507)
        assert "full" in json.dumps(called.json)
        # What needs no file but a row: enough of them to outgrow what the database had set aside.
        answers = [
            officer.call("records/organisation.registrant/1/actions/change", {"name": f"{n} " + "a" * 60})
            for n in range(40)
        ]
        done = sum(answer.status == 200 for answer in answers)
        assert {answer.status for answer in answers} in ({507}, {200, 507})
        assert all("disk is full" in answer.json["error"]["message"] for answer in answers if answer.status == 507)
        assert leaves(home) == size + done
        assert files_in(home / "files") == kept
        assert person.ask("/programme/").status in (200, 507)
        small_disk.free()
        assert leaves(home) == size + done
        again = person.fill(ATTEST, TEST, upload)
        assert again.status == 302
        assert leaves(home) == size + done + 1
    verified(home)


def test_on_a_full_disk_the_command_line_says_so_and_leaves_nothing(
    company_b: Path, small_disk: Disk, tmp_path: Path
) -> None:
    home = small_disk.place / "home"
    shutil.copytree(company_b, home)
    size = leaves(home)
    small_disk.fill()
    before = files_in(small_disk.place)
    exported = measured("ledger", "export", "--out", str(small_disk.place / "export"), "--home", str(home), "--json")
    built = measured(
        "disclosure", "build", "1", "--out", str(small_disk.place / "package"), "--home", str(home), "--json"
    )
    acted = attempted(home, "ye.lin", "organisation.registrant.change", 1, {"name": "Another Name"})
    copied = measured("backup", str(small_disk.place / "backup"), "--home", str(home), "--json")
    for ran in (exported, built, acted, copied):
        assert ran.code == 2, ran.out + ran.err
        assert ran.error["code"] == ("database" if ran is copied else "disk-full"), ran.error
        assert "disk is full" in ran.error["message"]
        assert b"Traceback" not in ran.err
    left = {path for path in set(files_in(small_disk.place)) ^ set(before) if not path.name.startswith("db.sqlite3-")}
    assert left == set()
    small_disk.free()
    assert leaves(home) == size
    verified(home)
    assert program("ledger", "export", "--out", str(small_disk.place / "export"), "--json", home=home).code == 0
    assert program("disclosure", "build", "1", "--out", str(tmp_path / "package"), "--json", home=home).code == 0
    assert whole(tmp_path / "package")
    do(home, "ye.lin", "organisation.registrant.change", 1, {"name": "Another Name"})


def test_where_no_large_file_may_be_written_an_export_says_so_and_leaves_nothing(own_b: Path, tmp_path: Path) -> None:
    assert program("ledger", "checkpoint", "--json", home=own_b).code == 0
    size, out = leaves(own_b), tmp_path / "out" / "export"
    ran = measured("ledger", "export", "--out", str(out), "--home", str(own_b), "--json", largest_file=200_000)
    assert ran.code == 2
    assert ran.error["code"] == "disk-full", ran.error
    assert files_in(tmp_path / "out") == []
    assert leaves(own_b) == size
    verified(own_b)


def test_output_that_nothing_more_fits_into_is_an_error(company_b: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = processes.run(
            [sys.executable, "-m", "quarterdeck.cli", "disclosure", "show", "1", "--home", str(company_b), "--json"],
            stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"disk is full" in done.stderr
    assert b"Traceback" not in done.stderr


# ---------------------------------------------------------------- a killed process

#: Ends itself as `kill -9` would, at the n-th time that it touches a file by a name that has the given part.
KILLED = """
import os, signal, sys
part, at, *words = sys.argv[1:]
left = int(at)
TOUCHING = {"open", "os.rename", "os.mkdir", "os.chmod", "os.remove", "os.rmdir"}

def watch(event, given):
    global left
    if event in TOUCHING and any(part in os.fsdecode(value) for value in given if isinstance(value, (str, bytes, os.PathLike))):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
sys.argv = ["quarterdeck", *words]
from quarterdeck.cli.main import main
sys.exit(main())
"""


def killed_at(part: str, at: int, *words: str) -> int:
    done = processes.run(
        [sys.executable, "-c", KILLED, part, str(at), *words],
        capture_output=True,
        env=environment(),
        timeout=120,
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize("standing", [False, True], ids=["new", "in place of another"])
def test_a_build_killed_at_any_step_leaves_a_whole_package_or_none(own_b: Path, tmp_path: Path, standing: bool) -> None:
    out = tmp_path / "here" / "filing"
    words = ["disclosure", "build", "1", "--out", str(out), "--home", str(own_b), "--json"]
    if standing:
        assert program(*words, home=own_b).code == 0
    size, steps = leaves(own_b), 0
    while killed_at(f"{out.parent}{os.sep}", at := steps + 1, *words) == -signal.SIGKILL:
        steps = at
        assert not out.exists() or whole(out), f"killed at step {steps}"
        assert out.exists() or not standing
        assert leaves(own_b) <= size + 1
        if steps in (2, 5):
            verified(own_b)
    assert steps >= 5, "it was not killed where it writes"
    assert whole(out)
    # The seal, once: by a build that was killed after it or by the one that went through, if there was none before.
    assert leaves(own_b) - size <= 1
    verified(own_b)


def test_an_export_killed_at_any_step_leaves_a_whole_export_or_none(own_b: Path, tmp_path: Path) -> None:
    assert program("ledger", "checkpoint", "--json", home=own_b).code == 0
    size, steps, out = leaves(own_b), 0, tmp_path / "here" / "export"
    words = ["ledger", "export", "--out", str(out), "--home", str(own_b), "--json"]
    while killed_at(f"{out.parent}{os.sep}", at := steps + 1, *words) == -signal.SIGKILL:
        steps = at
        if out.exists():
            break  # killed when it had its name already: it has to be whole
    assert steps >= 7, "it was not killed where it writes"
    assert program("ledger", "verify", "--export", str(out), "--json").json["size"] >= size
    assert leaves(own_b) == size
    verified(own_b)


def test_a_backup_killed_on_its_way_leaves_none(own_b: Path, tmp_path: Path) -> None:
    size, out = leaves(own_b), tmp_path / "here" / "backup"
    words = ["backup", str(out), "--home", str(own_b), "--json"]
    for step in (1, 2, 4, 30, 120, 240):
        assert killed_at(f"{out.parent}{os.sep}", step, *words) == -signal.SIGKILL
        assert not out.exists()
    assert program(*words, home=own_b).code == 0
    assert leaves(own_b) == size
    verified(own_b)


def test_a_server_killed_amid_a_burst_of_actions_keeps_everything_it_had_acknowledged(own_b: Path) -> None:
    token = token_of(own_b, "sun.rui")
    before = leaves(own_b)
    acknowledged: list[int] = []

    def burst(mine: int, url: str, process: int) -> None:
        caller = Visitor(url, token=token)
        for number in range(1000):
            sent = [("file", f"{mine}-{number}.txt", f"words {mine} {number} ".encode() * 500)]
            try:
                answer = caller.call("records/files.storedfile/actions/upload", {}, sent)
            except OSError:
                return
            assert answer.status == 201
            acknowledged.append(answer.json["leaf"])
            if len(acknowledged) == 25:
                os.kill(process, signal.SIGKILL)

    with serving(own_b) as url, ThreadPoolExecutor(4) as threads:
        process = serving_process(own_b)
        for ended in [threads.submit(burst, mine, url, process) for mine in range(4)]:
            ended.result()
    size = leaves(own_b)
    assert len(acknowledged) >= 25
    # Each answer stands for a leaf; a call that was cut off may have one too, four at most.
    assert len(set(acknowledged)) == len(acknowledged)
    assert len(acknowledged) <= size - before <= len(acknowledged) + 4
    verified(own_b)
    rows = program("record", "list", "files.storedfile", "--as", "sun.rui", "--json", home=own_b).json["items"]
    stored = {row["fields"]["sha256"] for row in rows if row["title"].partition("-")[2].partition(".")[0].isdecimal()}
    assert len(stored) == size - before
    for name in stored:
        place = own_b / "files" / name[:2] / name[2:4] / name
        assert sha256(place.read_bytes()).hexdigest() == name
    # And it comes up again as if nothing had been.
    with serving(own_b) as url:
        assert (
            Visitor(url, token=token)
            .call("records/files.storedfile/actions/upload", {}, [("file", "a.txt", b"a")])
            .status
            == 201
        )
    verified(own_b)


def serving_process(home: Path) -> int:
    """The process that serves `home`: the one that the others end with."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if b"serve" in words and os.fsencode(home) in words:
                    return int(entry.name)
    raise AssertionError("nothing serves it")
