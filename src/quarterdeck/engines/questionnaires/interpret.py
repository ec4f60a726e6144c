"""What a typed answer says, and above all when it says no definite thing. Nothing is ever rounded up to a "yes"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from quarterdeck.engines.questionnaires.model import NO, NOT_APPLICABLE, YES, Choice, Kind, Question
from quarterdeck.engines.questionnaires.plain_text import folded, normalised

_YES = frozenset({"yes", "y", "true", "是", "有"})
_NO = frozenset({"no", "n", "false", "否", "没有", "无"})
_NA = frozenset({"n a", "na", "not applicable", "does not apply", "不适用"})
#: What people write where they mean to answer later.
_LATER = frozenset({
    "tbd", "tbc", "tba", "to be determined", "to be confirmed", "to be advised", "to follow", "pending", "in progress", "unknown",
    "待定", "待确认", "待补充",
})  # fmt: skip
_NUMERIC_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?$")


@dataclass(frozen=True)
class Said:
    """``values`` when it is definite; otherwise ``reason`` why it is not, and the words stay a comment."""

    values: tuple[str, ...] = ()
    reason: str = ""


def interpret(question: Question, text: str) -> Said:
    """What ``text`` answers to ``question``; both empty where nothing was written."""
    said = folded(text)
    plain = normalised(said)
    if not said:
        return Said()
    if not plain:
        return Said(reason="only signs, no answer")
    if plain in _LATER:
        return Said(reason="to be answered later")
    if question.kind is Kind.SINGLE or question.kind is Kind.MULTIPLE:
        return _chosen(question, text)
    if plain in _NA:
        return Said((NOT_APPLICABLE,))
    if question.kind is Kind.YES_NO:
        if plain in _YES:
            return Said((YES,))
        if plain in _NO:
            return Said((NO,))
        return Said(reason="neither yes, no nor not applicable")
    if question.kind is Kind.DATE:
        return _dated(said)
    if question.kind is Kind.FILE:
        return Said(reason="a file is asked for; its name is no file")
    return Said((text.strip(),))


def _chosen(question: Question, text: str) -> Said:
    whole = _choice(question, text)
    if whole is not None:
        return Said((whole.id,))
    if question.kind is Kind.MULTIPLE:
        for separator in (r"[\n\r]+", r"[;；|]+", r"[,，、]+"):
            parts = [part for part in re.split(separator, text) if part.strip()]
            found = [_choice(question, re.sub(r"^\s*[-•*]\s+", "", part)) for part in parts]
            if len(parts) > 1 and all(one is not None for one in found):
                return Said(tuple(dict.fromkeys(one.id for one in found if one is not None)))
    if normalised(text) in _NA:
        return Said((NOT_APPLICABLE,))
    short = _short(question, normalised(text))
    if short is not None:
        return Said((short.id,))
    return Said(reason="none of the choices, or more than one could be meant")


def _choice(question: Question, text: str) -> Choice | None:
    """The one choice with this id, exactly this text, or this text but for case and signs where only one has it."""
    said, plain = folded(text), normalised(text)
    for choice in question.choices:
        if said in (choice.id, choice.text):
            return choice
    same = [choice for choice in question.choices if normalised(choice.text) == plain]
    return same[0] if len(same) == 1 else None


def _short(question: Question, plain: str) -> Choice | None:
    """A plain "yes" or "no" to choices of which exactly one begins with that word, and which hold the other word too."""
    if question.kind is not Kind.SINGLE:
        return None
    for words, others in ((_YES, _NO), (_NO, _YES)):
        if plain not in words:
            continue
        begins = [choice for choice in question.choices if normalised(choice.text).split(" ")[:1][0] in words]
        other = [choice for choice in question.choices if normalised(choice.text).split(" ")[:1][0] in others]
        return begins[0] if len(begins) == 1 and other else None
    return None


def _dated(said: str) -> Said:
    found = _NUMERIC_DATE.match(said)
    if found is not None:
        try:
            return Said((date(int(found.group(1)), int(found.group(2)), int(found.group(3))).isoformat(),))
        except ValueError:
            return Said(reason="there is no such day")
    for shape in ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%Y年%m月%d日"):
        try:
            return Said((datetime.strptime(said, shape).date().isoformat(),))  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return Said(reason="no day that can be read in one way only; write it as 2025-03-31")
