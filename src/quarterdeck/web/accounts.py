"""How people get accounts: never by signing themselves up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """An administrator makes accounts, or the one link of a new home does."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
