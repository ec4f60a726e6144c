"""Hostile and broken input, by every door: a clear error, nothing of it in the record, memory bounded."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import pytest

from tests.proofs.conftest import program
from tests.proofs.doors import Ran, Reply, Visitor, files_in, leaves, measured, serving, token_of, verified

MEGABYTE = 1 << 20
#: What reading any input may take: the largest document that is read, its tree, and the program itself.
BOUND = 700 * MEGABYTE


def refused(ran: Ran, *words: str) -> None:
    """The call was unusable: exit 2, one error document whose message has the words, no traceback, bounded memory."""
    assert ran.code == 2, ran.out + ran.err
    for word in words:
        assert word in ran.error["message"], ran.error
    assert ran.error["code"] != "internal"
    assert b"Traceback" not in ran.err
    assert ran.memory < BOUND


# ---------------------------------------------------------------- filings that are read


@pytest.fixture(scope="module")
def filing(company_b: Path) -> bytes:
    """The Inline XBRL document of company B's package."""
    return next((company_b / "exports" / "annual").glob("*-2025*.htm")).read_bytes()


@pytest.mark.parametrize("command", ["read", "check"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
def test_a_truncated_filing_is_refused_and_not_read_in_part(
    filing: bytes, tmp_path: Path, command: str, share: float
) -> None:
    cut = tmp_path / "cut.htm"
    cut.write_bytes(filing[: int(len(filing) * share)])
    ran = measured("disclosure", command, str(cut), "--json")
    refused(ran)
    assert ran.error["where"] == str(cut)
    packed = tmp_path / "cut.htm.gz"
    packed.write_bytes(gzip.compress(filing)[:-40])
    refused(measured("disclosure", command, str(packed), "--json"), "cut short")


def laughing(inner: str) -> bytes:
    """A document whose nine entities would unfold to some three billion characters of `inner`."""
    lines = [f'<!ENTITY a0 "{inner}">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return (
        f'<?xml version="1.0"?>\n<!DOCTYPE html [\n{chr(10).join(lines)}\n]>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><body>&a9;</body></html>'
    ).encode()


@pytest.mark.parametrize("command", ["read", "check"])
def test_entities_are_not_expanded(tmp_path: Path, command: str) -> None:
    file = tmp_path / "laughs.htm"
    file.write_bytes(laughing("ha ha"))
    refused(measured("disclosure", command, str(file), "--json", memory=2048 * MEGABYTE), "entit")


def test_an_entity_from_a_file_or_from_the_network_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the content of another file", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        for place in (secret.as_uri(), address):
            for declared in (f'<!ENTITY x SYSTEM "{place}">', f'<!ENTITY % x SYSTEM "{place}"> %x;'):
                text = f'<?xml version="1.0"?>\n<!DOCTYPE html [{declared}]>\n<html><body>&x;</body></html>'
                ran = measured("disclosure", "read", "-", "--json", stdin=text.encode())
                refused(ran)
                assert b"another file" not in ran.out + ran.err
            text = f'<?xml version="1.0"?>\n<!DOCTYPE html SYSTEM "{place}">\n<html><body>words</body></html>'
            measured("disclosure", "read", "-", "--json", stdin=text.encode())
        with pytest.raises(BlockingIOError):
            listening.accept()


def endless(out: BinaryIO, size: int) -> None:
    """A report of `size` bytes in which nothing is said."""
    line = b"<p>There is nothing in this paragraph, and nothing in the next one.</p>\n" * 1000
    out.write(b'<html xmlns="http://www.w3.org/1999/xhtml"><body>\n')
    for _ in range(size // len(line) + 1):
        out.write(line)
    out.write(b"</body></html>\n")


@pytest.mark.parametrize("command", ["read", "check"])
@pytest.mark.parametrize("packed", [False, True])
def test_200_mb_of_html_are_refused_in_bounded_memory(tmp_path: Path, command: str, packed: bool) -> None:
    file = tmp_path / ("large.htm.gz" if packed else "large.htm")
    with gzip.open(file, "wb", compresslevel=1) if packed else file.open("wb") as out:
        endless(out, 200 * MEGABYTE)  # type: ignore[arg-type]
    ran = measured("disclosure", command, str(file), "--json", memory=1024 * MEGABYTE)
    file.unlink()
    refused(ran, "larger than", "MB")
    assert ran.memory < 300 * MEGABYTE


def test_a_gzip_bomb_is_opened_no_further_than_the_limit(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.htm.gz"
    # A gzip file may have many members, which unfold one after the other.
    bomb.write_bytes(gzip.compress(bytes(4 * MEGABYTE)) * 512)
    assert bomb.stat().st_size < 3 * MEGABYTE
    ran = measured("disclosure", "read", str(bomb), "--json", memory=1024 * MEGABYTE)
    refused(ran, "larger than")


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("utf-8", "utf-16"),
        ("utf-16", "utf-8"),
        ("utf-8", "windows-1252"),
        ("us-ascii", "utf-8"),
        ("no-such-code", "utf-8"),
    ],
)
def test_a_wrongly_declared_encoding_gives_the_same_words_or_a_clear_refusal(
    filing: bytes, tmp_path: Path, declared: str, actual: str
) -> None:
    text = filing.decode("utf-8").replace("board", "board’s café")
    said = re.sub(r'encoding="[^"]+"', f'encoding="{declared}"', text, count=1)
    assert f'encoding="{declared}"' in said
    file = tmp_path / "odd.htm"
    file.write_bytes(said.encode(actual, "replace"))
    straight = tmp_path / "straight.htm"
    straight.write_bytes(re.sub(r'encoding="[^"]+"', 'encoding="utf-8"', text, count=1).encode())
    ran = measured("disclosure", "read", str(file), "--json")
    if ran.code == 2:
        refused(ran)
        return
    assert ran.code == 0, ran.err
    (found,), (meant,) = (
        json.loads(each.out)["documents"] for each in (ran, measured("disclosure", "read", str(straight), "--json"))
    )
    assert found["facts"] == meant["facts"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 5000,
        b"%PDF-1.7\n" + bytes(range(256)) * 40,
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 900,
        b"\xff\xfe\xfd" * 700,
    ],
)
def test_what_is_no_text_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "report.htm"
    file.write_bytes(content)
    refused(measured("disclosure", "read", str(file), "--json"))


# ---------------------------------------------------------------- files handed in


@dataclass(frozen=True)
class Open:
    """Company B, served, with somebody at a browser and a program with a token."""

    home: Path
    page: Visitor
    api: Visitor


@pytest.fixture(scope="module")
def company(company_b: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    import shutil

    home = tmp_path_factory.mktemp("bad-input") / "home"
    shutil.copytree(company_b, home)
    token = token_of(home, "sun.rui")
    with serving(home) as url:
        yield Open(home, Visitor(url, "sun.rui"), Visitor(url, token=token))
    verified(home)


ATTEST = "evidence.evidence/do/attest_security_test/"
TEST = {
    "title": "A test", "performer": "in_house", "performer_name": "Information security", "tested_on": "2026-03-18",
    "scope": "Everything", "findings": "1", "followed": "1",
}  # fmt: skip


def zipped(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def bomb_in_bombs() -> bytes:
    inner = zipped(zeros=bytes(40 * MEGABYTE))
    middle = zipped(**{f"a{n}.zip": inner for n in range(10)})
    return zipped(**{f"b{n}.zip": middle for n in range(10)})


@pytest.mark.parametrize("make", [lambda: zipped(zeros=bytes(200 * MEGABYTE)), bomb_in_bombs])
def test_a_zip_bomb_as_evidence_is_refused_by_page_and_api_and_nothing_is_kept(company: Open, make: object) -> None:
    bomb = make()  # type: ignore[operator]
    size, kept = leaves(company.home), files_in(company.home / "files")
    sent = [("file", "minutes.zip", bomb)]
    page = company.page.fill(f"/records/{ATTEST}", TEST, sent)
    called = company.api.call("records/evidence.evidence/actions/attest_security_test", TEST, sent)
    alone = company.api.call("records/files.storedfile/actions/upload", {}, sent)
    assert page.status == 422
    assert "Nothing was saved" in page.text
    assert "unpacks to far more than it should" in page.text
    assert 'value="A test"' in page.body.decode(), "what was typed is still there"
    for answer in (called, alone):
        assert answer.status == 422
        assert "unpacks to far more than it should" in answer.json["error"]["fields"]["file"][0]
    assert leaves(company.home) == size
    assert files_in(company.home / "files") == kept


def test_an_upload_beyond_the_limit_is_refused_before_it_is_kept(company: Open) -> None:
    size, kept = leaves(company.home), files_in(company.home / "files")
    for content in (bytes(60 * MEGABYTE), b"words " * (51 * MEGABYTE // 6)):
        answer = company.api.call("records/files.storedfile/actions/upload", {}, [("file", "large.txt", content)])
        assert answer.status in (413, 422)
        assert "larger than" in answer.json["error"]["message"] + json.dumps(answer.json["error"]["fields"])
    assert leaves(company.home) == size
    assert files_in(company.home / "files") == kept


HOSTILE = [
    "../../../../etc/cron.d/evil",
    "..\\..\\windows\\system32\\evil.txt",
    "/etc/passwd",
    "minutes.txt\x00.exe",
    "minutes\u202etxt.exe",
    "a" * 240 + ".txt",
    "委" * 80 + ".txt",
    "CON",
    "lpt1.txt",
    "minutes.txt\r\nSet-Cookie: session=stolen\r\n\r\n<script>alert(1)</script>",
    'minutes".txt; filename=evil.exe',
    "<img src=x onerror=alert(1)>.txt",
    "...",
    "-rf",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_file_name_does_no_harm_where_it_is_kept_shown_and_handed_out(company: Open, name: str) -> None:
    content = f"Minutes named {name!a}".encode()
    size, before = leaves(company.home), set(files_in(company.home.parent))
    made = company.page.fill(f"/records/{ATTEST}", TEST | {"title": "Named badly"}, [("file", name, content)])
    assert made.status == 302, made.text
    address = str(made.headers["Location"])
    assert leaves(company.home) == size + 1
    # On the disk: one file more, called by the hash of its content.
    # (The served home's own jobs may sign a checkpoint at any time, and keep its copy, and put a mail into the outbox.)
    of_jobs = (company.home / "exports" / "checkpoints", company.home / "outbox")
    (new,) = {
        path
        for path in set(files_in(company.home.parent)) - before
        if not path.name.startswith("db.sqlite3") and not any(path.is_relative_to(folder) for folder in of_jobs)
    }
    assert new.read_bytes() == content
    assert new.is_relative_to(company.home / "files")
    assert len(new.name) == 64
    # On the page: text, and nothing that turns the line round.
    page = company.page.ask(address)
    assert page.status == 200
    assert b"<img src=x" not in page.body
    assert b"<script>alert" not in page.body
    stored = company.api.ask(f"/api/v1{address.rstrip('/')}").json["fields"]["file"]
    shown = stored["title"]
    assert 1 <= len(shown) <= 150
    assert all(character.isprintable() for character in shown)
    assert not set(shown) & set('/\\"<>|:*?')
    assert shown not in ("CON", "lpt1.txt", "...")
    # In the download: one header of one line, the bytes as they were sent.
    answer = company.page.ask(f"/files/{stored['id']}/download/")
    (disposition,) = answer.headers.get_all("Content-Disposition", [])
    assert disposition.startswith("attachment; filename")
    assert not set(disposition) & set("\r\n\0")
    assert answer.headers.get("Set-Cookie") is None
    assert shown in (unquote(disposition.partition("''")[2]), disposition.partition('"')[2].rstrip('"'))
    assert answer.body == content


@pytest.mark.parametrize(
    "name", ["a" * 1000 + ".txt", "委" * 1000 + ".txt", "\u2066\u200b", ""], ids=["long", "wide", "unseen", "none"]
)
def test_a_file_name_that_no_file_can_have_is_refused_plainly(company: Open, name: str) -> None:
    size, kept = leaves(company.home), files_in(company.home / "files")
    sent = [("file", name, b"words")]
    page = company.page.fill(f"/records/{ATTEST}", TEST, sent)
    called = company.api.call("records/files.storedfile/actions/upload", {}, sent)
    assert (page.status, called.status) in ((400, 400), (422, 422))
    assert "Nothing was" in page.text
    assert called.json["error"]["message"]
    assert leaves(company.home) == size
    assert files_in(company.home / "files") == kept


def test_a_folder_with_hostile_names_is_read_and_told_on_single_lines(tmp_path: Path) -> None:
    folder = tmp_path / "filings"
    folder.mkdir()
    text = "Cybersecurity Disclosure\n12 Months Ended\nDec. 31, 2024\n| Cybersecurity Risk Management Processes Integrated [Flag]\ntrue\n"
    names = ["a\nb.txt", "-rf", "\u202ecba.txt", "$(touch x).txt", "\x1b[31mred.txt"]
    for name in names:
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "broken\n.htm").write_bytes(b"\x00\x01")
    ran = measured("disclosure", "read", str(folder), "--json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert {Path(each["source"]).name for each in document["documents"]} == set(names)
    assert [Path(each["source"]).name for each in document["errors"]] == ["broken\n.htm"]
    told = measured("disclosure", "read", str(folder))
    assert b"\x1b" not in told.out + told.err
    assert "\u202e".encode() not in told.out + told.err
    assert sorted(path.name for path in folder.parent.iterdir()) == ["filings"]


# ---------------------------------------------------------------- lists that are taken along

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =HYPERLINK(0)", "＝1+1", '=cmd|" /C calc"!A0']


def test_no_cell_of_an_exported_list_is_a_formula(company: Open) -> None:
    for number, formula in enumerate(FORMULAS):
        called = company.api.call(
            "records/files.storedfile/actions/upload", {}, [("file", "x.txt", f"{number}".encode())]
        )
        fields = TEST | {
            "title": formula,
            "scope": formula,
            "file": called.json["record"]["id"],
            "findings": 1,
            "followed": 1,
        }
        made = company.api.call("records/evidence.evidence/actions/attest_security_test", fields)
        assert made.status == 201, made.body
    answer = company.page.ask("/records/evidence.evidence/export.csv")
    assert answer.status == 200
    assert str(answer.headers["Content-Disposition"]).startswith('attachment; filename="evidence-evidence-')
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "＝"))] == []
    assert [cell for cell in cells if cell.startswith(("\t", "\r", "\n"))] == []
    for formula in FORMULAS:
        assert [cell for cell in cells if cell.lstrip("'").strip() == formula.strip()], formula


def test_the_record_of_the_formula_itself_is_kept_as_it_was_typed(company: Open) -> None:
    answer = program(
        "record", "list", "evidence.evidence", "--search", "SUM(A1)", "--as", "sun.rui", "--json", home=company.home
    )
    assert [item["title"] for item in answer.json["items"]] == ["@SUM(A1)"]


# ---------------------------------------------------------------- calls that make no sense


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"{", 422),
        (b"[" * 100_000, 422),
        (b'"words"', 422),
        (b"\xff\xfe{}", 422),
        (b'{"title": ["a"], "nonsense": 1}', 422),
        (b'{"title": "' + b"a" * (6 * MEGABYTE) + b'"}', 413),
    ],
    ids=["cut", "deep", "no object", "no text", "unknown", "large"],
)
def test_a_call_whose_body_makes_no_sense_is_refused_plainly(company: Open, data: bytes, status: int) -> None:
    size = leaves(company.home)
    answer: Reply = company.api.ask(
        "/api/v1/records/evidence.evidence/actions/attest_security_test", data, "application/json"
    )
    assert answer.status == status
    assert answer.json["error"]["message"]
    assert b"Traceback" not in answer.body
    ran = measured(
        "record", "do", "evidence.evidence.attest_security_test", "evidence.evidence", "--data", "-", "--as", "sun.rui", "--json",
        "--home", str(company.home), stdin=data,
    )  # fmt: skip
    assert ran.code == 2
    assert ran.error["code"] != "internal"
    assert leaves(company.home) == size
