"""Encryption of secrets in the store, with a key that is not in the store.

Source: cryptography.io, "Fernet (symmetric encryption)" (read 2026-11, version 45).
"""

import base64
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.runtime.secret_key import InstallationSecret, NoSecret, derived_key
from conversation.errors import BotError

_BOTS = b"xumian: tokens of bots"


class SealBroken(BotError):
    """No key at hand opens what is sealed; or there is none to seal with."""


class Sealer:
    """Encrypts and decrypts secrets with the keys of the settings (`secrets`, the current one first).

    What was encrypted for one `purpose`, by default tokens of bots, cannot be decrypted for another.
    """

    def __init__(self, secrets: Sequence[str], data_dir: Path, purpose: bytes = _BOTS) -> None:
        self._secret = InstallationSecret(secrets, data_dir)
        self._purpose = purpose

    @property
    def shared(self) -> bool:
        """Whether the key comes from the settings, so that any machine may have it."""
        return self._secret.shared

    def seal(self, text: str) -> str:
        """Raises SealBroken where there is no key and none can be made."""
        try:
            secret = self._secret.current()
        except NoSecret as error:
            raise SealBroken(str(error)) from None
        return Fernet(self._key(secret)).encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises SealBroken."""
        try:
            keys = [Fernet(self._key(secret)) for secret in self._secret.known()]
        except NoSecret as error:
            raise SealBroken(str(error)) from None
        if not keys:
            raise SealBroken("this machine has no key: set XUMIAN_SECRET_KEY to that of the others")
        try:
            return MultiFernet(keys).decrypt(sealed).decode()
        except InvalidToken:
            raise SealBroken("the key of this machine does not open it: XUMIAN_SECRET_KEY differs") from None

    def _key(self, secret: str) -> bytes:
        """Return the Fernet key that belongs to a secret of the installation."""
        return base64.urlsafe_b64encode(derived_key(secret, self._purpose))
