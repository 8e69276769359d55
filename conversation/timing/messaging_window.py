"""How many messages may be sent to a candidate before they write again, where the platform limits that."""

from conversation.inbound import Window
from conversation.state import State

KEPT_BACK = 1
"""Number of messages in a window that reminders leave unused, so that colleagues can still write."""


def room(window: Window | None, now: int) -> int | None:
    """Return how many messages may be sent now, or None for any number."""
    if window is None:
        return None
    return window.messages if now < window.until_ms else 0


def remindable(state: State, now: int) -> bool:
    left = room(state.window, now)
    return left is None or left > KEPT_BACK
