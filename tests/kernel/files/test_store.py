"""Blobs appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tempfile
from pathlib import Path

import pytest
from pytest_django import Settings

from quarterdeck.kernel.files.store import Missing, StorageFull, is_intact, keep_blob, open_blob, path_of

CONTENT = b"policy of 2024\n" * 1000
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def everything_under(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_blob_lies_under_its_hash_and_reads_back(root: Path) -> None:
    keep_blob(io.BytesIO(CONTENT), HASH, len(CONTENT))
    assert everything_under(root) == [root / HASH[:2] / HASH[2:4] / HASH]
    with open_blob(HASH) as source:
        assert source.read() == CONTENT
    assert is_intact(HASH, len(CONTENT))


def test_keeping_it_again_writes_nothing_and_repairs_a_damaged_blob() -> None:
    keep_blob(io.BytesIO(CONTENT), HASH, len(CONTENT))
    before = path_of(HASH).stat().st_ino
    keep_blob(io.BytesIO(CONTENT), HASH, len(CONTENT))
    assert path_of(HASH).stat().st_ino == before
    path_of(HASH).write_bytes(b"X" + CONTENT[1:])
    assert not is_intact(HASH, len(CONTENT))
    keep_blob(io.BytesIO(CONTENT), HASH, len(CONTENT))
    assert is_intact(HASH, len(CONTENT))


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_is_a_plain_refusal_and_leaves_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, failing, full)
        with pytest.raises(StorageFull, match="disk that holds the files is full"):
            keep_blob(io.BytesIO(CONTENT), HASH, len(CONTENT))
    assert everything_under(root) == []


def test_a_really_full_device_is_a_plain_refusal(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    monkeypatch.setattr(tempfile, "mkstemp", lambda **_kwargs: (os.open("/dev/full", os.O_WRONLY), str(root / "gone")))
    with pytest.raises(StorageFull):
        keep_blob(io.BytesIO(CONTENT), HASH, len(CONTENT))
    assert everything_under(root) == []


def test_content_that_changes_while_it_is_read_is_not_kept(root: Path) -> None:
    with pytest.raises(ValueError, match="changed"):
        keep_blob(io.BytesIO(CONTENT + b"more"), HASH, len(CONTENT))
    assert everything_under(root) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, HASH[:-1], HASH + "/x"])
def test_nothing_but_a_hash_leads_to_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        path_of(name)


def test_a_lost_blob_is_said_to_be_missing() -> None:
    with pytest.raises(Missing):
        open_blob(HASH)
