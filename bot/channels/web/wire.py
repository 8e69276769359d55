"""Helpers for the page's routes: hosts, and running tasks that end together."""

import asyncio
from collections.abc import Coroutine
from urllib.parse import urlsplit


def host_of(address: str) -> str:
    """Return the host and port of a URL, or an empty string if it has none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


async def first_of(*parts: Coroutine[None, None, None]) -> None:
    """Run coroutines until one ends, then cancel the others. Raises what that one raised, if anything."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for task, result in zip(tasks, results, strict=True):
        if task in done and isinstance(result, BaseException):
            raise result
