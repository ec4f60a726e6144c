"""The words of a policy in one version, who has to approve them, and when they were looked at again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body, Decision
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.policies import rules
from quarterdeck.areas.policies.models.policy import Policy
from quarterdeck.engines.prose import Document, Section, read_markdown
from quarterdeck.kernel.permissions.models import Role
from quarterdeck.kernel.records import Record

_USER = settings.AUTH_USER_MODEL
#: Characters of a text; a long rule book has a tenth of it.
LONGEST = 200_000


class PolicyVersion(Record):
    """One version: its text, what it covers, and the hash of both. Approvals and acknowledgements name that hash."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name=_("policy"))
    number = models.CharField(_("version"), max_length=40)
    text = models.TextField(
        _("text"),
        validators=[MaxLengthValidator(LONGEST)],
        help_text=_("Markdown: # headings, - lists, | tables |, **bold**. A heading may end in {#anchor}."),
    )
    summary = models.CharField(_("what changed"), max_length=500, blank=True)
    covers_severity = models.CharField(_("section on how severity is judged"), max_length=70, blank=True)
    covers_source = models.CharField(_("section on how the source is traced"), max_length=70, blank=True)
    covers_measures = models.CharField(_("section on how protective measures are taken"), max_length=70, blank=True)
    covers_informing = models.CharField(
        _("section on how management and board are informed"), max_length=70, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    prepared_by = models.ForeignKey(
        _USER, models.PROTECT, related_name="+", editable=False, verbose_name=_("prepared by")
    )
    #: Logins of everybody who wrote on it.
    writers = models.JSONField(_("writers"), default=list, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        _USER, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("published by")
    )
    effective_from = models.DateField(_("in force from"), null=True, blank=True, editable=False)
    effective_until = models.DateField(_("in force until"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "number"],
                name="policy_version_once",
                violation_error_message=_("There is a version of this number."),
            )
        ]
        indexes = [models.Index(fields=["policy", "state", "effective_from"], name="policy_version_in_force")]

    def __str__(self) -> str:
        return str(_("%(policy)s, version %(number)s")) % {"policy": self.policy.title, "number": self.number}

    @property
    def covers(self) -> dict[str, str]:
        """Each of the four duties that the text covers, with the anchor of its section."""
        return {duty: anchor for duty in rules.DUTIES if (anchor := getattr(self, f"covers_{duty}"))}

    def document(self) -> Document:
        return read_markdown(self.text)

    def sections(self) -> tuple[Section, ...]:
        return self.document().sections()

    def content_hash(self) -> str:
        """The hash of the content as it is now."""
        return rules.content_hash(self.number, self.text, self.covers)

    def clean(self) -> None:
        super().clean()
        there = {section.anchor for section in self.sections()}
        for duty, anchor in self.covers.items():
            if anchor not in there:
                known = ", ".join(sorted(there)[:20]) or "–"
                raise ValidationError(
                    {
                        f"covers_{duty}": _("The text has no section “%(anchor)s”. It has: %(known)s.")
                        % {"anchor": anchor, "known": known}
                    }
                )


class ApprovalStep(Record):
    """One approval that a version needs, in order: by a person, by whoever holds a role, or by a body's decision."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        VOID = "void", _("Void")
        DROPPED = "dropped", _("Dropped")

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="steps", verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(_("step"), editable=False)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role"))
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("body"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING, editable=False)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("decision")
    )
    decided_by = models.ForeignKey(
        _USER, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    sha256 = models.CharField(_("hash that was approved"), max_length=64, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        indexes = [
            models.Index(fields=["version", "position", "id"], name="approval_step_in_order"),
            models.Index(fields=["state", "id"], name="approval_step_by_state"),
        ]

    def __str__(self) -> str:
        return str(_("Step %(position)s: %(who)s")) % {"position": self.position, "who": self.who}

    @property
    def who(self) -> str:
        """Who has to approve."""
        return str(self.person or self.role or self.body)

    def clean(self) -> None:
        super().clean()
        if sum(one is not None for one in (self.person_id, self.role_id, self.body_id)) != 1:
            raise ValidationError({"person": _("Name one: a person, a role, or a body.")})


class PolicyReview(Record):
    """That the text in force was looked at again, and what came of it."""

    class Result(models.TextChoices):
        STANDS = "stands", _("Stands as it is")
        REVISE = "revise", _("To be revised")

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="reviews", verbose_name=_("version"))
    reviewed_on = models.DateField(_("reviewed on"))
    result = models.CharField(_("result"), max_length=6, choices=Result.choices)
    note = models.TextField(_("what was looked at, and why it stands or not"), max_length=2000)
    reviewed_by = models.ForeignKey(
        _USER, models.PROTECT, related_name="+", editable=False, verbose_name=_("reviewed by")
    )

    personal_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        verbose_name = _("policy review")
        verbose_name_plural = _("policy reviews")
        indexes = [models.Index(fields=["version", "reviewed_on"], name="policy_review_by_version")]

    def __str__(self) -> str:
        return f"{self.version}, {self.reviewed_on.isoformat()}"
