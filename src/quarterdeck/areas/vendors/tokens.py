"""The secrets of a guest link: made when they are needed with a key that no table holds; only their hashes are kept."""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.utils.crypto import salted_hmac


def new_nonce() -> str:
    return secrets.token_hex(24)


def digest_of(secret: str) -> str:
    """What is kept of a token or of a browser's secret. Both have 256 bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(nonce: str) -> str:
    """The token of a link: 256 bits, different for each nonce, the same whenever it is asked for."""
    made = salted_hmac("quarterdeck.vendors.guest_link", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def code_of(nonce: str, number: int, browser: str) -> str:
    """The eight digits that go to the contact for the ``number``-th asking, by that browser."""
    made = salted_hmac("quarterdeck.vendors.guest_code", f"{nonce}:{number}:{browser}", algorithm="sha256").digest()
    return f"{int.from_bytes(made[:8]) % 10**8:08d}"
