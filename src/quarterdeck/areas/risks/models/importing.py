"""A file of the register on its way in: read, compared, looked at, and then taken in as a whole or not at all."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks.models.estimate import Estimate
from quarterdeck.areas.risks.models.register import RiskCategory
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record


class RegisterImport(Record):
    """What a file would change, as it was shown to whoever took it in; every row was checked before any was kept."""

    class State(models.TextChoices):
        READ = "read", _("To be looked at")
        TAKEN_IN = "taken_in", _("Taken in")
        DISCARDED = "discarded", _("Discarded")

    title = models.CharField(_("title"), max_length=200, editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="register_imports",
        verbose_name=_("unit"),
        help_text=_("Rows that name no unit belong to it; none may lie outside it."),
    )
    kind = models.CharField(
        _("which state"),
        max_length=8,
        choices=Estimate.Kind.choices,
        default=Estimate.Kind.CURRENT,
        help_text=_("What estimates describe in rows that do not say it."),
    )
    reason = models.CharField(
        _("reason"), max_length=500, blank=True, help_text=_("Why estimates differ, in rows that do not say it.")
    )
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Where intervals come from, in rows that do not say it.")
    )
    category = models.ForeignKey(
        RiskCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category of new risks"),
        help_text=_("In rows that name none."),
    )
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner of new risks"),
        help_text=_("In rows that name none."),
    )
    new = models.PositiveIntegerField(_("new"), editable=False)
    changed = models.PositiveIntegerField(_("changed"), editable=False)
    unchanged = models.PositiveIntegerField(_("unchanged"), editable=False)
    preview = models.TextField(_("what it changes"), blank=True, editable=False)
    passed_over = models.TextField(_("columns passed over"), blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256 of what it changes"), max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.READ, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("read by")
    )
    made_on = models.DateField(_("read on"), editable=False)
    taken_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("taken in by"),
    )
    taken_in_on = models.DateField(_("taken in on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("import of the register")
        verbose_name_plural = _("imports of the register")
        indexes = [models.Index(fields=["-made_on", "-id"], name="register_import_newest")]

    def __str__(self) -> str:
        return f"{self.title}, {self.made_on.isoformat()}"
