"""Canonical JSON after RFC 8785, narrowed: no floating point, integers within 2^53 - 1, no duplicate keys."""

from __future__ import annotations

import json
from typing import cast

MAX_LEAF_BYTES = 1 << 20  # longer leaves are refused when written and bad when read: this bounds memory
MAX_DEPTH = 64
MAX_SAFE_INTEGER = 2**53 - 1  # RFC 8785 numbers are IEEE 754 doubles; beyond this neighbours collide (RFC 7493)


class NotCanonical(ValueError):
    """A value or a text that RFC 8785, as narrowed here (no floating point, safe integers), does not allow."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = ""  # where in the value, written from the root: .a[3].b

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


_SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_AS_GIVEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _check(value: object, depth: int) -> bool:
    """Refuse what may not be written; true when sorting keys by code point equals sorting them by UTF-16 unit."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        if not -MAX_SAFE_INTEGER <= cast(int, value) <= MAX_SAFE_INTEGER:
            raise NotCanonical(f"integer {value} is beyond 2^53 - 1; write it as a string")
        return True
    if depth >= MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH} levels")
    plain = True
    if kind is dict:
        for key, item in cast("dict[object, object]", value).items():
            if type(key) is not str:
                raise NotCanonical(f"object key {key!r} is not a string")
            # Below the surrogates both orders agree; above, U+E000..U+FFFF sort after astral characters in UTF-16.
            plain = plain and (key.isascii() or max(key) < "\ud800")
            try:
                plain = _check(item, depth + 1) and plain
            except NotCanonical as error:
                error.path = f".{key}{error.path}"
                raise
        return plain
    if kind is list:
        for number, item in enumerate(cast("list[object]", value)):
            try:
                plain = _check(item, depth + 1) and plain
            except NotCanonical as error:
                error.path = f"[{number}]{error.path}"
                raise
        return plain
    raise NotCanonical(f"{kind.__name__} has no canonical form; use str, int, bool, None, list or dict")


def _reordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: _reordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list):
        return [_reordered(item) for item in value]
    return value


def canonical_bytes(value: object) -> bytes:
    """RFC 8785 bytes of str, int, bool, None, list and dict; NotCanonical for anything else.

    The C encoder of the standard library escapes exactly as RFC 8785 section 3.2.2.2 asks when ASCII is not forced;
    only its key order differs, and only for keys beyond U+D7FF, which are therefore ordered here beforehand.
    """
    text = _SORTED.encode(value) if _check(value, 0) else _AS_GIVEN.encode(_reordered(value))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"lone surrogate U+{ord(text[error.start]):04X} cannot be written as UTF-8") from error


def _refuse_number(text: str) -> object:
    raise NotCanonical(f"number {text[:40]} is not an integer")


def _integer(text: str) -> int:
    if len(text) > 17:
        raise NotCanonical(f"integer {text[:40]} is beyond 2^53 - 1")
    return int(text)


_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_int=_integer, parse_constant=_refuse_number)


def parse_canonical(line: bytes) -> object:
    """Value of one canonical text; NotCanonical when the bytes are not exactly what `canonical_bytes` would write."""
    try:
        value: object = _DECODER.decode(line.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotCanonical(f"not JSON in UTF-8: {type(error).__name__}") from error
    if canonical_bytes(value) != line:
        raise NotCanonical("not in canonical form (key order, duplicate key, white space, escape or number form)")
    return value


def leaf_fault(index: int, line: bytes) -> str | None:
    """Why this line cannot be leaf `index`, judged by the line alone; None when nothing speaks against it."""
    if len(line) > MAX_LEAF_BYTES:
        return f"longer than {MAX_LEAF_BYTES} bytes"
    try:
        value = parse_canonical(line)
    except NotCanonical as error:
        return str(error)
    if not isinstance(value, dict):
        return "not a JSON object"
    if "n" in value and (type(value["n"]) is not int or value["n"] != index):
        return f'its own number "n" is {str(value["n"])[:40]}'
    return None
