"""Where in a sheet the questions stand, and where their answers go: headings found as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from quarterdeck.engines.questionnaires.plain_text import normalised
from quarterdeck.engines.questionnaires.sheets import Sheet

#: How far down a heading is looked for.
DEEP = 40

_WORDS: Mapping[str, tuple[str, ...]] = {
    "id": (
        "id", "no", "nr", "ref", "reference", "question id", "question no", "question number", "control id", "item no", "number",
        "quarterdeck id", "编号", "序号", "题号",
    ),
    "question": (
        "question", "questions", "question text", "control question", "assessment question", "security question",
        "assessment questions", "security questions", "requirement", "requirements", "control", "control description", "control specification",
        "item", "description", "statement", "topic", "问题", "题目", "评估问题", "要求",
    ),
    "answer": (
        "answer", "answers", "response", "responses", "vendor response", "vendor answer", "vendor answers", "supplier response",
        "supplier answer", "your answer", "your response", "reply", "csp caiq answer", "yes no", "yes no n a", "yes no na", "compliant", "status",
        "service provider response", "third party response", "回答", "答案", "答复", "供应商回答",
    ),
    "comment": (
        "comment", "comments", "additional information", "additional comments", "notes", "note", "remarks", "remark", "explanation",
        "details", "justification", "vendor comments", "supplier comments", "supporting information", "comment evidence", "comments evidence",
        "csp implementation description", "csp implementation description optional recommended", "further information", "备注", "说明", "补充说明",
    ),
    "section": ("section", "domain", "category", "area", "control domain", "subject", "group", "theme", "章节", "类别", "领域"),
    "kind": ("type", "kind", "answer type", "类型"),
    "choices": ("choices", "options", "answer options", "选项"),
    "required": ("required", "mandatory", "必填"),
    "critical": ("critical", "关键"),
    "weight": ("weight", "权重"),
    "condition": ("show if", "condition", "显示条件"),
}  # fmt: skip
_MARKS: Mapping[str, tuple[str, ...]] = {
    "yes": ("yes", "y", "是"),
    "no": ("no", "n", "否"),
    "na": ("n a", "na", "not applicable", "不适用"),
}


@dataclass(frozen=True)
class Layout:
    """Columns from 0. ``header``: the row of headings, -1 where there is none. ``marks``: one column an answer (``x`` under Yes).

    ``columns``: the other headings that were found (section, id, comment …).
    """

    header: int
    question: int
    answer: int | None
    columns: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)

    def column(self, name: str) -> int | None:
        return self.columns.get(name)


def find(sheet: Sheet) -> Layout | None:
    """The layout that the headings tell; None where there is no heading over questions."""
    best: tuple[int, Layout] | None = None
    for row in range(min(DEEP, len(sheet.rows))):
        made = _headings(sheet, row)
        if made is None:
            continue
        worth = 4 * (made.answer is not None or bool(made.marks)) + len(made.columns)
        if best is None or worth > best[0]:
            best = (worth, made)
    if best is None:
        return None
    # A word that heads nothing but itself is prose ("Questions" as a title), unless rows follow under it.
    layout = best[1]
    if layout.answer is None and not layout.marks and not layout.columns:
        below = sum(1 for row in range(layout.header + 1, len(sheet.rows)) if sheet.cell(row, layout.question))
        return layout if below >= 1 else None
    return layout


def _headings(sheet: Sheet, row: int) -> Layout | None:
    found: dict[str, int] = {}
    marks: dict[str, int] = {}
    loose: dict[str, int] = {}
    for column, text in enumerate(sheet.rows[row]):
        said = normalised(text) if len(text) <= 80 else ""
        if not said:
            continue
        for mark, words in _MARKS.items():
            if said in words and mark not in marks:
                # "No" also heads a column of numbers; it is a mark only beside "Yes".
                marks[mark] = column
        for name, words in _WORDS.items():
            if said in words:
                found.setdefault(name, column)
                break
        else:
            for name in ("answer", "comment", "question"):
                if re.search(rf"\b{name}s?\b|\bresponses?\b" if name == "answer" else rf"\b{name}s?\b", said):
                    loose.setdefault(name, column)
                    break
    if "yes" not in marks or "no" not in marks:
        marks = {}
    elif found.get("id") == marks["no"]:
        del found["id"]
    for name, column in loose.items():
        if column not in found.values():
            found.setdefault(name, column)
    if "question" not in found:
        return None
    question = found.pop("question")
    answer = found.pop("answer", None)
    if marks and answer is not None:
        answer = None
    return Layout(row, question, answer, found, marks)
