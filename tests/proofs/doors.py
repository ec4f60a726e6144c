"""The doors of the program as people and programs use them: a served home, a browser without script, an API client, limits."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests import processes
from tests.proofs.conftest import ROOT, program

PASSWORD = "quarterdeck-demo"
BOUNDARY = "quarterdeck-proof-boundary"


def environment(**more: str) -> dict[str, str]:
    """The environment of a person who has set nothing."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("QUARTERDECK", "DJANGO", "PYTHON"))}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8"} | more


@dataclass(frozen=True)
class Ran:
    """What one call gave, and the most memory it held, in bytes."""

    code: int
    out: bytes
    err: bytes
    memory: int

    @property
    def error(self) -> dict[str, Any]:
        """The error of ``--json``."""
        found: dict[str, Any] = json.loads(self.out)["error"]
        return found


def measured(*words: str, stdin: bytes = b"", memory: int | None = None, largest_file: int | None = None) -> Ran:
    """Run ``quarterdeck`` in a process of its own, if asked with no more than `memory` bytes of address space, or unable
    to write more than `largest_file` bytes into any file."""

    command = [sys.executable, "-m", "quarterdeck.cli", *words]
    if memory is largest_file is None and processes.forkable(command, environment()):
        with processes.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as process:
            out, err = process.communicate(stdin, timeout=300)
        return Ran(process.returncode, out, err, process.peak)

    def limits() -> None:
        if memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    # A process of its own in between, whose children's peak is that of this one call.
    wrapper = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run([sys.executable, '-m', 'quarterdeck.cli', *sys.argv[1:]]).returncode\n"
        "sys.stderr.write('\\n%d' % (resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", wrapper, *words], input=stdin, capture_output=True, env=environment(), timeout=300,
        check=False, preexec_fn=limits,
    )  # fmt: skip
    err, _line, peak = done.stderr.rpartition(b"\n")
    return Ran(done.returncode, done.stdout, err, int(peak))


# ---------------------------------------------------------------- the record


def leaves(home: Path, action: str = "%") -> int:
    """How many leaves people's actions (or one of them) have in the ledger of a home, looked at from outside.

    The program's own are left out: it marks an approval void in its own time, when a change behind it was noticed.
    """
    with sqlite3.connect(f"file:{home / 'db.sqlite3'}?mode=ro", uri=True) as database:
        query = "select count(*) from ledger_leaf where action like ? and action <> 'disclosures.disclosure.void'"
        count: int = database.execute(query, (action,)).fetchone()[0]
    return count


def verified(home: Path) -> int:
    """The size of the ledger, after it was verified as a whole."""
    answer = program("ledger", "verify", "--json", home=home)
    assert answer.code == 0, answer.out
    assert answer.json["ok"] is True
    size: int = answer.json["size"]
    return size


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder, hidden ones too."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def do(home: Path, login: str, action: str, key: int | None, data: Mapping[str, object], *more: str) -> dict[str, Any]:
    """One action by the command line that goes well; what it answers."""
    done = attempted(home, login, action, key, data, *more)
    assert done.code == 0, done.out + done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer


def attempted(home: Path, login: str, action: str, key: int | None, data: Mapping[str, object], *more: str) -> Ran:
    """One action by the command line, however it goes."""
    kind = action.rpartition(".")[0]
    words = ["record", "do", action, kind, *([] if key is None else [str(key)]), "--data", "-", "--as", login, *more]
    return measured(*words, "--home", str(home), "--json", stdin=json.dumps(data).encode())


def got(home: Path, login: str, kind: str, key: int) -> dict[str, Any]:
    """One record by the command line."""
    answer = program("record", "get", kind, str(key), "--as", login, "--json", home=home)
    assert answer.code == 0, answer.out
    found: dict[str, Any] = answer.json
    return found


# ---------------------------------------------------------------- pages and API


