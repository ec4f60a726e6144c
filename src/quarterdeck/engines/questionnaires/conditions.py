"""Conditions of questionnaires: ``a && (b || !c)``, read by a small parser of our own and never handed to an interpreter.

Grammar, as the Vendor Security Assessment Questionnaires use it::

    or      = and { "||" and }
    and     = not { "&&" not }
    not     = "!" not | "(" or ")" | operand
    operand = [ "^" ] id [ ( "==" | "!=" ) text ]

An id holds when that choice was chosen, that yes/no question answered "yes", or that text given. ``id/no`` and
``id/yes`` ask for one answer. ``^id`` holds when the item with that id shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from quarterdeck.engines.questionnaires.model import Unreadable

MOST = 4_000
DEEPEST = 60
_TOKEN = re.compile(r"""\s*(?:(&&|\|\||==|!=|[!()^])|([\w][\w./:-]*)|"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True)
class Named:
    """An id; with ``shown``, whether that item shows; with ``equals``, whether its value is that text."""

    id: str
    shown: bool = False
    equals: str | None = None
    differs: bool = False


@dataclass(frozen=True)
class Not:
    inner: Expression


@dataclass(frozen=True)
class All:
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Any_:
    parts: tuple[Expression, ...]


Expression = Named | Not | All | Any_
ALWAYS = All(())


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The condition, :data:`ALWAYS` when empty. `Unreadable` when it is none."""
    if not text.strip():
        return ALWAYS
    if len(text) > MOST:
        raise Unreadable(f"a condition may have {MOST} characters at most")
    return _Reader(text).whole()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        place = 0
        stripped = text.rstrip()
        while place < len(stripped):
            found = _TOKEN.match(stripped, place)
            if found is None:
                raise Unreadable(f"the condition “{text}” cannot be read at “{stripped[place : place + 12]}”")
            sign, name, double, single = found.groups()
            if sign is not None:
                self.tokens.append(("sign", sign))
            elif name is not None:
                self.tokens.append(("id", name))
            else:
                self.tokens.append(("text", double if double is not None else single))
            place = found.end()

    def whole(self) -> Expression:
        made = self._any(0)
        if self.at < len(self.tokens):
            raise Unreadable(f"the condition “{self.text}” goes on after its end, at “{self.tokens[self.at][1]}”")
        return made

    def _take(self, sign: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign):
            self.at += 1
            return True
        return False

    def _any(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise Unreadable("a condition is nested too deeply")
        parts = [self._all(depth)]
        while self._take("||"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def _all(self, depth: int) -> Expression:
        parts = [self._not(depth)]
        while self._take("&&"):
            parts.append(self._not(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self, depth: int) -> Expression:
        turned = False
        while self._take("!"):
            turned = not turned
        if self._take("("):
            made = self._any(depth + 1)
            if not self._take(")"):
                raise Unreadable(f"a bracket is not closed in the condition “{self.text}”")
        else:
            made = self._operand()
        return Not(made) if turned else made

    def _operand(self) -> Expression:
        shown = self._take("^")
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "id":
            raise Unreadable(f"an id is missing in the condition “{self.text}”")
        name = self.tokens[self.at][1]
        self.at += 1
        for sign in ("==", "!="):
            if self._take(sign):
                if self.at >= len(self.tokens) or self.tokens[self.at][0] == "sign":
                    raise Unreadable(f"a value is missing after {sign} in the condition “{self.text}”")
                value = self.tokens[self.at][1]
                self.at += 1
                return Named(name, shown, value, sign == "!=")
        return Named(name, shown)


def holds(expression: Expression, asked: Callable[[Named], bool]) -> bool:
    """Whether it holds, where ``asked`` knows each named thing."""
    if isinstance(expression, Named):
        return asked(expression)
    if isinstance(expression, Not):
        return not holds(expression.inner, asked)
    if isinstance(expression, All):
        return all(holds(part, asked) for part in expression.parts)
    return any(holds(part, asked) for part in expression.parts)


def names(expression: Expression) -> frozenset[str]:
    """Every id that it names."""
    if isinstance(expression, Named):
        return frozenset({expression.id})
    if isinstance(expression, Not):
        return names(expression.inner)
    found: frozenset[str] = frozenset()
    for part in expression.parts:
        found |= names(part)
    return found


def alone(expression: Expression) -> frozenset[str]:
    """Ids each of which is enough by itself to make it hold: of ``a || b`` both, of ``a && b`` and ``!a`` none."""
    if isinstance(expression, Named):
        return frozenset() if expression.shown or expression.equals is not None else frozenset({expression.id})
    if isinstance(expression, Any_):
        found: frozenset[str] = frozenset()
        for part in expression.parts:
            found |= alone(part)
        return found
    return frozenset()


def missing(expression: Expression) -> frozenset[str]:
    """Ids the absence of each of which is enough by itself to make it hold: of ``!a || !b`` both."""
    if isinstance(expression, Not) and isinstance(expression.inner, Named):
        return alone(expression.inner)
    if isinstance(expression, Any_):
        found: frozenset[str] = frozenset()
        for part in expression.parts:
            found |= missing(part)
        return found
    return frozenset()
