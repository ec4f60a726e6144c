import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.merkle.canonical import (
    MAX_DEPTH,
    MAX_SAFE_INTEGER,
    NotCanonical,
    canonical_bytes,
    leaf_fault,
    parse_canonical,
)

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
SAFE = st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
VALUES = st.recursive(
    st.none() | st.booleans() | SAFE | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_ordered_by_utf16_unit_as_in_the_rfc_example():
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical_bytes(dict.fromkeys(keys, 0)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_escaped_as_in_the_rfc_example():
    assert canonical_bytes('\u20ac$\u000f\u000aA\'B"\\\\"/') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    assert canonical_bytes("\x00\x08\x09\x0c\x0d\x1f\x7f\u2028") == b'"\\u0000\\b\\t\\f\\r\\u001f\x7f\xe2\x80\xa8"'


def test_literals_nesting_and_order_within_objects():
    value = {"b": [None, True, False, -0, 56], "a": {"z": {}, "y": []}}
    assert canonical_bytes(value) == b'{"a":{"y":[],"z":{}},"b":[null,true,false,0,56]}'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        MAX_SAFE_INTEGER + 1,
        -MAX_SAFE_INTEGER - 1,
        "\ud800",
        {"\udfff": 1},
        {1: 2},
        (1,),
        b"x",
        {"a": {1}},
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


def test_a_refusal_says_where_in_the_value():
    with pytest.raises(NotCanonical, match=r"\.a\[1\]\.b: float"):
        canonical_bytes({"a": [0, {"b": 0.5}]})


def test_nesting_is_bounded_in_writing_and_reading():
    deep: object = 0
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(NotCanonical, match="nested"):
        canonical_bytes(deep)
    with pytest.raises(NotCanonical):
        parse_canonical(b"[" * 100_000)


@given(VALUES)
@settings(max_examples=50)
def test_writing_then_reading_gives_the_same_value(value):
    assert parse_canonical(canonical_bytes(value)) == value


@given(st.dictionaries(st.text(st.sampled_from("aé\ud7ff\ue000\uffff\U00010000\U0010ffff"), max_size=3), SAFE))
@settings(max_examples=50)
def test_key_order_equals_the_order_of_utf16_units_everywhere(value):
    assert list(json.loads(canonical_bytes(value))) == sorted(value, key=lambda key: key.encode("utf-16-be"))


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1 }',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000A"}',
        b'{"a":"\\ud800"}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":1}\r',
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b"",
        b"[1]",
    ],
)
def test_a_line_in_any_other_form_is_no_leaf(line):
    assert leaf_fault(0, line)


def test_a_leaf_bears_its_own_number_or_none():
    assert leaf_fault(7, b'{"n":7}') is None
    assert leaf_fault(7, b'{"a":1}') is None
    assert leaf_fault(7, b'{"n":8}')
    assert leaf_fault(1, b'{"n":true}')
