"""How many acknowledged writes are lost when a master is cut off from its replicas, stays within reach of its
clients, and is replaced: `python -m tests.faults.partitions`. Each way to be durable in turn, in partition after
partition. Needs Linux and two cores for itself.
"""

import argparse
import asyncio
import itertools
import sys
import time
from dataclasses import dataclass, field

from storage.errors import StoreUnavailable
from storage.ports import Committed
from storage.redis.store import RedisStore
from tests.faults.private_network import HERE, enter
from tests.faults.redundant_redis import Redundant, cut_off, start_again, started
from tests.servers import ServerProcess, available_servers
from tests.storage.commits import commit

_BEFORE_S, _CUT_S, _AFTER_S = 1.0, 8.0, 2.0
_AT_ONCE = 20
_PAUSE_S = 0.1
_LAG = {"min-replicas-max-lag": "2"}


@dataclass(frozen=True)
class Setting:
    """A way to be durable: its name, whether XUMIAN_DURABILITY is `replicated`, and the servers' settings."""

    name: str
    replicated: bool
    servers: dict[str, str] = field(default_factory=dict)


SETTINGS = (
    Setting("fsync", False),
    Setting("fsync, min-replicas-to-write 1", False, {"min-replicas-to-write": "1", **_LAG}),
    Setting("replicated", True),
    Setting("replicated, min-replicas-to-write 2", True, {"min-replicas-to-write": "2", **_LAG}),
)
SIDES = ("alone", "with a replica")
"""Who is on the master's side of the partition."""


@dataclass
class Written:
    """The names of what was acknowledged, and how long nothing was, at most, in seconds."""

    names: list[str] = field(default_factory=list)
    refused: int = 0
    last: float = field(default_factory=time.monotonic)
    longest_s: float = 0.0

    def acknowledged(self, name: str) -> None:
        now = time.monotonic()
        self.longest_s = max(self.longest_s, now - self.last)
        self.last = now
        self.names.append(name)


async def write(store: RedisStore, written: Written, names: "itertools.count[int]", stop: asyncio.Event) -> None:
    """Commit the first entry of one new interview after another. What is refused is given up."""
    while not stop.is_set():
        name = f"interview{next(names)}"
        try:
            if isinstance(await store.interviews.commit(commit(name, 1)), Committed):
                written.acknowledged(name)
        except StoreUnavailable:
            written.refused += 1
        await asyncio.sleep(_PAUSE_S)


def cut(redis: Redundant, master: ServerProcess, side: str) -> None:
    """Cut a master off from the rest, alone or with one of its replicas. Clients still reach everybody."""
    if side == SIDES[0]:
        cut_off(redis, master, clients=False)
        return
    beside = next(each for each in redis.nodes if each is not master)
    inside = {master.host, beside.host}
    redis.net.cut(inside, {each.address for each in redis.net.machines} - inside)


async def partition(redis: Redundant, setting: Setting, side: str, names: "itertools.count[int]") -> Written:
    """Write through one partition, and return what was acknowledged. At the end all is mended."""
    store = RedisStore.at(redis.url, replicas=int(setting.replicated))
    await store.check()
    written, stop = Written(), asyncio.Event()
    writers = [asyncio.create_task(write(store, written, names, stop)) for _ in range(_AT_ONCE)]
    await asyncio.sleep(_BEFORE_S)
    cut(redis, redis.masters()[0], side)
    await asyncio.sleep(_CUT_S)
    redis.net.mend()
    await asyncio.to_thread(start_again, redis)
    await asyncio.sleep(_AFTER_S)
    stop.set()
    await asyncio.gather(*writers)
    await store.close()
    return written


async def lost(redis: Redundant, written: Written) -> int:
    """Return how much of what was acknowledged is not there."""
    store = RedisStore.at(redis.url)
    try:
        found = 0
        for start in range(0, len(written.names), 500):
            found += len(await store.interviews.load_many(written.names[start : start + 500]))
        return len(written.names) - found
    finally:
        await store.close()


async def measure(kind: str, binary: str, setting: Setting, side: str, times: int) -> None:
    """Print a line of the table: a setting in so many partitions."""
    redis = started(kind, available_servers()[binary], setting.servers)
    names = itertools.count()
    try:
        acknowledged, gone, in_any, longest = 0, 0, 0, 0.0
        for _ in range(times):
            written = await partition(redis, setting, side, names)
            missing = await lost(redis, written)
            acknowledged, gone, in_any = acknowledged + len(written.names), gone + missing, in_any + bool(missing)
            longest = max(longest, written.longest_s)
        print(
            f"| {setting.name} | {side} | {times} | {acknowledged:,} | {gone:,} | {in_any} | {longest:.1f} s |",
            flush=True,
        )
    finally:
        redis.close()


async def main(options: argparse.Namespace) -> None:
    print(f"{options.redis}, {options.server}, {_CUT_S:g} s each, {_AT_ONCE} writers, clients at {HERE}")
    print("| setting | master is cut off | partitions | acknowledged | lost | with a loss | longest wait |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for side in SIDES[: 1 if options.redis == "cluster" else 2]:
        for setting in SETTINGS:
            if not options.only or setting.name in options.only:
                await measure(options.redis, options.server, setting, side, options.partitions)


def arguments() -> argparse.Namespace:
    servers = list(available_servers())
    parser = argparse.ArgumentParser(prog="python -m tests.faults.partitions", description=__doc__)
    parser.add_argument("--redis", choices=("sentinel", "cluster"), default="sentinel")
    parser.add_argument("--partitions", type=int, default=10, help="of each setting (default 10)")
    parser.add_argument("--server", choices=servers, default=servers[0], help="which program")
    parser.add_argument("--only", action="append", default=[], help="only the settings of this name")
    return parser.parse_args()


if __name__ == "__main__":
    enter("tests.faults.partitions", sys.argv[1:])
    asyncio.run(main(arguments()))
