"""Loading code that a start does not need, while the process already answers messages."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SWITCH_S = sys.getswitchinterval()
_SWITCH_WHILE_LOADING_S = 0.0002
_loading = 0


async def load(module: str) -> None:
    """Import a module in a thread. Importing it again afterwards, in the usual way, takes no time."""
    with _switching_often():
        await asyncio.to_thread(importlib.import_module, module)


@contextmanager
def _switching_often() -> Iterator[None]:
    """Let threads switch much more often than usual.

    Imports need the CPU all the time, and the event loop must still answer messages, and record them as sent,
    without delay.
    """
    global _loading
    _loading += 1
    sys.setswitchinterval(_SWITCH_WHILE_LOADING_S)
    try:
        yield
    finally:
        _loading -= 1
        if not _loading:
            sys.setswitchinterval(_SWITCH_S)
