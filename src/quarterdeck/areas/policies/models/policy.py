"""A policy, whom it is for, and the sections that other records may point to."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence.kinds import POLICY_KINDS
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.permissions.models import Role, Unit
from quarterdeck.kernel.records import Record

KINDS = (*POLICY_KINDS, ("other", _("Other")))


class Policy(Record):
    """Rules of the house on one subject. Their words stand in its versions."""

    class Level(models.TextChoices):
        POLICY = "policy", _("Policy")
        STANDARD = "standard", _("Standard")
        PROCEDURE = "procedure", _("Procedure")
        PROTOCOL = "protocol", _("Protocol")
        PLAN = "plan", _("Plan")

    class State(models.TextChoices):
        DRAFT = "draft", _("Not published yet")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind of policy"), max_length=24, choices=KINDS)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.POLICY)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="policies", verbose_name=_("owner"))
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="policies",
        verbose_name=_("unit"),
        help_text=_("Where it hangs in the company."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("reviewed every (months)"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    acknowledge_days = models.PositiveSmallIntegerField(
        _("days to acknowledge"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False)
    review_by = models.DateField(_("to be reviewed by"), null=True, blank=True, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        indexes = [
            models.Index(fields=["title", "id"], name="policy_by_title"),
            models.Index(fields=["kind", "title", "id"], name="policy_by_kind"),
            models.Index(fields=["unit", "title", "id"], name="policy_by_unit"),
            models.Index(fields=["state", "review_by", "id"], name="policy_by_review"),
        ]

    def __str__(self) -> str:
        return self.title


class Audience(Record):
    """Who has to read and acknowledge: everybody in a unit and below it, or only those of them who hold a role."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="audience", verbose_name=_("policy"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("unit"), help_text=_("Everybody in it and below it.")
    )
    role = models.ForeignKey(
        Role, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only those who hold the role")
    )
    ended = models.BooleanField(_("ended"), default=False, editable=False)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "unit", "role"],
                condition=models.Q(ended=False),
                nulls_distinct=False,
                name="audience_once",
                violation_error_message=_("They are its audience already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.role}" if self.role_id is not None else str(self.unit)


class PolicySection(Record):
    """A section of the published text that other records point to. Its code stays when the text around it moves.

    Publishing a version adds its new sections and marks those it no longer has as dropped.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="sections", verbose_name=_("policy"))
    code = models.CharField(_("section"), max_length=70)
    title = models.CharField(_("title"), max_length=300)
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)

    class Meta:
        verbose_name = _("policy section")
        verbose_name_plural = _("policy sections")
        constraints = [models.UniqueConstraint(fields=["policy", "code"], name="policy_section_once")]
        indexes = [models.Index(fields=["policy", "place", "id"], name="policy_section_in_order")]

    def __str__(self) -> str:
        return f"{self.policy}: {self.title}"
