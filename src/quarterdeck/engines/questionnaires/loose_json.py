"""JSON as people write it: ``//`` and ``/* */`` comments, trailing commas, texts joined with ``+``.

The questionnaires of the field are published so. Bounded in size and depth; nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from quarterdeck.engines.questionnaires.model import Unreadable

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"

MOST = 8_000_000
DEEPEST = 60
_SPACE = re.compile(r"(?:[\s\ufeff]+|//[^\n\r]*|/\*.*?\*/)+", re.S)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def read(text: str) -> Value:
    """The value. `Unreadable` with the line when it is none."""
    if len(text) > MOST:
        raise Unreadable(f"the file has more than {MOST:,} characters")
    reader = _Reader(text)
    found = reader.value(0)
    reader.space()
    if reader.at < len(text):
        raise reader.wrong("something stands after the end")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def wrong(self, what: str) -> Unreadable:
        line = self.text.count("\n", 0, self.at) + 1
        return Unreadable(what, f"line {line}")

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        if self.text.startswith("/*", self.at):
            raise self.wrong("a comment is not closed")

    def _next(self) -> str:
        self.space()
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Value:
        if depth > DEEPEST:
            raise self.wrong("it is nested too deeply")
        sign = self._next()
        if sign == '"':
            return self._string()
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self._array(depth)
        for name, value in _WORDS.items():
            if self.text.startswith(name, self.at):
                self.at += len(name)
                return value
        number = _NUMBER.match(self.text, self.at)
        if number is None:
            raise self.wrong("a value is missing" if not sign else f"“{sign}” begins no value")
        self.at = number.end()
        plain = number.group()
        return int(plain) if plain.lstrip("-").isdigit() else float(plain)

    def _string(self) -> str:
        parts = [self._one_string()]
        while self._next() == "+":
            self.at += 1
            if self._next() != '"':
                raise self.wrong("after + a text is missing")
            parts.append(self._one_string())
        return "".join(parts)

    def _one_string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self.wrong("a text is not closed")
        try:
            made = json.loads(found.group(), strict=False)
        except ValueError:
            raise self.wrong("a text has an escape that does not exist") from None
        self.at = found.end()
        assert isinstance(made, str)
        # Half a surrogate pair is no character; it could neither be stored nor hashed.
        return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _object(self, depth: int) -> dict[str, Value]:
        self.at += 1
        made: dict[str, Value] = {}
        while self._next() != "}":
            if self._next() != '"':
                raise self.wrong("a name in quotation marks is missing")
            name = self._string()
            if self._next() != ":":
                raise self.wrong(f"a colon is missing after “{name}”")
            self.at += 1
            if name in made:
                raise self.wrong(f"“{name}” stands twice in one object")
            made[name] = self.value(depth + 1)
            self._comma("}")
        self.at += 1
        return made

    def _array(self, depth: int) -> list[Value]:
        self.at += 1
        made: list[Value] = []
        while self._next() != "]":
            made.append(self.value(depth + 1))
            self._comma("]")
        self.at += 1
        return made

    def _comma(self, end: str) -> None:
        sign = self._next()
        if sign == ",":
            self.at += 1
        elif sign != end:
            raise self.wrong(f"a comma or “{end}” is missing")
