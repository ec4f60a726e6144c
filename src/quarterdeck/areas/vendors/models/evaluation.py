"""The evaluation of a vendor: what was asked and answered, what the reviewer made of it, and what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors.models.questionnaire import QuestionnaireVersion
from quarterdeck.areas.vendors.models.vendor import Vendor
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.records import Record


class Evaluation(Record):
    """One security evaluation. Proposing freezes its content; another person than the assessor decides exactly that."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Being prepared")
        SENT = "sent", _("With the vendor")
        SUBMITTED = "submitted", _("Answers received")
        PROPOSED = "proposed", _("Before its decision")
        DECIDED = "decided", _("Decided")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CONDITIONS = "conditions", _("Approved with conditions")
        REJECTED = "rejected", _("Rejected")

    class Rating(models.TextChoices):
        STRONG = "strong", _("Strong")
        FAIR = "fair", _("Fair")
        WEAK = "weak", _("Weak")
        INCOMPLETE = "incomplete", _("Incomplete")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="evaluations", verbose_name=_("vendor"))
    scope = models.TextField(_("scope"), help_text=_("Which service, data and access are looked at."))
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="evaluations", verbose_name=_("questionnaire")
    )
    tier = models.PositiveSmallIntegerField(_("tier at the time"), editable=False)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("assessor")
    )
    #: The guest whose evaluation this is while a link to it stands open.
    guest = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("guest"),
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PREPARED, editable=False)
    opened_on = models.DateField(_("opened"), editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    score = models.PositiveSmallIntegerField(_("score (thousandths)"), null=True, blank=True, editable=False)
    rating = models.CharField(_("rating"), max_length=10, choices=Rating.choices, null=True, blank=True, editable=False)
    summary = models.TextField(_("what was found"), blank=True)
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True, editable=False)
    frozen = models.JSONField(_("as frozen"), null=True, blank=True, editable=False)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True, editable=False)
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, null=True, blank=True, editable=False
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    because = models.TextField(_("reasons"), blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, editable=False)
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("evaluation of a vendor")
        verbose_name_plural = _("evaluations of vendors")
        indexes = [
            models.Index(fields=["-opened_on", "-id"], name="evaluation_newest"),
            models.Index(fields=["state", "-opened_on", "-id"], name="evaluation_by_state"),
            models.Index(fields=["vendor", "decision", "decided_on"], name="evaluation_of_vendor"),
            models.Index(fields=["valid_until", "id"], name="evaluation_expiring"),
        ]

    def __str__(self) -> str:
        return str(_("Evaluation of %(vendor)s, %(day)s")) % {"vendor": self.vendor, "day": self.opened_on.isoformat()}

    @property
    def approves(self) -> bool:
        """Whether it was decided for the vendor, with or without conditions, and still stands."""
        return self.state == self.State.DECIDED and self.decision in (self.Decision.APPROVED, self.Decision.CONDITIONS)


class EvaluationAnswer(Record):
    """One answer. ``values`` as the engine keeps them: yes, no, na, ids of choices, or one text; empty is not answered."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        NOT_ACCEPTED = "not_accepted", _("Not accepted")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="answers", editable=False, verbose_name=_("evaluation")
    )
    question = models.CharField(_("question"), max_length=200, editable=False)
    values = models.JSONField(_("answer"), default=list, blank=True, editable=False)
    comment = models.TextField(_("comment"), blank=True)
    source = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_(
            "Where it was taken down by us: the letter, or the call and with whom. Empty where the vendor answered itself."
        ),
    )
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict.choices, null=True, blank=True)
    verdict_note = models.CharField(_("reason for the verdict"), max_length=500, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("judged by"),
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=["evaluation", "question"], name="vendor_answer_once")]

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.values, list) or not all(isinstance(value, str) and value for value in self.values):
            raise ValidationError({"values": _("An answer is a list of texts.")})
        if self.verdict == self.Verdict.NOT_ACCEPTED and not self.verdict_note.strip():
            raise ValidationError({"verdict_note": _("Say why it is not accepted.")})


class AnswerEvidence(Record):
    """A file that shows what an answer says."""

    answer = models.ForeignKey(
        EvaluationAnswer, models.PROTECT, related_name="evidence", editable=False, verbose_name=_("answer")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    removed = models.BooleanField(_("removed"), default=False, editable=False)

    class Meta:
        verbose_name = _("evidence of an answer")
        verbose_name_plural = _("evidence of answers")

    def __str__(self) -> str:
        return self.file.name


class Finding(Record):
    """A weakness that the evaluation found."""

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MODERATE = "moderate", _("Moderate")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="findings", verbose_name=_("evaluation"))
    title = models.CharField(_("finding"), max_length=300)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    text = models.TextField(_("details"), blank=True)

    class Meta:
        verbose_name = _("finding at a vendor")
        verbose_name_plural = _("findings at vendors")

    def __str__(self) -> str:
        return self.title


class Condition(Record):
    """What the vendor has to do by a day, for an approval with conditions to stand."""

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="conditions", editable=False, verbose_name=_("evaluation")
    )
    text = models.CharField(_("condition"), max_length=500)
    due_on = models.DateField(_("due"))
    met_on = models.DateField(_("met"), null=True, blank=True, editable=False)
    note = models.CharField(_("how it was met"), max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        indexes = [models.Index(fields=["met_on", "due_on", "id"], name="condition_open")]

    personal_fields: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return self.text
