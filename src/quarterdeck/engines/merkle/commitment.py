"""Commitments to erasable content: the ledger keeps the digest for ever, content and salt can be erased.

Without the salt the digest tells nothing about the content, not even to somebody who guesses it, as long as the salt
is random and at least 16 bytes long. Erasing both breaks no proof.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

MIN_SALT_BYTES = 16
_DOMAIN = b"quarterdeck version commitment v1\x00"


def commit(salt: bytes, content: bytes) -> bytes:
    """SHA-256(domain || length of salt as 4 bytes || salt || content), 32 bytes; ValueError for a short salt.

    The length makes the border between salt and content part of what is hashed: no byte can move across it.
    """
    if len(salt) < MIN_SALT_BYTES:
        raise ValueError(f"a salt has at least {MIN_SALT_BYTES} bytes, not {len(salt)}")
    return sha256(_DOMAIN + len(salt).to_bytes(4, "big") + salt + content).digest()


def opens(digest: bytes, salt: bytes, content: bytes) -> bool:
    """Whether salt and content are what the digest commits to."""
    return len(salt) >= MIN_SALT_BYTES and hmac.compare_digest(commit(salt, content), digest)
