"""HTML of a published questionnaire as plain text: no tag, script or address survives."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

#: Elements whose end is a break between words.
_BLOCKS: Final = frozenset({"p", "div", "li", "ul", "ol", "br", "tr", "td", "table", "h1", "h2", "h3", "h4", "pre"})
_SILENT: Final = frozenset({"script", "style"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def plain_text(markup: str) -> str:
    """The words, with white space folded."""
    if "<" not in markup and "&" not in markup:
        return folded(markup)
    reader = _Text()
    reader.feed(markup)
    reader.close()
    return folded("".join(reader.parts))


def folded(text: str) -> str:
    """Without control characters, white space as single spaces."""
    return " ".join(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", text).split())


def normalised(text: str) -> str:
    """For comparing: case folded, letters and digits only, one space between."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
