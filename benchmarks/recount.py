"""Measure `xumian recount` on many events: how long it takes, and that its memory does not grow.

    python benchmarks/recount.py --events 1000000

The interviews come from the simulator and are copied until there are enough events, in a Redis server of their
own.
"""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from conversation.events import Entry
from conversation.record.audit import genesis, seal
from handlers.maintenance.recount import recount
from storage import keys
from storage.ports import Campaign
from storage.redis.store import RedisStore
from tests.dialogues.playing import script_named
from tests.fakes.running import SINGLE, own_server
from tests.fakes.scene import MORNING, ZONE
from tests.simulation.assumptions import Assumptions
from tests.simulation.features import ALL
from tests.simulation.interview import Interviews
from tests.simulation.person import Person

CAMPAIGN = "simulated"
PLAYED = 400
_AT_ONCE = 200


def rss_mib() -> float:
    """Return this process's current resident memory in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def played() -> tuple[Interviews, list[Sequence[Entry]]]:
    """Return interviews of all kinds from the simulator, and their records."""
    interviews = Interviews(script_named("campus-analyst"), random.Random(1))
    people = [
        Person(interviews, ALL, Assumptions(), random.Random(f"1/{number}"), number).play()
        for number in range(PLAYED)
    ]
    return interviews, [interview.entries for person in people for interview in person.attempts]


def sealed(name: str, entries: Sequence[Entry]) -> list[bytes]:
    head, stored = genesis(name), []
    for entry in entries:
        blob, head = seal(head, entry)
        stored.append(blob)
    return stored


async def fill(store: RedisStore, copies: int) -> int:
    """Store the records with the counters that commits would have left. Returns the number of events."""
    interviews, records = played()
    blobs = [sealed("copied", record) for record in records]
    for copy in range(copies):
        pipeline = store.client.pipeline(transaction=False)
        for number, stored in enumerate(blobs):
            name = f"{copy:06d}{number:010d}"
            pipeline.rpush(keys.log(name), *stored)
            pipeline.sadd(keys.members(keys.partition_of(name), CAMPAIGN), name)
        await pipeline.execute()
    for counter, number in interviews.total.items():
        await store.client.hincrby(keys.counts(0, CAMPAIGN), counter, number * copies)
    for (day, counter), number in interviews.days.items():
        await store.client.hincrby(keys.day_counts(0, CAMPAIGN, day), counter, number * copies)
    await store.directory.put_script(interviews.script)
    await store.directory.put_campaign(
        Campaign(CAMPAIGN, interviews.script.version, interviews.script.id, MORNING)
    )
    return copies * sum(len(entry.events) for record in records for entry in record)


async def main(url: str, events: int) -> None:
    store = RedisStore.at(url)
    once = await fill(store, 1)
    await store.client.flushdb()
    copies = -(-events // once)
    print(f"filling in {copies} times {PLAYED} interviews …", flush=True)
    total = await fill(store, copies)
    began, before, most = time.perf_counter(), rss_mib(), 0.0
    last = None
    async for last in recount(store, CAMPAIGN, ZONE, MORNING + 10 * 86_400_000):
        most = max(most, rss_mib())
        if last.interviews % 10_000 == 0:
            print(f"  {last.interviews:>7,} interviews, {rss_mib():.0f} MiB", flush=True)
    took_s = time.perf_counter() - began
    assert last is not None
    assert last.differences() == {}, last.differences()
    print(
        f"{total:,} events of {last.interviews:,} interviews in {took_s:.1f} s ({total / took_s:,.0f} a second); "
        f"{before:.0f} MiB before, at most {most:.0f} MiB; the counters are what the records say"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    chosen = parser.parse_args()
    with own_server(SINGLE[0], appendonly="no") as server:
        uvloop.run(main(server.url, chosen.events))
