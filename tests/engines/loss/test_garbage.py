"""Whatever a document holds: figures, or a refusal that says where. Never anything else."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.loss import LossError, quantified_json, quantify, read_changes, read_portfolio, what_if
from tests.engines.loss.portfolios import interval, poisson, scenario

NUMBERS = st.sampled_from([0, -1, 1, 0.5, 1e-300, 1e300, 10**400, math.nan, math.inf, -math.inf, True, 1e18, 5e-324])
JUNK = st.recursive(
    st.none() | NUMBERS | st.text(max_size=8) | st.sampled_from(["poisson", "forms", "USD", "accept", "\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "id", "rate", "low", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip

DOCUMENT: dict[str, Any] = {
    "currency": "USD",
    "thresholds": [{"name": "m", "amount": 1e6}],
    "dependence": {"kind": "common_shock", "rate": 0.1, "members": {"a": 0.5}},
    "scenarios": [
        scenario("a", poisson(0.5), interval(1e4, 1e6), cap=5e6),
        scenario("b", {"kind": "gamma_poisson", "shape": 2, "rate": 4}, {"kind": "pert", "low": 1, "mode": 2, "high": 9}),
        scenario("c", {"kind": "binomial", "n": 3, "p": 0.1}, {"kind": "discrete", "values": [1, 2], "probabilities": [0.5, 0.5]}),
        scenario(
            "d",
            poisson(0.2),
            {"kind": "forms", "primary": {"response": interval(1e4, 1e5)},
             "secondary": {"probability": 0.2, "forms": {"reputation": {"kind": "exponential", "mean": 5e4}}}},
        ),
    ],
}  # fmt: skip


def places(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a document."""
    found = [path] if path else []
    if isinstance(node, dict):
        for key, value in node.items():
            found += places(value, (*path, key))
    if isinstance(node, list):
        for at, value in enumerate(node):
            found += places(value, (*path, at))
    return found


PLACES = places(DOCUMENT)


def with_junk(path: tuple[Any, ...], junk: object) -> dict[str, Any]:
    made = copy.deepcopy(DOCUMENT)
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = junk
    return made


def refusal_of(work: Callable[[], object]) -> LossError | None:
    """The refusal of `work`, or None where it goes through; anything else goes on."""
    try:
        work()
    except LossError as refusal:
        return refusal
    return None


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_junk_anywhere_is_refused_by_name_or_is_no_junk(path: tuple[Any, ...], junk: object) -> None:
    found = refusal_of(lambda: read_portfolio(with_junk(path, junk)))
    if found is not None:
        assert found.field
        assert found.reason
        if path[0] == "scenarios" and len(path) > 1:
            assert found.scenario or path[0] in found.field or "members" in found.field


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.sampled_from([path for path in PLACES if isinstance(path[-1], str)]), NUMBERS)
def test_a_number_that_is_accepted_gives_figures_that_json_has(path: tuple[Any, ...], number: float) -> None:
    try:
        found = quantify(read_portfolio(with_junk(path, number)))
    except LossError:
        return
    json.dumps(quantified_json(found, 0.0), allow_nan=False)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        JUNK | st.fixed_dictionaries({"id": st.sampled_from(["a", "zz"]), "rate_factor": NUMBERS, "cost": NUMBERS}),
        max_size=3,
    )
)
def test_junk_as_changes_is_refused(junk: list[object]) -> None:
    given_portfolio = read_portfolio({"scenarios": [scenario("a", poisson(0.5), interval(1e4, 1e6))]})
    found = refusal_of(lambda: what_if(given_portfolio, read_changes(junk)))
    assert found is None or found.field
