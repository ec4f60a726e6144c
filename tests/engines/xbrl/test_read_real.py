"""Real filings: every fact, the value that Arelle reads, and the same facts on the filing's R page.

Arelle reads each document with a schema of ours in place of the filer's own, which only points at the taxonomy.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TypedDict

import pytest

from quarterdeck.engines.xbrl.model import Document, document_json
from quarterdeck.engines.xbrl.read import read_inline_path, read_path, read_paths

DATA = Path(__file__).parents[4] / "shared" / "data"
DISCLOSURES = DATA / "disclosures"
pytestmark = pytest.mark.skipif(not DISCLOSURES.exists(), reason="needs ../shared/data/disclosures")

# Filer, form, CYD facts and flags that are true, as counted on the filings.
EXPECTED = {
    "amzn-10-k-2025-02-07": ("0001018724", "10-K", "2024-12-31", 15),
    "ko-10-k-2025-02-20": ("0000021344", "10-K", "2024-12-31", 16),
    "nflx-10-k-2025-01-27": ("0001065280", "10-K", "2024-12-31", 15),
    "nvda-10-k-2025-02-26": ("0001045810", "10-K", "2025-01-26", 15),
    "tsla-10-k-2025-01-30": ("0001318605", "10-K", "2024-12-31", 15),
    "unp-10-k-2025-02-07": ("0000100885", "10-K", "2024-12-31", 15),
    "wmt-10-k-2025-03-14": ("0000104169", "10-K", "2025-01-31", 15),
    "0001020859-25-000036": ("0001020859", "8-K", "2025-06-21", 4),
    "0001193125-25-119311": ("0000073309", "8-K", "2025-05-13", 4),
    "0001193125-25-143135": ("0000073309", "8-K/A", "2025-05-13", 4),
    "0001677703-25-000067": ("0001677703", "8-K", "2025-04-09", 4),
    "0001679788-25-000094": ("0001679788", "8-K", "2025-05-14", 2),
}


def file_of(stem: str) -> Path:
    annual = DISCLOSURES / "annual" / f"{stem}.html.gz"
    return annual if annual.exists() else DISCLOSURES / "incidents" / f"{stem}.raw.html"


class ArelleFact(TypedDict):
    concept: str
    value: str | None
    start: str | None
    end: str
    dimensions: dict[str, str]


@pytest.fixture(scope="module")
def arelle(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[ArelleFact]]:
    """What Arelle reads of all the documents, by the stem of the file, in the order of the document."""
    folder = tmp_path_factory.mktemp("arelle")
    files = []
    for stem in EXPECTED:
        path = file_of(stem)
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        bare = re.sub(rb"\A\s*<XBRL>\s*|</XBRL>\s*\Z", b"", raw)
        year = re.search(rb"http://xbrl.sec.gov/cyd/(\d{4})", bare)
        schema = re.search(rb'xlink:href="([\w.-]+\.xsd)"', bare)
        assert year is not None
        assert schema is not None
        own = folder / stem
        own.mkdir()
        imports = "".join(
            f'<xs:import namespace="http://xbrl.sec.gov/{name}/{year[1].decode()}" '
            f'schemaLocation="https://xbrl.sec.gov/{name}/{year[1].decode()}/{name}-{year[1].decode()}.xsd"/>'
            for name in ("cyd", "dei")
        )
        (own / schema[1].decode()).write_text(
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:own">{imports}</xs:schema>'
        )
        file = own / f"{stem}.htm"
        file.write_bytes(bare)
        files.append(str(file))
    packages = [str(path) for path in sorted((DATA / "taxonomy").glob("cyd-*-handmade.zip"))]
    program = Path(__file__).with_name("arelle_facts.py")
    done = subprocess.run(
        [sys.executable, str(program), *packages, "--", *files], capture_output=True, timeout=180, check=True
    )
    return {Path(file).stem: facts for file, facts in json.loads(done.stdout).items()}


class _Stripper(HTMLParser):
    """Text of markup by the standard library: nothing in common with the reader under test."""

    BLOCKS = frozenset("p div table tr td th li ul ol br h1 h2 h3 h4 h5 h6 hr".split())  # noqa: SIM905

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.inline: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inline = "display:inline" in (dict(attrs).get("style") or "").replace(" ", "")
        if tag not in ("br", "img", "hr"):
            self.inline.append(inline)
        if tag in self.BLOCKS and not inline:
            self.out.append(" ")

    def handle_endtag(self, tag: str) -> None:
        inline = self.inline.pop() if tag not in ("br", "img", "hr") and self.inline else False
        if tag in self.BLOCKS and not inline:
            self.out.append(" ")

    def handle_data(self, data: str) -> None:
        self.out.append(data)


def stripped(markup: str) -> str:
    parser = _Stripper()
    parser.feed(markup)
    parser.close()
    return " ".join("".join(parser.out).split())


@pytest.mark.parametrize("stem", EXPECTED)
def test_every_fact_has_the_value_that_arelle_reads(stem: str, arelle: dict[str, list[ArelleFact]]) -> None:
    document = read_path(file_of(stem))
    assert document.problems == ()
    ours = [
        (
            fact["concept"],
            fact["value"],
            fact["period"],
            fact["dimensions"],
        )
        for fact in document_json(document)["facts"]  # type: ignore[attr-defined]
    ]
    theirs = [
        (
            fact["concept"],
            {"true": True, "false": False}[fact["value"] or ""]
            if fact["concept"].endswith("Flag")
            else stripped(fact["value"] or ""),
            {"start": fact["start"], "end": fact["end"]},
            fact["dimensions"],
        )
        for fact in arelle[stem]
    ]
    assert len(theirs) == EXPECTED[stem][3]
    assert ours == theirs


@pytest.mark.parametrize("stem", EXPECTED)
def test_the_cover_of_a_real_filing_is_read(stem: str) -> None:
    document = read_path(file_of(stem))
    assert document.period is not None
    assert document.entity
    assert (document.cik, document.form, document.period.end.isoformat(), len(document.facts)) == EXPECTED[stem]
    assert document.taxonomy == ("cyd/2025" if stem == "0001020859-25-000036" else "cyd/2024")


def by_fact(document: Document) -> dict[tuple[str, str], str | bool | None]:
    return {(fact.concept, json.dumps(dict(fact.dimensions))): fact.value for fact in document.facts}


@pytest.mark.parametrize("stem", EXPECTED)
def test_a_filing_and_its_r_page_agree_fact_by_fact(stem: str) -> None:
    filing = read_path(file_of(stem))
    page = read_path(DISCLOSURES / "rpages" / f"{stem}.R1.htm")
    assert page.problems == ()
    assert len(page.facts) == len(filing.facts)
    assert by_fact(page) == by_fact(filing)
    ends = {fact.period.end for fact in filing.facts if fact.period}
    assert {fact.period.end for fact in page.facts if fact.period} == ends
    starts = {fact.period.start for fact in filing.facts if fact.period}
    assert {fact.period.start for fact in page.facts if fact.period} <= starts | {None}


@pytest.mark.parametrize("stem", EXPECTED)
def test_the_facts_stand_under_their_item(stem: str) -> None:
    document = read_inline_path(file_of(stem))
    item = "1C" if document.form == "10-K" else "1.05"
    real = [heading for heading in document.headings if not heading.contents]
    for fact in document.cyd_facts:
        assert fact.blocks
        above = [heading.item for heading in real if heading.block <= fact.blocks[0][0]]
        assert above[-1] == item


def test_the_plain_text_pages_give_every_row() -> None:
    a = read_path(DISCLOSURES / "rpages" / "a-20f-2024.txt")
    b = read_path(DISCLOSURES / "rpages" / "b-20f-2024.txt")
    assert (len(a.facts), len(b.facts)) == (11, 15)
    assert [document.problems for document in (a, b)] == [(), ()]
    assert [fact.value for fact in a.facts if fact.kind == "flag"] == [True, False, True, True]
    assert [fact.value for fact in b.facts if fact.kind == "flag"] == [True, True, True, False, True, True]
    for document in (a, b):
        assert document.period is not None
        assert document.period.end.isoformat() == "2024-12-31"
        assert all(isinstance(fact.value, bool) or (fact.value and "|" not in fact.value) for fact in document.facts)


def test_the_whole_folder_is_read_with_what_is_no_disclosure_told() -> None:
    readings = read_paths([DISCLOSURES])
    assert len(readings.documents) == 26
    unreadable = {Path(error.source).name for error in readings.errors}
    assert unreadable == {"LICENSE.edgartools", "LICENSE.vsamtani-cyd", "cyd_fsn_2025.ndjson.gz"}
