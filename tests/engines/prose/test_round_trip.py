"""What is written reads back: Markdown and Word keep headings, paragraphs, lists and tables."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.prose import (
    BadDocument,
    Document,
    Front,
    Heading,
    Item,
    Paragraph,
    Quote,
    Span,
    Table,
    compare,
    read_docx,
    read_markdown,
    to_html,
    write_docx,
    write_markdown,
)
from quarterdeck.engines.prose.model import ListBlock, levelled, squared, tidy

WORDS = st.text(
    st.characters(categories=["Lu", "Ll", "Nd", "Po", "Ps", "Pe", "Sm", "Sc"], include_characters=" -_*`[]|<>#\\", max_codepoint=0x4FFF),
    min_size=1,
    max_size=30,
)  # fmt: skip
LINKS = st.sampled_from(["https://example.org/a?b=1", "mailto:desk@example.org", "#scope"])


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Words in several forms, with plain words between them."""
    made = [Span(draw(WORDS))]
    for _ in range(draw(st.integers(0, 2))):
        form = draw(st.sampled_from(["bold", "italic", "both", "code", "link"]))
        text = draw(WORDS)
        made.append(
            {
                "bold": Span(text, bold=True),
                "italic": Span(text, italic=True),
                "both": Span(text, bold=True, italic=True),
                "code": Span(text, code=True),
                "link": Span(text, href=draw(LINKS)),
            }[form]
        )
        made.append(Span(" and " + draw(WORDS)))
    return tidy([Span("Text "), *made])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    blocks: list[Heading | Paragraph | Quote | Table | ListBlock] = []
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["heading", "paragraph", "list", "table", "quote"]))
        if kind == "heading":
            blocks.append(Heading(draw(st.integers(1, 6)), draw(spans().map(lambda s: tidy(Span(x.text) for x in s)))))
        elif kind == "paragraph":
            blocks.append(Paragraph(draw(spans())))
        elif kind == "quote":
            blocks.append(Quote(draw(spans())))
        elif kind == "list":
            items = st.builds(Item, st.integers(0, 2), st.booleans(), spans())
            blocks.append(levelled(draw(st.lists(items, min_size=1, max_size=5))))
        else:
            width = draw(st.integers(1, 3))
            rows = st.lists(spans(), min_size=width, max_size=width)
            table = squared(draw(st.lists(rows, min_size=1, max_size=3)))
            assert table is not None
            blocks.append(table)
    return Document(tuple(blocks))


@settings(max_examples=50, deadline=None)
@given(documents())
def test_markdown_reads_back_as_the_same_document(document: Document) -> None:
    assert read_markdown(write_markdown(document)) == document


@settings(max_examples=40, deadline=None)
@given(documents())
def test_markdown_through_word_and_back_keeps_every_block(document: Document) -> None:
    text = write_markdown(document)
    again = read_docx(io.BytesIO(write_docx(read_markdown(text))))
    assert write_markdown(again) == text


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read_and_settles(text: str) -> None:
    once = write_markdown(read_markdown(text))
    assert write_markdown(read_markdown(once)) == once


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("<>/\"'&()[]*`#|-script onclick=javascript:\n "), max_size=200))
def test_no_markup_of_the_text_survives(text: str) -> None:
    html = to_html(read_markdown(text))
    for part in html.split("<")[1:]:
        name = part.lstrip("/").split(">")[0].split(" ")[0]
        assert name in {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "a", "em", "strong", "code", "blockquote",
                        "div", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert 'href="javascript' not in html


def test_a_bar_in_a_cell_does_not_part_it() -> None:
    table = squared([[tidy([Span("a | b "), Span("c | d", code=True), Span(" \\| e")]), tidy([Span("`|")])]])
    assert table is not None
    document = Document((table,))
    assert read_markdown(write_markdown(document)) == document


def test_the_title_block_is_read_by_people_and_not_read_back() -> None:
    front = Front("Rules", (("Version", "3"), ("SHA-256", "ab" * 32)), datetime(2026, 1, 2, tzinfo=UTC))
    data = write_docx(read_markdown("# Scope\n\nEveryone."), front)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "ab" * 32 in archive.read("word/document.xml").decode()
    assert write_markdown(read_docx(io.BytesIO(data))) == "# Scope\n\nEveryone.\n"


def test_sections_keep_their_anchors_when_they_are_numbered_anew() -> None:
    before = read_markdown("# 1 Scope\n\n# 2 Severity {#sev}\n\n# 3 Scope").sections()
    after = read_markdown("# 2.1 Scope\n\n# 5 How severe it is {#sev}").sections()
    assert [s.anchor for s in before] == ["scope", "sev", "scope-2"]
    assert [s.anchor for s in after] == ["scope", "sev"]


def test_a_word_that_changed_is_told_apart_from_the_rest() -> None:
    (change,) = [
        c for c in compare("# A\n\nReport within two days.", "# A\n\nReport within one day.") if c.kind != "same"
    ]
    assert [piece for piece in change.pieces if piece[0] != "same"] == [
        ("del", "two"), ("ins", "one"), ("del", "days"), ("ins", "day"),
    ]  # fmt: skip


def packed(**parts: bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(f"word/{name}.xml", data)
    made.seek(0)
    return made


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (io.BytesIO(b"no archive"), "damaged"),
        (packed(other=b"<a/>"), "word/document.xml is missing"),
        (packed(document=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "entities"),
        (packed(document=b"<a>"), "no sound XML"),
        (packed(document=b"<a/>"), "no body"),
        (packed(document=b" " * (21 << 20)), "more than 20 MB"),
    ],
)
def test_a_hostile_file_is_refused_with_what_and_where(source: io.BytesIO, says: str) -> None:
    with pytest.raises(BadDocument, match=says):
        read_docx(source)
