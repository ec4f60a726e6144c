"""How long it takes to build and check an annual disclosure, and to have Arelle validate the same document.

    python benchmarks/bench_xbrl_write.py [--json FILE] [--packages DIR]

Arelle runs as its users run it, one process a document, offline, with the taxonomy packages in DIR
(by default ../shared/data/taxonomy); without them its row is left out.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from quarterdeck.engines.xbrl.checks import check_document
from quarterdeck.engines.xbrl.concepts import CONCEPTS, Disclosure, Kind
from quarterdeck.engines.xbrl.content import Cover, FilingContent, Paragraph, Section, Span, Tag, covering
from quarterdeck.engines.xbrl.model import Period
from quarterdeck.engines.xbrl.read import read_inline_bytes
from quarterdeck.engines.xbrl.write_ixbrl import write_inline
from quarterdeck.engines.xbrl.write_rpage import write_rpage

VERSION = "2025"
BUDGET_SECONDS = 0.5


def annual_disclosure(paragraphs: int = 24, sentences: int = 6) -> FilingContent:
    """A long disclosure: every annual concept, each text block over a run of paragraphs that overlaps the next one's."""
    body = tuple(
        Paragraph(
            tuple(
                Span(
                    f"Sentence {s} of paragraph {p} tells how risks of kind {s + p} are found and treated.", f"{p}.{s}"
                )
                for s in range(sentences)
            )
        )
        for p in range(paragraphs)
    )
    tags = []
    concepts = [c for c in CONCEPTS if c.disclosure is Disclosure.ANNUAL and not c.abstract]
    for number, concept in enumerate(concepts):
        if concept.kind is Kind.FLAG:
            tags.append(Tag(concept.name, covering(f"{number}.1"), number % 2 == 0))
        else:
            spans = [f"{number}.{sentences - 1}", *(f"{number + 1}.{s}" for s in range(sentences)), f"{number + 2}.0"]
            tags.append(Tag(concept.name, covering(*spans)))
    cover = Cover("20-F", "Example Ltd", "0001234567", date(2025, 12, 31), fiscal_year=2025, fiscal_period="FY")
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    return FilingContent(cover, VERSION, period, (Section("Item 16K. Cybersecurity", body),), tuple(tags))


def median_seconds(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def arelle(document: Path, package: Path, cache: str) -> None:
    command = [sys.executable, "-m", "arelle.CntlrCmdLine", "--workOffline", f"--cacheDirectory={cache}"]
    command += ["--packages", str(package), "-v", "-f", str(document)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    if "[info] validated in" not in done.stdout + done.stderr:
        raise RuntimeError("Arelle did not validate the document")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--packages", type=Path, default=Path("../shared/data/taxonomy"))
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    content = annual_disclosure()
    draft = replace(content, watermark="Draft")
    data = write_inline(content).document.data

    def build_and_check() -> None:
        write_rpage(content)
        check_document(read_inline_bytes(write_inline(content).document.data, "built.htm"))

    rows = {
        "write Inline XBRL": median_seconds(lambda: write_inline(content), options.runs),
        "write R page": median_seconds(lambda: write_rpage(draft), options.runs),
        "read it back with its text": median_seconds(lambda: read_inline_bytes(data, "built.htm"), options.runs),
        "check": 0.0,
        "build and check, all of it": median_seconds(build_and_check, options.runs),
    }
    document = read_inline_bytes(data, "built.htm")
    rows["check"] = median_seconds(lambda: check_document(document), options.runs)
    package = options.packages / f"cyd-{VERSION}-handmade.zip"
    if package.exists():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "built.htm")
            file.write_bytes(data)
            rows["Arelle, the same document"] = median_seconds(lambda: arelle(file, package, f"{folder}/cache"), 3)
    whole = rows["build and check, all of it"]
    print(f"{len(data):,} bytes, {len(content.tags)} facts, median of {options.runs} runs (Arelle: 3)")
    for name, seconds in rows.items():
        print(f"  {name:<28} {seconds * 1000:9.1f} ms   {seconds / whole:8.2f} x")
    print(f"  budget {BUDGET_SECONDS * 1000:.0f} ms: {'met' if whole <= BUDGET_SECONDS else 'MISSED'}")
    if options.json:
        result = {"seconds": rows, "budget_seconds": BUDGET_SECONDS, "met": whole <= BUDGET_SECONDS, "bytes": len(data)}
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
