"""A report, its topics, and its recipients with the day on which they acknowledged it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record


class Report(Record):
    """A report about a period, prepared by one person for several recipients."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        CLOSED = "closed", _("Closed")

    title = models.CharField(_("title"), max_length=200)
    author = models.ForeignKey(Person, models.PROTECT, related_name="reports", verbose_name=_("author"))
    prepared_on = models.DateField(_("prepared"))
    period_from = models.DateField(_("covers from"))
    period_until = models.DateField(_("covers until"))
    text = models.TextField(_("text"), blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.DRAFT)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [
            models.Index(fields=["-prepared_on", "-id"], name="report_newest"),
            models.Index(fields=["unit", "-prepared_on", "-id"], name="report_by_unit"),
            models.Index(fields=["state", "-prepared_on", "-id"], name="report_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.period_from is not None and self.period_until is not None and self.period_until < self.period_from:
            raise ValidationError({"period_until": _("The last day is before the first.")})


class ReportTopic(Record):
    """A topic that a report deals with. Dropping a topic while the report is a draft leaves the row, marked."""

    class Topic(models.TextChoices):
        ASSESSMENT = "assessment", _("Assessment of risks")
        IDENTIFICATION = "identification", _("Identification of risks")
        MANAGEMENT = "management", _("Management of risks and incidents")
        PREVENTION = "prevention", _("Prevention")
        DETECTION = "detection", _("Detection")
        EXTERNAL_EVALUATIONS = "external_evaluations", _("External evaluations")
        DEVELOPMENTS = "developments", _("Developments")
        PRACTICES = "practices", _("Practices")
        MITIGATION = "mitigation", _("Mitigation")
        MATERIAL_RISKS = "material_risks", _("Material risks")
        INCIDENTS = "incidents", _("Incidents")

    report = models.ForeignKey(Report, models.PROTECT, related_name="topics", verbose_name=_("report"))
    topic = models.CharField(_("topic"), max_length=24, choices=Topic.choices)
    dropped = models.BooleanField(_("dropped"), default=False)

    class Meta:
        verbose_name = _("topic of a report")
        verbose_name_plural = _("topics of reports")
        constraints = [models.UniqueConstraint(fields=["report", "topic"], name="report_topic_once")]

    def __str__(self) -> str:
        return f"{self.report} · {self.get_topic_display()}"


class Recipient(Record):
    """A body or a person to whom the report goes. Received means that they acknowledged it, not that it was sent."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="recipients", verbose_name=_("report"))
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="reports_received", verbose_name=_("body")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="reports_received", verbose_name=_("person")
    )
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    received_on = models.DateField(_("received"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )

    class Meta:
        verbose_name = _("recipient of a report")
        verbose_name_plural = _("recipients of reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(body=None, person__isnull=False) | Q(body__isnull=False, person=None),
                name="recipient_body_or_person",
                violation_error_message=_("Name a body or a person, one of the two."),
            ),
            models.UniqueConstraint(fields=["report", "body"], name="report_to_body_once"),
            models.UniqueConstraint(fields=["report", "person"], name="report_to_person_once"),
        ]
        indexes = [models.Index(fields=["received_on"], name="recipient_by_receipt")]

    def __str__(self) -> str:
        return f"{self.report} → {self.body or self.person}"
