"""Uploads are looked into before they are kept."""

from __future__ import annotations

import io
import zipfile

import pytest

from quarterdeck.kernel.files.inspection import Hostile, Inspected, Limits, inspect
from tests.kernel.files.archives import OLE, PDF, PROGRAM, document, lying_about_size, many_entries, nested, zipped

SMALL = Limits(size=1 << 20, unpacked=1 << 20, ratio=100, ratio_from=1 << 16, entries=50, depth=2)


def looked_into(content: bytes, name: str = "evidence.bin", limits: Limits = SMALL) -> Inspected:
    return inspect(io.BytesIO(content), name, limits)


def refusal_of(content: bytes, limits: Limits = SMALL) -> str:
    with pytest.raises(Hostile) as caught:
        looked_into(content, limits=limits)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 30, "image/png"),
        (b"unit,completed\nsales,12\n", "text/plain"),
        ("合规培训\n".encode("utf-16"), "text/plain"),
        (document(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (zipped({"a.txt": b"text"}), "application/zip"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
        (b"MZ is how this memo begins", "text/plain"),
    ],
)
def test_the_type_is_read_from_the_content(content: bytes, media_type: str) -> None:
    assert looked_into(content, "whatever.exe").media_type == media_type


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<!DOCTYPE html><p>hello", "text/html"),
        (b"\n\n  <ScRiPt>alert(1)</script>", "text/html"),
        (b"just words, then <iframe src=x>", "text/html"),
        ("<html>".encode("utf-16"), "text/html"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "image/svg+xml"),
        (b'<?xml version="1.0"?><testsuite/>', "text/xml"),
    ],
)
def test_pages_and_pictures_that_carry_script_are_known_as_such_whatever_their_name(
    content: bytes, media_type: str
) -> None:
    assert looked_into(content, "picture.png").media_type == media_type


@pytest.mark.parametrize(
    "content", [PROGRAM, b"\x7fELF\x02\x01", b"#!/bin/sh\nrm -rf /", zipped({"setup.pdf": PROGRAM})]
)
def test_programs_are_refused_also_inside_an_archive(content: bytes) -> None:
    assert "program" in refusal_of(content)


@pytest.mark.parametrize(
    "content", [OLE, document(word__embeddings__oleObject1_bin=OLE), document(word__renamed_bin=OLE)]
)
def test_old_office_files_are_refused_because_macros_cannot_be_ruled_out(content: bytes) -> None:
    assert "macros cannot be ruled out" in refusal_of(content)


def test_a_document_with_macros_is_refused() -> None:
    assert "carries macros" in refusal_of(zipped({"[Content_Types].xml": b"<Types/>", "word/vbaProject.bin": b"any"}))
    assert "carries macros" in refusal_of(
        zipped(
            {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml": b""}
        )
    )


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b\x08\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\x00", zipped({"a": b"\x1f\x8b\x08\x00"})]
)
def test_archives_that_cannot_be_looked_into_are_refused(content: bytes) -> None:
    assert "cannot be looked into" in refusal_of(content)


def test_a_zip_bomb_is_refused_by_its_ratio_before_it_is_unpacked_further() -> None:
    assert "far more than it should" in refusal_of(zipped({"zeros": b"\x00" * 900_000}))


def test_a_zip_bomb_is_refused_by_its_claimed_total() -> None:
    noise = bytes(range(256)) * 2_500
    assert "far more than it should" in refusal_of(
        zipped({"a": noise, "b": noise}, zipfile.ZIP_STORED), Limits(size=1 << 22, unpacked=1 << 20)
    )


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    assert "far more than it should" in refusal_of(lying_about_size(b"\x00" * 60_000, b"\x00" * 10))


def test_too_many_entries_are_refused() -> None:
    assert "far more than it should" in refusal_of(many_entries(51))


def test_a_directory_too_large_to_be_read_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = many_entries(2_000)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_args: pytest.fail("the directory was read"))
    assert "far more than it should" in refusal_of(content)


def test_archives_in_archives_are_counted_together_and_only_so_deep() -> None:
    assert looked_into(nested(2)).media_type == "application/zip"
    assert "far more than it should" in refusal_of(nested(3))
    twice = zipped({"a.zip": many_entries(30), "b.zip": many_entries(30)})
    assert "far more than it should" in refusal_of(twice)


@pytest.mark.parametrize("path", ["../../etc/cron.d/x", "/etc/passwd", "C:\\Windows\\x", "a/../../x", "..\\x"])
def test_an_archive_that_would_write_outside_itself_is_refused(path: str) -> None:
    assert "outside itself" in refusal_of(zipped({path: b"x"}))


def test_a_locked_archive_is_refused() -> None:
    content = bytearray(zipped({"a.txt": b"text"}, zipfile.ZIP_STORED))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal_of(bytes(content))


@pytest.mark.parametrize("cut", [10, 40, 60])
def test_a_truncated_archive_is_refused_plainly(cut: int) -> None:
    assert "damaged" in refusal_of(zipped({"a.txt": b"some text" * 20})[:-cut])


def test_size_limits_are_said_in_the_refusal() -> None:
    assert "larger than 1 MB" in refusal_of(b"a" * ((1 << 20) + 1))
    assert "empty" in refusal_of(b"")
