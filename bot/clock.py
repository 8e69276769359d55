"""The one place that asks what time it is and rolls dice."""

import secrets
import time


def now_ms() -> int:
    """Epoch milliseconds."""
    return time.time_ns() // 1_000_000


def fresh() -> str:
    """128 unguessable bits, base64url: 22 characters."""
    return secrets.token_urlsafe(16)
