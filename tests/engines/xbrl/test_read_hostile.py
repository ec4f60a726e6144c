"""Wrappers, encodings and broken or hostile input: the right facts or one clear refusal, never half a result."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.xbrl.intake import MAX_BYTES, read_file
from quarterdeck.engines.xbrl.model import Document, Unreadable
from quarterdeck.engines.xbrl.read import read_bytes, read_inline_bytes, read_path, read_paths, read_stream_document

from .inline_source import INTEGRATED, NATURE, PROCESSES, ROLE, context, continuation, cover, filing, flag, text

WHOLE = filing(
    f"<p>{text(PROCESSES, 'We assess threats.')}</p>\n<p>{flag(INTEGRATED, 'integrated', 'ixt:fixed-true')}</p>"
)


def refused(data: bytes, **more: int) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data, "b.htm", **more)
    assert caught.value.error.source == "b.htm"
    return caught.value


def values(document: Document) -> list[str | bool | None]:
    return [fact.value for fact in document.facts]


# --- wrappers ----------------------------------------------------------------------------------------------------

SUBMISSION = """-----BEGIN PRIVACY-ENHANCED MESSAGE-----
<SEC-DOCUMENT>0001234567-25-000001.txt : 20250301
<SEC-HEADER>
CONFORMED SUBMISSION TYPE:	10-K/A
		COMPANY CONFORMED NAME:			HARBOUR QUAY LTD
		CENTRAL INDEX KEY:			0007654321
</SEC-HEADER>
<DOCUMENT>
<TYPE>EX-99.1
<SEQUENCE>2
<TEXT>
<html><body><p>An exhibit & nothing else</p></body></html>
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>10-K/A
<SEQUENCE>1
<FILENAME>a.htm
<TEXT>
<XBRL>
{}
</XBRL>
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>GRAPHIC
<TEXT>
begin 644 a.jpg
M_]C_X 02D9)1@ ! 0
end
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


@pytest.mark.parametrize(
    "wrapper",
    [
        "{}",
        "<XBRL>\n{}\n</XBRL>\n",
        "<DOCUMENT>\n<TYPE>10-K\n<TEXT>\n{}\n</TEXT>\n</DOCUMENT>\n",
        SUBMISSION,
        "\n\n{}\n",
    ],
)
def test_a_filing_reads_the_same_inside_every_wrapper(wrapper: str) -> None:
    document = read_bytes(wrapper.format(WHOLE).encode(), "a.txt")
    assert values(document) == ["We assess threats.", True]
    assert (document.form, document.entity) == ("10-K", "Harbour & Quay Ltd")


def test_line_numbers_are_those_of_the_file() -> None:
    plain = read_bytes(WHOLE.encode(), "a.htm").facts
    wrapped = read_bytes(SUBMISSION.format(WHOLE).encode(), "a.txt").facts
    before = SUBMISSION.partition("{}")[0].count("\n")
    assert [fact.line + before for fact in plain] == [fact.line for fact in wrapped]
    assert plain[0].line == WHOLE[: WHOLE.index("We assess")].count("\n") + 1


def test_the_submission_header_stands_in_for_a_missing_cover() -> None:
    bare = filing(text(ROLE, "x", context_id="none"), contexts="", front="").replace("EntityCentralIndexKey", "Other")
    document = read_bytes(SUBMISSION.format(bare).encode(), "a.txt")
    assert (document.form, document.entity, document.cik) == ("10-K/A", "HARBOUR QUAY LTD", "0007654321")


def test_documents_of_one_submission_share_contexts_and_continuations() -> None:
    first = filing(text(ROLE, "Begins here", "k-1"))
    second = filing(continuation("k-1", ", ends there.") + text(NATURE, "y"), contexts="", front="")
    both = "".join(
        f"<DOCUMENT>\n<TYPE>{kind}\n<TEXT>\n{one}\n</TEXT>\n</DOCUMENT>\n"
        for kind, one in (("6-K", first), ("EX-99", second))
    )
    document = read_bytes(both.encode(), "a.txt")
    assert values(document) == ["Begins here, ends there.", "y"]
    assert all(fact.period is not None for fact in document.facts)


def test_gzip_is_opened_wherever_it_comes_from(tmp_path: Path) -> None:
    packed = gzip.compress(WHOLE.encode())
    (tmp_path / "a.htm.gz").write_bytes(packed)
    (tmp_path / "two.gz").write_bytes(gzip.compress(WHOLE[:300].encode()) + gzip.compress(WHOLE[300:].encode()))
    expected = values(read_bytes(WHOLE.encode(), "a"))
    assert values(read_path(tmp_path / "a.htm.gz")) == expected
    assert values(read_path(tmp_path / "two.gz")) == expected
    assert values(read_stream_document(io.BytesIO(packed), "-")) == expected
    assert values(read_stream_document(io.BytesIO(WHOLE.encode()), "-")) == expected


