"""A piece of evidence: kind, typed facts, the file that shows them, and when they hold."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence.kinds import KINDS, kind_choices, sound_facts
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated


class Evidence(Dated):
    """What somebody attests. ``effective_*`` is when it holds; ``recorded_at`` when it was handed in."""

    class State(models.TextChoices):
        CURRENT = "current", _("Current")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Superseded")

    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices())
    title = models.CharField(_("title"), max_length=200)
    facts = models.JSONField(_("facts as data"), default=dict)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    expires_on = models.DateField(_("expires"), null=True, blank=True, help_text=_("The last day on which it counts."))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_on = models.DateField(_("verified"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CURRENT)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", verbose_name=_("superseded by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="evidence", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [
            models.Index(fields=["kind", "state", "effective_from"], name="evidence_by_kind"),
            models.Index(fields=["-effective_from", "-id"], name="evidence_newest"),
            models.Index(fields=["unit", "-effective_from", "-id"], name="evidence_by_unit"),
            models.Index(fields=["kind", "-effective_from", "-id"], name="evidence_of_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.kind in KINDS and not sound_facts(self.kind, self.facts):
            raise ValidationError({"facts": _("These are not the typed facts of this kind.")})
        if self.expires_on is not None and self.effective_from is not None and self.expires_on < self.effective_from:
            raise ValidationError({"expires_on": _("It expires before it begins.")})

    @property
    def facts_shown(self) -> dict[str, object]:
        """Each fact that was given, by its label, choices in words."""
        shown: dict[str, object] = {}
        for name, field in KINDS[self.kind].base_fields.items():
            value = self.facts.get(name)
            if value is None or value == "":
                continue
            choices = dict(getattr(field, "choices", None) or ())
            shown[str(field.label)] = str(choices.get(value, value)) if isinstance(value, str) else value
        return shown

    def day_of(self, fact: str) -> date | None:
        """A fact that is a day; None where it was not given."""
        value = self.facts.get(fact)
        return date.fromisoformat(value) if isinstance(value, str) and value else None

    def number_of(self, fact: str) -> int:
        """A fact that is a count; 0 where it was not given."""
        value = self.facts.get(fact)
        return value if isinstance(value, int) else 0

    def text_of(self, fact: str) -> str:
        """A fact that is a text or a choice."""
        value = self.facts.get(fact)
        return value if isinstance(value, str) else ""
