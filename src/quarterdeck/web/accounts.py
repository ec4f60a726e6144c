"""How people get accounts, never by signing themselves up; and the words in which they sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.accounts.sessions import user_with


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Login and password, and whoever a session belongs to for as long as they may sign in."""

    def get_user(self, user_id: int) -> User | None:
        found = user_with(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """An administrator makes accounts, or the one link of a new home does."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways to show once more who one is: {id, description, url}, in our words."""
        words = {
            "reauthenticate": _("Your password"),
            "mfa_reauthenticate": _("A code from your authenticator app"),
            "mfa_reauthenticate:webauthn": _("A passkey or security key"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": words.get(method["id"], method["description"])} for method in methods]


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors in the product's words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy("The second factor cannot be switched off."),
        "cannot_generate_recovery_codes": gettext_lazy("Recovery codes need a second factor first."),
        "incorrect_code": gettext_lazy("This code is not right."),
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return _("Key %(number)s") % {"number": Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom the browser names when it asks for a key; the host is what the key is bound to."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Quarterdeck"}


class SignIn(LoginForm):  # type: ignore[misc]
    """Login and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Login")
        for field in self.fields.values():
            # The label says it; words within the field vanish when they are needed.
            field.widget.attrs.pop("placeholder", None)


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """The password of somebody signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password again")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class AddKey(AddWebAuthnForm):  # type: ignore[misc]
    """A key of one's own: a passkey, which signs in alone, unless it is to be a second factor only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this key alone, as a passkey")
        alone.help_text = _("The device must then ask for your fingerprint, face or PIN.")
        alone.initial = True
