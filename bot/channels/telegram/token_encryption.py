"""Tokens that lie in the store are encrypted, with a key that does not.

Source: cryptography.io, "Fernet (symmetric encryption)" and "Key derivation functions" (read 2026-11, version 45).
"""

import base64
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from conversation.errors import BotError

FILE = "secret.key"
_PURPOSE = b"xumian: tokens of bots"
_KEY_BYTES = 32
_MOST_FILE_BYTES = 1024


class SealBroken(BotError):
    """No key at hand opens what is sealed; or there is none to seal with."""


class Sealer:
    """`secrets` are those of the settings, the current one first; without any, the data folder has one, made when
    it is first needed. Folders of other machines have others."""

    def __init__(self, secrets: Sequence[str], data_dir: Path) -> None:
        self._secrets = tuple(secrets)
        self._file = data_dir / FILE

    @property
    def shared(self) -> bool:
        """Whether the key comes from the settings, so that any machine may have it."""
        return bool(self._secrets)

    def seal(self, text: str) -> str:
        """Raises SealBroken where there is no key and none can be made."""
        secret = self._secrets[0] if self._secrets else self._own(make=True)
        if not secret:
            raise SealBroken(f"the file {FILE} in the data folder is empty: put it back, or delete it")
        return Fernet(_key(secret)).encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises SealBroken."""
        own = self._own(make=False)
        keys = [Fernet(_key(secret)) for secret in (*self._secrets, own) if secret]
        if not keys:
            raise SealBroken("this machine has no key: set XUMIAN_SECRET_KEY to that of the others")
        try:
            return MultiFernet(keys).decrypt(sealed).decode()
        except InvalidToken:
            raise SealBroken("the key of this machine does not open it: XUMIAN_SECRET_KEY differs") from None

    def _own(self, *, make: bool) -> str:
        """The data folder's secret; an empty string: there is none."""
        try:
            if make and not self._file.exists():
                self._make()
            with self._file.open(encoding="ascii") as file:
                return file.read(_MOST_FILE_BYTES).strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeError) as error:
            raise SealBroken(f"the key file of the data folder cannot be used ({type(error).__name__})") from None

    def _make(self) -> None:
        """Whole or not at all, and one for all processes that make it at the same time."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_name(f"{FILE}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self._file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def _key(secret: str) -> bytes:
    """A Fernet key from any text that is secret enough."""
    derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
