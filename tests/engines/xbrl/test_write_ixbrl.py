"""Whatever is tagged, however the tags overlap, the document says exactly that."""

import random
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from quarterdeck.engines.xbrl.content import (
    ContentError,
    FilingContent,
    Member,
    Paragraph,
    Range,
    Section,
    Span,
    Tag,
    covering,
    member_name,
)
from quarterdeck.engines.xbrl.coverage import cover
from quarterdeck.engines.xbrl.markup import clean
from quarterdeck.engines.xbrl.model import Period
from quarterdeck.engines.xbrl.read_ixbrl import read_inline
from quarterdeck.engines.xbrl.textvalue import fold
from quarterdeck.engines.xbrl.write_ixbrl import write_inline

from .sample_filings import (
    AFFECTED_FLAG,
    AXIS,
    BOARD,
    CIK,
    INTEGRATED,
    NATURE,
    PROCESSES,
    ROLE,
    annual_filing,
    incident_filing,
    random_filing,
)

IX = "{http://www.xbrl.org/2013/inlineXBRL}"


def expected_text(content: FilingContent, tag: Tag) -> str:
    """The covered words of a tag in the order of the document; a space where text was left out."""
    out = []
    for section in content.sections:
        for paragraph in section.paragraphs:
            taken = []
            text = ""
            for span in paragraph.spans:
                if text:
                    text += paragraph.separator
                    taken += [False] * len(paragraph.separator)
                ranges = [part for part in tag.covers if part.span == span.id]
                for place in range(len(span.text)):
                    ends = [(part.start, len(span.text) if part.end is None else part.end) for part in ranges]
                    taken.append(any(start <= place < end for start, end in ends))
                text += span.text
            out.append("".join(c if kept else " " for c, kept in zip(text, taken, strict=True)))
    return fold(clean(" ".join(out)))


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_fact_reads_back_as_what_was_covered(rng: random.Random) -> None:
    content = random_filing(rng)
    document = read_inline(write_inline(content).document.data, "written.htm")
    read = {
        (fact.name.local, fact.context.by_axis.get(AXIS) if fact.context else None): fact for fact in document.cyd_facts
    }
    assert not document.problems
    assert document.malformed is None
    assert len(read) == len(content.tags)
    for tag in content.tags:
        fact = read[tag.concept, tag.member]
        assert fact.text == expected_text(content, tag)
        assert not fact.hidden
        if tag.value is None:
            assert fact.value == fact.text
            assert fact.escape
        else:
            assert fact.value is tag.value
        assert fact.context is not None
        assert fact.context.period == content.period
        assert fact.context.entity == CIK


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_pieces_nest_and_keep_every_covered_character_once(rng: random.Random) -> None:
    content = random_filing(rng)
    coverage = cover(content)
    for chain in coverage.chains:
        for before, after in pairwise(chain):
            assert (before.last, before.end if before.first == after.first else 0) <= (after.first, after.start)
    for pieces in coverage.inlines.values():
        for one in pieces:
            for other in pieces:
                assert one.end <= other.start or other.end <= one.start or _within(one, other) or _within(other, one)


def _within(inner: object, outer: object) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end  # type: ignore[attr-defined]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_hostile_text_cannot_break_out_of_its_paragraph(text: str, name: str) -> None:
    base = annual_filing()
    spans = (Span("Text", "x"), Span(text, "y"))
    content = replace(
        base,
        cover=replace(base.cover, registrant=f"R{name}"),
        sections=(Section(text, (Paragraph(spans),)),),
        tags=(Tag(PROCESSES, covering("x", "y")),),
        watermark=text,
    )
    data = write_inline(content).document.data
    assert data.isascii()
    root = etree.fromstring(data)
    assert not root.findall(".//{*}script")
    fact = read_inline(data, "written.htm").cyd_facts[0]
    assert fact.value == fold(clean(f"Text {text}"))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert write_inline(annual_filing()) == write_inline(annual_filing())
    assert write_inline(incident_filing()) == write_inline(incident_filing())


def test_overlapping_text_blocks_become_a_fact_and_its_continuation() -> None:
    base = annual_filing()
    content = replace(
        base, tags=(Tag(PROCESSES, covering("h1", "s1", "s2")), Tag(INTEGRATED, covering("s2", "s3", "s4")))
    )
    root = etree.fromstring(write_inline(content).document.data)
    facts = {element.get("name"): element for element in root.iter(f"{IX}nonNumeric") if "cyd:" in element.get("name")}
    continuations = {element.get("id"): element for element in root.iter(f"{IX}continuation")}
    chained = [fact for fact in facts.values() if fact.get("continuedAt")]
    assert chained
    for fact in chained:
        assert fact.get("continuedAt") in continuations
    assert len({element.get("id") for element in root.iter() if element.get("id")}) == sum(
        1 for element in root.iter() if element.get("id")
    )


def test_a_continuation_does_not_glue_words_together() -> None:
    base = annual_filing()
    content = replace(base, tags=(Tag(BOARD, (Range("s6", 4, 28), Range("s7", 4, 31), Range("h2"))),))
    fact = read_inline(write_inline(content).document.data, "written.htm").cyd_facts[0]
    assert fact.value == "Governance audit and risk committee security steering committee"
    assert " ".join(fact.raw.split()) == fact.value


def test_a_continuation_that_begins_with_a_dropped_character_keeps_its_space() -> None:
    base = annual_filing()
    paragraphs = (
        Paragraph((Span("First end.", "a"), Span("left out", "b"))),
        Paragraph((Span("\x07Bell.", "c"), Span("x", "d"))),
    )
    sections = (Section("Item 16K. Cybersecurity", paragraphs),)
    content = replace(base, sections=sections, tags=(Tag(PROCESSES, covering("a", "c")),))
    assert read_inline(write_inline(content).document.data, "written.htm").cyd_facts[0].value == "First end. Bell."


