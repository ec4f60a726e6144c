"""Two people who save one record: the second is told and nothing is lost, in turn and truly at once, by every door."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import processes
from tests.proofs.doors import Visitor, attempted, do, environment, got, leaves, serving, token_of, verified

REGISTRANT = "organisation.registrant"
AT_ONCE = 8


@dataclass(frozen=True)
class Served:
    home: Path
    url: str
    token: str

    def registrant(self) -> tuple[int, dict[str, str]]:
        """Its revision and what it says."""
        found = got(self.home, "ye.lin", REGISTRANT, 1)
        return found["revision"], found["fields"]


@pytest.fixture(scope="module")
def served(company_b: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("two") / "home"
    shutil.copytree(company_b, home)
    token = token_of(home, "ye.lin")
    with serving(home) as url:
        yield Served(home, url, token)
    verified(home)


def test_on_the_page_the_second_is_told_what_the_first_changed_and_both_changes_stand(served: Served) -> None:
    address = f"/records/{REGISTRANT}/1/do/change/"
    first, second = Visitor(served.url, "admin"), Visitor(served.url, "ye.lin")
    size = leaves(served.home)
    opened, also_opened = first.ask(address), second.ask(address)
    assert first.press(opened, address, {"short_name": "QUAY12"}).status == 302
    told = second.press(also_opened, address, {"name": "Second Exchange"})
    assert told.status == 409
    assert leaves(served.home) == size + 1
    assert "Someone changed this while you were editing" in told.text
    assert "QUAY12" in told.text
    assert told.form("_token")["name"] == "Second Exchange", "what was typed is still there"
    assert served.registrant()[1]["name"] != "Second Exchange"
    # Having seen it, they press the same button again; the field they never touched stays as the first wrote it.
    assert second.press(told, address, {}).status == 302
    fields = served.registrant()[1]
    assert (fields["short_name"], fields["name"]) == ("QUAY12", "Second Exchange")
    assert leaves(served.home) == size + 2


def test_by_api_the_second_is_told_and_nothing_is_lost(served: Served) -> None:
    seen, _fields = served.registrant()
    size = leaves(served.home)
    caller = Visitor(served.url, token=served.token)
    path = f"records/{REGISTRANT}/1/actions/change?revision={seen}"
    assert caller.call(path, {"short_name": "QUAY13"}).status == 200
    told = caller.call(path, {"name": "API Exchange"})
    assert told.status == 409
    assert told.json["error"]["code"] == "stale"
    assert f"revision {seen}" in told.json["error"]["message"]
    now, fields = served.registrant()
    assert (now, fields["short_name"]) == (seen + 1, "QUAY13")
    assert fields["name"] != "API Exchange"
    assert leaves(served.home) == size + 1


def test_on_the_command_line_the_second_is_told_and_nothing_is_lost(served: Served) -> None:
    seen, _fields = served.registrant()
    size = leaves(served.home)
    do(served.home, "admin", f"{REGISTRANT}.change", 1, {"short_name": "QUAY14"}, "--revision", str(seen))
    told = attempted(
        served.home, "ye.lin", f"{REGISTRANT}.change", 1, {"name": "CLI Exchange"}, "--revision", str(seen)
    )
    assert told.code == 2
    assert told.error["code"] == "stale"
    assert f"revision {seen}" in told.error["message"]
    assert served.registrant()[1]["short_name"] == "QUAY14"
    assert leaves(served.home) == size + 1


def at_once(work: Callable[[int], int], number: int = AT_ONCE) -> Counter[int]:
    """What `number` threads gave that all began together, counted."""
    gate = threading.Barrier(number)

    def begin(mine: int) -> int:
        gate.wait()
        return work(mine)

    with ThreadPoolExecutor(number) as threads:
        return Counter(threads.map(begin, range(number)))


def test_of_many_calls_at_once_that_saw_the_same_record_exactly_one_is_done(served: Served) -> None:
    seen, _fields = served.registrant()
    size = leaves(served.home)

    def save(mine: int) -> int:
        path = f"records/{REGISTRANT}/1/actions/change?revision={seen}"
        return Visitor(served.url, token=served.token).call(path, {"short_name": f"RACE{mine}"}).status

    assert at_once(save) == {200: 1, 409: AT_ONCE - 1}
    assert served.registrant()[0] == seen + 1
    assert leaves(served.home) == size + 1


def test_many_calls_at_once_that_ask_for_no_revision_are_done_one_after_the_other(served: Served) -> None:
    seen, _fields = served.registrant()
    size = leaves(served.home)

    def save(mine: int) -> int:
        field = ("short_name", "name")[mine % 2]
        path = f"records/{REGISTRANT}/1/actions/change"
        return Visitor(served.url, token=served.token).call(path, {field: f"{mine}.X"}).status

    assert at_once(save) == {200: AT_ONCE}
    now, fields = served.registrant()
    assert now == seen + AT_ONCE
    # Neither field was put back by a call that changed the other.
    assert int(fields["short_name"].partition(".")[0]) % 2 == 0
    assert int(fields["name"].partition(".")[0]) % 2 == 1
    assert leaves(served.home) == size + AT_ONCE


def test_the_same_form_sent_many_times_at_once_is_done_once(served: Served) -> None:
    address = f"/records/{REGISTRANT}/1/do/change/"
    person = Visitor(served.url, "ye.lin")
    page = person.ask(address)
    size = leaves(served.home)

    def press(mine: int) -> int:
        return person.press(page, address, {"short_name": "QUAY15"}).status

    assert at_once(press) == {302: AT_ONCE}
    assert leaves(served.home) == size + 1


def test_of_many_processes_at_once_on_one_database_file_exactly_one_is_done(served: Served) -> None:
    seen, _fields = served.registrant()
    size = leaves(served.home)
    words = [sys.executable, "-m", "quarterdeck.cli", "record", "do", f"{REGISTRANT}.change", REGISTRANT, "1"]
    words += ["--data", "-", "--as", "ye.lin", "--revision", str(seen), "--home", str(served.home), "--json"]
    started = [
        processes.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        for _ in range(4)
    ]
    for number, process in enumerate(started):
        assert process.stdin is not None
        process.stdin.write(json.dumps({"short_name": f"PROC{number}"}).encode())
        process.stdin.flush()
    said = [json.loads(process.communicate(timeout=120)[0]) for process in started]
    assert sorted(process.returncode for process in started) == [0, 2, 2, 2]
    assert {answer["error"]["code"] for answer in said if "error" in answer} == {"stale"}
    assert served.registrant()[0] == seen + 1
    assert leaves(served.home) == size + 1
