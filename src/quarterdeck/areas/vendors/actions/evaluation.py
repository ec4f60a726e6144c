"""Opening an evaluation, answering it, judging the answers, proposing and deciding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors import rules
from quarterdeck.areas.vendors.actions.vendor import ASSESSORS, KEEPERS, DayForm, vendor_unit
from quarterdeck.areas.vendors.answers import answered, content_of, digest, sound_values
from quarterdeck.areas.vendors.models import (
    AnswerEvidence,
    Condition,
    Evaluation,
    EvaluationAnswer,
    Finding,
    QuestionnaireVersion,
    Vendor,
)
from quarterdeck.engines.questionnaires.filled import read_answers
from quarterdeck.engines.questionnaires.model import Filled, Kind, Question, Unreadable
from quarterdeck.engines.questionnaires.scoring import Rating
from quarterdeck.engines.questionnaires.sheets import read_sheets
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Invalid, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit

State = Evaluation.State
OPEN = frozenset({State.PREPARED, State.SENT})
#: Files beside one answer, and beside one evaluation.
MOST_FILES, MOST_FILES_IN_ALL = 10, 200
GUEST = "own:vendor_guest"


class OpenEvaluation(Create[Evaluation]):
    name = "open"
    model = Evaluation
    label = _("Open an evaluation")
    fields = ("vendor", "scope", "questionnaire")
    author_field = "assessor"
    roles = ASSESSORS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Evaluation | None) -> None:
        for name, wanted in (
            ("questionnaire", {"state": QuestionnaireVersion.State.PUBLISHED}),
            ("vendor", {"state": Vendor.State.ACTIVE}),
        ):
            field = form.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            assert field.queryset is not None
            field.queryset = field.queryset.filter(**wanted)

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Evaluation:
        made = super().build(ctx, data)
        made.tier = made.vendor.tier
        made.opened_on = ctx.at.date()
        return made


class AnswersForm(forms.Form):
    """Answers by question id: ``{"id": {"values": ["yes"], "comment": "…"}}``; both parts are optional."""

    answers = forms.JSONField(label=_("Answers"))
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


def put(ctx: Context, evaluation: Evaluation, given: Mapping[str, Mapping[str, object]], source: str = "") -> None:
    """Save answers, taken down from ``source`` where the vendor did not give them itself. ``Invalid`` names the questions that are not of this questionnaire or are answered wrongly."""
    asked = evaluation.questionnaire.asked.by_id
    rows = {row.question: row for row in evaluation.answers.filter(question__in=list(given))}
    wrong: dict[str, list[str]] = {}
    for name, said in given.items():
        question = asked.get(name)
        if question is None:
            wrong.setdefault("answers", []).append(
                str(_("“%(name)s” is no question of this questionnaire.") % {"name": name[:100]})
            )
            continue
        problem = _put_one(ctx, evaluation, question, rows.get(name), said, source)
        if problem:
            wrong.setdefault("answers", []).append(f"{question.text[:100]}: {problem}")
    if wrong:
        raise Invalid(wrong)


def _put_one(
    ctx: Context,
    evaluation: Evaluation,
    question: Question,
    row: EvaluationAnswer | None,
    said: Mapping[str, object],
    source: str,
) -> str:
    unsound = not isinstance(said, dict) or not set(said) <= {"values", "comment"}
    values, comment = ([], "") if unsound else (said.get("values", []), said.get("comment", ""))
    if (
        unsound
        or not isinstance(comment, str)
        or not isinstance(values, list)
        or not all(isinstance(v, str) for v in values)
    ):
        return str(_("An answer has values (a list of texts) and a comment (a text)."))
    comment = comment.replace("\x00", "")
    if len(comment) > 20_000:
        return str(_("At most %(most)d characters.") % {"most": 20_000})
    sound: tuple[str, ...] | str
    if question.kind is Kind.FILE and list(values) in ([], ["file"]):
        # A file answers it; see AttachEvidence.
        sound = tuple(row.values) if row is not None else ()
    else:
        sound = sound_values(question, [value.replace("\x00", "") for value in values])
    if isinstance(sound, str):
        return sound
    made = row or EvaluationAnswer(evaluation=evaluation, question=question.id)
    if row is not None and (list(row.values), row.comment) == (list(sound), comment):
        return ""
    if row is None and not sound and not comment:
        return ""
    if list(made.values) != list(sound):
        # Another answer was judged than the one that stands now.
        made.verdict, made.verdict_note, made.judged_by = None, "", None
    made.values, made.comment, made.source = list(sound), comment, source
    ctx.save(made)
    return ""


class SaveAnswers(Action[Evaluation]):
    """Save answers: by the guest, or by the assessor on the vendor's word."""

    name = "answer"
    label = _("Save answers")
    model = Evaluation
    states = OPEN
    over = frozenset({State.DECIDED})
    roles = (*ASSESSORS, GUEST)

    def form_class(self) -> type[forms.BaseForm] | None:
        return AnswersForm

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        if not isinstance(data["answers"], dict):
            raise Invalid({"answers": [str(_("Answers are an object of answers by question id."))]})
        # What a guest gives comes from the vendor itself, whatever else was sent.
        put(ctx, record, data["answers"], "" if ctx.user.pk == record.guest_id else data["source"].strip())
        return ctx.save(record)


