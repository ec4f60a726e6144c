"""Signing notes and checkpoints with Ed25519 (C2SP signed-note, tlog-checkpoint)."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from quarterdeck.engines.merkle.note import (
    MAX_NOTE_BYTES,
    Checkpoint,
    MalformedNote,
    VerifierKey,
    check_key_name,
    parse_note,
)


class SigningKey:
    """A named Ed25519 key made from its 32-byte seed, which the caller draws and keeps."""

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != 32:
            raise ValueError(f"an Ed25519 seed has 32 bytes, not {len(seed)}")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = VerifierKey(check_key_name(name), public)

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier})"  # the public half only

    def line(self, text: str) -> str:
        """The signature line for a note text."""
        blob = self.verifier.id + self._private.sign(text.encode("utf-8"))
        return f"— {self.verifier.name} {base64.b64encode(blob).decode('ascii')}\n"


def sign_note(text: str, keys: Sequence[SigningKey]) -> str:
    """A signed note over `text` (which ends in a newline); MalformedNote when no note can carry it."""
    if not keys:
        raise MalformedNote("a note needs at least one signature")
    if not text.endswith("\n"):
        raise MalformedNote("the text of a note ends in a newline")
    note = f"{text}\n{''.join(key.line(text) for key in keys)}"
    # What is written must be readable by the verifier: its own rules are applied, not a second set.
    if len(note.encode("utf-8")) > MAX_NOTE_BYTES or parse_note(note.encode("utf-8")).text != text:
        raise MalformedNote("the text cannot be carried by a note")
    return note


def sign_checkpoint(head: Checkpoint, keys: Sequence[SigningKey]) -> str:
    """The signed note of a tree head; MalformedNote when origin, size, root or an extension line is not allowed."""
    if Checkpoint.parse(head.text()) != head:
        raise MalformedNote("an origin or extension line holds a newline")
    return sign_note(head.text(), keys)


def add_signature(note: str, key: SigningKey) -> str:
    """The same note with one more signature line: a witness cosigns."""
    return note + key.line(parse_note(note.encode("utf-8")).text)
