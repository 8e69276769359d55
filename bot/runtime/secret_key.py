"""The installation's secret, from which keys for stored data are derived. It is never in the store.

Source: cryptography.io, "Key derivation functions" and "Ed25519 signing" (read 2026-11, version 45).
"""

import base64
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from conversation.errors import BotError

FILE = "secret.key"
_KEY_BYTES = 32
_MOST_FILE_BYTES = 1024
_ANCHORS = b"xumian: signatures of anchors"


class NoSecret(BotError):
    """The installation's secret cannot be used or made."""


class InstallationSecret:
    """The secret of the settings (`secrets`, the current one first) or, without any, of a file in the data folder,
    which is made when it is first needed. Each machine's data folder has its own."""

    def __init__(self, secrets: Sequence[str], data_dir: Path) -> None:
        self._secrets = tuple(secrets)
        self._file = data_dir / FILE

    @property
    def shared(self) -> bool:
        """Whether the secret comes from the settings, so that other machines can have it, too."""
        return bool(self._secrets)

    def current(self) -> str:
        """Return the secret for new data, creating the file if necessary. Raises NoSecret."""
        secret = self._secrets[0] if self._secrets else self._of_file(create=True)
        if not secret:
            raise NoSecret(f"the file {FILE} in the data folder is empty: put it back, or delete it")
        return secret

    def known(self) -> list[str]:
        """Return all secrets with which earlier data may have been written. Raises NoSecret."""
        return [secret for secret in (*self._secrets, self._of_file(create=False)) if secret]

    def _of_file(self, *, create: bool) -> str:
        """Return the secret in the data folder, or "" if there is none."""
        try:
            if create and not self._file.exists():
                self._create()
            with self._file.open(encoding="ascii") as file:
                return file.read(_MOST_FILE_BYTES).strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeError) as error:
            raise NoSecret(f"the key file of the data folder cannot be used ({type(error).__name__})") from None

    def _create(self) -> None:
        put_secret(self._file.parent, base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)) + b"\n")


def put_secret(data_dir: Path, content: bytes) -> None:
    """Create the file in a data folder unless it exists: completely or not at all, and only one if several
    processes or threads do so at once."""
    path = data_dir / FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE}.{os.urandom(8).hex()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def derived_key(secret: str, purpose: bytes) -> bytes:
    """Return the key of 32 bytes for one purpose. Keys for different purposes do not reveal each other."""
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(secret.encode())


class SigningKey:
    """The key with which a secret signs anchors."""

    def __init__(self, secret: str) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(derived_key(secret, _ANCHORS))

    @property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def sign(self, text: bytes) -> bytes:
        return self._private.sign(text)


def signature_is_right(public: bytes, signature: bytes, text: bytes) -> bool:
    """Return whether the holder of this Ed25519 key has signed the text."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
