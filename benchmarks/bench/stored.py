"""The mode `stored`: throughput with many interviews in the store, compared with an empty one."""

import asyncio
import random
import statistics
import sys
import time
from pathlib import Path

from bench import report
from bench.bots import Ours
from bench.lab import BOT_CORE, SIDE_CORE, Lab, Store
from bench.measure import Row, measured, warm_up

AIM = 0.95
EMPTY = "empty"
_POPULATE = Path(__file__).parent / "populate.py"
_RESAMPLES = 4000


async def stored(lab: Lab, interviews: int, rounds: int, candidates: int, in_flight: int) -> None:
    """Run rounds alternately on one full store and on a new empty store each time.

    The full store's record takes long to read, so it is verified only in the last round.
    """
    full_name = f"{interviews:,} stored"
    async with lab.redis() as full:
        await populate(lab, full, interviews)
        rows: list[Row] = []
        for turn in range(rounds):
            last = turn == rounds - 1
            for name in (EMPTY, full_name) if turn % 2 == 0 else (full_name, EMPTY):
                if name == EMPTY:
                    async with lab.redis() as nonce:
                        row = await _round(lab, nonce, name, turn, candidates, in_flight, verify=True)
                else:
                    row = await _round(lab, full, name, turn, candidates, in_flight, verify=last)
                rows.append(row)
    rows.sort(key=lambda row: (row.bot != EMPTY, row.round))
    ratios = [row.answers_per_s / empty.answers_per_s for empty, row in zip(rows, rows[rounds:], strict=False)]
    print(f"\n{report.load_table(rows, EMPTY)}\n\n{verdict(ratios)}")


async def _round(
    lab: Lab, store: Store, name: str, turn: int, candidates: int, in_flight: int, *, verify: bool
) -> Row:
    async with lab.bot(Ours(name), store) as running:
        await warm_up(running)
        row = await measured(running, store, turn, running.closed(candidates, in_flight), verify=verify)
    report.say(row)
    report.keep("stored", row.as_dict())
    return row


async def populate(lab: Lab, store: Store, interviews: int) -> None:
    """Fill the store, using both cores, before the measurements."""
    begun = time.monotonic()
    async with lab.bot(Ours(), store):
        pass  # opens the campaign and creates the streams' groups
    shares = [interviews // 2, interviews - interviews // 2]
    fillers = []
    for share, core in zip(shares, (BOT_CORE, SIDE_CORE), strict=True):
        command = [sys.executable, str(_POPULATE), store.url, str(lab.chats(share)), str(share)]
        fillers.append(lab.start(command, core, measured=False))
    for filler in fillers:
        if await asyncio.to_thread(filler.popen.wait):
            raise RuntimeError(f"the store could not be filled: {filler.log.read_text()[-2000:]}")
    used = (await store.client.info("memory"))["used_memory"]
    took = time.monotonic() - begun
    print(f"{interviews:,} interviews stored in {took:.0f} s, {used / 2**20:,.0f} MiB", flush=True)


def verdict(ratios: list[float]) -> str:
    """Return a line with the median of the rounds' ratios and its bootstrap interval."""
    middle = statistics.median(ratios)
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(_RESAMPLES))
    low, high = medians[int(_RESAMPLES * 0.025)], medians[int(_RESAMPLES * 0.975)]
    kept = "kept" if middle >= AIM else "MISSED"
    return f"Throughput full / empty: {middle:.3f} (95 % interval {low:.3f}-{high:.3f}); aim {AIM}: {kept}"
