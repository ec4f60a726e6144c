"""How fast the cybersecurity facts of whole annual reports are read, beside two peers, in one run.

    python benchmarks/bench_xbrl_read.py [--data DIR] [--repeats 5] [--json FILE]

The peers: edgartools' fact extractor on lxml's HTML tree, asked for the CYD facts only; Arelle, offline, without
validation (with --arelle; it loads a whole instance, which is more than is asked here). Before anything is timed, each
peer is checked to find the same concepts and, where it reads transformations, the same flags. The 100 MB row is a
report blown up by repeating its body, to see that time and memory grow in step with size. Budget: 0.2 s for 2-4 MB.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from quarterdeck.engines.xbrl.model import Document
from quarterdeck.engines.xbrl.read import read_bytes, read_inline_bytes, read_path

BUDGET_SECONDS = 0.2
Facts = dict[str, str]


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median CPU time of a run after one to warm up: other work on the machine does not count."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def flags_of(document: Document) -> Facts:
    return {fact.concept: str(fact.value).lower() if fact.kind == "flag" else "" for fact in document.facts}


def edgartools_facts(html: str) -> Facts:
    """CYD facts by edgartools: its own extractor over the tree its own parser makes."""
    import lxml.html
    from edgar.documents.strategies.xbrl_extraction import XBRLExtractor

    tree = lxml.html.fromstring(html[html.index("<html") :])
    extractor = XBRLExtractor()
    found: Facts = {}
    for element in tree.iter("ix:nonnumeric"):
        name = element.get("name", "")
        if name.startswith("cyd:"):
            fact = extractor.extract_fact(element)
            if fact is not None:
                found[name[4:]] = str(fact.value).lower() if name.endswith("Flag") else ""
    return found


def arelle_seconds(path: Path) -> float:
    """CPU time of Arelle loading one document in a process of its own, start of the program included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "arelle.CntlrCmdLine", "--workOffline", "-f", str(path)],
        capture_output=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "disclosures")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--arelle", action="store_true", help="also time Arelle (about two seconds a report)")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    files = sorted(arguments.data.glob("annual/*.gz"))
    if not files:
        parser.error(f"no annual reports under {arguments.data}")

    rows = []
    print(f"{'report':26}{'MB':>6}{'facts':>7}{'ours s':>9}{'+ text s':>9}{'edgartools s':>14}{'ratio':>7}", end="")
    print(f"{'arelle s':>10}{'ratio':>7}" if arguments.arelle else "")
    for path in files:
        raw = gzip.decompress(path.read_bytes())
        html = raw.decode()
        ours = flags_of(read_path(path))
        theirs = edgartools_facts(html)
        if set(ours) != set(theirs):
            sys.exit(f"{path.name}: edgartools finds other facts: {sorted(set(ours) ^ set(theirs))}")
        differing = sorted(name for name in ours if ours[name] != theirs[name])
        row: dict[str, object] = {
            "report": path.name,
            "mb": round(len(raw) / 1e6, 2),
            "facts": len(ours),
            "ours": seconds(lambda path=path: read_path(path), arguments.repeats),  # type: ignore[misc]
            "ours_with_text": seconds(lambda raw=raw: read_inline_bytes(raw, "r"), arguments.repeats),  # type: ignore[misc]
            "edgartools": seconds(lambda html=html: edgartools_facts(html), arguments.repeats),  # type: ignore[misc]
            "flags_edgartools_reads_otherwise": differing,
        }
        line = (
            f"{path.name[:25]:26}{row['mb']:>6}{row['facts']:>7}{row['ours']:>9.3f}{row['ours_with_text']:>9.3f}"
            f"{row['edgartools']:>14.3f}{float(str(row['edgartools'])) / float(str(row['ours'])):>7.1f}"
        )
        if arguments.arelle:
            with tempfile.TemporaryDirectory() as folder:
                plain = Path(folder) / "report.htm"
                plain.write_bytes(raw)
                row["arelle"] = arelle_seconds(plain)
            line += f"{row['arelle']:>10.2f}{float(str(row['arelle'])) / float(str(row['ours'])):>7.0f}"
        print(line)
        rows.append(row)

    raw = gzip.decompress(max(files, key=lambda path: path.stat().st_size).read_bytes())
    start, end = raw.index(b"<body>") + 6, raw.rindex(b"</body>")
    copies = 95_000_000 // (end - start)
    # Facts and continuations once only: a second one of the same id would be a fault.
    filler = raw[start:end].replace(b"<ix:", b"<span:").replace(b"</ix:", b"</span:")
    huge = raw[:end] + filler * (copies - 1) + raw[end:]
    huge = huge.replace(b"<html ", b'<html xmlns:span="urn:filler" ', 1)
    begun = time.process_time()
    found = len(read_bytes(huge, "huge").facts)
    largest = {
        "mb": round(len(huge) / 1e6, 1),
        "facts": found,
        "seconds": time.process_time() - begun,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(f"\n{largest['mb']} MB: {largest['seconds']:.2f} s, {found} facts, peak memory {largest['peak_mb']:.0f} MB")

    median = statistics.median(float(str(row["ours"])) for row in rows)
    worst = max(float(str(row["ours"])) for row in rows)
    ratio = statistics.median(float(str(row["edgartools"])) / float(str(row["ours"])) for row in rows)
    print(
        f"median {median * 1000:.0f} ms, worst {worst * 1000:.0f} ms, budget {BUDGET_SECONDS * 1000:.0f} ms; ", end=""
    )
    print(f"edgartools takes {ratio:.1f} times as long (median)")
    if arguments.json:
        summary = {"median": median, "worst": worst, "budget": BUDGET_SECONDS, "ratio_edgartools": ratio}
        arguments.json.write_text(json.dumps({"reports": rows, "largest": largest, "summary": summary}, indent=1))


if __name__ == "__main__":
    main()
