"""The link at which a guest answers one questionnaire, and what was refused at that door."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors.models.evaluation import Evaluation
from quarterdeck.kernel.records import Record


class GuestLink(Record):
    """A way in for one guest to one evaluation. Of the token, the code and the browser only hashes are kept.

    ``nonce`` is not secret: the token is made of it with a key that no table holds, so that the mail can be written by a
    job whose arguments name the link and nothing more.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="links", verbose_name=_("evaluation"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("guest")
    )
    name = models.CharField(_("name of the contact"), max_length=200)
    email = models.EmailField(_("e-mail of the contact"))
    language = models.CharField(
        _("language"), max_length=10, default="en", choices=[("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
    )
    expires_on = models.DateField(_("last day"), help_text=_("From the day after, it no longer works."))
    nonce = models.CharField(max_length=64, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("sent by")
    )
    sent_at = models.DateTimeField(_("sent"), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    used_at = models.DateTimeField(_("answers submitted"), null=True, blank=True, editable=False)
    #: The browser that asked for the newest code, and how often a code was tried since.
    asking = models.CharField(max_length=64, blank=True, editable=False)
    codes = models.PositiveSmallIntegerField(default=0, editable=False)
    code_until = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    #: The one browser in which it is open.
    browser = models.CharField(max_length=64, blank=True, editable=False)
    bound_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ("name", "email")

    class Meta:
        verbose_name = _("guest link")
        verbose_name_plural = _("guest links")

    def __str__(self) -> str:
        return str(_("Link for %(name)s")) % {"name": self.name}


class GuestRefusal(Record):
    """Something that was refused at the guests' door, of a link that exists. Guesses of links that do not are in the log."""

    class Why(models.TextChoices):
        EXPIRED = "expired", _("The link had expired")
        REVOKED = "revoked", _("The link was revoked")
        USED = "used", _("The answers had been submitted")
        SECOND_BROWSER = "second_browser", _("Opened in a second browser")
        WRONG_CODE = "wrong_code", _("A wrong code")
        FOREIGN = "foreign", _("Something of another questionnaire")
        FILE = "file", _("A file that may not be kept")

    link = models.ForeignKey(
        GuestLink, models.PROTECT, related_name="refusals", editable=False, verbose_name=_("guest link")
    )
    why = models.CharField(_("why"), max_length=14, choices=Why.choices, editable=False)
    at = models.DateTimeField(_("time"), editable=False)
    detail = models.CharField(_("details"), max_length=300, blank=True, editable=False)
    address = models.CharField(_("from address"), max_length=64, blank=True, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ("address",)

    class Meta:
        verbose_name = _("refusal at the guests' door")
        verbose_name_plural = _("refusals at the guests' door")
        indexes = [models.Index(fields=["-at", "-id"], name="guest_refusal_newest")]

    def __str__(self) -> str:
        return self.get_why_display()
