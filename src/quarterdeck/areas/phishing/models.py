"""Exercise mails, campaigns, what was delivered and touched, results, and the suspicious mails that people report.

What happens minute by minute (deliveries, requests) is kept apart from the record: it is measured by the thousand, judged
anew with every further request, and summed up in results that are part of the record. In an anonymous campaign nothing
leads from a token to a person: who was written to is one table, which token was touched another, and no row, time or
order joins them.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.phishing.words import ALIGNMENT_WORDS, CUE_WORDS, LINK
from quarterdeck.areas.training.models import Course
from quarterdeck.engines.phishing import ALIGNMENT, CUES, Difficulty, Rating, ScaleError, rate
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated, Record

DIFFICULTIES = (
    (Difficulty.LEAST.value, _("Least difficult")),
    (Difficulty.MODERATE_TO_LEAST.value, _("Moderately to least difficult")),
    (Difficulty.MODERATE.value, _("Moderately difficult")),
    (Difficulty.VERY.value, _("Very difficult")),
)


class Template(Record):
    """An exercise mail, rated on the Phish Scale, with what the person learns who clicked."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        READY = "ready", _("Ready")
        RETIRED = "retired", _("Retired")

    title = models.CharField(_("title"), max_length=200, help_text=_("What it is called here; nobody outside sees it."))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="phishing_templates", verbose_name=_("unit"))
    sender_name = models.CharField(_("sender shown"), max_length=100)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(
        _("text"),
        max_length=10_000,
        help_text=_(
            "Plain text. {link} or {link|words that hide it} stands where the link goes, {name} where the person's name goes."
        ),
    )
    cues = models.JSONField(_("cues"), default=dict, blank=True)
    alignment = models.JSONField(_("premise alignment"), default=dict)
    difficulty = models.CharField(
        _("detection difficulty"), max_length=17, choices=DIFFICULTIES, blank=True, editable=False
    )
    lesson = models.TextField(
        _("what to learn from it"), max_length=5_000, help_text=_("Shown to whoever follows the link, with the cues.")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.DRAFT, editable=False)

    class Meta:
        verbose_name = _("exercise mail")
        verbose_name_plural = _("exercise mails")
        indexes = [models.Index(fields=["title", "id"], name="phishing_template_by_title")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if not LINK.search(self.body):
            raise ValidationError({"body": _("Say with {link} where the link goes.")})
        if any(char in self.subject + self.sender_name for char in "\r\n"):
            raise ValidationError(_("Subject and sender are one line each."))
        try:
            self.difficulty = self.rating().difficulty.value
        except ScaleError as error:
            raise ValidationError({"cues": str(error)}) from error

    def rating(self) -> Rating:
        """Its place on the Phish Scale."""
        return rate({name: int(count) for name, count in self.cues.items()}, {n: int(self.alignment.get(n, 0)) for n in ALIGNMENT})  # fmt: skip

    @property
    def cues_in_words(self) -> list[str]:
        """The cues that occur, as a person would name them."""
        return [str(CUE_WORDS[name]) for name in CUES if self.cues.get(name)]

    @property
    def alignment_in_words(self) -> dict[str, object]:
        return {str(ALIGNMENT_WORDS[name]): self.alignment.get(name, 0) for name in ALIGNMENT}


class Campaign(Record):
    """One exercise: a mail, whom it goes to, when, and whether it is anonymous."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        RUNNING = "running", _("Under way")
        STOPPED = "stopped", _("Stopped")
        CLOSED = "closed", _("Closed")

    template = models.ForeignKey(Template, models.PROTECT, related_name="campaigns", verbose_name=_("exercise mail"))
    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="phishing_campaigns", verbose_name=_("goes to"), help_text=_("The unit and all below it.")
    )  # fmt: skip
    starts_at = models.DateTimeField(_("first mail"))
    ends_at = models.DateTimeField(_("last mail"))
    anonymous = models.BooleanField(
        _("anonymous"),
        default=True,
        help_text=_("Results by unit only; nobody can find out who clicked. It cannot be changed afterwards."),
    )
    course = models.ForeignKey(
        Course,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exercises",
        verbose_name=_("course for those who click"),
        help_text=_("Assigned when the exercise is closed, without saying why. Not in an anonymous one."),
    )
    purpose = models.TextField(_("purpose"), max_length=2_000, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False)
    content_sha256 = models.CharField(_("SHA-256 of what was approved"), max_length=64, blank=True, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("drafted by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("approved by")
    )  # fmt: skip
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    audience = models.PositiveIntegerField(_("people in it"), null=True, blank=True, editable=False)
    stopped_because = models.CharField(_("why it was stopped"), max_length=500, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("phishing exercise")
        verbose_name_plural = _("phishing exercises")
        indexes = [models.Index(fields=["-starts_at", "-id"], name="campaign_newest")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.starts_at is not None and self.ends_at is not None and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("The last mail cannot go before the first.")})
        if self.anonymous and self.course_id is not None:
            raise ValidationError({"course": _("In an anonymous exercise nobody knows who clicked.")})

    @property
    def open(self) -> bool:
        """Whether what happens to its links still counts."""
        return self.state in (self.State.RUNNING, self.State.STOPPED)


class Exemption(Dated):
    """Somebody who gets no exercise mail for a time, and why."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="phishing_exemptions", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=300)

    personal_fields: ClassVar[tuple[str, ...]] = ("reason",)

    class Meta:
        verbose_name = _("exemption from exercises")
        verbose_name_plural = _("exemptions from exercises")
        indexes = [models.Index(fields=["person", "effective_from"], name="exemption_by_person")]

    def __str__(self) -> str:
        return str(self.person)


class Result(Record):
    """What an exercise came to in one unit, as it was closed. A unit with too few people is counted in the one above."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="results", verbose_name=_("exercise"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    sent = models.PositiveIntegerField(_("mails sent"))
    clicked = models.PositiveIntegerField(_("people who clicked"))
    reported = models.PositiveIntegerField(_("people who reported it"))
    machines = models.PositiveIntegerField(_("mails only machines opened"))
    uncertain = models.PositiveIntegerField(_("left uncertain"))

    class Meta:
        verbose_name = _("result of an exercise")
        verbose_name_plural = _("results of exercises")
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="phishing_result_once")]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.unit}"


class SuspiciousMail(Record):
    """A mail that somebody reported and that was no exercise of ours."""

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        HARMLESS = "harmless", _("Harmless")
        PHISHING = "phishing", _("Phishing")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="suspicious_mails", verbose_name=_("unit"))
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="suspicious_mails", editable=False, verbose_name=_("reported by")
    )  # fmt: skip
    reported_at = models.DateTimeField(_("reported"), editable=False)
    sender = models.CharField(_("from"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text of the mail"), max_length=50_000, blank=True)
    file = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the mail as a file"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    finding = models.TextField(_("what was found"), max_length=2_000, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("looked at by")
    )  # fmt: skip
    judged_at = models.DateTimeField(_("looked at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("suspicious mail")
        verbose_name_plural = _("suspicious mails")
        indexes = [
            models.Index(fields=["state", "-reported_at", "-id"], name="suspicious_open"),
            models.Index(fields=["-reported_at", "-id"], name="suspicious_newest"),
        ]

    def __str__(self) -> str:
        return self.subject or str(_("A mail without a subject"))


class Receiver(models.Model):
    """Who is written to in a campaign, and in which turn. In an anonymous one this is all that is kept of a person."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="receivers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    turn = models.PositiveIntegerField()
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="receiver_once")]
        indexes = [models.Index(fields=["campaign", "done", "turn"], name="receiver_next")]


class Delivery(models.Model):
    """A mail's token, as a hash. ``person`` and ``sent_at`` are empty in an anonymous campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="deliveries")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    reported = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person"], condition=Q(person__isnull=False), name="delivery_once"
            )
        ]


class Touch(models.Model):
    """One request with a mail's token. ``client`` is a keyed hash of address and program, of use within the campaign only."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="touches")
    kind = models.CharField(max_length=6)
    at = models.DateTimeField()
    method = models.CharField(max_length=10)
    agent = models.CharField(max_length=200)
    client = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["delivery", "at"], name="touch_by_delivery")]
