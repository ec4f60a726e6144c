"""Tokens with which a program acts for a person, and the tokens of forms that were sent already."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.records import Record

PREFIX = "qd_"
#: 256 bits: too many to guess, so that a plain SHA-256 of it may be kept.
BYTES = 32


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(BYTES)


class ApiToken(Record):
    """A program's key to act as one person, with that person's permissions. Its secret is shown once and never kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens", verbose_name=_("person"), editable=False
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("Which program uses it, and where."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(_("last day"), help_text=_("From the day after, it no longer works."))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    #: The secret, on the very object that the action made, for the page or answer that shows it once.
    shown_once: ClassVar[str] = ""

    class Meta:
        app_label = "accounts"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    def works(self, day: date) -> bool:
        """Whether it still opens the door on ``day``."""
        return self.revoked_at is None and day <= self.expires_on


class CalendarFeed(Record):
    """An address at which a calendar program reads what waits for one person. Its secret is shown once and never kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calendar_feeds",
        verbose_name=_("person"),
        editable=False,
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("Which calendar reads it."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    #: The address, on the very object that the action made, for the page or answer that shows it once.
    shown_once: ClassVar[str] = ""
    #: What is said beside it there.
    shown_once_words = _(
        "It is shown this once and kept nowhere. Give it to your calendar program; whoever has it can read what waits for "
        "you and when, and nothing else."
    )

    class Meta:
        app_label = "accounts"
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """A form's or a client's token that was acted on, and the record that came of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    record_id = models.BigIntegerField()

    class Meta:
        app_label = "accounts"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="submission_once")]
        indexes = [models.Index(fields=["user", "at"], name="submission_by_age")]

    def __str__(self) -> str:
        return self.digest
