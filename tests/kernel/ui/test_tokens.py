"""Contrast of the colour tokens, computed after WCAG 2.2 (relative luminance, success criteria 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from tests.kernel.ui.conftest import UI

CSS = (UI / "static/quarterdeck/quarterdeck.css").read_text(encoding="utf-8")
VERDICTS = ("supported", "attested", "stale", "contradicted", "unresolved", "unevidenced")
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "card", "tint")],
    *[(ink, ground) for ink in ("ink", "ink-2") for ground in ("side", "accent-ground")],
    *[("accent", ground) for ground in ("paper", "card", "tint", "side", "accent-ground")],
    ("on-accent", "accent"),
    *[(verdict, f"{verdict}-ground") for verdict in VERDICTS],
    *[(verdict, ground) for verdict in VERDICTS for ground in ("paper", "card", "tint")],
]
# Edges of controls, and the ring of focus, against what lies beside them.
EDGES = [("rule", "paper"), ("rule", "card"), ("accent", "paper"), ("accent", "card"), ("accent", "side")]


def block(selector: str) -> dict[str, str]:
    found = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", CSS)
    assert found, f"no rule for {selector}"
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", found[1]))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


THEMES = {"light": block(':root, [data-theme="light"]'), "dark": block('[data-theme="dark"]')}
# The first match of the dark selector is its own rule, not the one of the media query.


def test_the_measure_of_contrast_agrees_with_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(theme: str, ink: str, ground: str) -> None:
    tokens = THEMES[theme]
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(theme: str, edge: str, ground: str) -> None:
    assert contrast(THEMES[theme][edge], THEMES[theme][ground]) >= 3


def test_the_dark_theme_is_one_whether_chosen_or_followed() -> None:
    followed = block(":root:not([data-theme])")
    assert followed == THEMES["dark"]
    assert followed.keys() == THEMES["light"].keys()


def test_dark_has_values_of_its_own() -> None:
    assert not [name for name, value in THEMES["light"].items() if THEMES["dark"][name] == value]


def test_rules_take_their_colours_from_tokens() -> None:
    ruled = CSS[CSS.index("@layer base {") : CSS.index("@layer print {\n")]
    strays = [line for line in ruled.splitlines() if re.search(r"#[0-9a-fA-F]{3,8}\b", line) and ".qr" not in line]
    assert strays == []


def test_every_token_that_is_used_exists() -> None:
    known = set(re.findall(r"--([\w-]+):", CSS))
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= known


def test_the_stylesheet_fetches_nothing() -> None:
    assert "@import" not in CSS
    assert "url(" not in CSS
    assert "@font-face" not in CSS