class AttachForm(forms.Form):
    question = forms.CharField(label=_("Question"), max_length=200)
    file = UploadField()


class AttachEvidence(Action[Evaluation]):
    """Put a file beside an answer."""

    name = "attach"
    label = _("Add a file to an answer")
    model = Evaluation
    states = OPEN
    over = frozenset({State.DECIDED})
    roles = (*ASSESSORS, GUEST)

    def form_class(self) -> type[forms.BaseForm] | None:
        return AttachForm

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        question = record.questionnaire.asked.by_id.get(data["question"])
        if question is None:
            raise Refused(_("This is no question of this questionnaire."))
        standing = AnswerEvidence.objects.filter(answer__evaluation=record, removed=False)
        if standing.filter(answer__question=question.id).count() >= MOST_FILES or standing.count() >= MOST_FILES_IN_ALL:
            raise Refused(_("There are as many files as can be taken; put several into one ZIP."))
        row = record.answers.filter(question=question.id).first() or EvaluationAnswer(
            evaluation=record, question=question.id
        )
        if question.kind is Kind.FILE:
            row.values = ["file"]
        ctx.save(row)
        kept = keep(ctx, data["file"])
        assert kept is not None
        ctx.save(AnswerEvidence(answer=row, file=kept))
        return ctx.save(record)


class RemoveEvidence(Action[AnswerEvidence]):
    """The wrong file. It stays in the record's history."""

    name = "remove"
    label = _("Remove")
    model = AnswerEvidence
    roles = (*ASSESSORS, GUEST)

    def available(self, user: User, record: AnswerEvidence) -> Text | None:
        if record.removed:
            return _("Already removed.")
        return None if record.answer.evaluation.state in OPEN else _("The answers have been submitted.")

    def mutate(self, ctx: Context, record: AnswerEvidence | None, data: Mapping[str, Any]) -> AnswerEvidence:
        assert record is not None
        record.removed = True
        answer = record.answer
        question = answer.evaluation.questionnaire.asked.by_id.get(answer.question)
        left = answer.evidence.filter(removed=False).exclude(pk=record.pk).exists()
        if question is not None and question.kind is Kind.FILE and not left:
            answer.values = []
            ctx.save(answer)
        return ctx.save(record)


class ImportForm(forms.Form):
    file = UploadField(
        label=_("Filled workbook"), stored=False, help_text=_("XLSX or CSV, in our form or the vendor's own.")
    )


class ImportAnswers(Action[Evaluation]):
    """Read the answers out of a filled workbook. What is not definite stays a comment; what belongs nowhere is listed."""

    name = "import_answers"
    label = _("Read a filled workbook")
    model = Evaluation
    states = OPEN
    over = frozenset({State.DECIDED})
    roles = ASSESSORS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ImportForm

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        kept = keep(ctx, data["file"])
        assert kept is not None
        filled = filled_from(record.questionnaire, kept)
        given: dict[str, Mapping[str, object]] = {}
        for name, answer in filled.answers.items():
            if answer.given or answer.comment:
                given[name] = {"values": list(answer.values), "comment": answer.comment}
        put(ctx, record, given, kept.name[:200])
        saved = ctx.save(record)
        # Not a field: it exists in this answer only, for whoever asked.
        saved.filled = filled  # type: ignore[attr-defined]
        return saved


