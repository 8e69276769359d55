"""Waiting by polling for something that another process does."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], Awaitable[bool]], what: str, patience_s: float = 15) -> None:
    """Return once `happened` does. Raises AssertionError with `what` after `patience_s` seconds."""
    try:
        async with asyncio.timeout(patience_s):
            while not await happened():  # noqa: ASYNC110 - a server sets no asyncio.Event
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {patience_s:g} s") from None
