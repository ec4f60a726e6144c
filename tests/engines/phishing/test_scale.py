"""A message's place on the Phish Scale is that of the published bands and table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.phishing import ALIGNMENT, CUES, Difficulty, ScaleError, rate

WEAK = dict.fromkeys(ALIGNMENT, 0)
MEDIUM = WEAK | {"mimics_process": 8, "relevance": 4}
STRONG = WEAK | {"mimics_process": 8, "relevance": 8, "timely": 2}
ORDER = list(Difficulty)


@pytest.mark.parametrize(
    ("number", "alignment", "expected"),
    [
        (1, STRONG, "very"), (8, STRONG, "very"), (8, MEDIUM, "very"), (8, WEAK, "moderate"),
        (9, STRONG, "very"), (14, MEDIUM, "moderate"), (14, WEAK, "moderate_to_least"),
        (15, STRONG, "moderate"), (15, MEDIUM, "moderate"), (40, WEAK, "least"),
    ],
)  # fmt: skip
def test_the_table_of_outcomes(number: int, alignment: dict[str, int], expected: str) -> None:
    assert rate({"urgency": number}, alignment).difficulty == expected


def test_the_bands_of_alignment_and_the_element_that_is_subtracted() -> None:
    assert rate({}, WEAK | {"mimics_process": 8, "relevance": 2}).alignment_band == "weak"
    assert rate({}, MEDIUM).alignment_band == "medium"
    assert rate({}, STRONG).alignment_band == "strong"
    trained = rate({}, STRONG | {"trained": 8})
    assert (trained.alignment, trained.alignment_band) == (10, "weak")


@pytest.mark.parametrize(
    ("cues", "alignment", "names"),
    [
        ({"colour": 1}, WEAK, "colour"),
        ({"urgency": -1}, WEAK, "urgency"),
        ({}, WEAK | {"relevance": 3}, "relevance"),
        ({}, {"relevance": 2}, "mimics_process"),
        ({}, WEAK | {"weather": 2}, "weather"),
    ],
)
def test_what_the_scale_does_not_know_is_named(cues: dict[str, int], alignment: dict[str, int], names: str) -> None:
    with pytest.raises(ScaleError, match=names):
        rate(cues, alignment)


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(sorted(CUES)), st.integers(0, 6)),
    st.fixed_dictionaries({name: st.sampled_from((0, 2, 4, 6, 8)) for name in ALIGNMENT}),
    st.sampled_from(sorted(CUES)),
)
def test_one_more_cue_never_makes_a_message_harder_and_a_better_fit_never_easier(
    cues: dict[str, int], alignment: dict[str, int], more: str
) -> None:
    here = ORDER.index(rate(cues, alignment).difficulty)
    assert ORDER.index(rate(cues | {more: cues.get(more, 0) + 1}, alignment).difficulty) <= here
    better = alignment | {"relevance": min(8, alignment["relevance"] + 2)}
    assert ORDER.index(rate(cues, better).difficulty) >= here
