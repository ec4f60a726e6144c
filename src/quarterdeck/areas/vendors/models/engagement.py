"""When a vendor works for the company, by which approval, and how it ends."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors.models.evaluation import Evaluation
from quarterdeck.areas.vendors.models.vendor import Vendor
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.records import Record


class VendorException(Record):
    """Leave to engage a vendor that is not evaluated yet: for a reason, until a day, granted by another than who asked."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="exceptions", verbose_name=_("vendor"))
    reason = models.TextField(_("reason"))
    compensating = models.TextField(_("what protects us meanwhile"))
    expires_on = models.DateField(_("expires"), help_text=_("The last day on which it counts."))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.REQUESTED, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("requested by")
    )
    requested_on = models.DateField(_("requested"), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True, editable=False)
    decided_because = models.CharField(_("reason of the decision"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("exception for a vendor")
        verbose_name_plural = _("exceptions for vendors")
        indexes = [
            models.Index(fields=["vendor", "state", "decided_on"], name="exception_of_vendor"),
            models.Index(fields=["state", "expires_on", "id"], name="exception_expiring"),
        ]

    def __str__(self) -> str:
        return str(_("Exception for %(vendor)s, %(day)s")) % {
            "vendor": self.vendor,
            "day": self.requested_on.isoformat(),
        }


class VendorEngagement(Record):
    """A service of a vendor, planned, then in course, then ended. It begins only on an approval or an exception."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ENGAGED = "engaged", _("Engaged")
        ENDED = "ended", _("Ended")
        DROPPED = "dropped", _("Dropped")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="engagements", verbose_name=_("vendor"))
    service = models.CharField(_("service"), max_length=300)
    planned_for = models.DateField(_("planned for"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PLANNED, editable=False)
    engaged_on = models.DateField(_("engaged"), null=True, blank=True, editable=False)
    engaged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("engaged by"),
    )
    evaluation = models.ForeignKey(
        Evaluation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        editable=False,
        verbose_name=_("on the evaluation"),
    )
    exception = models.ForeignKey(
        VendorException,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        editable=False,
        verbose_name=_("on the exception"),
    )
    ended_on = models.DateField(_("ended"), null=True, blank=True, editable=False)
    ended_because = models.CharField(_("ended because"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("engagement of a vendor")
        verbose_name_plural = _("engagements of vendors")
        indexes = [
            models.Index(fields=["-planned_for", "-id"], name="vendor_engagement_newest"),
            models.Index(fields=["state", "-planned_for", "-id"], name="vendor_engagement_by_state"),
            models.Index(fields=["engaged_on", "ended_on"], name="vendor_engagement_days"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}: {self.service}"


class OffboardingItem(Record):
    """One thing to do when an engagement ends. Data come back or are destroyed with a certificate."""

    class What(models.TextChoices):
        ACCESS = "access", _("Accounts and access withdrawn")
        SECRETS = "secrets", _("Keys, tokens and certificates revoked")
        ASSETS = "assets", _("Devices, badges and documents handed back")
        DATA_RETURNED = "data_returned", _("Our data returned")
        DATA_DESTROYED = "data_destroyed", _("What is left destroyed, with a certificate")
        OBLIGATIONS = "obligations", _("Obligations that last written down")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("Not needed")

    engagement = models.ForeignKey(
        VendorEngagement, models.PROTECT, related_name="offboarding", editable=False, verbose_name=_("engagement")
    )
    what = models.CharField(_("what"), max_length=14, choices=What.choices, editable=False)
    due_on = models.DateField(_("due"), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    done_on = models.DateField(_("done"), null=True, blank=True, editable=False)
    note = models.CharField(_("how"), max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("certificate or proof")
    )

    class Meta:
        verbose_name = _("off-boarding step")
        verbose_name_plural = _("off-boarding steps")
        constraints = [models.UniqueConstraint(fields=["engagement", "what"], name="offboarding_once")]
        indexes = [models.Index(fields=["state", "due_on", "id"], name="offboarding_open")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.engagement.vendor}"
