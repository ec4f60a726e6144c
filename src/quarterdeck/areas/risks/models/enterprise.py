"""The place of cyber risk in the company's wider management, and the body's yearly answer on threats and incidents."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.records import Dated, Record


class FrameworkOwner(Dated):
    """Who owns a framework of the company that cyber risk management is to be part of. Only they can accept it there."""

    class Framework(models.TextChoices):
        ENTERPRISE = "enterprise_risk_management", _("Enterprise risk management")
        SECURITY = "security_management", _("Overall security management")

    framework = models.CharField(_("framework"), max_length=26, choices=Framework.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="frameworks_owned", verbose_name=_("owner"))
    document = models.CharField(
        _("set down in"), max_length=300, help_text=_("The document that names cybersecurity as part of it.")
    )

    class Meta:
        verbose_name = _("owner of a framework")
        verbose_name_plural = _("owners of frameworks")

    def __str__(self) -> str:
        return f"{self.get_framework_display()}: {self.person}"


class FrameworkAcceptance(Record):
    """On a day the owner accepted the cyber risks, as listed then, into the framework's register."""

    owner = models.ForeignKey(
        FrameworkOwner, models.PROTECT, related_name="acceptances", verbose_name=_("owner of the framework")
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("accepted by")
    )
    accepted_on = models.DateField(_("accepted on"), editable=False)
    because = models.TextField(_("in their words"))
    risks = models.PositiveIntegerField(_("risks accepted"), editable=False)
    #: Number, title and category of each, as they were.
    listed = models.TextField(_("as listed"), editable=False)
    sha256 = models.CharField(_("SHA-256 of the list"), max_length=64, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("acceptance into a framework")
        verbose_name_plural = _("acceptances into frameworks")
        indexes = [models.Index(fields=["owner", "-accepted_on", "-id"], name="framework_accepted")]

    def __str__(self) -> str:
        return f"{self.owner.get_framework_display()}, {self.accepted_on.isoformat()}"


class ThreatReview(Record):
    """The question of Item 106(b)(2) before a body: whether threats, earlier incidents included, materially affected the company.

    What was considered is listed and frozen. The answer stands in the words voted on; no model and no threshold sets it.
    """

    class Answer(models.TextChoices):
        NOT_AFFECTED = "not_affected", _("None has, and none is reasonably likely to")
        LIKELY = "likely", _("One is reasonably likely to")
        AFFECTED = "affected", _("One has")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        PROPOSED = "proposed", _("Before the body")
        DECIDED = "decided", _("Decided")
        LOST = "lost", _("Not carried")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    title = models.CharField(_("title"), max_length=200)
    period_from = models.DateField(_("from"))
    period_until = models.DateField(_("until"))
    threats = models.TextField(_("threats considered"), help_text=_("Which threats, and what became of them."))
    incidents = models.TextField(
        _("incidents considered"), help_text=_("Those of the period, and those of earlier years whose effects last.")
    )
    aggregate = models.TextField(
        _("in aggregate"), help_text=_("What related incidents and threats amount to together.")
    )
    likely = models.TextField(
        _("reasonably likely"), help_text=_("Effects on strategy, results of operations and financial condition.")
    )
    answer = models.CharField(_("proposed answer"), max_length=12, choices=Answer.choices)
    because = models.TextField(_("reasons"))
    listed = models.TextField(_("register as it was"), blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("prepared by")
    )
    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="threat_review",
        editable=False,
        verbose_name=_("decision"),
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("review of threats")
        verbose_name_plural = _("reviews of threats")
        indexes = [models.Index(fields=["state", "-period_until"], name="threat_review_newest")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.period_from is not None and self.period_until is not None and self.period_until < self.period_from:
            raise ValidationError({"period_until": _("The period ends before it begins.")})