def filled_from(version: QuestionnaireVersion, file: StoredFile) -> Filled:
    """What a stored workbook answers. ``Refused`` with a plain word when it cannot be read."""
    with file.open() as source:
        data = source.read()
    try:
        return read_answers(version.asked, read_sheets(data, file.name))
    except Unreadable as error:
        raise Refused(_("The file cannot be read as answers: %(why)s.") % {"why": error}) from error


class SubmitAnswers(Action[Evaluation]):
    """The vendor, or the assessor on its word, says that these are the answers."""

    name = "submit"
    label = _("Submit the answers")
    model = Evaluation
    states = OPEN
    over = frozenset({State.DECIDED})
    confirm = _("Submitted answers are not changed any more.")
    roles = (*ASSESSORS, GUEST)

    def guard(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        found = answered(record).score(record)
        if found.open_required:
            asked = record.questionnaire.asked.by_id
            first = asked[found.open_required[0]].text
            raise Refused(
                _("Questions that have to be answered are open: %(count)d, the first is “%(first)s”.")
                % {"count": len(found.open_required), "first": first[:150]}
            )

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        for link in record.links.filter(revoked_at=None, used_at=None):
            link.used_at = ctx.at
            ctx.save(link)
        record.state, record.submitted_at = State.SUBMITTED, ctx.at
        return ctx.save(record)


class ReturnAnswers(Action[Evaluation]):
    """The answers need more work: a new link goes to the vendor, or the assessor fills in what is missing."""

    name = "return"
    label = _("Open the answers again")
    model = Evaluation
    states = frozenset({State.SUBMITTED, State.PROPOSED})
    over = frozenset({State.DECIDED})
    roles = ASSESSORS

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        record.state, record.submitted_at = State.PREPARED, None
        record.frozen, record.sha256, record.proposed_at, record.score, record.rating = None, "", None, None, None
        return ctx.save(record)


class JudgeAnswer(Change[EvaluationAnswer]):
    """The reviewer's word on one answer."""

    name = "judge"
    label = _("Judge")
    model = EvaluationAnswer
    fields = ("verdict", "verdict_note")
    roles = ASSESSORS

    def available(self, user: User, record: EvaluationAnswer) -> Text | None:
        if record.evaluation.state != State.SUBMITTED:
            return _("Answers are judged once they have been submitted and until the evaluation is proposed.")
        return None if record.values else _("It is not answered; there is nothing to judge.")

    def mutate(self, ctx: Context, record: EvaluationAnswer | None, data: Mapping[str, Any]) -> EvaluationAnswer:
        assert record is not None
        record.judged_by = ctx.user
        return super().mutate(ctx, record, data)


class AddFinding(Create[Finding]):
    name = "add"
    model = Finding
    label = _("Add a finding")
    fields = ("evaluation", "title", "severity", "text")
    roles = ASSESSORS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["evaluation"].vendor.unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Finding | None, data: Mapping[str, Any]) -> None:
        if data["evaluation"].state not in (State.PREPARED, State.SENT, State.SUBMITTED):
            raise Refused(_("It has been proposed as it stands; open the answers again to change it."))


class ProposeForm(forms.Form):
    summary = forms.CharField(label=_("What was found"), widget=forms.Textarea(attrs={"rows": 5}))


class Propose(Action[Evaluation]):
    """Put it before whoever decides: the content is frozen and bound by its hash."""

    name = "propose"
    label = _("Propose for decision")
    model = Evaluation
    states = frozenset({State.SUBMITTED})
    over = frozenset({State.DECIDED})
    roles = ASSESSORS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ProposeForm

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        found = answered(record).score(record)
        record.assessor = ctx.user
        record.summary = data["summary"]
        record.score, record.rating = found.thousandths, found.rating.value
        record.tier = record.vendor.tier
        record.frozen = content_of(record)
        record.sha256 = digest(record.frozen)
        record.state, record.proposed_at = State.PROPOSED, ctx.at
        return ctx.save(record)


class DecideForm(forms.Form):
    decision = forms.ChoiceField(label=_("Decision"), choices=Evaluation.Decision.choices)
    because = forms.CharField(label=_("Reasons"), widget=forms.Textarea(attrs={"rows": 3}))
    conditions = forms.CharField(
        label=_("Conditions"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One on a line.")
    )
    conditions_due = forms.DateField(label=_("Conditions due"), required=False, widget=DateInput)
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=DateInput,
        help_text=_("The last day on which the approval counts."),
    )


