"""Units, roles, what a role may do, who holds a role where and when, and need-to-know walls."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.records import Dated, Record


class Unit(Record):
    """A part of the organisation. Exactly one unit has no parent: the registrant as a whole."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("Enterprise")
        BUSINESS = "business", _("Business unit")
        FUNCTION = "function", _("Function")
        SPECIALIST = "specialist", _("Specialist group")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(parent=None),
                name="one_enterprise",
                violation_error_message=_("There is one enterprise."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitLine(models.Model):
    """Closure of the unit tree: one row for each unit and each unit above it, itself included. Kept by the unit actions."""

    above = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    below = models.ForeignKey(Unit, models.CASCADE, related_name="lines_above")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["above", "below"], name="unit_line_once")]


class Role(models.Model):
    """A named set of permissions. Shipped roles are data; a company may add its own."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    shipped = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return str(_(self.name)) if self.shipped else self.name


class Grant(models.Model):
    """A role may do an action. ``reach`` says on which rows: those of the unit and below, or only the holder's own."""

    class Reach(models.TextChoices):
        UNIT = "unit", _("unit and below")
        OWN = "own", _("own")

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField(max_length=100)
    reach = models.CharField(max_length=4, choices=Reach.choices, default=Reach.UNIT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission", "reach"], name="grant_once")]
        indexes = [models.Index(fields=["permission", "reach", "role"], name="grant_by_permission")]


class Assignment(Dated):
    """A user holds a role in a unit (and all units below) from a day until a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("user")
    )
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments", verbose_name=_("role"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        indexes = [
            models.Index(fields=["user", "role", "unit"], name="assignment_by_user"),
            models.Index(fields=["-effective_from", "-id"], name="assignment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.unit}"


class Wall(Record):
    """A need-to-know wall around one record and all that hangs on it. Once lifted, ordinary permissions apply again."""

    title = models.CharField(_("title"), max_length=200)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("wall")
        verbose_name_plural = _("walls")

    def __str__(self) -> str:
        return self.title


class WallMember(Record):
    """Someone inside a wall: why, since when, until when. Never removed, only let out."""

    wall = models.ForeignKey(Wall, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="walls")
    why = models.CharField(_("why"), max_length=300)
    entered_at = models.DateTimeField(_("in"))
    left_at = models.DateTimeField(_("out"), null=True, blank=True)

    class Meta:
        verbose_name = _("person inside a wall")
        verbose_name_plural = _("people inside a wall")
        indexes = [models.Index(fields=["wall", "user"], name="wall_member")]

    def __str__(self) -> str:
        return f"{self.user} · {self.wall}"
