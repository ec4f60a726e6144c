"""The path of what could be material by API, as six people, in each company; and with the program's processes killed on the way."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import signal
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.proofs.doors import leaves, serving, token_of, verified
from tests.proofs.path_walk import Rows, Walk, people_of


@dataclass
class Api:
    """Calls with a token each. Sends the same key again until it is answered, as a careful client does."""

    home: Path
    url: str
    tokens: dict[str, str] = field(default_factory=dict)
    asked_again: int = 0

    def call(
        self, login: str, path: str, data: Mapping[str, object] | None = None, patience: float = 90
    ) -> tuple[int, str]:
        """Status and text. A line that breaks is tried again under the same idempotency key."""
        request = urllib.request.Request(f"{self.url}{path}", method="GET" if data is None else "POST")
        request.add_header("Authorization", f"Bearer {self._token(login)}")
        if data is not None:
            request.data = json.dumps(data).encode()
            request.add_header("Content-Type", "application/json")
            request.add_header("Idempotency-Key", str(uuid.uuid4()))
        until = time.monotonic() + patience
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < until, f"{path} was not answered"
                self.asked_again += 1
                time.sleep(0.2)

    def _token(self, login: str) -> str:
        if login not in self.tokens:
            self.tokens[login] = token_of(self.home, login)
        return self.tokens[login]

    def do(self, login: str, code: str, key: int | None, data: Mapping[str, object]) -> int:
        status, text = self.call(login, self._path(code, key), data)
        assert status in (200, 201), (login, code, status, text[:500])
        record = json.loads(text)["record"]
        return int(record["id"])

    def barred(self, login: str, code: str, key: int | None, data: Mapping[str, object]) -> bool:
        self._token(login)
        before = leaves(self.home)
        status, text = self.call(login, self._path(code, key), data)
        assert leaves(self.home) == before
        return status in (403, 404, 409) and bool(json.loads(text)["error"]["message"])

    def hidden(self, login: str, path: str) -> bool:
        found = re.search(r"\d+", path)
        assert found is not None
        return self.call(login, f"/api/v1/records/incidents.incident/{found.group()}")[0] == 404

    @staticmethod
    def _path(code: str, key: int | None) -> str:
        kind, _dot, name = code.rpartition(".")
        return f"/api/v1/records/{kind}/{'' if key is None else f'{key}/'}actions/{name}"


@contextmanager
def company_served(letter: str, home: Path, tmp: Path) -> Iterator[tuple[Path, str]]:
    copy = tmp / f"path-{letter}"
    shutil.copytree(home, copy)
    with serving(copy) as url:
        yield copy, url
    verified(copy)


@pytest.mark.parametrize("letter", ["a", "b", "c"])
def test_six_people_walk_the_path_by_api(letter: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    home = request.getfixturevalue(f"company_{letter}")
    with company_served(letter, home, tmp_path) as (copy, url):
        rows = Rows(copy)
        walk = Walk(people_of(letter, rows), Api(copy, url), rows, "Payroll interface read by a stranger")
        size = leaves(copy)
        walk.run()
        made = leaves(copy) - size
        tokens = leaves(copy, "accounts.apitoken.create")
    assert made - tokens == len(walk.steps), "each step left one leaf, and nothing else left any"


def processes(home: Path, kind: str) -> list[int]:
    """Processes of a kind (``web`` or ``worker``) that serve the home."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            around = (entry / "environ").read_bytes()
        except OSError:
            continue
        if (
            b"quarterdeck.cli.child" in words
            and kind.encode() in words
            and f"QUARTERDECK_HOME={home}".encode() in around
        ):
            found.append(int(entry.name))
    return found


def test_processes_killed_at_random_lose_no_step_double_none_and_tell_nobody_twice(
    company_b: Path, tmp_path: Path
) -> None:
    chosen = random.Random(20260302)
    killed: Counter[str] = Counter()
    with company_served("b", company_b, tmp_path) as (copy, url):
        rows = Rows(copy)
        door = Api(copy, url)
        people = people_of("b", rows)
        for login in (*people.everybody(), people.outside):
            door._token(login)

        def strike() -> None:
            """Now and then, kill -9 a web process or the worker; the next step meets what is left."""
            if chosen.random() < 0.5:
                return
            for kind in sorted(("worker", "web"), key=lambda name: killed[name]):
                running = processes(copy, kind)
                if running and killed[kind] < 5:
                    os.kill(chosen.choice(running), signal.SIGKILL)
                    killed[kind] += 1
                    return

        size = leaves(copy)
        walk = Walk(people, door, rows, "Payroll interface read by a stranger", between=strike)
        walk.run()
        assert leaves(copy) - size == len(walk.steps), "no step was lost, none was done twice"
        done_with_jobs(rows)
        mails = [
            text for path in (copy / "outbox").glob("*") for text in path.read_text().split("-" * 79) if "To:" in text
        ]
        unknown = rows.one("select count(*) from jobs_effect where state = 'claimed' and key like 'notices.send:%'")
        effects = rows.one("select count(*) from jobs_effect where key like 'notices.send:%'")
    assert min(killed["web"], killed["worker"]) >= 3, killed
    told = Counter(line for text in mails for line in re.findall(r"^To: (.+)$", text, re.MULTILINE))
    # One mail a step and person: each effect is one mail, unless its worker was killed just while sending.
    assert effects - unknown <= sum(told.values()) <= effects
    assert effects >= 4


def done_with_jobs(rows: Rows, patience: float = 120) -> None:
    """Until no job waits or runs: workers come back by themselves."""
    until = time.monotonic() + patience
    query = "select count(*) from django_tasks_database_dbtaskresult where status in ('READY', 'RUNNING', 'NEW')"
    while rows.one(query):
        assert time.monotonic() < until, "jobs are still waiting"
        time.sleep(0.5)
