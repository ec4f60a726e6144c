"""Reads the JSON of Vendor Security Assessment Questionnaires (the published format with ``block``, ``radiogroup``, ``tip``…).

A ``tip`` with ``warn`` is the questionnaire's own word that an answer is a weakness: a choice that is enough by itself to
raise one is *adverse* and its neighbours are good, one whose absence raises it is *good*, and severity "critical" makes the question critical. Where no tip says so,
a choice is neutral: nothing is read out of the name of its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from quarterdeck.engines.questionnaires import conditions, loose_json
from quarterdeck.engines.questionnaires.loose_json import Value
from quarterdeck.engines.questionnaires.model import (
    Alert,
    Choice,
    Effect,
    Kind,
    Question,
    Questionnaire,
    Section,
    Unreadable,
)
from quarterdeck.engines.questionnaires.plain_text import normalised, plain_text

MOST_ITEMS = 5_000
_KINDS: Mapping[str, Kind] = {
    "yesno": Kind.YES_NO, "radiogroup": Kind.SINGLE, "checkgroup": Kind.MULTIPLE, "box": Kind.TEXT, "line": Kind.TEXT,
    "upload": Kind.FILE, "radio": Kind.SINGLE, "check": Kind.MULTIPLE,
}  # fmt: skip
_SILENT = frozenset({"spacer"})


@dataclass
class _Gathered:
    """One block being read: its heading with those above it, what it asks, what it says."""

    title: str
    condition: str
    id: str
    continues: bool = False
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.alerts: list[Alert] = []
        #: What each warning says by itself, without the conditions of the blocks around it.
        self.warnings: list[tuple[str, str]] = []
        self.sections: list[_Gathered] = []
        self.items = 0

    def fresh(self, wanted: str, fallback: str) -> str:
        """``wanted`` where it is given, else one made of ``fallback``; unique either way."""
        if wanted:
            if wanted in self.ids:
                raise Unreadable(f"the id “{wanted}” is given twice")
            self.ids.add(wanted)
            return wanted
        name, number = fallback, 2
        while name in self.ids:
            name, number = f"{fallback}_{number}", number + 1
        self.ids.add(name)
        return name

    def block(self, item: dict[str, Value], titles: tuple[str, ...], condition: str, place: str, depth: int) -> None:
        if depth > 20:
            raise Unreadable("blocks are nested too deeply", place)
        heading = plain_text(_text(item, "text", place))
        titles = (*titles, heading) if heading else titles
        inner = _both(condition, _text(item, "cond", place))
        made = _Gathered(
            " · ".join(titles), inner, self.fresh(_text(item, "id", place), f"block_{len(self.sections) + 1}")
        )
        self.sections.append(made)
        for number, child in enumerate(_items(item.get("items"), place), start=1):
            self.items += 1
            if self.items > MOST_ITEMS:
                raise Unreadable(f"it has more than {MOST_ITEMS:,} items")
            here = f"{place}, item {number}" if place else f"item {number}"
            kind = _text(child, "type", here)
            if kind == "block":
                self.block(child, titles, inner, here, depth + 1)
                continue
            if self.sections[-1] is not made:
                # Items after an inner block belong to the outer one again.
                made = _Gathered(made.title, made.condition, self.fresh("", f"{made.id}_more"), True)
                self.sections.append(made)
            self.item(child, kind, made, here)

    def item(self, item: dict[str, Value], kind: str, into: _Gathered, place: str) -> None:
        text = plain_text(_text(item, "text", place))
        condition = _text(item, "cond", place)
        if kind == "info":
            into.notes.append(text)
        elif kind == "tip":
            self.tip(item, text, into.condition, condition, place)
        elif kind in _KINDS:
            into.questions.append(self.question(item, _KINDS[kind], text, condition, place))
        elif kind not in _SILENT:
            raise Unreadable(f"items of the type “{kind}” are not known", place)

    def tip(self, item: dict[str, Value], text: str, around: str, own: str, place: str) -> None:
        name = _text(item, "name", place) or text
        severity = _text(item, "severity", place).lower()
        warns = _text(item, "warn", place).lower() in ("yes", "true")
        try:
            conditions.parse(own)
        except Unreadable as error:
            raise Unreadable(error.message, place) from None
        if warns:
            self.warnings.append((own, severity))
        made = self.fresh(_text(item, "id", place), f"tip_{len(self.alerts) + 1}")
        why = plain_text(_text(item, "why", place))
        self.alerts.append(Alert(made, plain_text(name), why or text, _both(around, own), severity, warns))

    def question(self, item: dict[str, Value], kind: Kind, text: str, condition: str, place: str) -> Question:
        try:
            conditions.parse(condition)
        except Unreadable as error:
            raise Unreadable(error.message, place) from None
        choices: list[Choice] = []
        for entry in _items(item.get("choices"), place):
            for key, said in entry.items():
                if not isinstance(said, str):
                    raise Unreadable(f"the choice “{key}” has no text", place)
                words = plain_text(said)
                choices.append(Choice(self.fresh(key, key), words, _effect(words)))
        if kind in (Kind.SINGLE, Kind.MULTIPLE) and not choices:
            raise Unreadable("a group has no choices", place)
        fallback = _stem([choice.id for choice in choices]) or f"item_{self.items}"
        needed = item.get("required")
        return Question(
            id=self.fresh(_text(item, "id", place), fallback),
            text=text or (self.sections[-1].title if self.sections else fallback),
            kind=kind,
            choices=tuple(choices),
            required=bool(needed) if needed is not None else kind in (Kind.SINGLE, Kind.YES_NO),
            condition=condition,
        )


def read_vsaq(text: str, title: str = "") -> Questionnaire:
    """The questionnaire in ``text``. `Unreadable` names the line or the item."""
    found = loose_json.read(text)
    if not isinstance(found, dict) or "questionnaire" not in found:
        raise Unreadable("this is no questionnaire: its “questionnaire” is missing")
    reader = _Reader()
    for number, item in enumerate(_items(found["questionnaire"], ""), start=1):
        place = f"item {number}"
        if _text(item, "type", place) != "block":
            raise Unreadable("at the top only blocks may stand", place)
        reader.block(item, (), "", place, 0)
    sections = [
        Section(made.id, made.title, tuple(made.questions), made.condition, tuple(made.notes), made.continues)
        for made in reader.sections
    ]
    if not any(section.questions for section in sections):
        raise Unreadable("it asks nothing: there is no question in it")
    heading = title or sections[0].title.split(" · ")[0]
    weighed = [
        replace(section, questions=tuple(_weighed(question, reader.warnings) for question in section.questions))
        for section in _shortened(sections)
    ]
    return Questionnaire(heading, tuple(weighed), tuple(reader.alerts))


def _weighed(question: Question, warnings: list[tuple[str, str]]) -> Question:
    """Choices and criticality as the questionnaire's own warnings say (see the module)."""
    mine = {choice.id for choice in question.choices}
    adverse: set[str] = set()
    critical: set[str] = set()
    wanted: set[str] = set()
    for condition, severity in warnings:
        expression = conditions.parse(condition)
        enough = conditions.alone(expression) & mine
        adverse |= enough
        wanted |= conditions.missing(expression) & mine
        if severity == "critical":
            critical |= enough
    if not adverse and not wanted:
        return question
    others = Effect.GOOD if adverse else Effect.NEUTRAL
    choices = tuple(replace(choice, effect=_judged(choice, adverse, wanted, others)) for choice in question.choices)
    return replace(question, choices=choices, critical=bool(critical))


