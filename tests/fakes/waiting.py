"""Waiting for what another process does: nothing tells us of it, so we ask again and again."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], Awaitable[bool]], what: str, patience_s: float = 15) -> None:
    """Returns when `happened` says so; fails with `what` when patience is over."""
    try:
        async with asyncio.timeout(patience_s):
            while not await happened():  # noqa: ASYNC110 - a server sets no asyncio.Event
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {patience_s:g} s") from None
