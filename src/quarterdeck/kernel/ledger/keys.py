"""The home's signing key: 32 bytes in ``keys/ledger.key``, readable by its owner only.

``keys/ledger.pub`` holds the public half in the form that outsiders pin, one line for each key the home ever signed with.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from quarterdeck.engines.merkle.note import MalformedNote, VerifierKey
from quarterdeck.engines.merkle.signing import SigningKey

KEY, PUBLIC = "ledger.key", "ledger.pub"


class KeyUnusable(Exception):
    """The key file is there and is no key: it was damaged or cut short. The message says which file."""


def signing_key(folder: Path, origin: str) -> SigningKey:
    """The key that signs this home's checkpoints; made on first use. Raises `KeyUnusable` for a damaged file."""
    path = folder / KEY
    seed = _seed(path)
    if seed is None:
        seed = secrets.token_bytes(32)
        try:
            _write_once(path, seed.hex() + "\n", 0o600)
        except FileExistsError:  # another process was first
            seed = _seed(path)
            if seed is None:
                raise KeyUnusable(f"{path} comes and goes") from None
    key = SigningKey(origin, seed)
    _remember(folder / PUBLIC, key.verifier)
    return key


def verifier_keys(folder: Path, origin: str) -> tuple[VerifierKey, ...]:
    """Every public key this home vouches for; makes none. Raises `KeyUnusable` for a damaged file."""
    found: dict[VerifierKey, None] = {}
    seed = _seed(folder / KEY)
    if seed is not None:
        found[SigningKey(origin, seed).verifier] = None
    for key in _remembered(folder / PUBLIC):
        found[key] = None
    return tuple(found)


def _seed(path: Path) -> bytes | None:
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except ValueError as error:  # no ASCII, no hexadecimal
        raise KeyUnusable(f"{path} does not hold a key in hexadecimal") from error
    if len(seed) != 32:
        raise KeyUnusable(f"{path} holds {len(seed)} bytes; a key has 32")
    return seed


def _remembered(path: Path) -> list[VerifierKey]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        return [VerifierKey.parse(line) for line in lines if line.strip()]
    except FileNotFoundError:
        return []
    except (MalformedNote, UnicodeDecodeError) as error:
        raise KeyUnusable(f"{path}: {error}") from error


def _remember(path: Path, key: VerifierKey) -> None:
    if key not in _remembered(path):
        with path.open("a", encoding="utf-8") as handle:
            handle.write(f"{key}\n")


def _write_once(path: Path, text: str, mode: int) -> None:
    # Written beside it and linked into place: a reader never finds half a key, and two writers cannot both win.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
