"""Hostile file names become harmless ones."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.kernel.files.names import MAX_BYTES, MAX_CHARACTERS, display_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\Policy.pdf", "Policy.pdf"),
        ("annual\u202efdp.exe", "annualfdp.exe"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("NUL", "_NUL"),
        ("com1.txt", "_com1.txt"),
        ("...", "file"),
        ("", "file"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("Sécurité 网络安全.pdf", "Sécurité 网络安全.pdf"),
        ("trailing. . .", "trailing"),
        ("\u200bhidden\ufeff.pdf", "hidden.pdf"),
    ],
)
def test_a_hostile_name_is_shown_harmlessly(raw: str, shown: str) -> None:
    assert display_name(raw) == shown


def test_a_name_of_a_thousand_characters_keeps_its_extension() -> None:
    shown = display_name("x" * 1000 + ".pdf")
    assert shown.endswith(".pdf")
    assert len(shown) == MAX_CHARACTERS


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_every_name_is_short_visible_and_a_single_path_component(raw: str) -> None:
    shown = display_name(raw)
    assert 1 <= len(shown) <= MAX_CHARACTERS + 1
    assert len(shown.encode()) <= MAX_BYTES + 1
    assert not set("/\\") & set(shown)
    assert shown not in {".", ".."}
    assert not any(unicodedata.category(character).startswith("C") for character in shown)
    assert display_name(shown) == shown
