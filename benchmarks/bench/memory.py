"""The mode `memory`: Redis memory of a finished interview, in total and by kind of key."""

import re
from collections import Counter

import redis.asyncio

from bench import report
from bench.bots import BASE, Bot, Ours
from bench.lab import Lab
from bench.measure import warm_up

LIMIT_BYTES = 6 * 1024
_OURS = {
    "l": "log: the texts and the audit chain",
    "i": "state",
    "s": "inbound ids seen",
    "who": "address to interview",
    "m": "members of the campaign",
    "due": "due times",
    "n": "counters",
    "outbox": "outbox",
    "r": "replies",
}


async def memory(lab: Lab, candidates: int) -> None:
    for bot in (Ours(), BASE):
        print(await _measured(lab, bot, candidates))


async def _measured(lab: Lab, bot: Bot, candidates: int) -> str:
    """Return a report of one bot's memory.

    It compares Redis's `used_memory` before and after the interviews, each time without a connected bot, and sums
    MEMORY USAGE of every key.
    """
    async with lab.redis() as store:
        async with lab.bot(bot, store) as running:
            await warm_up(running)
        before, kinds_before = await _used(store.client), await _by_kind(store.client)
        async with lab.bot(bot, store) as running:
            _, played = await running.play(running.closed(candidates, 100))
        waiting = await _waiting(store.client)
        after, kinds = await _used(store.client), await _by_kind(store.client)
        kinds.subtract(kinds_before)
    each = (after - before) / candidates
    report.keep("memory", {"bot": bot.name, "candidates": candidates, "bytes": each, "kinds": dict(kinds)})
    known = [(name, total / candidates) for name, total in kinds.most_common() if total >= candidates / 2]
    rows = [[name, f"{size:,.0f}"] for name, size in known]
    rows.append(["the keys' dictionary, the allocator's rounding", f"{each - kinds.total() / candidates:,.0f}"])
    rows.append(["**used_memory, in all**", f"**{each:,.0f}**"])
    verdict = f"Aim: at most {LIMIT_BYTES:,}." if isinstance(bot, Ours) else ""
    finished = f"{played.candidates} interviews finished, {waiting} messages left in the outbox"
    return f"\n{bot.name}: {finished}. {verdict}\n\n{report.table(['kind of key', 'bytes per interview'], rows)}"


async def _used(client: redis.asyncio.Redis) -> int:
    """Return Redis's memory without that for connections and for the append-only file."""
    info = await client.info("memory")
    return int(info["used_memory"] - info["mem_clients_normal"] - info["mem_aof_buffer"])


async def _waiting(client: redis.asyncio.Redis) -> int:
    return sum([await client.xlen(name) async for name in client.scan_iter("*:outbox", count=5000)])


async def _by_kind(client: redis.asyncio.Redis) -> Counter[str]:
    sizes: Counter[str] = Counter()
    batch: list[bytes] = []
    async for name in client.scan_iter(count=5000):
        batch.append(name)
        if len(batch) == 2000:
            await _weigh(client, batch, sizes)
            batch.clear()
    await _weigh(client, batch, sizes)
    return sizes


async def _weigh(client: redis.asyncio.Redis, names: list[bytes], sizes: Counter[str]) -> None:
    pipeline = client.pipeline(transaction=False)
    for name in names:
        pipeline.memory_usage(name, samples=0)
    for name, size in zip(names, await pipeline.execute(), strict=True):
        sizes[_kind(name.decode())] += size or 0


def _kind(name: str) -> str:
    """Return the kind of a key. Ours are `xm:{p07}:l:…` and `xm:who:…`, the peers' begin with their kind."""
    if name.startswith("xm:"):
        short = re.sub(r"^xm:(\{p\d+\}:)?", "", name).partition(":")[0]
        return _OURS.get(short, short)
    return re.sub(r"\d+", "*", name)
