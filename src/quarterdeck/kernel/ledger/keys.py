"""The home's signing key: 32 bytes in ``keys/ledger.key``, readable by its owner only, made at set-up."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from quarterdeck.engines.merkle.signing import SigningKey


def signing_key(folder: Path, origin: str) -> SigningKey:
    """The key that signs this home's checkpoints; made on first use."""
    path = folder / "ledger.key"
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        seed = secrets.token_bytes(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(seed.hex() + "\n")
            handle.flush()
            os.fsync(handle.fileno())
    return SigningKey(origin, seed)
