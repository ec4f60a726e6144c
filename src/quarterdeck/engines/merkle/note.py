"""C2SP signed notes and tlog checkpoints: reading and verifying. Signing is in `signing`."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from quarterdeck.engines.merkle.ed25519 import ed25519_verify
from quarterdeck.engines.merkle.hashing import HASH_BYTES

MAX_NOTE_BYTES = 1 << 16


class MalformedNote(ValueError):
    """A signed note, checkpoint or verifier key that does not follow its format; the message says where it fails."""


ED25519_TYPE = 0x01


def _base64(text: str, what: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise MalformedNote(f"{what} is not base64") from error
    if base64.b64encode(data).decode("ascii") != text:  # one spelling only: unused bits would hide in the last letter
        raise MalformedNote(f"{what} is not base64 in its one standard spelling")
    return data


def check_key_name(name: str) -> str:
    """The name, when a key may bear it: not empty, no white space, no plus, no control character."""
    if not name or "+" in name or any(letter.isspace() or ord(letter) < 0x20 for letter in name):
        raise MalformedNote(f"key name {name[:60]!r} is empty or holds a space, a plus or a control character")
    return name


def key_id(name: str, public: bytes) -> bytes:
    """First four bytes of SHA-256(name || 0x0A || 0x01 || public key)."""
    return sha256(name.encode("utf-8") + bytes((0x0A, ED25519_TYPE)) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a ledger's key: `str()` gives the C2SP form name+hash+base64."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes((ED25519_TYPE,)) + self.public).decode('ascii')}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """From name+hash+base64; MalformedNote when any part of it is wrong."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise MalformedNote("a verifier key reads name+hash+base64")
        data = _base64(parts[2], "the key")
        if len(data) != 33 or data[0] != ED25519_TYPE:
            raise MalformedNote("the key is not an Ed25519 key (type 0x01 and 32 bytes)")
        key = cls(check_key_name(parts[0]), data[1:])
        if key.id.hex() != parts[1]:
            raise MalformedNote(f"the key's hash is {key.id.hex()}, not {parts[1][:20]}")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note: `text` ends in a newline and is what the signatures are over."""

    text: str
    signatures: tuple[Signature, ...]

    def signers(self, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """The given keys that signed. Unknown ones (witnesses) are passed over; a false known one is MalformedNote."""
        known = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, None] = {}
        for line in self.signatures:
            key = known.get((line.name, line.key_id))
            if key is None:
                continue
            if not ed25519_verify(key.public, self.text.encode("utf-8"), line.signature):
                raise MalformedNote(f"the signature of {line.name} does not fit the text")
            found[key] = None
        return tuple(found)


def parse_note(data: bytes) -> Note:
    """Text and signatures of a C2SP signed note; MalformedNote for anything else."""
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedNote(f"a note longer than {MAX_NOTE_BYTES} bytes")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedNote("the note is not UTF-8") from error
    if re.search("[\x00-\x09\x0b-\x1f]", whole):
        raise MalformedNote("the note holds a control character (lines end in a newline alone)")
    body, blank, tail = whole.rpartition("\n\n")
    if not blank or not body or not tail.endswith("\n"):
        raise MalformedNote("the note lacks its blank line, its signatures or its last newline")
    signatures: list[Signature] = []
    for number, line in enumerate(tail[:-1].split("\n"), 1):
        dash, name, encoded = [*line.split(" "), "", ""][:3]
        if dash != "—" or line.count(" ") != 2:
            raise MalformedNote(f"signature line {number} does not read '— name base64'")
        blob = _base64(encoded, f"signature line {number}")
        if len(blob) < 5:
            raise MalformedNote(f"signature line {number} is too short")
        signatures.append(Signature(check_key_name(name), blob[:4], blob[4:]))
    return Note(body + "\n", tuple(signatures))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: who keeps the ledger, how many leaves, and the RFC 9162 root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The note text, ending in a newline."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From the text of a note; MalformedNote names the line that is wrong."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() != "":
            raise MalformedNote("a checkpoint has at least three lines: origin, size, root")
        origin, size, root, *extensions = lines
        if not origin:
            raise MalformedNote("line 1, the origin, is empty")
        if not re.fullmatch("0|[1-9][0-9]{0,17}", size):
            raise MalformedNote("line 2, the size, is not a plain decimal number")
        digest = _base64(root, "line 3, the root,")
        if len(digest) != HASH_BYTES:
            raise MalformedNote(f"line 3, the root, has {len(digest)} bytes instead of {HASH_BYTES}")
        if not all(extensions):
            raise MalformedNote("an extension line is empty")
        return cls(origin, int(size), digest, tuple(extensions))


def signature_fault(note: Note, keys: Sequence[VerifierKey]) -> str | None:
    """Why none of the keys vouches for the note; None when one does."""
    try:
        if note.signers(keys):
            return None
    except MalformedNote as error:
        return str(error)
    return f"not signed by {' or '.join(key.name for key in keys)}"