def _judged(choice: Choice, adverse: set[str], wanted: set[str], others: Effect) -> Effect:
    if choice.id in adverse:
        return Effect.ADVERSE
    if choice.id in wanted:
        return Effect.GOOD
    return others if choice.effect is Effect.NEUTRAL else choice.effect


def _both(outer: str, inner: str) -> str:
    """Two conditions as one."""
    if not outer or not inner:
        return outer or inner
    return f"({outer}) && ({inner})"


def _effect(words: str) -> Effect:
    plain = normalised(words)
    return Effect.NOT_APPLICABLE if plain in {"n a", "na", "not applicable"} else Effect.NEUTRAL


def _stem(ids: list[str]) -> str:
    """What the ids of a group's choices begin with, as a name for a group that has none: ``office_acclogs_review``."""
    if not ids:
        return ""
    first, last = min(ids), max(ids)
    same = 0
    while same < len(first) and same < len(last) and first[same] == last[same]:
        same += 1
    stem = first[:same].rstrip("_.-")
    return stem if re.fullmatch(r"[A-Za-z]\w{3,}", stem) else f"{first}_group"


def _shortened(sections: list[Section]) -> Iterator[Section]:
    """Headings without the one that stands above them all."""
    shared = {section.title.split(" · ")[0] for section in sections}
    for section in sections:
        _head, dot, rest = section.title.partition(" · ")
        yield replace(section, title=rest if dot and len(shared) == 1 else section.title)


def _text(item: Mapping[str, Value], name: str, place: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        raise Unreadable(f"“{name}” should be a text", place)
    return value.strip()


def _items(value: Value, place: str) -> list[dict[str, Value]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Unreadable("a list of objects is expected", place)
    return [item for item in value if isinstance(item, dict)]
