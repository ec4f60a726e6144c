"""Questionnaires: what is asked, by version. A published version never changes."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.engines.questionnaires.document import from_document
from quarterdeck.engines.questionnaires.model import Questionnaire, Unreadable
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.records import Record


class QuestionnaireTemplate(Record):
    """A questionnaire under one name, with its versions."""

    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(_("when it is used"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        indexes = [models.Index(fields=["title", "id"], name="questionnaire_by_title")]

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(Record):
    """One version. ``document`` is the whole questionnaire as data; once published it is bound by its hash."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    template = models.ForeignKey(
        QuestionnaireTemplate, models.PROTECT, related_name="versions", verbose_name=_("questionnaire")
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False)
    document = models.JSONField(_("content"), default=dict, editable=False)
    questions = models.PositiveIntegerField(_("questions"), default=0, editable=False)
    sections = models.PositiveIntegerField(_("sections"), default=0, editable=False)
    source = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("read from")
    )
    sha256 = models.CharField(_("hash"), max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="questionnaire_version_once")]

    def __str__(self) -> str:
        return str(_("%(title)s, version %(number)s")) % {"title": self.template, "number": self.number}

    @property
    def asked(self) -> Questionnaire:
        """The questionnaire that the content describes."""
        kept = self.__dict__.get("_asked")
        if kept is None or kept[0] is not self.document:
            kept = (self.document, from_document(self.document))
            self.__dict__["_asked"] = kept
        asked: Questionnaire = kept[1]
        return asked

    def clean(self) -> None:
        super().clean()
        try:
            asked = from_document(self.document)
        except Unreadable as error:
            raise ValidationError({"document": str(error)}) from error
        self.questions = sum(1 for _question in asked.questions())
        self.sections = asked.headings
