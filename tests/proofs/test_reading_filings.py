"""`disclosure read` over real filings: every fact, the value that another reader reads, and what the R page says."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engines.xbrl.test_read_real import EXPECTED, ArelleFact, arelle, stripped
from tests.proofs.conftest import program

__all__ = ["arelle"]  # the fixture: what Arelle reads of the same documents

Document = dict[str, Any]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = Path(__file__).resolve().parents[3] / "shared" / "data" / "disclosures"
    if not found.is_dir():
        pytest.skip("no real filings at ../shared/data/disclosures")
    return found


@pytest.fixture(scope="module")
def everything(folder: Path) -> dict[str, Any]:
    """One call over the whole folder."""
    answer = program("disclosure", "read", str(folder), "--json")
    assert answer.code == 1, "what is no filing is in the folder too, and is told"
    document: dict[str, Any] = answer.json
    return document


def stem(source: str) -> str:
    return re.sub(r"(\.raw)?\.html(\.gz)?$|\.R1\.htm$", "", Path(source).name)


def of_kind(everything: dict[str, Any], kind: str) -> dict[str, Document]:
    return {stem(each["source"]): each for each in everything["documents"] if each["kind"] == kind}


def test_every_file_is_read_or_told(everything: dict[str, Any], folder: Path) -> None:
    files = {str(path) for path in folder.rglob("*") if path.is_file()}
    read, told = ({each["source"] for each in everything[name]} for name in ("documents", "errors"))
    assert read | told == files
    assert read & told == set()
    assert {Path(name).name for name in told} == {
        "LICENSE.edgartools",
        "LICENSE.vsamtani-cyd",
        "cyd_fsn_2025.ndjson.gz",
    }
    assert all(error["message"] for error in everything["errors"])
    assert [each["source"] for each in everything["documents"]] == sorted(read, key=lambda name: Path(name).parts)


def test_each_file_alone_gives_what_the_folder_gave_and_exits_0_or_2(everything: dict[str, Any], folder: Path) -> None:
    by_source = {each["source"]: each for each in everything["documents"]}
    chosen = [*sorted(by_source)[::5], *(error["source"] for error in everything["errors"])]
    for source in chosen:
        answer = program("disclosure", "read", source, "--json")
        if source in by_source:
            assert answer.code == 0
            assert answer.json == {"documents": [by_source[source]], "errors": []}
        else:
            assert answer.code == 2
            assert answer.json["error"]["where"] == source


@pytest.mark.parametrize("name", EXPECTED)
def test_every_fact_of_a_filing_is_the_one_that_arelle_reads(
    name: str, everything: dict[str, Any], arelle: dict[str, list[ArelleFact]]
) -> None:
    document = of_kind(everything, "ixbrl")[name]
    ours = [(fact["concept"], fact["value"], fact["period"], fact["dimensions"]) for fact in document["facts"]]
    theirs = [
        (
            fact["concept"],
            {"true": True, "false": False}[fact["value"] or ""]
            if fact["concept"].endswith("Flag")
            else stripped(fact["value"] or ""),
            {"start": fact["start"], "end": fact["end"]},
            fact["dimensions"],
        )
        for fact in arelle[name]
    ]
    assert ours == theirs
    cik, form, end, count = EXPECTED[name]
    assert (document["cik"], document["form"], document["period"]["end"], len(ours)) == (cik, form, end, count)
    assert document["entity"]
    assert document["taxonomy"].startswith("cyd/20")


@pytest.mark.parametrize("name", EXPECTED)
def test_the_r_page_of_a_filing_says_the_same_fact_by_fact(name: str, everything: dict[str, Any]) -> None:
    filing, page = of_kind(everything, "ixbrl")[name], of_kind(everything, "rpage")[name]

    def facts(document: Document) -> list[tuple[str, str, object, str]]:
        return sorted(
            (fact["concept"], json.dumps(fact["dimensions"], sort_keys=True), fact["value"], fact["type"])
            for fact in document["facts"]
        )  # fmt: skip

    assert facts(page) == facts(filing)
    assert {fact["period"]["end"] for fact in page["facts"]} == {fact["period"]["end"] for fact in filing["facts"]}


def test_the_pages_in_plain_text_have_every_row_of_theirs(everything: dict[str, Any], folder: Path) -> None:
    for name, flags in (
        ("a-20f-2024.txt", [True, False, True, True]),
        ("b-20f-2024.txt", [True, True, True, False, True, True]),
    ):
        document = of_kind(everything, "rpage")[name]
        text = (folder / "rpages" / name).read_text(encoding="utf-8")
        labels = re.findall(r"^\|.*\[(?:Text Block|Flag)\]\s*$", text, re.M)
        assert len(document["facts"]) == len(labels)
        assert [fact["value"] for fact in document["facts"] if fact["type"] == "flag"] == flags
        words = " ".join(text.split())
        for fact in document["facts"]:
            if fact["type"] == "text":
                assert " ".join(fact["value"].split()) in words
        assert document["period"]["end"] == "2024-12-31"


def test_a_filing_is_read_the_same_however_it_is_handed_in(folder: Path, tmp_path: Path) -> None:
    packed = folder / "annual" / "nflx-10-k-2025-01-27.html.gz"
    plain = tmp_path / "nflx.html"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    piped = subprocess.run(
        [sys.executable, "-m", "quarterdeck.cli", "disclosure", "read", "-", "--json"],
        input=packed.read_bytes(), capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    given = [program("disclosure", "read", str(path), "--json").json for path in (packed, plain)]
    facts = [document["documents"][0]["facts"] for document in (*given, json.loads(piped.stdout))]
    assert len(facts[0]) == 15
    assert facts[0] == facts[1] == facts[2]


def test_one_unreadable_file_does_not_keep_a_folder_from_being_read(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "filings"
    shutil.copytree(folder / "incidents", place)
    victim = sorted(place.iterdir())[1]
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes()[:9000])
    answer = program("disclosure", "read", str(place), "--json")
    assert answer.code == 1
    assert len(answer.json["documents"]) == len(list(place.iterdir())) - 1
    (error,) = answer.json["errors"]
    assert error["source"] == str(victim)
    assert error["message"]
    assert isinstance(error["line"], int)
