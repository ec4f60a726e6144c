"""The signing-in user. Who the person is (experience, memberships) is kept by the people area."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Finds users by login; creating one is an action of the people area or the first-administrator link."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login__iexact=username)


class User(AbstractBaseUser):
    """A login. ``kind`` tells people from the product's own service account."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        GUEST = "guest", _("Guest")
        SERVICE = "service", _("Service")

    class Mails(models.TextChoices):
        DAILY = "daily", _("each day on which something is new or falls due")
        WEEKLY = "weekly", _("on Mondays, and when something I have to do falls due or is late")
        DUTY = "duty", _("only about what the company's rules demand of me")

    login = models.CharField(_("login"), max_length=150, unique=True)
    full_name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(max_length=5, default="", blank=True)
    mails = models.CharField(_("mail about tasks"), max_length=6, choices=Mails.choices, default=Mails.DAILY)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.login

    def get_username(self) -> str:
        return self.login

    # django-allauth and the browser tests ask for these names.
    @property
    def username(self) -> str:
        return self.login

    def get_full_name(self) -> str:
        return self.full_name


from quarterdeck.kernel.accounts.tokens import ApiToken, CalendarFeed, Submission  # noqa: E402 - they point to the user above

__all__ = ["ApiToken", "CalendarFeed", "Submission", "User", "UserManager"]