# --- encodings ---------------------------------------------------------------------------------------------------

SAID = "Crédit “Münster” – Zürich’s plan"


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("ASCII", "utf-8"),
        ("US-ASCII", "windows-1252"),
        ("UTF-8", "windows-1252"),
        ("windows-1252", "windows-1252"),
        ("windows-1252", "utf-8"),
        ("ISO-8859-1", "windows-1252"),
        ("no-such-encoding", "utf-8"),
        ("UTF-16", "utf-16"),
        ("UTF-8", "utf-16"),
        ("", "windows-1252"),
        ("", "utf-8"),
    ],
)
def test_the_bytes_decide_where_the_declaration_is_wrong(declared: str, actual: str) -> None:
    head = f"<?xml version='1.0' encoding='{declared}'?>\n" if declared else ""
    document = read_bytes(filing(text(ROLE, f"<p>{SAID}</p>"), declaration=head).encode(actual), "a.htm")
    assert values(document) == [SAID]
    assert document.facts[0].html == f"<p>{SAID}</p>"


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "shift_jis"])
def test_a_declared_asian_encoding_is_believed(encoding: str) -> None:
    said = "網絡安全委員會" if encoding != "gb18030" else "网络安全管理委员会"
    if encoding == "shift_jis":
        said = "取締役会の監督"
    head = f"<?xml version='1.0' encoding='{encoding}'?>\n"
    assert values(read_bytes(filing(text(ROLE, said), declaration=head).encode(encoding), "a.htm")) == [said]


# --- markup that is not well-formed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("</p>\n<p>", "<br></p>\n<p>"),
        ("We assess threats.", "We assess & manage threats."),
        ("We assess threats.", "We <b>assess threats.</b></i>"),
        ("<p>", "<P CLASS=plain>"),
        ("<p>", "<p><o:p></o:p>"),
        ("We assess threats.", "We&nosuch; assess\x0c threats."),
        ("<p>", "<p nowrap>"),
    ],
)
def test_a_complete_document_that_is_not_well_formed_is_repaired(good: str, bad: str) -> None:
    source = WHOLE.replace(good, bad)
    assert source != WHOLE
    document = read_bytes(source.encode(), "a.htm")
    first, second = values(document)
    assert isinstance(first, str)
    assert first.startswith("We")
    assert first.endswith("threats.")
    assert second is True
    assert (document.form, document.cik, document.taxonomy) == ("10-K", "0001234567", "cyd/2024")
    malformed = read_inline_bytes(source.encode(), "a.htm").malformed
    assert malformed is not None
    assert malformed.line is not None


def test_repair_finds_contexts_dimensions_and_continuations_again() -> None:
    segment = '<xbrldi:explicitMember dimension="cyd:MaterialCybersecurityIncidentAxis">own:MarchMember</xbrldi:explicitMember>'
    body = f"<P>{text(NATURE, 'An outage<br>', 'k')}<hr>{continuation('k', 'of a day')}"
    document = read_bytes(filing(body, context("c-1", segment=segment), front=cover("8-K")).encode(), "a.htm")
    (fact,) = document.facts
    assert (fact.value, dict(fact.dimensions)) == (
        "An outage of a day",
        {"MaterialCybersecurityIncidentAxis": "MarchMember"},
    )
    assert fact.period is not None


def test_a_html_doctype_is_allowed_and_not_fetched() -> None:
    doctype = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://dtd.invalid/xhtml.dtd">\n'
    assert values(read_bytes(WHOLE.replace("<html", doctype + "<html", 1).encode(), "a.htm")) == [
        "We assess threats.",
        True,
    ]


# --- refusals ----------------------------------------------------------------------------------------------------

LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE html [\n<!ENTITY a "ha">\n'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">\n' for n in range(9))
    + "]>\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_and_none_is_expanded(encoding: str) -> None:
    body = filing(text(ROLE, "&j;"), declaration="")
    error = refused((LAUGHS + body).encode(encoding)).error
    assert "entities" in error.message
    assert error.line == 3
    alone = refused((LAUGHS + "<lolz>&j;</lolz>").encode(encoding)).error
    assert "entities" in alone.message


