"""The evaluation of a vendor: tier and why, the questionnaire with its verdicts, evidence, obligations, the decision."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.vendors import rules
from quarterdeck.areas.vendors.actions.evaluation import SaveAnswers
from quarterdeck.areas.vendors.answers import answered
from quarterdeck.areas.vendors.models import (
    AnswerEvidence,
    Evaluation,
    EvaluationAnswer,
    Finding,
    GuestLink,
    Obligation,
    Vendor,
)
from quarterdeck.engines.questionnaires.model import Alert, Question
from quarterdeck.engines.questionnaires.own_workbook import shown
from quarterdeck.engines.questionnaires.scoring import Word, word
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.questionnaires.paper import pages
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.rooms.pressing import Press, Room

State = Evaluation.State
TONES = {
    State.PREPARED: "unevidenced", State.SENT: "stale", State.SUBMITTED: "attested", State.PROPOSED: "unresolved",
    State.DECIDED: "supported", State.WITHDRAWN: "contradicted",
}  # fmt: skip
DECISIONS = {"approved": "supported", "conditions": "attested", "rejected": "contradicted"}
RATINGS = {"strong": "supported", "fair": "attested", "weak": "contradicted", "incomplete": "unresolved"}
WORDS = {
    Word.YES: "supported", Word.NO: "contradicted", Word.NOT_APPLICABLE: "unevidenced", Word.UNANSWERED: "unresolved",
    Word.INFORMS: "attested",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One question with its answer, what it comes to, its files and what may be pressed."""

    question: Question
    row: EvaluationAnswer | None
    said: str
    word: str
    tone: str
    files: tuple[AnswerEvidence, ...]
    presses: list[Press]


def words() -> dict[Word, str]:
    """What an answer comes to, in the reader's language."""
    return {
        Word.YES: _("in order"), Word.NO: _("weakness"), Word.NOT_APPLICABLE: _("does not apply"),
        Word.UNANSWERED: _("not answered"), Word.INFORMS: _("for information"),
    }  # fmt: skip


@login_required
@require_safe
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """One evaluation, as far as the person may see it."""
    sight = sight_of(request)
    resource = resource_or_404(Evaluation.type_code(), sight)
    rows = sight.each(Evaluation).select_related(
        "vendor__unit", "vendor__owner", "questionnaire__template", "assessor", "decided_by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    room = Room(sight, found.vendor.unit, reverse("vendor_evaluation", args=[pk]))
    made = answered(found)
    files: dict[int, list[AnswerEvidence]] = {}
    for file in (
        AnswerEvidence.objects.filter(answer__evaluation=found, removed=False).select_related("file").order_by("pk")
    ):
        files.setdefault(file.answer_id, []).append(file)
    labels = words()

    def line(question: Question) -> Line:
        row = made.rows.get(question.id)
        given = made.answers.get(question.id)
        what = word(question, given, made.judged.get(question.id))
        may_judge = row is not None and found.state == State.SUBMITTED and bool(row.values)
        presses = room.on(row, "judge", quiet=True) if row is not None and may_judge else []
        said = "" if given is None else shown(question, given)
        return Line(
            question,
            row,
            said,
            labels[what],
            WORDS[what],
            tuple(files.get(row.pk, ())) if row is not None else (),
            presses,
        )

    sections = [(page, [line(question) for question in page.questions]) for page in pages(found, made)]
    alerts: tuple[Alert, ...] = tuple(alert for alert in made.showing(found).alerts() if alert.warns)
    links = list(sight.each(GuestLink).filter(evaluation=found).order_by("-pk"))
    primary = {State.SUBMITTED: "propose", State.PROPOSED: "decide"}.get(State(found.state), "")
    onward = room.on(found, primary, primary=primary) if primary else []
    if found.state in (State.PREPARED, State.SENT):
        onward = room.create(resource_of(GuestLink), "send", {"evaluation": found.pk}, primary=not links)
    context = head(resource, found, found, sight)
    context |= {
        "title": found.vendor.name,
        "evaluation": found,
        "tone": TONES[State(found.state)],
        "decision_tone": DECISIONS.get(found.decision or "", "unevidenced"),
        "rating_tone": RATINGS,
        "tiered": rules.tier_of(found.vendor.exposure),
        "scales": _scales(),
        "score": made.score(found),
        "sections": sections,
        "alerts": alerts,
        "findings": list(sight.each(Finding).filter(evaluation=found).order_by("pk")),
        "conditions": [(row, room.on(row, "meet", quiet=True)) for row in found.conditions.order_by("pk")],
        "links": [
            (link, room.on(link, "revoke", quiet=True) if link.revoked_at is None and link.used_at is None else [])
            for link in links
        ],
        "obligations": list(
            sight.each(Obligation).filter(vendor=found.vendor, state="active").order_by("next_due", "pk")[:10]
        ),
        "onward": onward,
        "answering": reverse("vendor_answering", args=[pk, 1])
        if found.state in (State.PREPARED, State.SENT) and found.guest_id != sight.user.pk and room.may(SaveAnswers)
        else None,
        "others": room.on(found, "import_answers", "submit", "return", "withdraw"),
        "finding": room.create(resource_of(Finding), "add", {"evaluation": found.pk})
        if found.state in (State.PREPARED, State.SENT, State.SUBMITTED)
        else [],
        "address": record_address,
        "vendor_address": record_address(Vendor.type_code(), found.vendor_id),
        "record_address": reverse("records:detail", args=[found.type_code(), pk]),
        "history_address": reverse("records:history", args=[found.type_code(), pk]),
    }
    return render(request, "vendors/evaluation.html", context)


def _scales() -> dict[str, object]:
    """Steps of the scales in words."""
    found: dict[str, object] = {"yes": _("Yes"), "no": _("No")}
    for choices in (Vendor.Sensitivity, Vendor.Volume, Vendor.Access, Vendor.Criticality):
        found |= {str(value): label for value, label in choices.choices if value != "none"}
    return found | {"none": _("None")}
