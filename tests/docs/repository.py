"""The project's own files, as the version control knows them."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def tracked() -> tuple[Path, ...]:
    """Every file that is kept in version control and present, relative to the project. Skips where there is no repository."""
    try:
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a checkout: there is no list of the project's files")
    names = listed.stdout.decode().split("\0")
    return tuple(Path(name) for name in names if name and (ROOT / name).is_file())


def pages() -> tuple[Path, ...]:
    """What a stranger reads: the pages at the root and under docs/."""
    return tuple(
        sorted(
            [
                *(Path(path.name) for path in ROOT.glob("*.md")),
                *(p.relative_to(ROOT) for p in ROOT.glob("docs/**/*.md")),
            ]
        )
    )


def text(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
