"""Measure many colleagues typing at the same moment: time to the answer, and attempts to commit.

Needs a Redis that may be emptied: `python benchmarks/staff_at_once.py redis://127.0.0.1:6399`.
"""

import argparse
import asyncio
import time

from handlers.console import console
from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from storage.redis.store import RedisStore
from tests.handlers.console.desk import Desk

LINES = {"shows": "/campaigns c{}", "changes": "/duty U{} me on {}-18"}
ROUNDS = 4


async def measure(url: str, people: int, processes: int, kind: str) -> None:
    store = RedisStore.at(url)
    await store.client.flushdb()
    await store.check()
    desk = Desk(store, "en")
    await desk.claims()
    for number in range(people):
        await desk.says("boss", f"/org add U{number}")
        await desk.joins(f"p{number}", "recruiter", f"U{number}")
        await desk.campaign(f"c{number}", f"U{number}")
    consoles = [Console(desk.tools, COMMANDS, FORMS) for _ in range(processes)]
    attempts, waits, commit = 0, [], console.commit

    async def counted(*arguments, **named):
        nonlocal attempts
        attempts += 1
        return await commit(*arguments, **named)

    async def types(number: int, turn: int) -> None:
        line = LINES[kind].format(number, turn)
        started = time.perf_counter()
        result = await consoles[number % processes].receive(desk.message(f"p{number}", line, f"{number}-{turn}"))
        assert result == "committed", result
        waits.append(time.perf_counter() - started)

    console.commit = counted
    cpu = time.process_time()
    for turn in range(ROUNDS):
        await asyncio.gather(*(types(number, turn) for number in range(people)))
    cpu = time.process_time() - cpu
    console.commit = commit
    waits.sort()
    print(
        f"{people:3} at once, {processes} consoles, {kind:7}: {attempts / len(waits):.1f} attempts, "
        f"{1000 * cpu / len(waits):.1f} ms CPU a command, "
        f"answered in {1000 * waits[len(waits) // 2]:.0f} ms (median), {1000 * waits[-1]:.0f} ms (longest)"
    )
    await store.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="a Redis that may be emptied")
    url = parser.parse_args().url
    for kind in LINES:
        for people, processes in ((1, 1), (10, 1), (50, 1), (50, 4)):
            await measure(url, people, processes, kind)


asyncio.run(main())
