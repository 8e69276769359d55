"""Signatures and encryption of what Feishu posts to us.

Source: open.feishu.cn, "步骤三：接收事件" and "将事件发送至开发者服务器" (read 2026-11): the signature is the hex
SHA-256 of timestamp, nonce, Encrypt Key and the raw body. The body is `{"encrypt": …}`: Base64 of a 16-byte IV and
the AES-256-CBC ciphertext with PKCS7 padding. The key is the SHA-256 of the Encrypt Key. The check of a new
address (url_verification) is encrypted, too, but not signed.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import SecretStr

from conversation.errors import BotError

FRESH_S = 8 * 3600
"""How old a signed request may be, in seconds.

The last repetition comes after six hours. Whether it has a new timestamp is not documented. A repeated message
changes nothing, because messages are identified by their ids.
"""
_AHEAD_S = 300
_BLOCK_BYTES = 16
_MOST_DIGITS = 12


class Forged(BotError):
    """The request is not from the platform, or too old."""


def signature(timestamp: str, nonce: str, key: SecretStr, body: bytes) -> str:
    """Return the signature in hex. `timestamp` is in epoch seconds."""
    return hashlib.sha256(f"{timestamp}{nonce}{key.get_secret_value()}".encode() + body).hexdigest()


def check(timestamp: str, nonce: str, given: str, key: SecretStr, body: bytes, now_s: float) -> None:
    """Check a request's signature in constant time, and its age. Raises Forged."""
    if not hmac.compare_digest(signature(timestamp, nonce, key, body).encode(), given.encode()):
        raise Forged("the signature is not the platform's")
    known = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MOST_DIGITS
    if not known or not -_AHEAD_S <= now_s - int(timestamp) <= FRESH_S:
        raise Forged("it is too old, or its clock is wrong")


def decrypt(text: str, key: SecretStr) -> bytes:
    """Decrypt a text. Raises Forged if it was not encrypted with this key."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Forged("it is not encrypted") from None
    if len(raw) < 2 * _BLOCK_BYTES or len(raw) % _BLOCK_BYTES:
        raise Forged("it is not encrypted")
    secret = hashlib.sha256(key.get_secret_value().encode()).digest()
    opened = Cipher(algorithms.AES(secret), modes.CBC(raw[:_BLOCK_BYTES])).decryptor()
    padded = opened.update(raw[_BLOCK_BYTES:]) + opened.finalize()
    unpadder = PKCS7(8 * _BLOCK_BYTES).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise Forged("it is encrypted with another key") from None
