"""What a framework asks, as it was imported. Its words are those of the file; nobody edits them here."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.records import Record


class Framework(Record):
    """One import: a catalogue, a profile (a baseline) of a catalogue, or ids known only from mapping files."""

    class Kind(models.TextChoices):
        CATALOGUE = "catalogue", _("Catalogue")
        PROFILE = "profile", _("Profile")
        IDS = "ids", _("Ids from mapping files")

    class State(models.TextChoices):
        ACTIVE = "active", _("In use")
        RETIRED = "retired", _("Retired")

    title = models.CharField(_("title"), max_length=500)
    version = models.CharField(_("version"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    oscal_id = models.CharField(_("OSCAL id"), max_length=60, blank=True)
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="profiles", verbose_name=_("selects from")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("source file"))
    sha256 = models.CharField(
        _("SHA-256 of the source file"),
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("64 lower-case hexadecimal digits."))],
    )
    asking = models.PositiveIntegerField(_("requirements"), default=0)
    withdrawn = models.PositiveIntegerField(_("withdrawn"), default=0)
    missing = models.TextField(
        _("not found"), blank=True, help_text=_("Ids that the profile asks for and the catalogue does not have.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("imported by")
    )
    imported_on = models.DateField(_("imported"))
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        indexes = [models.Index(fields=["title", "id"], name="framework_by_title")]

    def __str__(self) -> str:
        # Two versions of one framework are told apart by it; one that has it in its title does not need it twice.
        if self.version and self.version not in self.title:
            return f"{self.title} ({self.version})"
        return self.title


class Requirement(Record):
    """One row of a framework: a heading, or something that asks for an answer. ``identifier`` is the document's own id."""

    class Kind(models.TextChoices):
        FUNCTION = "function", _("Function")
        FAMILY = "family", _("Family")
        CATEGORY = "category", _("Category")
        SUBCATEGORY = "subcategory", _("Subcategory")
        CONTROL = "control", _("Control")
        ENHANCEMENT = "enhancement", _("Control enhancement")

    #: The others are headings.
    ASKING = (Kind.SUBCATEGORY, Kind.CONTROL, Kind.ENHANCEMENT)

    framework = models.ForeignKey(
        Framework, models.PROTECT, related_name="requirements", verbose_name=_("framework"), db_index=False
    )
    identifier = models.CharField(_("id in the framework"), max_length=200)
    code = models.CharField(_("code"), max_length=200)
    title = models.TextField(_("title"))
    text = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    place = models.PositiveIntegerField(_("place"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    replaced_by = models.CharField(_("went into"), max_length=500, blank=True)
    #: A profile's requirement is its catalogue's: what answers the one answers the other.
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="selected_as", verbose_name=_("as in the catalogue")
    )

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(fields=["framework", "identifier"], name="requirement_once"),
        ]
        indexes = [models.Index(fields=["framework", "place", "id"], name="requirement_in_order")]

    def __str__(self) -> str:
        words = self.title if self.title != self.code else ""
        shown = f"{self.code} {words}".strip()
        return shown if len(shown) <= 120 else f"{shown[:119].rstrip()}…"

    @property
    def asks(self) -> bool:
        """Whether somebody has to answer it."""
        return not self.withdrawn and self.kind in self.ASKING

    @property
    def answered_as(self) -> int:
        """The key of the requirement that answers are kept under."""
        return self.origin_id or self.pk


class RequirementMapping(Record):
    """That one requirement meets another, as a mapping file says."""

    source = models.ForeignKey(
        Requirement, models.PROTECT, related_name="maps_to", verbose_name=_("requirement"), db_index=False
    )
    target = models.ForeignKey(Requirement, models.PROTECT, related_name="mapped_from", verbose_name=_("meets"))
    relationship = models.CharField(_("how"), max_length=60, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("source file"))

    class Meta:
        verbose_name = _("mapping of requirements")
        verbose_name_plural = _("mappings of requirements")
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="mapping_once")]

    def __str__(self) -> str:
        return f"{self.source.code} → {self.target.code}"
