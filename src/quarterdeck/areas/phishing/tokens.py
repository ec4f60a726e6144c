"""Tokens of exercise mails. They are derived from a key that lies in the home while mails go out and is then destroyed.

While it exists the mails of an exercise can go out in any order and after any interruption, without a table that says
whose token is whose. Once it is gone nobody can tell: the database holds the tokens' hashes, in the order of the hashes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

from django.conf import settings

from quarterdeck.kernel.accounts.tokens import digest_of

#: A token as it stands in an address.
PATTERN: Final = re.compile(r"/m/([A-Za-z0-9_-]{32})(?:/|\b)")


def _path(campaign: int) -> Path:
    return Path(settings.HOME.keys) / f"phishing-{campaign}"


def make_key(campaign: int) -> None:
    """A new key for an exercise; the one there is stays."""
    try:
        descriptor = os.open(_path(campaign), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(secrets.token_bytes(32))


def destroy_key(campaign: int) -> None:
    """From now on nobody can tell whose token is whose."""
    _path(campaign).unlink(missing_ok=True)


def key_of(campaign: int) -> bytes | None:
    """The key while mails go out; None before and after."""
    try:
        return _path(campaign).read_bytes()
    except FileNotFoundError:
        return None


def token_of(key: bytes, person: int) -> str:
    """The token in the mail to one person."""
    made = hmac.new(key, f"person {person}".encode(), hashlib.sha256).digest()[:24]
    return base64.urlsafe_b64encode(made).decode("ascii")


def client_of(campaign: int, address: str, agent: str) -> str:
    """What tells one client from another within one exercise."""
    said = f"{campaign}|{address}|{agent}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:32]


__all__ = ["PATTERN", "client_of", "destroy_key", "digest_of", "key_of", "make_key", "token_of"]
