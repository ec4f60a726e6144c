"""Technical and procedural controls, their effectiveness tests, and the requirements they answer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.policies.models import PolicySection, PolicyVersion
from quarterdeck.areas.safeguards.models.framework import Requirement
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated, Record


class Safeguard(Record):
    """A control in place or planned. The days say when it was so: in operation from the one, no more from the other."""

    class Kind(models.TextChoices):
        TECHNICAL = "technical", _("Technical")
        PROCEDURAL = "procedural", _("Procedural")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPERATING = "operating", _("In operation")
        RETIRED = "retired", _("Retired")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    description = models.TextField(_("description"), blank=True, help_text=_("What it does, and how."))
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="safeguards", verbose_name=_("owner"), help_text=_("Who answers for it.")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="safeguards", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    planned_for = models.DateField(_("planned for"), null=True, blank=True)
    in_operation_since = models.DateField(_("in operation since"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    retired_because = models.CharField(_("why it was retired"), max_length=500, blank=True)
    test_every = models.PositiveSmallIntegerField(
        _("tested every (months)"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Its test cycle: how many months may lie between two effectiveness tests."),
    )
    next_test_by = models.DateField(_("next test by"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("safeguard")
        verbose_name_plural = _("safeguards")
        indexes = [
            models.Index(fields=["name", "id"], name="safeguard_by_name"),
            models.Index(fields=["unit", "name", "id"], name="safeguard_by_unit"),
            models.Index(fields=["state", "next_test_by"], name="safeguard_by_due"),
            models.Index(fields=["kind", "name", "id"], name="safeguard_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        began, ended = self.in_operation_since, self.retired_on
        if began is not None and ended is not None and ended < began:
            raise ValidationError({"retired_on": _("It was retired before it began to operate.")})

    def operating_on(self, day: date) -> bool:
        """Whether it was in operation on ``day``."""
        began = self.in_operation_since is not None and self.in_operation_since <= day
        return began and (self.retired_on is None or self.retired_on > day)


class SafeguardTest(Record):
    """An effectiveness test: on which day, by whom, how, and what was found. It counts once another person approved it."""

    class Performer(models.TextChoices):
        IN_HOUSE = "in_house", _("In-house team")
        OUTSIDE = "outside", _("Outside firm")

    class Method(models.TextChoices):
        TEST = "test", _("Test")
        EXAMINE = "examine", _("Examination")
        INTERVIEW = "interview", _("Interview")

    class Result(models.TextChoices):
        EFFECTIVE = "effective", _("Effective")
        PARTLY = "partly", _("Partly effective")
        NOT_EFFECTIVE = "not_effective", _("Not effective")

    class State(models.TextChoices):
        RECORDED = "recorded", _("To be approved")
        APPROVED = "approved", _("Approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    safeguard = models.ForeignKey(
        Safeguard, models.PROTECT, related_name="tests", verbose_name=_("safeguard"), db_index=False
    )
    tested_on = models.DateField(_("tested on"))
    performer = models.CharField(_("performed by"), max_length=10, choices=Performer.choices)
    performer_name = models.CharField(_("name of team or firm"), max_length=200)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    result = models.CharField(_("result"), max_length=14, choices=Result.choices)
    findings = models.TextField(_("what was found"), blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("report"), help_text=_("What shows the result.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECORDED)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("effectiveness test")
        verbose_name_plural = _("effectiveness tests")
        indexes = [
            models.Index(fields=["safeguard", "-tested_on", "-id"], name="safeguard_test_newest"),
            models.Index(fields=["-tested_on", "-id"], name="safeguard_tests_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.safeguard} · {self.tested_on.isoformat()}"


class Answer(Dated):
    """A safeguard answers a requirement, fully or in part, from a day until a day. The reason says how."""

    class Coverage(models.TextChoices):
        FULL = "full", _("Fully")
        PARTIAL = "partial", _("In part")

    safeguard = models.ForeignKey(
        Safeguard, models.PROTECT, related_name="answers", verbose_name=_("safeguard"), db_index=False
    )
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="answers", verbose_name=_("requirement"))
    coverage = models.CharField(_("covers it"), max_length=8, choices=Coverage.choices)
    reason = models.TextField(_("how it answers it"))

    class Meta:
        verbose_name = _("answer to a requirement")
        verbose_name_plural = _("answers to requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["safeguard", "requirement"],
                condition=models.Q(effective_until=None),
                name="answer_once",
                violation_error_message=_("This safeguard answers this requirement already; end that answer first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard} → {self.requirement.code}"


class StatedIn(Dated):
    """The section of a policy that states a procedural safeguard, in the version whose words were read for it.

    Publishing a version carries it along while the section says the same; otherwise its owner is asked.
    """

    class State(models.TextChoices):
        STANDS = "stands", _("Says so")
        CHANGED = "changed", _("Words changed")
        GONE = "gone", _("Section gone")

    safeguard = models.ForeignKey(
        Safeguard, models.PROTECT, related_name="stated_in", verbose_name=_("safeguard"), db_index=False
    )
    section = models.ForeignKey(
        PolicySection,
        models.PROTECT,
        related_name="safeguards",
        verbose_name=_("section of a policy"),
        help_text=_("Which section of a policy in force says that this is done."),
    )
    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="+", editable=False, verbose_name=_("in the version")
    )
    sha256 = models.CharField(_("SHA-256 of the section's words"), max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.STANDS, editable=False)
    noticed_on = models.DateField(_("changed or gone since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("safeguard stated in a policy")
        verbose_name_plural = _("safeguards stated in policies")
        constraints = [
            models.UniqueConstraint(
                fields=["safeguard", "section"],
                condition=models.Q(effective_until=None),
                name="stated_once",
                violation_error_message=_("This section is named for this safeguard already."),
            )
        ]
        indexes = [models.Index(fields=["state", "noticed_on"], name="stated_by_state")]

    def __str__(self) -> str:
        return f"{self.safeguard} · {self.section}"


class Applicability(Dated):
    """A requirement that does not apply to the company: why, by whose decision, until when."""

    requirement = models.ForeignKey(
        Requirement, models.PROTECT, related_name="exclusions", verbose_name=_("requirement")
    )
    reason = models.TextField(_("why it does not apply"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("decided by")
    )

    personal_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        verbose_name = _("requirement out of scope")
        verbose_name_plural = _("requirements out of scope")

    def __str__(self) -> str:
        return str(_("%(code)s does not apply")) % {"code": self.requirement.code}
