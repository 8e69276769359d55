"""Signatures of DingTalk's callbacks, and of our messages to custom group robots.

Source: open.dingtalk.com, "接收消息" (enterprise robots) and "自定义机器人安全设置" (加签) (read 2026-11): both
are the Base64 of an HMAC-SHA256 over the timestamp in milliseconds, a line feed and the secret, with the secret as
the key. DingTalk itself refuses what is more than an hour off.
"""

import base64
import hashlib
import hmac

from pydantic import SecretStr

from conversation.errors import BotError

FRESH_S = 300
"""How far a callback's time may be from ours by default, in seconds.

The body is not signed, so someone who captures a callback's headers can send other bodies with them for this long.
"""
MOST_FRESH_S = 3600
_MOST_DIGITS = 16
_LONGEST = 128  # characters of a signature


class Forged(BotError):
    """The signature is wrong, the callback is too old, or it is for another robot or organisation."""


def signature(timestamp: str, secret: SecretStr) -> str:
    """Return the signature in Base64, not percent-encoded. `timestamp` is in epoch milliseconds."""
    key = secret.get_secret_value().encode()
    digest = hmac.digest(key, timestamp.encode() + b"\n" + key, hashlib.sha256)
    return base64.b64encode(digest).decode()


def check(timestamp: str, given: str, secret: SecretStr, now_ms: int, fresh_s: int = FRESH_S) -> None:
    """Check a callback's signature in constant time, and its age. Raises Forged."""
    stamp = timestamp if timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MOST_DIGITS else "0"
    if not hmac.compare_digest(signature(stamp, secret).encode(), given[:_LONGEST].encode()):
        raise Forged("the signature is not ours")
    if abs(now_ms - int(stamp)) > fresh_s * 1000:
        raise Forged("it is too old, or its clock is wrong")