def test_an_external_entity_is_refused() -> None:
    doctype = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert "entities" in refused((doctype + filing(text(ROLE, "&x;"), declaration="")).encode()).error.message


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.999))
def test_a_filing_cut_anywhere_is_refused_with_its_last_line(share: float) -> None:
    cut = WHOLE.encode()[: int(len(WHOLE) * share)].rstrip()
    if cut.endswith(b"</html>"):
        return
    error = refused(cut).error
    if b"<html" in cut:
        assert "breaks off" in error.message or "neither Inline XBRL" in error.message
    if "breaks off" in error.message:
        assert error.line == cut.count(b"\n") + 1


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 0.99))
def test_compressed_data_cut_anywhere_is_refused(share: float) -> None:
    packed = gzip.compress(os.urandom(2000) + WHOLE.encode())
    assert refused(packed[: max(3, int(len(packed) * share))]).error.message


def test_damaged_compression_is_refused() -> None:
    packed = bytearray(gzip.compress(WHOLE.encode()))
    packed[len(packed) // 2] ^= 0xFF
    assert "damaged" in refused(bytes(packed)).error.message


def test_a_compressed_bomb_stops_at_the_limit() -> None:
    engine = zlib.compressobj(wbits=31)
    bomb = b"".join(engine.compress(b"<p></p>" * 150_000) for _ in range(300)) + engine.flush()
    assert len(bomb) < 2_000_000
    assert "larger than 100 MB" in refused(bomb).error.message


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.htm"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    with pytest.raises(Unreadable, match="larger than 100 MB"):
        read_path(path)
    assert MAX_BYTES == 100 * 1024 * 1024


def test_a_stream_beyond_the_limit_is_read_no_further_than_the_limit() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        read_stream_document(stream, "-", limit=1 << 20)  # type: ignore[arg-type]
    assert stream.taken < 4 << 20


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x89PNG\r\n", "picture"),
        (b"<html><body>just a page</body></html>", "neither Inline XBRL"),
        (b"a letter to shareholders", "neither Inline XBRL"),
        (b'<xbrl xmlns="http://www.xbrl.org/2003/instance"/>', "XBRL instance"),
        (bytes(range(256)) * 4, "neither Inline XBRL"),
        (b"http://www.xbrl.org/2013/inlineXBRL", "no <html>"),
        (b'<html class="report">', "breaks off"),
    ],
)
def test_what_is_no_disclosure_is_refused_by_what_it_is(data: bytes, what: str) -> None:
    assert what in refused(data).error.message


def test_nesting_beyond_any_filing_is_refused_and_not_read_in_part() -> None:
    nested = filing(text(ROLE, "<div>" * 200 + "deep" + "</div>" * 200))
    assert values(read_bytes(nested.encode(), "b.htm")) == ["deep"]
    for depth in (300, 5000):
        for fault in ("", "<br>"):
            source = filing(fault + text(ROLE, "<div>" * depth + "deep" + "</div>" * depth))
            assert "nested deeper" in refused(source.encode()).error.message


def test_a_fact_swallowed_by_damage_is_not_passed_over() -> None:
    source = WHOLE.replace("<p><ix", "<p class='never closed><ix", 1)
    assert "too damaged" in refused(source.encode()).error.message


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_damage_never_gives_anything_but_a_document_or_a_refusal(data: st.DataObject) -> None:
    source = bytearray(WHOLE.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(source) - 1))
        source[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=6))
    with suppress(Unreadable):
        read_inline_bytes(bytes(source), "b.htm")
        read_bytes(bytes(source), "b.htm")


# --- folders -----------------------------------------------------------------------------------------------------


def test_a_folder_is_walked_in_order_and_what_is_unreadable_is_told(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.htm").write_text(WHOLE)
    (tmp_path / "a.htm").write_text(WHOLE)
    (tmp_path / "broken.htm").write_text(WHOLE[:-40])
    (tmp_path / "c.bin").write_bytes(b"\x00\x01")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone.htm").symlink_to(tmp_path / "nowhere")
    readings = read_paths([tmp_path])
    assert [Path(document.source).name for document in readings.documents] == ["a.htm", "2.htm"]
    told = {Path(error.source).name: error for error in readings.errors}
    assert set(told) == {"broken.htm", "c.bin", "pipe", "gone.htm"}
    assert told["broken.htm"].line is not None
    assert "regular file" in told["pipe"].message


def test_a_hostile_file_name_is_still_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe\n<x>.htm"))
    path.write_text(WHOLE)
    (document,) = read_paths([tmp_path]).documents
    assert document.source.encode()
    assert len(document.facts) == 2


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_file(tmp_path / "nothing.htm", "nothing.htm")
