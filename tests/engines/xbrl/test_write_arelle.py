"""Arelle, which knows the specifications, has nothing to say about what we write."""

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from quarterdeck.engines.xbrl.concepts import VERSIONS
from quarterdeck.engines.xbrl.write_ixbrl import InlineFiling, write_inline

from .sample_filings import annual_filing, incident_filing, random_filing

TAXONOMY = Path(__file__).parents[4] / "shared" / "data" / "taxonomy"
RANDOM_FILINGS = 8


def arelle(files: list[Path], version: str, cache: Path) -> list[str]:
    """What Arelle says beyond that it loaded and validated each file."""
    package = TAXONOMY / f"cyd-{version}-handmade.zip"
    if not package.exists():
        pytest.skip("needs ../shared/data/taxonomy")
    command = [
        *(sys.executable, "-m", "arelle.CntlrCmdLine", "--workOffline", f"--cacheDirectory={cache}"),
        *("--packages", str(package), "-v", "-f", "|".join(map(str, files))),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    assert sum(line.startswith("[info] validated in") for line in lines) == len(files), lines
    routine = ("[info] Activation of package", "[info] loaded in", "[info] validated in")
    return [line for line in lines if line.strip() and not line.startswith(routine)]


def put(folder: Path, filing: InlineFiling) -> Path:
    folder.mkdir(parents=True)
    for file in filing.files:
        (folder / file.name).write_bytes(file.data)
    return folder / filing.document.name


@pytest.mark.parametrize("version", VERSIONS)
def test_arelle_reports_nothing(version: str, tmp_path: Path) -> None:
    filings = [write_inline(annual_filing(form, version)) for form in ("20-F", "10-K", "10-K/A")]
    filings += [
        write_inline(incident_filing(form, version, members=members))
        for form in ("8-K", "8-K/A")
        for members in (True, False)
    ]
    filings.append(write_inline(incident_filing("6-K", version, members=False), own_schema=True))
    filings.append(write_inline(replace(annual_filing("20-F", version), watermark="Draft <1>")))
    filings += [write_inline(random_filing(random.Random(seed), version)) for seed in range(RANDOM_FILINGS)]
    files = [put(tmp_path / str(number), filing) for number, filing in enumerate(filings)]
    assert arelle(files, version, tmp_path / "cache") == []


def test_arelle_would_have_said_something(tmp_path: Path) -> None:
    """The silence above means something: an undeclared member and a lost context are reported."""
    filing = write_inline(incident_filing())
    broken = filing.document.data.replace(b"hltn:CopiedFilesMember", b"hltn:NobodyMember")
    lost = filing.document.data.replace(b'contextRef="c-2"', b'contextRef="c-9"')
    files = []
    for number, data in enumerate((broken, lost)):
        files.append(put(tmp_path / str(number), filing))
        files[-1].write_bytes(data)
    said = arelle(files, "2025", tmp_path / "cache")
    assert any("NobodyMember" in line for line in said)
    assert any("c-9" in line for line in said)
