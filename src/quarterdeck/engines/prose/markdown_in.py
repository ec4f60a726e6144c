"""Reading Markdown: the part of it that rules and procedures are written in. Linear in the length of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from quarterdeck.engines.prose.model import (
    Block,
    Document,
    Heading,
    Item,
    Paragraph,
    Quote,
    Span,
    Spans,
    levelled,
    squared,
    tidy,
)

_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_ANCHOR = re.compile(r"\s*\{#([\w-]{1,60})\}\s*$")
_ITEM = re.compile(r"^([ \t]*)(?:([-*+])|(\d{1,9})[.)])[ \t]+(.*)$")
_RULE = re.compile(r"^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$")
_DIVIDER = re.compile(r"^\s*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?\s*$")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def read_markdown(text: str) -> Document:
    """The document. Front matter between two lines of ``---`` at the very start is left out. Never fails."""
    return _Reader(_without_front(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))).read()


def _without_front(lines: list[str]) -> list[str]:
    if lines and lines[0].rstrip() == "---":
        for place, line in enumerate(lines[1:200], start=1):
            if line.rstrip() == "---":
                return lines[place + 1 :]
            if line.strip() and ":" not in line and not line.startswith((" ", "-")):
                break
    return lines


@dataclass
class _Reader:
    lines: list[str]
    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    items: list[tuple[int, bool, list[str]]] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)
    #: An empty line was read inside the list: what is not indented ends it.
    loose: bool = False

    def read(self) -> Document:
        place = 0
        while place < len(self.lines):
            place = self._line(place)
        self._end()
        return Document(tuple(self.blocks))

    def _line(self, place: int) -> int:
        line = self.lines[place].expandtabs(4)
        if not line.strip():
            self._paragraph()
            self._quote()
            self.loose = bool(self.items)
            return place + 1
        if heading := _HEADING.match(line):
            self._end()
            self._heading(len(heading[1]), heading[2] or "")
            return place + 1
        if _RULE.match(line):
            self._end()
            return place + 1
        if "|" in line and not self.words and place + 1 < len(self.lines) and _divides(line, self.lines[place + 1]):
            self._end()
            return self._table(place)
        if item := _ITEM.match(line):
            self._paragraph()
            self._quote()
            self._item(len(item[1]), item[2] is None, item[4])
            return place + 1
        if line.lstrip().startswith(">"):
            if not self.quoted:
                self._end()
            self.quoted.append(line.lstrip()[1:].strip())
            return place + 1
        if self.items and (not self.loose or line.startswith("  ")):
            self.items[-1][2].append(line.strip())
            return place + 1
        if self.quoted:
            self.quoted.append(line.strip())
            return place + 1
        self._list()
        self.words.append(line.strip())
        return place + 1

    def _heading(self, level: int, text: str) -> None:
        anchor = _ANCHOR.search(text)
        spans = read_spans(text[: anchor.start()] if anchor else text)
        if spans:
            self.blocks.append(Heading(level, spans, anchor[1] if anchor else ""))

    def _item(self, indent: int, ordered: bool, text: str) -> None:
        while self.indents and indent < self.indents[-1]:
            self.indents.pop()
        if not self.indents or indent > self.indents[-1] + 1:
            self.indents.append(indent)
        self.items.append((len(self.indents) - 1, ordered, [text]))
        self.loose = False

    def _table(self, place: int) -> int:
        rows = [_cells(self.lines[place])]
        place += 2
        while place < len(self.lines) and "|" in self.lines[place] and self.lines[place].strip():
            rows.append(_cells(self.lines[place]))
            place += 1
        width = len(rows[0])
        found = squared([row[:width] for row in rows])
        if found is not None:
            self.blocks.append(found)
        return place

    def _paragraph(self) -> None:
        if spans := read_spans(" ".join(self.words)):
            self.blocks.append(Paragraph(spans))
        self.words = []

    def _quote(self) -> None:
        if spans := read_spans(" ".join(self.quoted)):
            self.blocks.append(Quote(spans))
        self.quoted = []

    def _list(self) -> None:
        found = [Item(level, ordered, read_spans(" ".join(text))) for level, ordered, text in self.items]
        if found := [item for item in found if item.spans]:
            self.blocks.append(levelled(found))
        self.items, self.indents, self.loose = [], [], False

    def _end(self) -> None:
        self._paragraph()
        self._quote()
        self._list()


def _divides(head: str, line: str) -> bool:
    return "-" in line and bool(_DIVIDER.match(line)) and len(_cells(head)) == len(_cells(line))


def _cells(line: str) -> list[Spans]:
    """Cells of a row; a bar inside code, or with a backslash before it, is part of its cell."""
    parts, held = [], ""
    line = line.strip().removeprefix("|")
    place = 0
    while place < len(line):
        mark = line[place]
        if mark == "\\":
            held += line[place : place + 2]
            place += 2
            continue
        if mark == "`" and (end := line.find("`", place + 1)) > place + 1:
            held += line[place : end + 1]
            place = end + 1
            continue
        if mark == "|":
            parts.append(held)
            held = ""
        else:
            held += mark
        place += 1
    if held.strip():
        parts.append(held)
    return [read_spans(part.strip()) for part in parts]


def read_spans(text: str) -> Spans:
    """Bold, italic, code and links of one run of text; marks that are not closed are text."""
    return tidy(_spans(text, Span("")))


def _spans(text: str, form: Span, deep: int = 0) -> list[Span]:
    found: list[Span] = []
    held = ""
    place = 0

    def let_go() -> None:
        nonlocal held
        if held:
            found.append(replace(form, text=held))
            held = ""

    while place < len(text):
        mark = text[place]
        if mark == "\\" and place + 1 < len(text) and text[place + 1] in _PUNCTUATION:
            held += text[place + 1]
            place += 2
            continue
        made, after = _marked(text, place, form, deep) if mark in "*`[" else (None, place)
        if made is None:
            held += text[place : max(after, place + 1)]
            place = max(after, place + 1)
            continue
        let_go()
        found += made
        place = after
    let_go()
    return found


#: How far a closing mark is looked for, so that a text of nothing but marks stays linear.
_FAR = 4000


def _marked(text: str, place: int, form: Span, deep: int) -> tuple[list[Span] | None, int]:
    """The runs that a mark at ``place`` opens and where they end; or None and where to read on."""
    if text[place] == "`":
        end = text.find("`", place + 1, place + _FAR)
        if end > place + 1:
            return [replace(form, text=text[place + 1 : end], code=True)], end + 1
        return None, place + 1
    if text[place] == "[":
        return _link(text, place, form)
    count = len(text) - place - len(text[place:].lstrip("*")) if text[place] == "*" else 0
    for length in (3, 2, 1):
        if count < length or deep > 2:
            continue
        closed = _closing(text, place + length, "*" * length)
        if closed is not None:
            inner = replace(form, bold=form.bold or length > 1, italic=form.italic or length != 2)
            return _spans(text[place + length : closed], inner, deep + 1), closed + length
    return None, place + count


def _closing(text: str, start: int, mark: str) -> int | None:
    if start >= len(text) or text[start].isspace():
        return None
    place, last = start, min(len(text), start + _FAR)
    while place < last:
        if text[place] == "\\":
            place += 2
            continue
        if text[place] == "`":
            end = text.find("`", place + 1, last)
            place = end + 1 if end > 0 else place + 1
            continue
        if text.startswith(mark, place) and place > start and not text[place - 1].isspace():
            return place
        place += 1
    return None


def _link(text: str, place: int, form: Span) -> tuple[list[Span] | None, int]:
    end, last = place + 1, min(len(text), place + _FAR)
    words = ""
    while end < last and text[end] != "]":
        if text[end] == "\\" and end + 1 < last:
            end += 1
        words += text[end]
        end += 1
    if end + 1 >= len(text) or not text.startswith("](", end):
        return None, place + 1
    close = text.find(")", end + 2, end + 2 + _FAR)
    if close < 0:
        return None, place + 1
    return [replace(form, text=words, href=text[end + 2 : close].strip())], close + 1
