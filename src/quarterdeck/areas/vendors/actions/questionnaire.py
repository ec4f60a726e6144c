"""Writing and importing questionnaires. A draft changes question by question; a published version never again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors.answers import digest
from quarterdeck.areas.vendors.models import QuestionnaireTemplate, QuestionnaireVersion
from quarterdeck.engines.questionnaires.document import from_document, to_document
from quarterdeck.engines.questionnaires.model import Effect, Kind, Questionnaire, Unreadable
from quarterdeck.engines.questionnaires.sheets import decoded, read_sheets
from quarterdeck.engines.questionnaires.table import read_table
from quarterdeck.engines.questionnaires.vsaq import read_vsaq
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Invalid, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.files.fields import UploadField, keep

State = QuestionnaireVersion.State
WRITERS = ("analyst", "ciso")
_DRAFT = frozenset({State.DRAFT})


class NewQuestionnaire(Create[QuestionnaireTemplate]):
    model = QuestionnaireTemplate
    label = _("New questionnaire")
    fields = ("title", "purpose")
    roles = WRITERS

    def mutate(
        self, ctx: Context, record: QuestionnaireTemplate | None, data: Mapping[str, Any]
    ) -> QuestionnaireTemplate:
        made = super().mutate(ctx, record, data)
        content = to_document(Questionnaire(made.title, ()))
        ctx.save(QuestionnaireVersion(template=made, number=1, document=content))
        return made


class ChangeQuestionnaire(Change[QuestionnaireTemplate]):
    model = QuestionnaireTemplate
    fields = ("title", "purpose")
    roles = WRITERS


class ImportForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Empty for the one in the file.")
    )
    file = UploadField(stored=False, help_text=_("A VSAQ questionnaire (JSON), or a table of questions (XLSX, CSV)."))


class ImportQuestionnaire(Action[QuestionnaireVersion]):
    """Read a questionnaire from a file; it is published as it was read."""

    name = "import"
    label = _("Import a questionnaire")
    model = QuestionnaireVersion
    creates = True
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ImportForm

    def mutate(
        self, ctx: Context, record: QuestionnaireVersion | None, data: Mapping[str, Any]
    ) -> QuestionnaireVersion:
        kept = keep(ctx, data["file"])
        assert kept is not None
        with kept.open() as source:
            content = source.read()
        try:
            asked = read_questionnaire(content, kept.name, data["title"])
        except Unreadable as error:
            raise Refused(_("The file cannot be read as a questionnaire: %(why)s.") % {"why": error}) from error
        template = ctx.save(QuestionnaireTemplate(title=(data["title"] or asked.title)[:200]))
        made = QuestionnaireVersion(template=template, number=1, document=to_document(asked), source=kept)
        _publish(ctx, made)
        return ctx.save(made)


def read_questionnaire(content: bytes, name: str, title: str = "") -> Questionnaire:
    """A VSAQ file or a table. ``Unreadable`` says why it is neither."""
    if not content.startswith(b"PK"):
        text = decoded(content)
        if re.match(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*[{\[]", text, re.S):
            return read_vsaq(text, title)
    return read_table(read_sheets(content, name), title or name.rpartition(".")[0] or name)


def _publish(ctx: Context, version: QuestionnaireVersion) -> None:
    version.state, version.published_at = State.PUBLISHED, ctx.at
    version.sha256 = digest(version.document)


class NewVersionForm(forms.Form):
    template = forms.ModelChoiceField(QuestionnaireTemplate.objects.all(), label=_("Questionnaire"))


class NewVersion(Action[QuestionnaireVersion]):
    """A draft that begins as the newest version stands."""

    name = "draft"
    label = _("New version")
    model = QuestionnaireVersion
    creates = True
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return NewVersionForm

    def guard(self, ctx: Context, record: QuestionnaireVersion | None, data: Mapping[str, Any]) -> None:
        if data["template"].versions.filter(state=State.DRAFT).exists():
            raise Refused(_("A draft is being written already; publish it first."))

    def mutate(
        self, ctx: Context, record: QuestionnaireVersion | None, data: Mapping[str, Any]
    ) -> QuestionnaireVersion:
        template: QuestionnaireTemplate = data["template"]
        newest = template.versions.order_by("-number").first()
        content = newest.document if newest is not None else to_document(Questionnaire(template.title, ()))
        number = template.versions.aggregate(most=Max("number"))["most"] or 0
        return ctx.save(QuestionnaireVersion(template=template, number=number + 1, document=content))


class _Edit(Action[QuestionnaireVersion]):
    """Change the content of a draft: ``edit`` works on a copy of the document, which has to be sound afterwards."""

    model = QuestionnaireVersion
    states = _DRAFT
    over = frozenset({State.PUBLISHED})
    roles = WRITERS

    def edit(self, document: dict[str, Any], data: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def mutate(
        self, ctx: Context, record: QuestionnaireVersion | None, data: Mapping[str, Any]
    ) -> QuestionnaireVersion:
        assert record is not None
        document: dict[str, Any] = to_document(record.asked)
        self.edit(document, data)
        try:
            record.document = to_document(from_document(document))
        except Unreadable as error:
            raise Invalid({"__all__": [str(error)]}) from error
        return ctx.save(record)


class SectionForm(forms.Form):
    title = forms.CharField(label=_("Heading"), max_length=200)
    condition = forms.CharField(
        label=_("Show if"), max_length=500, required=False, help_text=_("For example q1 && !q2; empty for always.")
    )


class AddSection(_Edit):
    name = "add_section"
    label = _("Add a section")

    def form_class(self) -> type[forms.BaseForm] | None:
        return SectionForm

    def edit(self, document: dict[str, Any], data: Mapping[str, Any]) -> None:
        section = {"id": _fresh(document, "s"), "title": data["title"], "condition": data["condition"], "questions": []}
        document["sections"].append(section)


class QuestionForm(forms.Form):
    section = forms.CharField(label=_("Section"), max_length=200, help_text=_("Its heading or id."))
    text = forms.CharField(label=_("Question"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)
    kind = forms.ChoiceField(
        label=_("Answered by"),
        choices=[
            (Kind.YES_NO.value, _("Yes, no or not applicable")), (Kind.SINGLE.value, _("One choice")),
            (Kind.MULTIPLE.value, _("Several choices")), (Kind.TEXT.value, _("A text")), (Kind.DATE.value, _("A day")),
            (Kind.FILE.value, _("A file")),
        ],
    )  # fmt: skip
    choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on a line; begin with + for a good one and with - for a weakness."),
    )  # fmt: skip
    required = forms.BooleanField(label=_("Has to be answered"), required=False)
    critical = forms.BooleanField(label=_("A “no” caps the score"), required=False)
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, initial=1)
    condition = forms.CharField(label=_("Show if"), max_length=500, required=False)
    help = forms.CharField(label=_("Help"), max_length=1000, required=False)


class AddQuestion(_Edit):
    name = "add_question"
    label = _("Add a question")

    def form_class(self) -> type[forms.BaseForm] | None:
        return QuestionForm

    def edit(self, document: dict[str, Any], data: Mapping[str, Any]) -> None:
        section = next((s for s in document["sections"] if data["section"] in (s["id"], s["title"])), None)
        if section is None:
            raise Refused(_("There is no section “%(name)s”; add it first.") % {"name": data["section"]})
        name = _fresh(document, "q")
        section["questions"].append(_question(name, data))


class ChangeQuestionForm(QuestionForm):
    question = forms.CharField(label=_("Id of the question"), max_length=200)
    section = None  # type: ignore[assignment]
    field_order = ("question",)


class ChangeQuestion(_Edit):
    name = "change_question"
    label = _("Change a question")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ChangeQuestionForm

    def edit(self, document: dict[str, Any], data: Mapping[str, Any]) -> None:
        questions, place = _found(document, data["question"])
        questions[place] = _question(data["question"], data)


class RemoveQuestionForm(forms.Form):
    question = forms.CharField(label=_("Id of the question"), max_length=200)


class RemoveQuestion(_Edit):
    name = "remove_question"
    label = _("Remove a question")

    def form_class(self) -> type[forms.BaseForm] | None:
        return RemoveQuestionForm

    def edit(self, document: dict[str, Any], data: Mapping[str, Any]) -> None:
        questions, place = _found(document, data["question"])
        del questions[place]


def _found(document: dict[str, Any], name: str) -> tuple[list[dict[str, Any]], int]:
    for section in document["sections"]:
        for place, question in enumerate(section["questions"]):
            if question["id"] == name:
                return section["questions"], place
    raise Refused(_("There is no question “%(name)s” in this version.") % {"name": name})


def _question(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    choices = []
    for number, line in enumerate([line.strip() for line in data["choices"].splitlines() if line.strip()], start=1):
        effect = {"+": Effect.GOOD, "-": Effect.ADVERSE}.get(line[0], Effect.NEUTRAL)
        words = line[1:].strip() if effect is not Effect.NEUTRAL else line
        choices.append({"id": f"{name}_{number}", "text": words or line, "effect": effect.value})
    return {
        "id": name, "text": data["text"].strip(), "kind": data["kind"], "choices": choices, "required": data["required"],
        "critical": data["critical"], "weight": data["weight"], "condition": data["condition"], "help": data["help"],
        "adverse_yes": False,
    }  # fmt: skip


def _fresh(document: dict[str, Any], letter: str) -> str:
    used = {s["id"] for s in document["sections"]} | {q["id"] for s in document["sections"] for q in s["questions"]}
    number = 1
    while f"{letter}{number}" in used:
        number += 1
    return f"{letter}{number}"


class Publish(Action[QuestionnaireVersion]):
    """From now on it can be sent, and never changes."""

    name = "publish"
    label = _("Publish")
    model = QuestionnaireVersion
    states = _DRAFT
    over = frozenset({State.PUBLISHED})
    confirm = _("A published version never changes; a new one can be drafted from it.")
    roles = WRITERS

    def available(self, user: User, record: QuestionnaireVersion) -> Text | None:
        return _("It asks nothing yet; add a question.") if not record.questions else None

    def mutate(
        self, ctx: Context, record: QuestionnaireVersion | None, data: Mapping[str, Any]
    ) -> QuestionnaireVersion:
        assert record is not None
        _publish(ctx, record)
        return ctx.save(record)


class Retire(Action[QuestionnaireVersion]):
    """No new evaluation uses it."""

    name = "retire"
    label = _("Retire")
    model = QuestionnaireVersion
    states = frozenset({State.PUBLISHED})
    roles = WRITERS

    def mutate(
        self, ctx: Context, record: QuestionnaireVersion | None, data: Mapping[str, Any]
    ) -> QuestionnaireVersion:
        assert record is not None
        record.state = State.RETIRED
        return ctx.save(record)


VERSION_ACTIONS: tuple[type[Action[Any]], ...] = (
    ImportQuestionnaire, NewVersion, AddSection, AddQuestion, ChangeQuestion, RemoveQuestion, Publish, Retire,
)  # fmt: skip
