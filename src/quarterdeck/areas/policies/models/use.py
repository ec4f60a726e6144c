"""What people do with a policy: acknowledge it, work under it, be excepted from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.policies.models.policy import Policy, PolicySection
from quarterdeck.areas.policies.models.version import PolicyVersion
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record

_USER = settings.AUTH_USER_MODEL


class Acknowledgement(Record):
    """That one person is asked to acknowledge one version, and has."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Acknowledged")
        LAPSED = "lapsed", _("No longer asked for")

    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="acknowledgements", verbose_name=_("version")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="acknowledgements", verbose_name=_("person"))
    asked_on = models.DateField(_("asked"))
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    sha256 = models.CharField(_("hash of what was acknowledged"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="acknowledgement_once")]
        indexes = [
            models.Index(fields=["person", "state", "due_on"], name="acknowledgement_by_person"),
            # With the person, on whom it hangs who may see a row, an order is walked in the index alone.
            models.Index(fields=["state", "-due_on", "-id", "person"], name="acknowledgement_by_due"),
            models.Index(fields=["-due_on", "-id", "person"], name="acknowledgement_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.person}"


class PolicyException(Record):
    """That somebody, or a unit, need not keep to a rule: why, with what instead, and until when."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="exceptions", verbose_name=_("policy"))
    section = models.ForeignKey(
        PolicySection, models.PROTECT, null=True, blank=True, related_name="exceptions", verbose_name=_("section")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="policy_exceptions", verbose_name=_("for the unit"))
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="policy_exceptions",
        verbose_name=_("for one person"),
    )
    scope = models.CharField(_("what exactly is excepted"), max_length=500)
    because = models.TextField(_("why"), max_length=2000)
    instead = models.TextField(_("compensating measures"), max_length=2000)
    starts_on = models.DateField(_("from"))
    expires_on = models.DateField(_("expires"), help_text=_("The last day on which it counts."))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ASKED, editable=False)
    asked_by = models.ForeignKey(_USER, models.PROTECT, related_name="+", editable=False, verbose_name=_("asked by"))
    decided_by = models.ForeignKey(
        _USER, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("decided by")
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("policy exception")
        verbose_name_plural = _("policy exceptions")
        indexes = [
            models.Index(fields=["state", "expires_on", "id"], name="policy_exception_by_expiry"),
            models.Index(fields=["expires_on", "id"], name="policy_exception_expiry"),
            models.Index(fields=["unit", "expires_on", "id"], name="policy_exception_by_unit"),
        ]

    def __str__(self) -> str:
        return self.scope if len(self.scope) <= 80 else f"{self.scope[:79]}…"

    def clean(self) -> None:
        super().clean()
        from django.core.exceptions import ValidationError

        if self.starts_on is not None and self.expires_on is not None and self.expires_on < self.starts_on:
            raise ValidationError({"expires_on": _("It expires before it begins.")})
        if self.section_id is not None and self.section is not None and self.section.policy_id != self.policy_id:
            raise ValidationError({"section": _("This section belongs to another policy.")})


class PolicyActivity(Record):
    """Something that was done under a policy, on a day on which a version of it was in force."""

    class State(models.TextChoices):
        CURRENT = "current", _("Current")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="activities", verbose_name=_("policy"))
    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="+", editable=False, verbose_name=_("version in force then")
    )
    happened_on = models.DateField(_("happened"))
    what = models.CharField(_("what was done"), max_length=500)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    recorded_by = models.ForeignKey(
        _USER, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.CURRENT, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("activity under a policy")
        verbose_name_plural = _("activities under policies")
        indexes = [
            models.Index(fields=["policy", "happened_on"], name="policy_activity_by_day"),
            models.Index(fields=["-happened_on", "-id"], name="policy_activity_newest"),
        ]

    def __str__(self) -> str:
        return self.what if len(self.what) <= 80 else f"{self.what[:79]}…"
