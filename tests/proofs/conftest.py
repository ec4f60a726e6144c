"""The demonstration companies, each made once for the whole run by the program itself; every test works on its own copy."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.demo.settings import COMPANIES
from tests import processes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.proofs.pages import Served

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
CHROMIUM = "/usr/bin/chromium"
#: Where the companies are made and left for the next run of tests: ``./check`` has several runs.
COMPANIES_FOLDER = "QUARTERDECK_TEST_COMPANIES"


@dataclass(frozen=True)
class Answer:
    """What one call of the program gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def program(*words: str, home: Path | None = None, timeout: float = 300) -> Answer:
    """Run ``quarterdeck`` in a process of its own, as a person would."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("QUARTERDECK", "DJANGO"))}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8"}
    if home is not None:
        environment["QUARTERDECK_HOME"] = str(home)
    done = processes.run(
        [sys.executable, "-m", "quarterdeck.cli", *words],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def _made(letter: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The home of a company with its story told and its package built."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if worker_id != "master" else shared
    if kept := os.environ.get(COMPANIES_FOLDER):
        shared = Path(kept)
    home, lock = shared / f"company-{letter}", shared / f"company-{letter}.lock"
    import fcntl

    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not COMPANIES[letter].told(home):
            made = program("demo-build", letter, "--home", str(home), "--json", timeout=600)
            assert made.code == 0, made.out + made.err
    return home


@pytest.fixture(scope="session")
def company_a(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Company A's home; read it, do not change it."""
    return _made("a", tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def company_b(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Company B's home; read it, do not change it."""
    return _made("b", tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def company_c(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Company C's home; read it, do not change it."""
    return _made("c", tmp_path_factory, worker_id)


@pytest.fixture
def own_a(company_a: Path, tmp_path: Path) -> Path:
    """A copy of company A's home that a test may change."""
    return Path(shutil.copytree(company_a, tmp_path / "home"))


@pytest.fixture
def own_b(company_b: Path, tmp_path: Path) -> Path:
    """A copy of company B's home that a test may change."""
    return Path(shutil.copytree(company_b, tmp_path / "home"))


@pytest.fixture
def real_data() -> Path:
    """Real filings beside the project; the test is skipped where they are not."""
    if not DATA.is_dir():
        pytest.skip("no real filings at ../shared/data")
    return DATA


Program = Callable[..., Answer]


@pytest.fixture(scope="module")
def served(company_b: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A copy of company B's home behind the program's own server."""
    from tests.proofs.pages import serving

    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(company_b, home)
    with serving(home) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("no Chromium to look at pages with")
        pytest.skip("no Chromium to look at pages with")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
