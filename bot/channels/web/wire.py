"""What the page's addresses share: whose request it is, and tasks that end together."""

import asyncio
from collections.abc import Coroutine
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

_OF_PROXIES = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def host_of(address: str) -> str:
    """Host and port of an address; empty where it has none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def from_this_machine(request: HTTPConnection) -> bool:
    """Both ends: a page of another name that was made to point here is not ours, nor what a proxy passes on. Some
    proxies name this machine as the host, so that theirs are known by the headers that they add."""
    client = request.client
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return client is not None and client.host in _THIS_MACHINE and host in _THIS_MACHINE


async def first_of(*parts: Coroutine[None, None, None]) -> None:
    """Runs the parts until one of them ends, as that one does."""
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
