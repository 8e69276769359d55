"""Counting the commands that a bot sends to Redis, by MONITOR.

MONITOR names each command and marks those that a script runs inside the server. As it slows Redis down, this takes
a run apart from the measured ones. Source: redis.io/docs, "MONITOR": the second field is `[db address]`, or `[db
lua]` inside a script (read 2026-11).
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

_LINE = re.compile(rb'\+[\d.]+ \[\d+ (\S+)\] "(\w+)"')
_LONGEST = 8 * 1024 * 1024


@contextlib.asynccontextmanager
async def commands(url: str) -> AsyncIterator[Counter[str]]:
    """Count commands by name while the block runs. Those inside scripts are counted as `lua NAME`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port, limit=_LONGEST)
    writer.write(b"MONITOR\r\n")
    await reader.readline()
    counts: Counter[str] = Counter()
    task = asyncio.create_task(_count(reader, counts))
    try:
        yield counts
        await asyncio.sleep(0.2)  # lets commands already sent arrive
    finally:
        task.cancel()
        writer.close()


async def _count(reader: asyncio.StreamReader, counts: Counter[str]) -> None:
    while line := await reader.readline():
        if found := _LINE.match(line):
            inside = "lua " if found[1] == b"lua" else ""
            counts[inside + found[2].decode().upper()] += 1


def described(counts: Counter[str], updates: int) -> tuple[str, str]:
    """Return (commands sent by the bot, commands inside scripts) per update, the most frequent first."""
    own = Counter({name: count for name, count in counts.items() if not name.startswith("lua ")})
    inside = Counter({name[4:]: count for name, count in counts.items() if name.startswith("lua ")})
    return _listed(own, updates), _listed(inside, updates)


def _listed(counts: Counter[str], updates: int) -> str:
    parts = [f"{name} {count / updates:.2f}" for name, count in counts.most_common() if count / updates >= 0.005]
    return f"{counts.total() / updates:.2f}: " + ", ".join(parts) if parts else "0"
