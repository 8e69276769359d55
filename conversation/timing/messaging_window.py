"""How much may be sent to a candidate before they write again, where their platform limits that."""

from conversation.inbound import Window
from conversation.state import State

KEPT_BACK = 1
"""How many messages of a window are kept free of reminders, so that colleagues can still write."""


def room(window: Window | None, now: int) -> int | None:
    """How many messages may be sent now; None: any number."""
    if window is None:
        return None
    return window.messages if now < window.until_ms else 0


def remindable(state: State, now: int) -> bool:
    left = room(state.window, now)
    return left is None or left > KEPT_BACK
