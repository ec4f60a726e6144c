"""Answers on record as the engine reads them; the score; what an evaluation rests on, to be frozen and compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from quarterdeck.areas.vendors.models import AnswerEvidence, Evaluation, EvaluationAnswer
from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.engines.questionnaires.model import NOT_APPLICABLE, Answer, Judgement, Kind, Question
from quarterdeck.engines.questionnaires.scoring import Score, score
from quarterdeck.engines.questionnaires.showing import Showing
from quarterdeck.kernel.records import JSON, plain

#: What one answer may hold.
LONGEST = 20_000


@dataclass(frozen=True)
class Answered:
    """The rows of one evaluation, by question, with what the engine makes of them."""

    rows: Mapping[str, EvaluationAnswer]
    answers: Mapping[str, Answer]
    judged: Mapping[str, Judgement]

    def score(self, evaluation: Evaluation) -> Score:
        return score(evaluation.questionnaire.asked, self.answers, self.judged)

    def showing(self, evaluation: Evaluation) -> Showing:
        return Showing(evaluation.questionnaire.asked, self.answers)


def answered(evaluation: Evaluation) -> Answered:
    """What is on record. One query."""
    counted = Count("evidence", filter=Q(evidence__removed=False))
    rows = {row.question: row for row in evaluation.answers.annotate(files=counted).order_by("pk")}
    answers = {name: Answer(tuple(row.values), row.comment, row.files) for name, row in rows.items()}
    judged = {name: Judgement(row.verdict) for name, row in rows.items() if row.verdict}
    return Answered(rows, answers, judged)


def sound_values(question: Question, values: Iterable[str]) -> tuple[str, ...] | str:
    """The values if they answer the question, or why they do not."""
    given = tuple(value.strip() for value in values if value.strip())
    if not given:
        return ()
    if any(len(value) > LONGEST for value in given):
        return _("At most %(most)d characters.") % {"most": LONGEST}
    if given == (NOT_APPLICABLE,):
        return given
    known = {choice.id for choice in question.choices}
    if question.kind is Kind.YES_NO:
        return given if len(given) == 1 and given[0] in ("yes", "no") else _("Answer yes, no or not applicable.")
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE):
        if not set(given) <= known or (question.kind is Kind.SINGLE and len(given) != 1):
            return _("Choose from what is offered.")
        return tuple(choice.id for choice in question.choices if choice.id in given)
    if len(given) != 1:
        return _("Give one text.")
    if question.kind is Kind.DATE:
        try:
            return (date.fromisoformat(given[0]).isoformat(),)
        except ValueError:
            return _("Give a day.")
    if question.kind is Kind.FILE:
        return _("Upload a file.")
    return given


def content_of(evaluation: Evaluation) -> dict[str, JSON]:
    """What the decision is about: vendor as it stands, questionnaire, answers with files and verdicts, findings, score."""
    vendor = evaluation.vendor
    files: dict[int, list[JSON]] = {}
    shown = (
        AnswerEvidence.objects.filter(answer__evaluation=evaluation, removed=False)
        .select_related("file")
        .order_by("pk")
    )
    for item in shown:
        files.setdefault(item.answer_id, []).append(item.file.sha256)
    rows = list(evaluation.answers.order_by("question"))
    return {
        "vendor": {name: plain(getattr(vendor, name)) for name in ("name", "legal_name", "service", "sensitivity", "volume", "access", "criticality", "regulated", "tier")},
        "scope": evaluation.scope,
        "tier": evaluation.tier,
        "questionnaire": evaluation.questionnaire.sha256,
        "summary": evaluation.summary,
        "score": evaluation.score,
        "rating": evaluation.rating,
        "answers": {
            row.question: {
                "values": plain(row.values), "comment": row.comment, "verdict": row.verdict, "note": row.verdict_note,
                "files": files.get(row.pk, []),
            } | ({"source": row.source} if row.source else {})
            for row in rows
        },
        "findings": [{"title": row.title, "severity": row.severity, "text": row.text} for row in evaluation.findings.order_by("pk")],
    }  # fmt: skip


def digest(content: Mapping[str, JSON]) -> str:
    """SHA-256 of the canonical content."""
    return sha256(canonical_bytes(dict(content))).hexdigest()