@contextmanager
def serving(home: Path, **more: str) -> Iterator[str]:
    """The address of `home` while the program serves it, in a session of its own."""
    log = home.parent / f"{home.name}.served.log"
    with log.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "quarterdeck.cli", "serve", "--home", str(home), "--json"],
            stdout=subprocess.PIPE, stderr=err, env=environment(**more),
        )  # fmt: skip
    try:
        assert process.stdout is not None
        said = b""
        while not said.rstrip().endswith(b"}"):
            line = process.stdout.readline()
            assert line, log.read_text(encoding="utf-8")
            said += line
        yield str(json.loads(said)["url"])
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


class _Page(HTMLParser):
    """The words of a page, and what each of its forms would send as it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, str]] = [{}]
        self.words: list[str] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, fields = given.get("name", ""), self.forms[-1]
        kind = given.get("type", "text")
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and name and kind not in ("submit", "file", "button"):
            if kind not in ("checkbox", "radio") or "checked" in given:
                fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area is not None:
            self.forms[-1][self._area] += data.removeprefix("\n")


@dataclass(frozen=True)
class Reply:
    """What the server answered; a redirection is an answer too."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The words of a page, white space folded."""
        return " ".join(" ".join(self._page.words).split())

    def form(self, field: str) -> dict[str, str]:
        """What the form with that field would send as it stands."""
        return next(fields for fields in self._page.forms if field in fields)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def _page(self) -> _Page:
        page = _Page()
        page.feed(self.body.decode("utf-8"))
        page.close()
        return page


class _AsItIs(urllib.request.HTTPErrorProcessor):
    """No redirection is followed, no status is an exception."""

    def http_response(self, request: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:
        return response


Files = Sequence[tuple[str, str, bytes]]
"""Field, file name as sent, content."""


def multipart(fields: Mapping[str, object], files: Files) -> bytes:
    """A form as a hostile program sends it: the whole file name, every character of it, in the encoded form (RFC 5987)."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for field, name, content in files:
        shown = urllib.parse.quote(name, safe="")
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename*=UTF-8''{shown}\r\n"
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


class Visitor:
    """A person at a browser without script, or with a `token` a program that calls the API."""

    def __init__(self, url: str, login: str | None = None, token: str | None = None) -> None:
        self.url = url
        self.token = token
        # Nothing between us and the server, whatever the machine is set to.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar()), _AsItIs
        )
        if login is not None:
            said = self.ask("/account/login/").form("login") | {"login": login, "password": PASSWORD}
            assert self.ask("/account/login/", urllib.parse.urlencode(said).encode()).status == 302

    def ask(self, path: str, data: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> Reply:
        request = urllib.request.Request(self.url + path, data)
        if data is not None:
            request.add_header("Content-Type", kind)
        if self.token is not None:
            request.add_header("Authorization", f"Bearer {self.token}")
        with self._opener.open(request, timeout=120) as answer:
            return Reply(answer.status, answer.headers, answer.read())

    def press(self, page: Reply, path: str, fields: Mapping[str, object], files: Files = ()) -> Reply:
        """Send the form of a page that was opened before."""
        given = page.form("_token") | {name: str(value) for name, value in fields.items()}
        if files:
            return self.ask(path, multipart(given, files), f"multipart/form-data; boundary={BOUNDARY}")
        return self.ask(path, urllib.parse.urlencode(given).encode())

    def fill(self, path: str, fields: Mapping[str, object], files: Files = ()) -> Reply:
        """Open the page of a form and send it."""
        return self.press(self.ask(path), path, fields, files)

    def call(self, path: str, data: Mapping[str, object], files: Files = ()) -> Reply:
        """Send JSON, or a form where files come along, to the API."""
        if files:
            return self.ask(f"/api/v1/{path}", multipart(data, files), f"multipart/form-data; boundary={BOUNDARY}")
        return self.ask(f"/api/v1/{path}", json.dumps(data).encode(), "application/json")


def token_of(home: Path, login: str) -> str:
    """A new API token of a person of a demonstration company."""
    made = do(home, login, "accounts.apitoken.create", None, {"name": "Proof", "expires_on": "2026-12-31"})
    return str(made["secret"])
