"""Differences of words spell both texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.web.workbench.words import LONGEST, word_diff

TEXT = st.text(alphabet="ab c,.网络安 \n", max_size=60)


@settings(max_examples=50, deadline=None)
@given(TEXT, TEXT)
def test_pieces_spell_the_text_before_and_the_text_now(before: str, now: str) -> None:
    pieces = word_diff(before, now)
    assert "".join(text for op, text in pieces if op != "ins") == before
    assert "".join(text for op, text in pieces if op != "del") == now
    assert all(text for _op, text in pieces)


def test_one_changed_word_is_one_difference() -> None:
    assert word_diff("Five members have experience.", "Four members have experience.") == (
        ("del", "Five "),
        ("ins", "Four "),
        ("same", "members have experience."),
    )


def test_chinese_differs_by_the_character() -> None:
    assert ("same", "网络") in word_diff("网络安全", "网络风险")


def test_a_very_long_text_is_not_compared_word_by_word() -> None:
    before, now = "a " * (LONGEST + 1), "b "
    assert word_diff(before, now) == (("del", before), ("ins", now))
