"""Written lessons: a small Markdown, drawn as HTML in which nothing of the text can act.

Headings, paragraphs, lists, quotations, code, rules, emphasis and links, as CommonMark 0.31 has them; no HTML of the
author's own. Every character of the text is escaped, and a link leads to a web page, a mail address or a place in this
product, never to a script.
"""

from __future__ import annotations

import html
import re
from typing import Final

MAX_CHARACTERS: Final = 200_000
_HEADING = re.compile(r"(#{1,4})[ \t]+(.*?)[ \t]*#*$")
_BULLET = re.compile(r"[ ]{0,3}[-*+][ \t]+(.*)")
_NUMBERED = re.compile(r"[ ]{0,3}\d{1,9}[.)][ \t]+(.*)")
_RULE = re.compile(r"[ ]{0,3}([-*_])[ \t]*(\1[ \t]*){2,}$")
_LINK = re.compile(r"\[([^\]\[]{1,300})\]\(([^()\s]{1,1000})\)")
_SPAN = re.compile(r"`([^`]{1,500})`|\*\*(\S(?:[^*]{0,500}\S)?)\*\*|(?<![\w*])\*(\S(?:[^*]{0,500}\S)?)\*(?![\w*])")
_ADDRESS = re.compile(r"(https?://|mailto:|/(?!/)|#)[^\"'<>\\\s]*", re.I)


def drawn(text: str, top: int = 2) -> str:
    """The text as HTML, its first heading on level ``top`` of the page."""
    lines = text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    out: list[str] = []
    at = 0
    while at < len(lines):
        at = _block(lines, at, out, top)
    return "\n".join(out)


def _block(lines: list[str], at: int, out: list[str], top: int) -> int:
    line = lines[at]
    if not line.strip():
        return at + 1
    if line.startswith("```"):
        end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("```")), len(lines))
        out.append(f"<pre><code>{html.escape(chr(10).join(lines[at + 1 : end]))}</code></pre>")
        return end + 1
    heading = _HEADING.match(line)
    if heading:
        level = min(6, len(heading.group(1)) + top - 1)
        out.append(f"<h{level}>{_inline(heading.group(2))}</h{level}>")
        return at + 1
    if _RULE.match(line):
        out.append("<hr>")
        return at + 1
    for mark, tag in ((_BULLET, "ul"), (_NUMBERED, "ol")):
        if mark.match(line):
            return _list(lines, at, out, mark, tag)
    if line.lstrip().startswith(">"):
        end = at
        while end < len(lines) and lines[end].lstrip().startswith(">"):
            end += 1
        inner = " ".join(part.lstrip()[1:].strip() for part in lines[at:end])
        out.append(f"<blockquote><p>{_inline(inner)}</p></blockquote>")
        return end
    end = at
    while end < len(lines) and lines[end].strip() and (end == at or not _begins(lines[end])):
        end += 1
    out.append(f"<p>{_inline(' '.join(part.strip() for part in lines[at:end]))}</p>")
    return end


def _begins(line: str) -> bool:
    return line.startswith(("```", ">")) or any(mark.match(line) for mark in (_HEADING, _BULLET, _NUMBERED))


def _list(lines: list[str], at: int, out: list[str], mark: re.Pattern[str], tag: str) -> int:
    items: list[list[str]] = []
    while at < len(lines):
        found = mark.match(lines[at])
        if found:
            items.append([found.group(1)])
        elif items and lines[at].startswith(("  ", "\t")) and lines[at].strip():
            items[-1].append(lines[at].strip())
        else:
            break
        at += 1
    out.append(f"<{tag}>" + "".join(f"<li>{_inline(' '.join(parts))}</li>" for parts in items) + f"</{tag}>")
    return at


def _inline(text: str) -> str:
    made: list[str] = []
    rest = 0
    for found in _LINK.finditer(text):
        made.append(_spans(text[rest : found.start()]))
        words, address = found.group(1), found.group(2)
        if _ADDRESS.fullmatch(address):
            made.append(f'<a href="{html.escape(address)}" rel="noopener noreferrer">{_spans(words)}</a>')
        else:
            made.append(_spans(found.group(0)))
        rest = found.end()
    made.append(_spans(text[rest:]))
    return "".join(made)


def _spans(text: str) -> str:
    made: list[str] = []
    rest = 0
    for found in _SPAN.finditer(text):
        made.append(html.escape(text[rest : found.start()]))
        code, strong, soft = found.groups()
        tag, words = ("code", code) if code is not None else ("strong", strong) if strong is not None else ("em", soft)
        made.append(f"<{tag}>{html.escape(words)}</{tag}>")
        rest = found.end()
    made.append(html.escape(text[rest:]))
    return "".join(made)


__all__ = ["drawn"]
