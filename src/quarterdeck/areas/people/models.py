"""Who works for the company or sits on its bodies, in which position, and with which proven knowledge.

What somebody knows (experience, degrees, certifications) is typed in by one person and verified by another; unverified
rows are shown and never count for a disclosure. Positions and team membership are dated.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people import rules
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated, Record

#: What stands in a text that may not be blank once the person is erased. Data, not interface: it is not translated.
ERASED = "(erased)"


class Person(Record):
    """Someone the records speak of. A login is optional: a director may sit on a body and never sign in."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        LEFT = "left", _("Left")

    full_name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name=_("unit"))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("login"),
    )
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ACTIVE)
    left_on = models.DateField(_("last day"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ("full_name", "email")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["full_name", "id"], name="person_by_name"),
            models.Index(Lower("email"), name="person_by_address"),
        ]

    def __str__(self) -> str:
        return f"{ERASED} {self.pk}" if self.erased_at is not None else self.full_name


class Position(Dated):
    """A position somebody holds for a span of days. The company's own record of office: erasing a person keeps it."""

    class Level(models.TextChoices):
        EXECUTIVE = "executive", _("Executive")
        DEPARTMENT_HEAD = "department_head", _("Department head")
        MANAGER = "manager", _("Manager")
        STAFF = "staff", _("Staff")
        DIRECTOR = "director", _("Director")
        EXTERNAL = "external", _("External")

    person = models.ForeignKey(Person, models.PROTECT, related_name="positions", verbose_name=_("person"))
    title = models.CharField(_("title"), max_length=200)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="positions", verbose_name=_("unit"))
    code = models.CharField(
        _("office"),
        max_length=60,
        blank=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Lower-case letters, digits and underscores."))],
        help_text=_("For an office that the company has once, such as chief_executive; empty for other positions."),
    )

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        indexes = [models.Index(fields=["person", "effective_from"], name="position_by_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.title}"


class TeamMembership(Dated):
    """Who belongs to a team of specialists, from when until when."""

    class Team(models.TextChoices):
        SECURITY = "security", _("Security team")

    person = models.ForeignKey(Person, models.PROTECT, related_name="teams", verbose_name=_("person"))
    team = models.CharField(_("team"), max_length=20, choices=Team.choices, default=Team.SECURITY)

    class Meta:
        verbose_name = _("team membership")
        verbose_name_plural = _("team memberships")
        indexes = [models.Index(fields=["team", "effective_from"], name="team_by_day")]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_team_display()}"


class Verifiable(models.Model):
    """What one person typed in and another checked against evidence. Changing it undoes the verification."""

    evidence = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("added by")
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("verified by"),
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)
    verified_how = models.CharField(_("how it was verified"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def verified(self) -> bool:
        return self.verified_on is not None


_VERIFICATION: tuple[str, ...] = ("evidence", "verified_by", "verified_on", "verified_how")


class Experience(Verifiable, Dated):
    """Work somebody did for a span of days."""

    class Field(models.TextChoices):
        CYBERSECURITY = "cybersecurity", _("Cybersecurity")
        MANAGEMENT = "information_security_management", _("Information-security management")
        RISK = "risk", _("Risk")
        IT = "it", _("Information technology")
        LAW = "law", _("Law")
        OTHER = "other", _("Other")

    person = models.ForeignKey(Person, models.PROTECT, related_name="experience", verbose_name=_("person"))
    organisation = models.CharField(_("organisation"), max_length=200)
    role = models.CharField(_("role"), max_length=200)
    field = models.CharField(_("field"), max_length=40, choices=Field.choices)
    relevant = models.BooleanField(
        _("relevant"), default=False, help_text=_("Relevant to judging and managing cybersecurity risk.")
    )

    personal_fields: ClassVar[tuple[str, ...]] = ("organisation", "role", *_VERIFICATION)

    class Meta:
        verbose_name = _("experience")
        verbose_name_plural = _("experience")
        indexes = [models.Index(fields=["person", "effective_from"], name="experience_by_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.role}, {self.organisation}"

    def span(self) -> rules.Span:
        """Its days, for :func:`quarterdeck.areas.people.rules.tenure`."""
        return rules.Span(self.effective_from, self.effective_until)


class Degree(Verifiable, Record):
    """An academic degree."""

    class Level(models.TextChoices):
        BACHELOR = "bachelor", _("Bachelor")
        MASTER = "master", _("Master")
        DOCTOR = "doctor", _("Doctor")
        OTHER = "other", _("Other")

    person = models.ForeignKey(Person, models.PROTECT, related_name="degrees", verbose_name=_("person"))
    institution = models.CharField(_("institution"), max_length=200)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    subject = models.CharField(_("subject"), max_length=200)
    awarded_on = models.DateField(_("awarded"))

    personal_fields: ClassVar[tuple[str, ...]] = ("institution", "subject", *_VERIFICATION)

    class Meta:
        verbose_name = _("degree")
        verbose_name_plural = _("degrees")

    def __str__(self) -> str:
        return f"{self.person} · {self.get_level_display()}, {self.subject}"


class Certification(Verifiable, Record):
    """A certification by issuer, code and number. ``expires_on`` is the last day on which it holds."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="certifications", verbose_name=_("person"))
    issuer = models.CharField(_("issuer"), max_length=200)
    code = models.CharField(
        _("code"), max_length=40, help_text=_("As the issuer abbreviates it, such as CISSP or CISP.")
    )
    number = models.CharField(_("number"), max_length=80)
    issued_on = models.DateField(_("issued"))
    expires_on = models.DateField(_("expires"), null=True, blank=True)

    personal_fields: ClassVar[tuple[str, ...]] = ("number", *_VERIFICATION)

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        indexes = [models.Index(fields=["code", "expires_on"], name="certification_by_code")]

    def __str__(self) -> str:
        return f"{self.person} · {self.code}"

    def clean(self) -> None:
        super().clean()
        if self.expires_on is not None and self.issued_on is not None and self.expires_on < self.issued_on:
            raise ValidationError({"expires_on": _("It expires before it was issued.")})

    def has_expired(self, day: date) -> bool:
        """Whether it has expired as of ``day``."""
        return rules.has_expired(self.expires_on, day)

    def standing(self, day: date) -> rules.Standing:
        """Whether it counts on ``day``, and if not, why."""
        return rules.standing(self.issued_on, self.expires_on, self.verified, day)


from quarterdeck.areas.people.responsibility import (  # noqa: E402 - they point to the person above
    PeopleList,
    Process,
    ProcessStep,
    Responsibility,
)

__all__ = [
    "ERASED", "Certification", "Degree", "Experience", "PeopleList", "Person", "Position", "Process", "ProcessStep",
    "Responsibility", "TeamMembership", "Verifiable",
]  # fmt: skip
