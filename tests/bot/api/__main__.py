"""Serve the API on the organisation of the tests, for testers such as schemathesis: `python -m tests.bot.api`.

Prints a token of an admin on standard output. Everything is in memory, and gone when the process ends.
"""

import asyncio
import time

import uvicorn

from bot.api import access
from storage.memory.store import MemoryStore
from tests.bot.api.site import site_of

PORT = 8099
_MOST_CALLS = 1_000_000


async def _serve() -> None:
    access.CALLS_A_MINUTE = _MOST_CALLS
    site = await site_of(MemoryStore())
    began, first = site.desk.now, time.monotonic()
    print(await site.token("boss", "admin"), flush=True)
    config = uvicorn.Config(site.app, port=PORT, log_level="warning", lifespan="off")
    server = asyncio.create_task(uvicorn.Server(config).serve())
    while not server.done():
        site.desk.now = began + int((time.monotonic() - first) * 1000)
        await asyncio.wait([server], timeout=0.05)


if __name__ == "__main__":
    asyncio.run(_serve())
