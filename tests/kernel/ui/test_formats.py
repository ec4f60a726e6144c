"""Numbers, money, days and moments as the reader sees them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.kernel.ui import formats, pictures

MOMENT = dt.datetime(2026, 11, 19, 10, 10, tzinfo=dt.UTC)


def test_numbers_are_grouped_in_threes_in_every_language() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert formats.number(1234567) == "1,234,567"
            assert formats.number(Decimal("-0.5")) == "−0.5"
            assert formats.number(None) == "–"


def test_money_is_short_in_the_words_of_the_language() -> None:
    with translation.override("en"):
        assert formats.money(4_200_000, "USD", short=True) == "$4.2 million"
        assert formats.money(31_000_000, "USD", short=True) == "$31 million"
        assert formats.money(2_500_000_000, "CHF", short=True) == "CHF 2.5 billion"
        assert formats.money(180_000, "USD") == "$180,000"
        assert formats.money(-82_400, "USD", short=True) == "−$82,000"
    with translation.override("zh-hans"):
        assert formats.money(4_200_000, "CNY", short=True) == "¥420万"
        assert formats.money(820_000_000, "CNY", short=True) == "¥8.2亿"


def test_a_template_writes_amounts_anew_for_each_reader() -> None:
    template = engines["jinja2"].from_string('{{ 4200000|money("CNY", short=true) }}')
    with translation.override("en"):
        assert template.render() == "¥4.2 million"
    with translation.override("zh-hans"):
        assert template.render() == "¥420万"


def test_a_moment_is_shown_in_the_readers_zone_by_name() -> None:
    with timezone.override(ZoneInfo("Asia/Shanghai")), translation.override("en"):
        html = formats.moment(MOMENT)
        assert "19 Nov 2026, 18:10" in html
        assert "Beijing" in html
        assert 'datetime="2026-11-19T18:10:00+08:00"' in html
        assert formats.offset_name(MOMENT) == "UTC+8"
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert formats.zone_name() == "Kolkata"
        assert formats.offset_name(MOMENT) == "UTC+5:30"
    with timezone.override(ZoneInfo("America/New_York")), translation.override("zh-hans"):
        assert "2026年11月19日 05:10" in formats.moment(MOMENT)
        assert "纽约" in formats.moment(MOMENT)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        formats.moment(MOMENT.replace(tzinfo=None))
    with pytest.raises(TypeError):
        formats.day(MOMENT)


def test_durations_name_their_two_largest_units() -> None:
    with translation.override("en"):
        assert formats.duration(dt.timedelta(days=3, hours=4, minutes=9)) == "3 d 4 h"
        assert formats.duration(dt.timedelta(hours=2, minutes=40)) == "2 h 40 min"
        assert formats.since(MOMENT, MOMENT + dt.timedelta(hours=5)) == "5 h ago"
        assert formats.since(MOMENT, MOMENT - dt.timedelta(minutes=5)) == "in 5 min"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=20))
def test_a_sparkline_stays_in_its_box(values: list[float | None]) -> None:
    line = pictures.spark(values)
    points = [tuple(map(float, part.split())) for part in line.path.replace("L", "M").split("M") if part.strip()]
    assert len(points) == sum(v is not None for v in values)
    assert all(0 <= x <= 120 and 0 <= y <= 24 for x, y in points)
