"""What every chart promises whatever it is given: well-formed, escaped, finite, inside its frame, with a table beside it."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines import charts
from quarterdeck.engines.charts import Picture

NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(1, 1e9),
    st.sampled_from([0.0, -1.0, 1e-300, 1e300, math.nan, math.inf, 1e6]),
)
SHARES = st.one_of(st.floats(0, 1), st.floats(allow_nan=True))
LABELS = st.one_of(
    st.text(max_size=60), st.sampled_from(['<script>alert("x")</script>', "A & B", "\x00\ud800", "勒索软件" * 9])
)
POINTS = st.lists(st.tuples(NUMBERS, SHARES), max_size=12)
MARKS = st.lists(
    st.builds(charts.Mark, LABELS, NUMBERS, st.sampled_from(["tolerance", "materiality", "appetite"])), max_size=7
)
CURVES = st.lists(
    st.builds(charts.Curve, LABELS, st.sampled_from(["inherent", "current", "residual"]), POINTS), max_size=3
)
EDGES = st.none() | st.builds(charts.Edges, LABELS, POINTS, POINTS, POINTS)


def numbers_of(node: ElementTree.Element) -> list[tuple[float, float]]:
    """Every coordinate pair that an element draws."""
    has = node.attrib
    if "d" in has:
        found = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", has["d"])
        assert re.fullmatch(r"(?:[ML]-?[\d.]+ -?[\d.]+)+Z?", has["d"])
        return [(float(x), float(y)) for x, y in found]
    pairs = [("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")]
    points = [(float(has[x]), float(has[y])) for x, y in pairs if x in has]
    if "width" in has:
        x, y = points[0]
        points.append((x + float(has["width"]), y + float(has["height"])))
    return points


def holds(picture: Picture, *labels: str) -> None:
    """The promises of one picture."""
    for drawn in (picture.wide, picture.narrow):
        if drawn is None:
            continue
        root = ElementTree.fromstring(drawn)
        left, top, width, height = (float(word) for word in root.attrib["viewBox"].split())
        assert (left, top) == (0, 0)
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"]
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
        assert "width" not in root.attrib
        for node in root.iter():
            assert "style" not in node.attrib
            assert node.tag.rpartition("}")[2] in {"svg", "title", "desc", "path", "line", "rect", "circle", "text"}
            for x, y in numbers_of(node):
                assert -0.051 <= x <= width + 0.051, (node.tag, node.attrib)
                assert -0.051 <= y <= height + 0.051, (node.tag, node.attrib)
    ElementTree.fromstring(picture.svg)
    assert not re.search(r'="[^"<>]*\b(?:nan|inf)\b', re.sub(r'aria-label="[^"]*"', "", picture.svg), re.I)
    assert all(len(row) == len(picture.table.columns) for row in picture.table.rows)


@settings(max_examples=50, deadline=None)
@given(CURVES, MARKS, EDGES, POINTS, LABELS)
def test_an_exceedance_chart_holds_whatever_it_is_given(
    curves: list[charts.Curve], lines: list[charts.Mark], band: charts.Edges | None, tolerance: list[tuple[float, float]],
    title: str,
) -> None:  # fmt: skip
    holds(charts.exceedance(charts.Exceedance(curves, lines, "USD", band, tolerance, title)))


@settings(max_examples=50, deadline=None)
@given(POINTS, st.tuples(NUMBERS, NUMBERS, NUMBERS), st.booleans())
def test_a_density_holds_whatever_it_is_given(
    points: list[tuple[float, float]], marks: tuple[float, float, float], bars: bool
) -> None:
    holds(charts.density(charts.Density(points, marks, "USD", bars)))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.builds(charts.Swing, LABELS, NUMBERS, NUMBERS), max_size=20), NUMBERS)
def test_a_tornado_holds_whatever_it_is_given(bars: list[charts.Swing], base: float) -> None:
    holds(charts.tornado(charts.Tornado(bars, base, "USD")))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.builds(charts.Part, LABELS, NUMBERS, SHARES), max_size=20))
def test_contributions_hold_whatever_they_are_given(bars: list[charts.Part]) -> None:
    holds(charts.contributions(charts.Contributions(bars, "USD")))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.builds(charts.Option, LABELS, NUMBERS, NUMBERS, st.booleans()), max_size=20))
def test_a_frontier_holds_whatever_it_is_given(points: list[charts.Option]) -> None:
    holds(charts.frontier(charts.Frontier(points, "USD")))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.builds(charts.Range, LABELS, NUMBERS, NUMBERS, NUMBERS), max_size=6), MARKS)
def test_ranges_hold_whatever_they_are_given(rows: list[charts.Range], lines: list[charts.Mark]) -> None:
    drawn = charts.ranges(charts.Ranges(rows, lines, "USD"))
    assert len(drawn) == len(rows)
    for picture in drawn:
        holds(picture)


# ---------------------------------------------------------------- what is seen

CURVE = [(10**k, 10 ** (-(k - 4) / 2)) for k in range(4, 10)]
"""From certain at 10,000 down to 0.3 % at a thousand million."""


def test_a_chart_says_in_words_and_in_a_table_what_it_shows() -> None:
    drawn = charts.exceedance(
        charts.Exceedance(
            [charts.Curve("Today", "current", CURVE)], [charts.Mark("Materiality", 1e6, "materiality")], "USD"
        )
    )
    assert drawn.summary == "Today, probability of a year that costs more: USD 1m (Materiality) 10%."
    assert ("USD 1m (Materiality)", "10%") in drawn.table.rows
    assert ("USD 100k", "32%") in drawn.table.rows
    root = ElementTree.fromstring(drawn.wide)
    dots = [node for node in root.iter() if node.tag.endswith("circle")]
    line = next(node for node in root.iter() if node.attrib.get("class") == "mark materiality")
    assert [dot.attrib["cx"] for dot in dots] == [line.attrib["x1"]]


def test_names_of_curves_and_lines_do_not_cover_each_other() -> None:
    from quarterdeck.engines.charts.svg import Place

    named: list[tuple[str, charts.CurveKind, float]] = [
        ("Before safeguards", "inherent", 1.0),
        ("Today", "current", 0.5),
        ("Planned", "residual", 0.25),
    ]
    curves = [charts.Curve(label, kind, [(x, p * by) for x, p in CURVE]) for label, kind, by in named]
    lines = [
        charts.Mark("Materiality", 1.2e7, "materiality"),
        charts.Mark("Tolerance", 1.0e7, "tolerance"),
        charts.Mark("Appetite", 0.8e7, "appetite"),
    ]
    drawn = charts.exceedance(charts.Exceedance(curves, lines, "USD"))
    for size in (drawn.wide, drawn.narrow):
        root = ElementTree.fromstring(str(size))
        boxes = [
            Place(float(n.attrib["x"]), float(n.attrib["y"]), n.attrib["text-anchor"]).box(str(n.text))
            for n in root.iter()
            if n.attrib.get("class", "").startswith(("curve-word", "mark-word"))
        ]
        assert len(boxes) == 6
        assert not [1 for k, box in enumerate(boxes) for other in boxes[:k] if box.overlap(other) > 0]


def test_what_lies_under_the_axis_is_not_drawn_on_it() -> None:
    steep = [(1e6, 0.5), (2e6, 1e-9), (1e9, 1e-12)]
    drawn = charts.exceedance(charts.Exceedance([charts.Curve("Today", "current", steep)], (), "USD"))
    ends = re.findall(r"[ML]([\d.]+) ([\d.]+)", re.search(r'd="([^"]+)" class="curve', drawn.wide)[1])  # type: ignore[index]
    assert len(ends) == 2


def test_labels_are_escaped() -> None:
    drawn = charts.contributions(charts.Contributions([charts.Part("<b>&", 5, 1)], "USD"))
    assert "<b>" not in drawn.svg
    assert "&lt;b&gt;&amp;" in drawn.svg


def test_beyond_fifteen_contributions_the_rest_is_one_bar_and_the_table_has_all() -> None:
    bars = [charts.Part(f"s{k}", 100 - k, 0.02) for k in range(40)]
    drawn = charts.contributions(charts.Contributions(bars, "USD"))
    assert "26 more" in drawn.wide
    assert drawn.wide.count('class="part"') == 15
    assert len(drawn.table.rows) == 40


def test_a_picture_of_nothing_says_so() -> None:
    drawn = charts.exceedance(charts.Exceedance(()))
    assert "Nothing to draw yet" in drawn.svg
    assert drawn.table.rows == ()


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1234567, "USD 1.2m"), (12345678, "USD 12m"), (999950, "USD 1m"), (999_499, "USD 999k"), (950, "USD 950"),
        (9.96, "USD 10"), (0, "USD 0"), (-500_000, "−USD 500k"), (1e12, "USD 1tn"), (9950, "USD 10k"), (7.25, "USD 7.2"),
        (2e15, "USD 2,000tn"), (math.nan, "–"), (-0.01, "USD 0"),
    ],
)  # fmt: skip
def test_amounts_are_written_short(amount: float, text: str) -> None:
    assert charts.short(amount, "USD") == text


def test_amounts_in_chinese_units() -> None:
    assert [charts.short(x, "", charts.CHINESE) for x in (9999, 12345, 123456789, 2e12)] == [
        "9,999",
        "1.2万",
        "1.2亿",
        "2万亿",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0%"), (1e-5, "<0.01%"), (0.0123, "1.2%"), (0.1, "10%"), (0.5, "50%"), (0.99, "99%"), (0.995, "99.5%"),
     (0.9995, ">99.9%"), (1, "100%"), (0.00025, "0.025%"), (math.nan, "–")],
)  # fmt: skip
def test_shares_keep_the_digits_that_count(value: float, text: str) -> None:
    assert charts.share(value) == text
