"""What the reader makes of Inline XBRL: values, chains, nesting, flags, contexts and the cover page."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.xbrl.model import Document, Fact, InlineDocument, Period, document_json
from quarterdeck.engines.xbrl.read import read_bytes, read_inline_bytes

from .inline_source import (
    AFFECTED,
    AXIS,
    INTEGRATED,
    INTEGRATED_TEXT,
    NATURE,
    PROCESSES,
    ROLE,
    SCOPE,
    context,
    continuation,
    cover,
    filing,
    flag,
    text,
)


def read(source: str) -> Document:
    return read_bytes(source.encode(), "a.htm")


def inline(source: str) -> InlineDocument:
    return read_inline_bytes(source.encode(), "a.htm")


def only(source: str) -> Fact:
    facts = read(source).facts
    assert len(facts) == 1
    return facts[0]


def value(content: str) -> str | bool | None:
    return only(filing(f"<div>{text(ROLE, content)}</div>")).value


# --- text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("One.<br/>Two.", "One. Two."),
        ("<div>One.</div>\n\n  <div> Two. </div>", "One. Two."),
        ("A <b>bo</b>ld w<i>or</i>d", "A bold word"),
        ("Smith &amp; Co&#8217;s &lt;plan&gt;", "Smith & Co’s <plan>"),
        ("No&#160;break &#8195; space", "No break space"),
        ("<table><tr><td>Left</td><td>Right</td></tr><tr><td>Below</td></tr></table>", "Left Right Below"),
        ("<ul><li>first</li><li>second</li></ul>", "first second"),
        ('Form <div style="white-space:nowrap;display:inline;">8-K</div>, filed', "Form 8-K, filed"),
        ('<span style="display: block">One</span><span style="display:block">Two</span>', "One Two"),
        ("a<!-- not shown -->b", "ab"),
        ("kept <ix:exclude>page 12</ix:exclude>here", "kept here"),
        ('see <a href="#x">Item 1A</a>.', "see Item 1A."),
        ("quarter&#146;s", "quarter’s"),
        ("&nbsp;padded&nbsp;", "padded"),
        ("网络安全<br/>委员会", "网络安全 委员会"),
        ("<style>p {color: red}</style>styled", "styled"),
        ("<P>Upper</P><P>case</P>", "Upper case"),
    ],
)
def test_text_is_what_a_person_reads(content: str, expected: str) -> None:
    assert value(content) == expected


def test_html_keeps_the_filers_markup_and_drops_inline_xbrl() -> None:
    content = f'<p style="margin:0">We <b>have</b> {flag(INTEGRATED, "integrated", "ixt:fixed-true")} it &amp; so on.<br/></p>'
    found = read(filing(text(ROLE, content))).facts[0]
    assert found.html == '<p style="margin:0">We <b>have</b> integrated it &amp; so on.<br></p>'


def test_markup_written_as_text_is_markup_all_the_same() -> None:
    hidden = (
        f'<ix:nonNumeric contextRef="c-1" name="cyd:{ROLE}">&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;'
        "</ix:nonNumeric>"
    )
    fact = only(filing("", hidden=hidden))
    assert (fact.value, fact.html) == ("One & two. Three.", "<p>One &amp; two.</p><p>Three.</p>")
    assert only(filing(f'<ix:nonNumeric contextRef="c-1" name="cyd:{ROLE}">a &lt; b</ix:nonNumeric>')).value == "a < b"


def test_a_fact_inside_anothers_text_is_part_of_it_and_a_fact_of_its_own() -> None:
    inner = text(INTEGRATED_TEXT, "It is part of " + flag(INTEGRATED, "our risk management", "ixt:fixed-true") + ".")
    document = read(filing(f"<div>{text(PROCESSES, f'<p>We assess. {inner}</p><p>More.</p>')}</div>"))
    assert [(fact.concept, fact.value) for fact in document.facts] == [
        (PROCESSES, "We assess. It is part of our risk management. More."),
        (INTEGRATED_TEXT, "It is part of our risk management."),
        (INTEGRATED, True),
    ]


def test_continuations_are_joined_in_the_order_of_the_chain_not_of_the_page() -> None:
    body = (
        f"{continuation('last', '<p>Third.</p>')}"
        f"{text(ROLE, '<p>First.</p>', 'next')}"
        f"<p>Between, not tagged.</p>{continuation('next', '<p>Second.</p>', 'last')}"
    )
    found = only(filing(body))
    assert found.value == "First. Second. Third."
    assert found.html == "<p>First.</p><p>Second.</p><p>Third.</p>"


def test_a_sentence_broken_by_a_page_is_joined_without_a_gap() -> None:
    body = f"<p>{text(ROLE, 'back-up sys', 'n')}</p><p>{continuation('n', 'tems.')}</p>"
    assert only(filing(body)).value == "back-up systems."


def test_one_continuation_may_lie_inside_another_facts_continuation() -> None:
    body = (
        text(PROCESSES, "A " + text(ROLE, "B", "r"), "p")
        + "<p>gap</p>"
        + continuation("p", "C " + continuation("r", "D") + " E")
    )
    document = inline(filing(body))
    outer, within = document.cyd_facts
    assert (outer.value, within.value) == ("A BC D E", "BD")
    assert within.parent == outer.order
    assert outer.ancestors == ()
    assert outer.continuations == ("p",)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (text(ROLE, "Half of it", "nowhere"), "nowhere, which is not in the document"),
        (
            text(ROLE, "x", "a") + continuation("a", "y", "b") + continuation("b", "z", "a"),
            "in a circle at a",
        ),
        (text(ROLE, "x", "a") + continuation("a", "y", "a"), "in a circle at a"),
        (text(ROLE, f"x {continuation('a', 'y')}", "a"), "inside the fact itself"),
        (continuation("a", text(ROLE, "x", "a")), "inside the fact itself or around it"),
    ],
)
def test_a_broken_chain_gives_no_value_and_says_where(body: str, fault: str) -> None:
    document = read(filing(f"{text(PROCESSES, 'Whole.')}{body}"))
    assert [fact.concept for fact in document.facts] == [PROCESSES]
    (problem,) = document.problems
    assert fault in problem.message
    assert ROLE in problem.message
    assert problem.line is not None


def test_a_continuation_wanted_by_two_facts_is_reported() -> None:
    body = text(ROLE, "x", "a") + text(PROCESSES, "y", "a") + continuation("a", "z")
    assert any("two facts continue at a" in problem.message for problem in read(filing(body)).problems)


def test_a_nil_fact_and_an_empty_one_have_no_value() -> None:
    document = read(filing(text(ROLE, "", extra='xsi:nil="true"') + text(PROCESSES, " <p>&#160;</p> ")))
    assert [(fact.value, fact.html) for fact in document.facts if fact.concept == ROLE] == [(None, None)]
    assert [fact.value for fact in document.facts if fact.concept == PROCESSES] == [None]
    assert document.problems == ()


# --- flags -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("registry", ["2011-07-31", "2015-02-26", "2020-02-12", "2022-02-16"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [("fixed-true", True), ("fixed-false", False), ("booleantrue", True), ("booleanfalse", False)],
)
@pytest.mark.parametrize("shown", ["We have integrated these processes", "not", "yes", "false", "true", ""])
def test_a_fixed_transformation_decides_whatever_it_stands_around(
    registry: str, name: str, expected: bool, shown: str
) -> None:
    namespaces = {"ixt": f"http://www.xbrl.org/inlineXBRL/transformation/{registry}"}
    assert only(filing(flag(INTEGRATED, shown, f"ixt:{name}"), namespaces=namespaces)).value is expected


@pytest.mark.parametrize(("box", "expected"), [("☐", False), ("☑", True), ("☒", True), ("&#9746;", True)])
def test_a_ballot_box_is_a_flag(box: str, expected: bool) -> None:
    assert only(filing(flag(INTEGRATED, f" <span>{box}</span> ", "ixt-sec:boolballotbox"))).value is expected


@pytest.mark.parametrize(("shown", "expected"), [("true", True), (" false\n", False), ("1", True), ("0", False)])
def test_without_a_transformation_the_text_is_the_flag(shown: str, expected: bool) -> None:
    assert only(filing(flag(INTEGRATED, shown))).value is expected


@pytest.mark.parametrize(
    "fact",
    [
        flag(INTEGRATED, "Yes"),
        flag(INTEGRATED, "we have not integrated them"),
        flag(INTEGRATED, ""),
        flag(INTEGRATED, "X", "ixt-sec:boolballotbox"),
        flag(INTEGRATED, "true", "ixt:num-dot-decimal"),
        flag(INTEGRATED, "true", "own:fixed-true"),
    ],
)
def test_a_flag_that_says_neither_is_reported_and_not_guessed(fact: str) -> None:
    document = read(filing(fact))
    assert document.facts == ()
    (problem,) = document.problems
    assert problem.message.startswith(INTEGRATED)


def test_a_flag_across_a_page_break_keeps_its_value_and_its_words() -> None:
    body = flag(AFFECTED, "no threat has ", "ixt:fixed-false", "n") + continuation("n", "affected us")
    (fact,) = inline(filing(body)).cyd_facts
    assert (fact.value, fact.text, fact.html) == (False, "no threat has affected us", None)


# --- contexts ----------------------------------------------------------------------------------------------------


def test_dimensions_and_periods_come_from_the_facts_own_context() -> None:
    member = (
        '<xbrldi:explicitMember dimension="cyd:MaterialCybersecurityIncidentAxis">own:{}Member</xbrldi:explicitMember>'
    )
    day = "<xbrli:startDate>2025-03-0{0}</xbrli:startDate><xbrli:endDate>2025-03-0{0}</xbrli:endDate>"
    contexts = (
        context("c-1", day.format(1))
        + context("c-2", day.format(2), segment=member.format("March"))
        + context("c-3", day.format(3), scenario=member.format("Second"))
        + context(
            "c-4",
            "<xbrli:instant>2025-03-04</xbrli:instant>",
            segment='<xbrldi:typedMember dimension="own:SiteAxis"><own:site> Plant  9 </own:site></xbrldi:typedMember>',
        )
    )
    body = "".join(text(NATURE, f"fact {n}", context_id=f"c-{n}") for n in (1, 2, 3, 4))
    document = read(filing(body, contexts, front=cover("8-K")))
    assert [(fact.period, dict(fact.dimensions)) for fact in document.facts] == [
        (Period(date(2025, 3, 1), date(2025, 3, 1)), {}),
        (Period(date(2025, 3, 2), date(2025, 3, 2)), {AXIS: "MarchMember"}),
        (Period(date(2025, 3, 3), date(2025, 3, 3)), {AXIS: "SecondMember"}),
        (Period(None, date(2025, 3, 4)), {"SiteAxis": "Plant 9"}),
    ]
    found = inline(filing(body, contexts)).contexts["c-2"].dimensions[0]
    assert found.member is not None
    assert found.member.namespace == "http://www.example.com/20241231"
    assert found.axis.namespace == "http://xbrl.sec.gov/cyd/2024"


def test_an_end_at_midnight_is_the_day_before() -> None:
    period = "<xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2025-01-01T00:00:00</xbrli:endDate>"
    assert only(filing(text(ROLE, "x"), context("c-1", period))).period == Period(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("contexts", "fault"),
    [
        ("", "c-1, which is not in the document"),
        (
            context("c-1", "<xbrli:startDate>2024-02-30</xbrli:startDate><xbrli:endDate>2024-12-31</xbrli:endDate>"),
            "02-30",
        ),
        (
            context("c-1", "<xbrli:startDate>2025-01-01</xbrli:startDate><xbrli:endDate>2024-12-31</xbrli:endDate>"),
            "ends before",
        ),
    ],
)
def test_a_fact_without_a_usable_context_keeps_its_value_and_is_reported(contexts: str, fault: str) -> None:
    document = read(filing(text(ROLE, "x"), contexts, front=""))
    assert [(fact.value, fact.period) for fact in document.facts] == [("x", None)]
    assert any(fault in problem.message for problem in document.problems)


# --- idioms ------------------------------------------------------------------------------------------------------


def test_a_prefix_is_only_a_prefix() -> None:
    namespaces = {"c": "http://xbrl.sec.gov/cyd/2025", "cyd": "http://www.example.com/not-the-taxonomy"}
    document = read(filing(text(ROLE, "mine", prefix="c") + text(NATURE, "other", prefix="cyd"), namespaces=namespaces))
    assert [(fact.concept, fact.value) for fact in document.facts] == [(ROLE, "mine")]
    assert document.taxonomy == "cyd/2025"


def test_a_namespace_declared_on_the_fact_itself_is_honoured() -> None:
    fact = (
        f'<i:nonNumeric xmlns:i="http://www.xbrl.org/2013/inlineXBRL" xmlns:q="http://xbrl.sec.gov/cyd/2026" '
        f'name="q:{ROLE}" contextRef="c-1" escape="true">inside</i:nonNumeric>'
    )
    document = read(filing(fact))
    assert (document.facts[0].value, document.taxonomy) == ("inside", "cyd/2026")


def test_hidden_facts_are_read_and_known_to_be_hidden() -> None:
    document = inline(
        filing(
            f'<p style="-sec-ix-hidden:h-1">We have  integrated it.</p>{text(ROLE, "seen")}',
            hidden=flag(INTEGRATED, "true", extra='id="h-1"'),
        )
    )
    assert [(fact.name.local, fact.hidden) for fact in document.cyd_facts] == [(INTEGRATED, True), (ROLE, False)]
    assert document.shown_for_hidden == {"h-1": "We have integrated it."}


def test_several_headers_and_header_inside_the_text_are_no_text() -> None:
    more = f"<ix:header><ix:resources>{context('c-2')}</ix:resources></ix:header>"
    document = read(filing(text(ROLE, f"before <div>{more}</div> after", context_id="c-2")))
    assert document.facts[0].value == "before after"
    assert document.facts[0].period is not None


def test_the_cover_page_names_form_entity_cik_and_period() -> None:
    document = read(filing(text(ROLE, "x"), front=cover("20-F/A")))
    assert (document.form, document.entity, document.cik) == ("20-F/A", "Harbour & Quay Ltd", "0001234567")
    assert document.period == Period(date(2024, 1, 1), date(2024, 12, 31))


def test_a_subsidiary_on_the_cover_does_not_take_the_place_of_the_filer() -> None:
    segment = '<xbrldi:explicitMember dimension="dei:LegalEntityAxis">own:SubsidiaryMember</xbrldi:explicitMember>'
    front = '<p><ix:nonNumeric contextRef="c-2" name="dei:EntityRegistrantName">Sub</ix:nonNumeric></p>' + cover()
    document = read(filing("", context("c-1") + context("c-2", segment=segment), front=front))
    assert document.entity == "Harbour & Quay Ltd"


def test_a_cover_date_is_iso_after_its_transformation() -> None:
    front = (
        '<ix:nonNumeric contextRef="c-1" name="dei:DocumentPeriodEndDate" format="ixt:date-monthname-day-year-en">'
        "December&#160;31, 2024</ix:nonNumeric>"
        '<ix:nonNumeric contextRef="c-1" name="dei:AmendmentFlag" format="ixt-sec:boolballotbox">☐</ix:nonNumeric>'
    )
    document = inline(filing("", front=front))
    date_fact, amendment = document.cover("DocumentPeriodEndDate"), document.cover("AmendmentFlag")
    assert date_fact is not None
    assert amendment is not None
    assert (date_fact.value, amendment.value) == ("2024-12-31", False)


def test_a_report_without_cybersecurity_facts_is_a_document_without_facts() -> None:
    document = read(filing("<p>Nothing tagged.</p>"))
    assert (document.facts, document.taxonomy, document.form, document.problems) == ((), None, "10-K", ())


def test_a_concept_of_a_later_year_is_read_by_its_ending() -> None:
    body = text("SomethingNewTextBlock", "words") + flag("SomethingNewFlag", "words", "ixt:fixed-false")
    document = read(filing(body, namespaces={"cyd": "http://xbrl.sec.gov/cyd/2029"}))
    assert [(fact.kind, fact.value) for fact in document.facts] == [("text", "words"), ("flag", False)]
    assert document.taxonomy == "cyd/2029"


def test_the_json_has_exactly_the_public_shape() -> None:
    assert document_json(read(filing(text(ROLE, "<p>x</p>") + flag(INTEGRATED, "y", "ixt:fixed-true")))) == {
        "source": "a.htm",
        "kind": "ixbrl",
        "form": "10-K",
        "entity": "Harbour & Quay Ltd",
        "cik": "0001234567",
        "taxonomy": "cyd/2024",
        "period": {"start": "2024-01-01", "end": "2024-12-31"},
        "facts": [
            {
                "concept": ROLE,
                "type": "text",
                "value": "x",
                "html": "<p>x</p>",
                "period": {"start": "2024-01-01", "end": "2024-12-31"},
                "dimensions": {},
            },
            {
                "concept": INTEGRATED,
                "type": "flag",
                "value": True,
                "html": None,
                "period": {"start": "2024-01-01", "end": "2024-12-31"},
                "dimensions": {},
            },
        ],
    }


# --- the text around the facts -----------------------------------------------------------------------------------


def test_blocks_and_headings_tell_where_a_fact_stands() -> None:
    contents = (
        '<p><a href="#a">Item 1B. Unresolved</a></p><p>9</p><p><a href="#b">Item 1C. Cybersecurity</a></p><p>10</p>'
    )
    body = (
        f"{contents}<p>Item 1B. Unresolved Staff Comments</p><p>None.</p>"
        f"<table><tr><td>Item 1C.</td><td>Cybersecurity</td></tr></table>"
        f"<div>{text(ROLE, '<p>The committee meets.</p><p>It decides.</p>')}</div>"
        "<p>Item 2. Properties</p><p>A quay.</p>"
    )
    document = inline(filing(body))
    real = [heading for heading in document.headings if not heading.contents]
    assert [(heading.item, heading.title) for heading in document.headings if heading.contents] == [
        ("1B", "Unresolved"),
        ("1C", "Cybersecurity"),
    ]
    assert [heading.item for heading in real][-2:] == ["1C", "2"]
    cyber = next(heading for heading in real if heading.item == "1C")
    assert cyber.title == "Cybersecurity"
    (fact,) = document.cyd_facts
    ((first, last),) = fact.blocks
    assert [block.text for block in document.blocks[first : last + 1]] == ["The committee meets.", "It decides."]
    assert cyber.block < first < next(h for h in real if h.item == "2").block
    assert all(fact.order in block.facts for block in document.blocks[first : last + 1])
    assert not any(fact.order in block.facts for block in document.blocks[:first])


# --- laws --------------------------------------------------------------------------------------------------------

_WORDS = st.text(st.characters(categories=("L", "N", "P"), max_codepoint=0xFFFF), min_size=1, max_size=8)
_SENTENCES = st.lists(st.lists(_WORDS, min_size=1, max_size=5), min_size=1, max_size=6)


def _escaped(word: str) -> str:
    return "".join(f"&#{ord(char)};" if char in "&<>\"'" else char for char in word)


@settings(max_examples=40, deadline=None)
@given(paragraphs=_SENTENCES, data=st.data())
def test_a_text_cut_and_nested_in_any_way_reads_back_the_same(paragraphs: list[list[str]], data: st.DataObject) -> None:
    """Paragraphs, shared over a chain of any length, laid out in any order, with a fact nested in each."""
    count = data.draw(st.integers(1, len(paragraphs)), "parts")
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(paragraphs) - 1)), max_size=count - 1), "cuts"))
    bounds = [0, *[cut for cut in cuts if cut < len(paragraphs)], len(paragraphs)]
    groups = [paragraphs[a:b] for a, b in pairwise(bounds) if a < b]
    nested = data.draw(st.integers(0, len(groups) - 1), "nested in")

    def marked(group: list[list[str]]) -> str:
        return "".join(f"<p>{' '.join(_escaped(word) for word in words)}</p>\n" for words in group)

    parts = [marked(group) for group in groups]
    inner = parts[nested]
    parts[nested] = text(ROLE, inner)
    chain = [
        continuation(f"k{n}", part, f"k{n + 1}" if n + 1 < len(parts) else "") for n, part in enumerate(parts) if n
    ]
    first = text(PROCESSES, parts[0], "k1" if len(parts) > 1 else "")
    order = data.draw(st.permutations([first, *chain]), "on the page")
    document = read(filing("<p>between</p>".join(order)))

    def said(groups: list[list[list[str]]]) -> str:
        return " ".join(" ".join(" ".join(words).split()) for group in groups for words in group)

    values = {fact.concept: fact.value for fact in document.facts}
    assert values == {PROCESSES: said(groups), ROLE: said([groups[nested]])}
    assert document.problems == ()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([ROLE, NATURE, SCOPE]), st.booleans()), max_size=6), st.dates())
def test_every_fact_comes_once_and_in_the_order_of_the_document(facts: list[tuple[str, bool]], end: date) -> None:
    day = end.isoformat()
    period = f"<xbrli:startDate>{day}</xbrli:startDate><xbrli:endDate>{day}</xbrli:endDate>"
    hidden = "".join(text(name, f"h{n}") for n, (name, inside) in enumerate(facts) if inside)
    shown = "".join(text(name, f"s{n}") for n, (name, inside) in enumerate(facts) if not inside)
    document = read(filing(shown, context("c-1", period), hidden=hidden))
    expected = [f"h{n}" for n, (_, inside) in enumerate(facts) if inside]
    expected += [f"s{n}" for n, (_, inside) in enumerate(facts) if not inside]
    assert [fact.value for fact in document.facts] == expected
    assert all(fact.period == Period(end, end) for fact in document.facts)
    assert [fact.order for fact in document.facts] == list(range(len(facts)))