class Decide(Action[Evaluation]):
    """Approve, approve with conditions, or reject exactly what was proposed; by another than the assessor."""

    name = "decide"
    label = _("Decide")
    model = Evaluation
    states = frozenset({State.PROPOSED})
    over = frozenset({State.DECIDED})
    differs_from = ("assessor",)
    roles = ("ciso", "panel_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return DecideForm

    def available(self, user: User, record: Evaluation) -> Text | None:
        if record.state == State.PROPOSED and digest(content_of(record)) != record.sha256:
            return _(
                "The vendor or the answers have changed since it was proposed. Open the answers again and propose it anew."
            )
        return None

    def guard(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        decision, today = data["decision"], ctx.at.date()
        lines = conditions_of(data)
        if decision == Evaluation.Decision.REJECTED:
            if lines or data["valid_until"]:
                raise Refused(_("A rejection has neither conditions nor a last day."))
            return
        self._guard_days(record, data["valid_until"], today)
        if decision == Evaluation.Decision.CONDITIONS and (not lines or data["conditions_due"] is None):
            raise Refused(_("Write the conditions, and by when they have to be met."))
        if decision == Evaluation.Decision.APPROVED:
            if lines:
                raise Refused(_("With conditions it is “approved with conditions”."))
            if record.rating in (Rating.WEAK, Rating.INCOMPLETE) or answered(record).score(record).capped_by:
                raise Refused(
                    _(
                        "Its rating is weak or incomplete, or a critical question was answered no: it can only be approved with conditions."
                    )
                )
        if lines and data["conditions_due"] < today:
            raise Refused(_("The conditions would be overdue at once."))

    def _guard_days(self, record: Evaluation, until: date | None, today: date) -> None:
        longest = rules.LONGEST[rules.Tier(record.tier)]
        if until is None or until < today:
            raise Refused(_("Say until when the approval counts."))
        if until > today + timedelta(days=longest):
            raise Refused(
                _("For a vendor of tier %(tier)d an approval counts until %(day)s at most; then it is evaluated again.")
                % {"tier": record.tier, "day": (today + timedelta(days=longest)).isoformat()}
            )

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        record.state, record.decision = State.DECIDED, data["decision"]
        record.because, record.valid_until = data["because"], data["valid_until"]
        record.decided_by, record.decided_on = ctx.user, ctx.at.date()
        saved = ctx.save(record)
        for line in conditions_of(data):
            ctx.save(Condition(evaluation=record, text=line, due_on=data["conditions_due"]))
        return saved


def conditions_of(data: Mapping[str, Any]) -> list[str]:
    """The conditions, one a line."""
    return [line.strip()[:500] for line in data["conditions"].splitlines() if line.strip()]


class WithdrawEvaluation(Action[Evaluation]):
    """It was wrong, or rests on what was not so: it counts for no day any more."""

    name = "withdraw"
    label = _("Withdraw")
    model = Evaluation
    danger = True
    confirm = _("Sentences of a disclosure that rest on it may lose their support.")
    states = frozenset({State.PREPARED, State.SENT, State.SUBMITTED, State.PROPOSED, State.DECIDED})
    roles = ("ciso",)

    def form_class(self) -> type[forms.BaseForm] | None:
        return DayForm

    def mutate(self, ctx: Context, record: Evaluation | None, data: Mapping[str, Any]) -> Evaluation:
        assert record is not None
        record.state = State.WITHDRAWN
        record.withdrawn_on, record.withdrawn_because = data["day"], data["reason"]
        return ctx.save(record)


class MeetForm(forms.Form):
    note = forms.CharField(label=_("How it was met"), max_length=500)
    file = UploadField(label=_("Evidence"))


class MeetCondition(Action[Condition]):
    name = "meet"
    label = _("Met")
    model = Condition
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return MeetForm

    def available(self, user: User, record: Condition) -> Text | None:
        return _("Already met.") if record.met_on is not None else None

    def mutate(self, ctx: Context, record: Condition | None, data: Mapping[str, Any]) -> Condition:
        assert record is not None
        record.met_on, record.note = ctx.at.date(), data["note"]
        record.file = keep(ctx, data["file"])
        return ctx.save(record)


EVALUATION_ACTIONS: tuple[type[Action[Any]], ...] = (
    OpenEvaluation, SaveAnswers, AttachEvidence, ImportAnswers, SubmitAnswers, ReturnAnswers, Propose, Decide, WithdrawEvaluation,
)  # fmt: skip