def test_flags_stand_visibly_around_their_words() -> None:
    root = etree.fromstring(write_inline(annual_filing()).document.data)
    flag = next(e for e in root.iter(f"{IX}nonNumeric") if e.get("name") == f"cyd:{AFFECTED_FLAG}")
    assert flag.get("format") == "ixt:fixed-false"
    assert "did not identify threats" in "".join(flag.itertext())
    assert not any(above.tag == f"{IX}hidden" for above in flag.iterancestors())
    hidden = [
        e.get("name") for e in root.iter(f"{IX}nonNumeric") if any(a.tag == f"{IX}hidden" for a in e.iterancestors())
    ]
    assert all(name.startswith("dei:") for name in hidden)


def test_the_cover_page_reads_back() -> None:
    document = read_inline(write_inline(annual_filing("20-F/A")).document.data, "written.htm")
    assert (document.form, document.cik, document.entity) == ("20-F/A", CIK, "Harbour & Lantern Holdings Ltd")
    assert document.period == Period(date(2025, 1, 1), date(2025, 12, 31))
    assert document.taxonomy == "cyd/2025"
    expected = {
        "DocumentPeriodEndDate": "2025-12-31",
        "AmendmentFlag": True,
        "AmendmentDescription": "Adds what the first version left out.",
        "DocumentFiscalYearFocus": "2025",
        "EntityIncorporationStateCountryCode": "E9",
        "EntityShellCompany": False,
        "EntityEmergingGrowthCompany": True,
        "TradingSymbol": "HLTN",
        "EntityAddressCityOrTown": "Shenzhen",
    }
    for name, value in expected.items():
        fact = document.cover(name)
        assert fact is not None, name
        assert fact.value == value, name


def test_what_the_cover_does_not_know_is_left_out() -> None:
    document = read_inline(write_inline(incident_filing()).document.data, "written.htm")
    assert document.cover("EntityShellCompany") is None
    assert document.cover("DocumentFiscalYearFocus") is None
    assert document.cover("EntityAddressCityOrTown") is None


def test_members_stand_in_contexts_of_their_own_and_in_the_schema() -> None:
    filing = write_inline(incident_filing())
    assert filing.schema is not None
    assert filing.schema.name == "hltn-20250514.xsd"
    document = read_inline(filing.document.data, "written.htm")
    assert document.schema_refs == ("hltn-20250514.xsd",)
    natures = [fact for fact in document.cyd_facts if fact.name.local == NATURE]
    members = [fact.context.by_axis[AXIS] for fact in natures if fact.context]
    assert members == ["CopiedFilesMember", "PayrollOutageMember"]
    schema = etree.fromstring(filing.schema.data)
    names = [element.get("name") for element in schema.iter("{http://www.w3.org/2001/XMLSchema}element")]
    assert names == ["CopiedFilesMember", "PayrollOutageMember"]


def test_without_members_the_published_taxonomies_suffice_unless_a_schema_is_asked_for() -> None:
    content = incident_filing(members=False)
    assert write_inline(content).schema is None
    document = read_inline(write_inline(content).document.data, "written.htm")
    assert all(href.startswith("https://xbrl.sec.gov/") for href in document.schema_refs)
    assert write_inline(content, own_schema=True).schema is not None


def test_a_draft_carries_its_watermark_outside_every_fact() -> None:
    content = replace(annual_filing(), watermark="Draft, not approved")
    data = write_inline(content).document.data
    assert data.count(b"Draft, not approved") == 2
    plain = read_inline(write_inline(annual_filing()).document.data, "written.htm")
    marked = read_inline(data, "written.htm")
    assert [fact.value for fact in marked.facts] == [fact.value for fact in plain.facts]


def test_no_script_no_style_sheet_and_nothing_from_outside() -> None:
    data = write_inline(annual_filing()).document.data.decode()
    assert not re.search(r"<(script|style|link\s|img|iframe|object|form)\b", data)
    assert "src=" not in data
    assert "url(" not in data


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"tags": (Tag("CybersecurityRiskNoSuchTextBlock", covering("s1")),)}, "CybersecurityRiskNoSuchTextBlock"),
        ({"tags": (Tag(PROCESSES, covering("s1"), True),)}, PROCESSES),
        ({"tags": (Tag(AFFECTED_FLAG, covering("s1")),)}, AFFECTED_FLAG),
        ({"tags": (Tag(PROCESSES, ()),)}, PROCESSES),
        ({"tags": (Tag(PROCESSES, (Range("s1", 3, 3),)),)}, PROCESSES),
        ({"tags": (Tag(PROCESSES, (Range("s1", 0, 9999),)),)}, PROCESSES),
        ({"tags": (Tag(PROCESSES, covering("nowhere")),)}, PROCESSES),
        ({"tags": (Tag(ROLE, covering("s1"), member="XMember"),), "members": (Member("XMember", "X"),)}, "extension"),
        ({"tags": (Tag(ROLE, covering("s1")), Tag(ROLE, covering("s2")))}, ROLE),
        ({"version": "2019"}, "version"),
        ({"period": Period(None, date(2025, 12, 31))}, "period"),
    ],
)
def test_what_cannot_be_filed_is_refused_by_name(change: dict[str, object], where: str) -> None:
    with pytest.raises(ContentError) as refused:
        write_inline(replace(annual_filing(), **change))  # type: ignore[arg-type]
    assert refused.value.where == where


def test_member_names_come_from_titles() -> None:
    assert member_name("Ransomware, May 2026") == "RansomwareMay2026Member"
    assert member_name("3rd-party breach") == "Incident3rdPartyBreachMember"
    assert member_name("勒索") == "IncidentMember"
