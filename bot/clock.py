"""The system clock and the random source. No other module uses either directly."""

import secrets
import time


def now_ms() -> int:
    """Return the current time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def nonce() -> str:
    """Return 128 random bits in base64url, 22 characters."""
    return secrets.token_urlsafe(16)
