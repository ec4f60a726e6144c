"""The page of facts agrees with the Inline XBRL of the same filing, fact by fact."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from quarterdeck.engines.xbrl.content import ContentError, FilingContent, Tag, covering
from quarterdeck.engines.xbrl.model import Document
from quarterdeck.engines.xbrl.read_ixbrl import read_inline, to_document
from quarterdeck.engines.xbrl.read_rpage import read_html_page
from quarterdeck.engines.xbrl.write_ixbrl import write_inline
from quarterdeck.engines.xbrl.write_rpage import months_of, write_rpage

from .sample_filings import NATURE, annual_filing, incident_filing, random_filing


def facts_of(document: Document) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[object, object]]:
    return {
        (fact.concept, tuple(fact.dimensions.items())): (fact.value, fact.period and fact.period.end)
        for fact in document.facts
    }


def both(content: FilingContent) -> tuple[Document, Document]:
    inline = to_document(read_inline(write_inline(content).document.data, "written.htm"))
    return inline, read_html_page(write_rpage(content).data, "R1.htm")


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["2024", "2025", "2026"]))
def test_page_and_inline_document_agree(rng: random.Random, version: str) -> None:
    inline, page = both(random_filing(rng, version))
    assert not page.problems
    assert facts_of(page) == facts_of(inline)


def test_a_calendar_year_keeps_its_start() -> None:
    inline, page = both(annual_filing())
    assert {fact.period for fact in page.facts} == {fact.period for fact in inline.facts}


def test_the_page_is_laid_out_like_the_ones_on_the_site() -> None:
    root = html.fromstring(write_rpage(annual_filing()).data)
    table = root.find_class("report")[0]
    heads = [" ".join(cell.text_content().split()) for cell in table.iter("th")]
    assert heads == ["Cybersecurity Risk Management and Strategy Disclosure", "12 Months Ended", "Dec. 31, 2025"]
    labels = [cell.text_content() for cell in table.find_class("pl")]
    assert labels[0].endswith("[Line Items]")
    assert labels.index("Cybersecurity Risk Management Processes Integrated [Flag]") == 2


@pytest.mark.parametrize("content", [annual_filing(), incident_filing(), incident_filing(version="2026")])
def test_every_label_leads_to_its_definition(content: FilingContent) -> None:
    root = html.fromstring(write_rpage(content).data)
    targets = [anchor.get("href") for anchor in root.find_class("report")[0].iter("a")]
    assert targets
    for target in targets:
        assert root.get_element_by_id(target.removeprefix("#")).get("class") == "authRefData"


def test_a_day_is_headed_by_its_date_alone_and_incidents_have_sections() -> None:
    root = html.fromstring(write_rpage(incident_filing()).data)
    table = root.find_class("report")[0]
    assert [cell.text_content() for cell in table.iter("th")][1:] == ["May 14, 2025"]
    sections = [row.text_content().strip() for row in table.find_class("rh")]
    assert sections == ["Copied files [Member]", "Payroll outage & <delay> [Member]"]
    assert months_of(incident_filing().period) is None


def test_a_page_shows_one_disclosure() -> None:
    mixed = replace(annual_filing(), tags=(*annual_filing().tags, Tag(NATURE, covering("s1"))))
    with pytest.raises(ContentError):
        write_rpage(mixed)
    with pytest.raises(ContentError):
        write_rpage(replace(annual_filing(), tags=()))
