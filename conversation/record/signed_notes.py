"""Notes with signatures: a text, an empty line, and a line for each signature.

The signatures themselves are made and verified by whoever has the keys (`Signer`, `Verifier`).

Source: c2sp.org/signed-note (read 2026-11), with Ed25519 keys only.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from conversation.errors import BotError

_ED25519 = b"\x01"
_ID_BYTES, _PUBLIC_BYTES = 4, 32
_DASH = "— "
_MOST_SIGNATURES = 16


class NoteUnverified(BotError):
    """A note cannot be trusted: it is malformed, or no known key has signed it."""


class Signer(Protocol):
    """A private key. `public` is the key that goes with it, in 32 bytes."""

    @property
    def public(self) -> bytes: ...
    def sign(self, text: bytes) -> bytes: ...


class Verifier(Protocol):
    """Verifies an Ed25519 signature of `text` with the public key of 32 bytes."""

    def __call__(self, public: bytes, signature: bytes, text: bytes) -> bool: ...


class PublicKey(NamedTuple):
    """A public key with its name, written `NAME+ID+KEY` (a "verifier key")."""

    name: str
    public: bytes

    def __str__(self) -> str:
        key = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]


def public_key(text: str) -> PublicKey:
    """Parse a public key. Raises NoteUnverified."""
    name, _, rest = text.strip().partition("+")
    identity, _, encoded = rest.partition("+")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    found = PublicKey(name, key[1:])
    right = name and key[:1] == _ED25519 and len(key) == _PUBLIC_BYTES + 1 and found.id.hex() == identity.lower()
    if not right:
        raise NoteUnverified("a public key is written NAME+ID+KEY, as xumian audit --anchors prints it")
    return found


def sign(text: str, name: str, signer: Signer) -> str:
    """Return the note of this text, which ends with a newline."""
    key = PublicKey(name, signer.public)
    signature = base64.b64encode(key.id + signer.sign(text.encode())).decode()
    return f"{text}\n{_DASH}{name} {signature}\n"


def verified(note: str, keys: Sequence[PublicKey], verify: Verifier) -> tuple[str, PublicKey]:
    """Return the note's text and the first of these keys that has signed it. Raises NoteUnverified."""
    text, signatures = _divided(note)
    known = {(key.name, key.id): key for key in keys}
    signers = list[PublicKey]()
    for name, signature in signatures:
        key = known.get((name, signature[:_ID_BYTES]))
        if key and not verify(key.public, signature[_ID_BYTES:], text.encode()):
            raise NoteUnverified("its signature is not right: the note was changed")
        if key:
            signers.append(key)
    if not signers:
        raise NoteUnverified("none of the known keys has signed it: give its public key with --key")
    return text, signers[0]


def _divided(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text and the signatures with their keys' names. Raises NoteUnverified."""
    text, gap, rest = note.rpartition("\n\n")
    lines = rest.split("\n")
    controls = any(character < " " and character != "\n" for character in note)
    if not gap or lines.pop() or not lines or len(lines) > _MOST_SIGNATURES or controls:
        raise NoteUnverified("it is no signed note")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        signature = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    if not line.startswith(_DASH) or not name or len(signature) <= _ID_BYTES:
        raise NoteUnverified("it is no signed note")
    return name, signature
