"""A link at which a new person sets the first password: single use, valid for as long as a password reset is."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.notify.address import home_address


def invitation(user: User) -> str:
    """The address; it stops working once a password is set."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{home_address()}{path}"
