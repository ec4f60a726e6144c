"""A questionnaire out of a table: somebody's workbook or CSV, with or without types and choices beside the questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from quarterdeck.engines.questionnaires import conditions, layout
from quarterdeck.engines.questionnaires.layout import Layout
from quarterdeck.engines.questionnaires.model import Choice, Effect, Kind, Question, Questionnaire, Section, Unreadable
from quarterdeck.engines.questionnaires.plain_text import folded, normalised
from quarterdeck.engines.questionnaires.sheets import Sheet

_KINDS: Mapping[str, Kind] = {
    "yes no": Kind.YES_NO, "yes no na": Kind.YES_NO, "yes no n a": Kind.YES_NO, "boolean": Kind.YES_NO, "single": Kind.SINGLE,
    "choice": Kind.SINGLE, "single choice": Kind.SINGLE, "multiple": Kind.MULTIPLE, "multiple choice": Kind.MULTIPLE,
    "text": Kind.TEXT, "free text": Kind.TEXT, "date": Kind.DATE, "file": Kind.FILE, "upload": Kind.FILE,
}  # fmt: skip
_TRUE = frozenset({"yes", "y", "true", "1", "x", "required", "critical", "是"})
_TWO = frozenset({"yes", "no", "n a", "na", "not applicable", "是", "否", "不适用"})
MOST_QUESTIONS = 5_000


@dataclass
class _Gathered:
    title: str
    questions: list[Question] = field(default_factory=list)


def read_table(sheets: tuple[Sheet, ...], title: str) -> Questionnaire:
    """The questionnaire in the sheets that have questions. `Unreadable` when none has."""
    used: set[str] = set()
    sections: list[_Gathered] = []
    asking = [(sheet, made) for sheet in sheets if (made := layout.find(sheet)) is not None]
    # A sheet with a column for answers asks; one without is a list of something else beside it.
    answering = [(sheet, made) for sheet, made in asking if made.answer is not None or made.marks]
    for sheet, made in answering or asking:
        _sheet(sheet, made, sections, used, alone=len(answering or asking) == 1)
    sections = [section for section in sections if section.questions]
    if not sections:
        raise Unreadable("no questions were found: a heading such as “Question” is missing over a column")
    made_sections = []
    for number, gathered in enumerate(sections, start=1):
        name = f"section_{number}"
        used.add(name)
        made_sections.append(Section(name, gathered.title, tuple(gathered.questions)))
    return Questionnaire(title, tuple(made_sections))


def _sheet(sheet: Sheet, made: Layout, sections: list[_Gathered], used: set[str], *, alone: bool) -> None:
    heading = sheet.name
    for number in range(made.header + 1, len(sheet.rows)):
        row = sheet.rows[number]
        text = sheet.cell(number, made.question)
        filled = [cell for cell in row if cell]
        said = sheet.cell(number, made.columns["section"]) if "section" in made.columns else ""
        if not text or (len(set(filled)) == 1 and _heads(sheet, made, number)):
            if len(set(filled)) == 1 and not said:
                heading = folded(filled[0])
            continue
        wanted = said or (heading if heading != sheet.name or not alone else sheet.name)
        section = next((one for one in sections if one.title == wanted), None)
        if section is None:
            section = _Gathered(wanted)
            sections.append(section)
        section.questions.append(_question(sheet, made, number, used))
        if len(used) > MOST_QUESTIONS * 4:
            raise Unreadable(f"it has more than {MOST_QUESTIONS:,} questions")


def _heads(sheet: Sheet, made: Layout, number: int) -> bool:
    """Whether a row with one text is a heading: merged across, or no choice or number of its own where its neighbours have one."""
    text = sheet.cell(number, made.question)
    if not text:
        return True
    across = any(one.top <= number + 1 <= one.bottom and one.right > one.left for one in sheet.merged)
    if across:
        return True
    if made.answer is not None and _mostly_lists(sheet, made):
        return not sheet.choices(number, made.answer) and not text.endswith(("?", "？"))
    id_column = made.column("id")
    return id_column is not None and not sheet.cell(number, id_column) and not text.endswith(("?", "？"))


def _mostly_lists(sheet: Sheet, made: Layout) -> bool:
    """Whether nearly every row chooses its answer from a list, so that one which does not stands out."""
    assert made.answer is not None
    rows = [row for row in range(made.header + 1, len(sheet.rows)) if sheet.cell(row, made.question)]
    return sum(bool(sheet.choices(row, made.answer)) for row in rows) * 5 >= len(rows) * 4 > 0


def _question(sheet: Sheet, made: Layout, number: int, used: set[str]) -> Question:
    place = f"{sheet.name}, row {number + 1}"
    text = folded(sheet.cell(number, made.question))

    def told(name: str) -> str:
        column = made.column(name)
        return "" if column is None else sheet.cell(number, column)

    identity = _fresh(told("id"), used)
    offered = [part for part in re.split(r"[;\n|]+", told("choices")) if part.strip()]
    if not offered and made.answer is not None:
        offered = list(sheet.choices(number, made.answer))
    kind = _KINDS.get(normalised(told("kind")))
    if told("kind") and kind is None:
        raise Unreadable(f"there is no kind of question called “{told('kind')}”", place)
    if kind is None:
        two = {normalised(one) for one in offered} <= _TWO
        kind = Kind.YES_NO if two else Kind.SINGLE
        if not offered and not made.marks:
            kind = Kind.YES_NO if _closed(text) else Kind.TEXT
    choices: tuple[Choice, ...] = ()
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        if not offered:
            raise Unreadable("a question with choices has none", place)
        choices = tuple(_choice(one, f"{identity}_{place_}", used) for place_, one in enumerate(offered, start=1))
    condition = told("condition")
    try:
        conditions.parse(condition)
    except Unreadable as error:
        raise Unreadable(error.message, place) from None
    weight = told("weight") or "1"
    if not weight.isdecimal() or not 1 <= int(weight) <= 100:
        raise Unreadable("a weight is a whole number from 1 to 100", place)
    return Question(
        identity, text, kind, choices,
        required=normalised(told("required")) in _TRUE if "required" in made.columns else kind is not Kind.FILE,
        critical=normalised(told("critical")) in _TRUE, weight=int(weight), condition=condition,
    )  # fmt: skip


def _choice(text: str, identity: str, used: set[str]) -> Choice:
    """``good:`` and ``adverse:`` before a choice say its effect; without it a choice is neutral."""
    words = text.strip()
    effect = Effect.NEUTRAL
    for name, made in (("good", Effect.GOOD), ("adverse", Effect.ADVERSE)):
        if words.lower().startswith(f"{name}:"):
            words, effect = words[len(name) + 1 :].strip(), made
    if normalised(words) in ("n a", "na", "not applicable", "不适用"):
        effect = Effect.NOT_APPLICABLE
    return Choice(_fresh(identity, used), words, effect)


def _closed(text: str) -> bool:
    """Whether a question without choices asks for yes or no, by how it begins."""
    first = normalised(text).split(" ")[0] if text else ""
    return first in {
        "is", "are", "do", "does", "did", "has", "have", "can", "will", "was", "were", "should", "could", "may", "must",
    } or "是否" in text  # fmt: skip


def _fresh(wanted: str, used: set[str]) -> str:
    """An id that conditions can name, unique."""
    name = re.sub(r"[^\w./:-]+", "_", folded(wanted)).strip("_.:/-")
    if not name:
        name = f"q{len(used) + 1}"
    made, number = name, 2
    while made in used:
        made, number = f"{name}_{number}", number + 1
    used.add(made)
    return made
