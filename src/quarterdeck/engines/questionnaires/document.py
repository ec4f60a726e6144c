"""A questionnaire as canonical JSON and back: what a published version keeps, and what its hash is taken of."""

from __future__ import annotations

from typing import TypeAlias

from quarterdeck.engines.questionnaires import conditions
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

Value: TypeAlias = "bool | int | str | list[Value] | dict[str, Value] | None"


def to_document(asked: Questionnaire) -> dict[str, Value]:
    """Plain values only: no floats, keys as the fields are called."""
    return {
        "title": asked.title,
        "sections": [_section(section) for section in asked.sections],
        "alerts": [
            {
                "id": alert.id, "title": alert.title, "text": alert.text, "condition": alert.condition,
                "severity": alert.severity, "warns": alert.warns,
            }
            for alert in asked.alerts
        ],
    }  # fmt: skip


def _section(section: Section) -> dict[str, Value]:
    return {
        "id": section.id,
        "title": section.title,
        "condition": section.condition,
        "notes": list(section.notes),
        "continues": section.continues,
        "questions": [_question(question) for question in section.questions],
    }


def _question(question: Question) -> dict[str, Value]:
    return {
        "id": question.id,
        "text": question.text,
        "kind": question.kind.value,
        "choices": [{"id": c.id, "text": c.text, "effect": c.effect.value} for c in question.choices],
        "required": question.required,
        "critical": question.critical,
        "weight": question.weight,
        "condition": question.condition,
        "help": question.help,
        "adverse_yes": question.adverse_yes,
    }


def from_document(document: object) -> Questionnaire:
    """The questionnaire. `Unreadable` says what is missing or wrong: it may have been typed by a person."""
    top = _Node(document, "")
    sections = tuple(_read_section(node) for node in top.nodes("sections"))
    alerts = tuple(
        Alert(
            node.text("id"), node.text("title"), node.text("text", ""), _condition(node), node.text("severity", ""),
            node.flag("warns", True),
        )
        for node in top.nodes("alerts", ())
    )  # fmt: skip
    made = Questionnaire(top.text("title"), sections, alerts)
    _unique(made)
    return made


def _read_section(node: _Node) -> Section:
    return Section(
        node.text("id"),
        node.text("title"),
        tuple(_read_question(inner) for inner in node.nodes("questions", ())),
        _condition(node),
        tuple(node.texts("notes")),
        node.flag("continues", False),
    )


def _read_question(node: _Node) -> Question:
    try:
        kind = Kind(node.text("kind", Kind.YES_NO.value))
    except ValueError:
        raise Unreadable(f"there is no kind of question called “{node.text('kind')}”", node.place) from None
    choices = []
    for inner in node.nodes("choices", ()):
        try:
            effect = Effect(inner.text("effect", Effect.NEUTRAL.value))
        except ValueError:
            raise Unreadable(f"there is no effect called “{inner.text('effect')}”", inner.place) from None
        choices.append(Choice(inner.text("id"), inner.text("text"), effect))
    if kind in (Kind.SINGLE, Kind.MULTIPLE) and not choices:
        raise Unreadable("a question with choices has none", node.place)
    weight = node.number("weight", 1)
    if not 1 <= weight <= 100:
        raise Unreadable("a weight is a whole number from 1 to 100", node.place)
    return Question(
        node.text("id"), node.text("text"), kind, tuple(choices), node.flag("required", True), node.flag("critical", False),
        weight, _condition(node), node.text("help", ""), node.flag("adverse_yes", False),
    )  # fmt: skip


def _condition(node: _Node) -> str:
    text = node.text("condition", "")
    try:
        conditions.parse(text)
    except Unreadable as error:
        raise Unreadable(error.message, node.place) from None
    return text


def _unique(made: Questionnaire) -> None:
    seen: set[str] = set()
    for section in made.sections:
        ids = [section.id]
        for question in section.questions:
            ids += [question.id, *(choice.id for choice in question.choices)]
        for name in ids:
            if name in seen:
                raise Unreadable(f"the id “{name}” is given twice")
            seen.add(name)


class _Node:
    """One object of the document, and where it stands."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise Unreadable("an object is expected", place)
        self.value: dict[str, object] = value
        self.place = place

    def text(self, name: str, default: str | None = None) -> str:
        found = self.value.get(name, default)
        if not isinstance(found, str) or (default is None and not found.strip()):
            raise Unreadable(f"“{name}” should be a text", self.place)
        return found

    def texts(self, name: str) -> list[str]:
        found = self.value.get(name, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise Unreadable(f"“{name}” should be a list of texts", self.place)
        return [item for item in found if isinstance(item, str)]

    def flag(self, name: str, default: bool) -> bool:
        found = self.value.get(name, default)
        if not isinstance(found, bool):
            raise Unreadable(f"“{name}” should be true or false", self.place)
        return found

    def number(self, name: str, default: int) -> int:
        found = self.value.get(name, default)
        if not isinstance(found, int) or isinstance(found, bool):
            raise Unreadable(f"“{name}” should be a whole number", self.place)
        return found

    def nodes(self, name: str, default: tuple[object, ...] | None = None) -> list[_Node]:
        found = self.value.get(name, default)
        if not isinstance(found, list | tuple):
            raise Unreadable(f"“{name}” should be a list", self.place)
        place = f"{self.place}, {name}" if self.place else name
        return [_Node(item, f"{place} {number}") for number, item in enumerate(found, start=1)]
