"""What the reader makes of R pages, as HTML and as plain text."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.engines.xbrl.concepts import BY_NAME
from quarterdeck.engines.xbrl.model import Document, Period, Unreadable
from quarterdeck.engines.xbrl.read import read_bytes
from quarterdeck.engines.xbrl.rpage import period_of

from .inline_source import AXIS, INTEGRATED, NATURE, PROCESSES, ROLE, SCOPE, TIMING

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


def row(name: str, *cells: str, label: str | None = None, anchor: str | None = None) -> str:
    """A row as the renderer writes it."""
    shown = label if label is not None else BY_NAME[name].label if name in BY_NAME else name
    link = f"top.Show.showAR( this, 'defref_{anchor or 'cyd_' + name}', window );"
    values = "".join(f'<td class="text">{cell}<span></span>\n</td>' for cell in cells)
    return f'<tr class="re"><td class="pl"><a class="a" href="javascript:void(0);" onclick="{link}">{shown}</a></td>{values}</tr>\n'


def page(rows: str, head: str | None = None, below: str = "") -> bytes:
    """A page with one column of a year, or with another head."""
    head = head or (
        '<tr><th class="tl" colspan="1" rowspan="2"><div><strong>Cybersecurity Risk Management and Strategy Disclosure'
        '<br></strong></div></th><th class="th" colspan="1">12 Months Ended</th></tr>'
        '<tr><th class="th"><div>Dec. 31, 2024</div></th></tr>'
    )
    return (
        f'<html><head><title></title></head><body><span style="display: none;">v3</span><table class="report" border="0">'
        f'{head}{rows}</table><div style="display: none;">{below}</div></body></html>'
    ).encode()


def read(data: bytes | str) -> Document:
    return read_bytes(data if isinstance(data, bytes) else data.encode(), "R4.htm")


def pairs(document: Document) -> list[tuple[str, str | bool | None]]:
    return [(fact.concept, fact.value) for fact in document.facts]


# --- HTML --------------------------------------------------------------------------------------------------------


def test_rows_are_facts_by_the_anchor_of_their_definition() -> None:
    rows = (
        row("CybersecurityRiskManagementStrategyAndGovernanceLineItems", "&#160;", label="<strong>Line Items</strong>")
        + row(PROCESSES, "<p>One &amp; two.</p><p>Three.</p>", label="a label that a filer made up")
        + row(INTEGRATED, "true")
    )
    document = read(page(rows))
    assert pairs(document) == [(PROCESSES, "One & two. Three."), (INTEGRATED, True)]
    first, second = document.facts
    assert (first.html, second.html) == ("<p>One &amp; two.</p><p>Three.</p>", None)
    assert (first.period, document.period) == (YEAR, YEAR)
    assert (document.kind, document.form, document.entity, document.cik) == ("rpage", None, None, None)


def test_without_an_anchor_the_label_tells_the_concept() -> None:
    rows = f'<tr><td class="pl">{BY_NAME[ROLE].label}</td><td class="text">They decide.</td></tr>'
    assert pairs(read(page(rows))) == [(ROLE, "They decide.")]


def test_columns_give_their_periods_and_empty_cells_no_fact() -> None:
    head = (
        '<tr><th class="tl" rowspan="2">Disclosure</th><th class="th" colspan="2">12 Months Ended</th></tr>'
        '<tr><th class="th"><div>Dec. 31, 2024</div></th><th class="th"><div>Dec. 31, 2023</div></th></tr>'
    )
    document = read(page(row(ROLE, "this year", "last year") + row(INTEGRATED, "&#160;", "false"), head))
    assert [(fact.concept, fact.value, fact.period) for fact in document.facts] == [
        (ROLE, "this year", YEAR),
        (ROLE, "last year", Period(date(2023, 1, 1), date(2023, 12, 31))),
        (INTEGRATED, False, Period(date(2023, 1, 1), date(2023, 12, 31))),
    ]


def test_member_rows_hold_for_the_rows_below_them() -> None:
    member = (
        '<tr class="rh"><td class="pl"><a onclick="top.Show.showAR( this, '
        "'defref_cyd_MaterialCybersecurityIncidentAxis=own_{0}Member', window );\">{0} [Member]</a></td>"
        '<td class="text">&#160;</td></tr>'
    )
    rows = (
        row(NATURE, "of all")
        + member.format("March")
        + row("MaterialCybersecurityIncidentLineItems", "&#160;")
        + row(NATURE, "of March")
        + row(SCOPE, "wide")
        + member.format("Second")
        + row(NATURE, "of the second")
    )
    document = read(page(rows))
    assert [(fact.value, dict(fact.dimensions)) for fact in document.facts] == [
        ("of all", {}),
        ("of March", {AXIS: "MarchMember"}),
        ("wide", {AXIS: "MarchMember"}),
        ("of the second", {AXIS: "SecondMember"}),
    ]


@pytest.mark.parametrize("defined", [True, False])
def test_member_columns_are_matched_with_the_definitions_below(defined: bool) -> None:
    head = (
        '<tr><th class="tl" rowspan="2">Material Cybersecurity Incident Disclosure</th>'
        '<th class="th" colspan="1">0 Months Ended</th></tr>'
        '<tr><th class="th"><div>May 14, 2025</div><div>Port outage [Member]</div></th></tr>'
    )
    below = f'<table class="authRefData" id="defref_cyd_{AXIS}=own_PortOUTAGEMember"><tr><td>x</td></tr></table>'
    document = read(page(row(NATURE, "outage"), head, below if defined else ""))
    (fact,) = document.facts
    assert dict(fact.dimensions) == {AXIS: "PortOUTAGEMember" if defined else "PortOutageMember"}
    assert fact.period == Period(date(2025, 5, 14), date(2025, 5, 14))


def test_footnote_columns_are_passed_over() -> None:
    cells = '<td class="text">said</td><td class="fn"><sup>[1]</sup></td><td class="text">before</td>'
    head = (
        '<tr><th class="tl" rowspan="2">D</th><th class="th" colspan="3">12 Months Ended</th></tr>'
        '<tr><th class="th" colspan="2">Dec. 31, 2024</th><th class="th">Dec. 31, 2023</th></tr>'
    )
    rows = f'<tr><td class="pl">{BY_NAME[ROLE].label}</td>{cells}</tr>'
    found = [(fact.value, fact.period and fact.period.end.year) for fact in read(page(rows, head)).facts]
    assert found == [("said", 2024), ("before", 2023)]


def test_a_cover_page_tells_the_filer() -> None:
    rows = (
        row("x", "20-F", label="Document Type", anchor="dei_DocumentType")
        + row("x", "Harbour", label="Entity Registrant Name", anchor="dei_EntityRegistrantName")
        + row("x", "0001234567", label="Entity Central Index Key", anchor="dei_EntityCentralIndexKey")
        + row("x", "5", label="Assets", anchor="us-gaap_Assets")
    )
    document = read(page(rows))
    assert (document.form, document.entity, document.cik, document.facts) == ("20-F", "Harbour", "0001234567", ())


def test_a_flag_that_is_neither_is_reported() -> None:
    document = read(page(row(INTEGRATED, "maybe") + row(ROLE, "x")))
    assert [fact.concept for fact in document.facts] == [ROLE]
    assert "maybe" in document.problems[0].message


def test_a_page_cut_short_or_without_a_table_is_refused() -> None:
    with pytest.raises(Unreadable, match="breaks off"):
        read(page(row(ROLE, "x"))[:-9])
    with pytest.raises(Unreadable, match="no report table"):
        read(b'<html><body><a id="defref_cyd_x">no table</a></body></html>')


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (["12 Months Ended", "Dec. 31, 2024"], YEAR),
        (["12 Months Ended", "Jan. 31, 2025"], Period(date(2024, 2, 1), date(2025, 1, 31))),
        (["12 Months Ended", "Feb. 29, 2024"], Period(date(2023, 3, 1), date(2024, 2, 29))),
        (["12 Months Ended", "Jan. 26, 2025"], Period(None, date(2025, 1, 26))),
        (["1 Month Ended", "Jun. 30, 2024"], Period(date(2024, 6, 1), date(2024, 6, 30))),
        (["3 Days Ended", "May 14, 2025"], Period(date(2025, 5, 12), date(2025, 5, 14))),
        (["Sept. 30, 2024"], Period(date(2024, 9, 30), date(2024, 9, 30))),
        (["12 Months Ended"], None),
        (["Feb. 31, 2024"], None),
    ],
)
def test_the_head_of_a_column_is_a_period(head: list[str], expected: Period | None) -> None:
    assert period_of(head) == expected


# --- plain text --------------------------------------------------------------------------------------------------

PLAIN = f"""|
Cybersecurity Risk Management and Strategy Disclosure
|12 Months Ended
Dec. 31, 2024
|Cybersecurity Risk Management, Strategy, and Governance [Line Items]
|{BY_NAME[PROCESSES].label}
|
We look for threats.
We write them down.
|{BY_NAME[INTEGRATED].label}
|true
|{BY_NAME[ROLE].label}
|They decide, by way of
a vote.
|X
- References
+ Details
Reference 1: http://www.xbrl.org/2003/role/presentationRef
|{BY_NAME[ROLE].label}
|not a fact any more
"""


def test_plain_text_pairs_labels_with_the_lines_that_follow() -> None:
    document = read(PLAIN)
    assert pairs(document) == [
        (PROCESSES, "We look for threats. We write them down."),
        (INTEGRATED, True),
        (ROLE, "They decide, by way of a vote."),
    ]
    assert (document.kind, document.period, document.facts[0].html) == ("rpage", YEAR, None)
    assert document.facts[0].line == 6
    assert document.problems == ()


@pytest.mark.parametrize(
    "lines",
    [
        "|{label}\n|They decide.",
        "|{label}\nThey decide.",
        "|{label}|They decide.",
        "| {label} | They decide. |",
        "|{label} They decide.",
        "|{label}: They\ndecide.",
        "|{label}\n|\nThey\n\ndecide.\n",
        "  |{label}\r\n  |They decide.\r\n",
    ],
)
def test_a_value_may_follow_on_the_same_line_or_the_next(lines: str) -> None:
    assert pairs(read(lines.format(label=BY_NAME[ROLE].label))) == [(ROLE, "They decide.")]


def test_plain_columns_share_the_values_out() -> None:
    source = f"|12 Months Ended\n|Dec. 31, 2024\n|Dec. 31, 2023\n|{BY_NAME[ROLE].label}\n|now\n|then\n"
    assert [(fact.value, fact.period and fact.period.end.year) for fact in read(source).facts] == [
        ("now", 2024),
        ("then", 2023),
    ]


def test_with_one_column_a_bar_inside_a_value_belongs_to_the_value() -> None:
    source = f"|12 Months Ended\nDec. 31, 2024\n|{BY_NAME[ROLE].label}\n|first\n|second\n|{BY_NAME[INTEGRATED].label}\n|false"
    assert pairs(read(source)) == [(ROLE, "first second"), (INTEGRATED, False)]


def test_plain_members_hold_for_the_rows_below() -> None:
    source = f"|May 14, 2025\n|Port outage [Member]\n|{BY_NAME[NATURE].label}\n|An outage\n"
    (fact,) = read(source).facts
    assert (dict(fact.dimensions), fact.period) == (
        {AXIS: "PortOutageMember"},
        Period(date(2025, 5, 14), date(2025, 5, 14)),
    )


def test_one_label_of_two_concepts_is_told_apart_by_order() -> None:
    label = BY_NAME[TIMING].label
    assert pairs(read(f"|{label}\n|all sites\n|{label}\n|in May\n")) == [(SCOPE, "all sites"), (TIMING, "in May")]
    assert pairs(read(f"|{label}\n|in May\n")) == [(TIMING, "in May")]


def test_an_unknown_label_is_reported_and_its_value_is_nobodys() -> None:
    source = f"|{BY_NAME[ROLE].label}\n|They decide.\n|Something Quite New [Text Block]\n|words\n"
    document = read(source)
    assert pairs(document) == [(ROLE, "They decide.")]
    assert document.problems[0].line == 3
    assert "Something Quite New" in document.problems[0].message


def test_a_sentence_that_mentions_a_label_is_still_a_sentence() -> None:
    label = BY_NAME[ROLE].label
    said = "The tag Something [Flag] is explained here."
    assert pairs(read(f"|{label}\n|{said}\n")) == [(ROLE, said)]
