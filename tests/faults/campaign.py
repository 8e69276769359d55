"""A fault campaign: a whole installation of real processes under load, to which the faults of a plan happen."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from tests.faults.candidates import Crowd, Manner
from tests.faults.plan import PROCESSES, Fault, Redis
from tests.faults.processes import CAMPAIGNS, Process
from tests.faults.redis_faults import RedisOfCampaign, redis_of
from tests.faults.scenarios import ARRIVES_WITHIN_S, START_S, World, world
from tests.faults.troubled_platform import Trouble, TroubledTelegram
from tests.faults.verifying import Findings

_MANNERS: tuple[Manner, ...] = ("waiting", "hasty", "fragments")
_REST_S = 600.0
_LEASE_S = 6.0


class Campaign:
    """One run. `log` is called with a line for each fault."""

    def __init__(self, here: World, redis: RedisOfCampaign, platform: TroubledTelegram) -> None:
        self._here = here
        self._redis = redis
        self._platform = platform
        self._starting: set[asyncio.Task[None]] = set()
        self._processes: list[Process] = []
        self.done: Counter[str] = Counter()

    async def start(self) -> None:
        """Start all processes, and wait until the web servers answer."""
        self._processes = [self._here.installation.process(*each.split()) for each in PROCESSES]
        for process in self._processes:
            process.start()
        servers = [each for each in self._processes if each.arguments == ("serve",)]
        for process in servers:
            await self._here.ready(process)
        self._platform.addresses = [each.address for each in servers]

    async def suffer(self, faults: list[Fault]) -> None:
        """Let these happen one after another, each under load. At the end everything runs again."""
        for number, fault in enumerate(faults, 1):
            await asyncio.sleep(fault.pause_s)
            print(f"{time.strftime('%H:%M:%S')} {number}/{len(faults)} {fault}", flush=True)
            started = time.monotonic()
            await self._happen(fault)
            if fault.kind in ("hang", "disk-full") or fault.kind.startswith("redis"):
                self._here.disturbed.append((started, time.monotonic()))
            self.done[fault.kind] += 1
            left = fault.lasts_s - (time.monotonic() - started)
            if left > 0:
                await asyncio.sleep(left)
        await asyncio.gather(*self._starting)

    async def _happen(self, fault: Fault) -> None:
        victim, platform = self._processes[fault.victim], self._platform
        match fault.kind.partition("-")[::2]:
            case "kill", _:
                if victim.running:
                    self._here.note_kill()
                    victim.kill()
                    self._start_again(victim, fault.lasts_s)
            case "stop", _:
                if victim.running:
                    self._starting.add(asyncio.create_task(self._restart(victim)))
            case "hang", _:
                if victim.running:
                    victim.pause()
                    await asyncio.sleep(fault.lasts_s)
                    victim.resume()
            case "clock", _:
                victim.set_clock(fault.jump_s)
                await asyncio.sleep(fault.lasts_s)
                victim.set_clock(0)
            case (("redis" | "disk"), _):
                await self._redis.suffer(fault.kind, fault.lasts_s)
            case "platform", what:
                platform.trouble = _TROUBLES[what]
                await asyncio.sleep(fault.lasts_s)
                platform.trouble = ""

    def _start_again(self, process: Process, after_s: float) -> None:
        async def start() -> None:
            await asyncio.sleep(after_s)
            process.start()

        self._starting.add(asyncio.create_task(start()))

    async def _restart(self, process: Process) -> None:
        code, _ = await process.stop(START_S)
        assert code == 0, f"{process.arguments} ended with {code}:\n{process.tail()}"
        process.start()


_TROUBLES: dict[str, Trouble] = {
    "down": "down", "429": "429", "5xx": "5xx", "hang": "hang", "nonsense": "nonsense"
}  # fmt: skip


@contextlib.asynccontextmanager
async def installation(folder: Path, seed: int, kind: Redis) -> AsyncIterator[tuple[World, Campaign]]:
    """Open an installation on a Redis of its own."""
    async with redis_of(kind) as redis:
        opened = world(folder, seed, redis_url=redis.url, platform=TroubledTelegram, settings=redis.settings)
        async with opened as here:
            platform = here.telegram
            assert isinstance(platform, TroubledTelegram)
            yield here, Campaign(here, redis, platform)


async def run(folder: Path, seed: int, faults: list[Fault], at_once: int, redis: Redis = "single") -> Findings:
    """Run a campaign, with `at_once` candidates at any time, and return what was found.

    Raises AssertionError if a guarantee was violated.
    """
    async with installation(folder, seed, redis) as (here, campaign):
        await campaign.start()
        crowd = Crowd(here.telegram, _MANNERS, here.chance, at_once)
        async with asyncio.TaskGroup() as group:
            suffering = group.create_task(campaign.suffer(faults))
            come = crowd.come(at_once, while_=lambda: not suffering.done())
            await here.all_through(crowd, come, 4 * sum(each.pause_s + each.lasts_s for each in faults) + _REST_S)
        await asyncio.sleep(_LEASE_S)  # what is still to be sent again arrives
        found = await here.verify(f"seed {seed}, {len(faults)} faults", crowd)
        for each in CAMPAIGNS:
            await here.installation.command("recount", each)
        print(f"faults: {dict(campaign.done)}")
        print(_repeats(here, crowd, found))
        return found


def _repeats(here: World, crowd: Crowd, found: Findings) -> str:
    """Return how many messages came again, and why.

    Until the platform has answered, nobody can know that a message arrived. After that, it has to be recorded.
    """
    sent = sum(len(each.chat.sent) for each in crowd.candidates)
    unknown, gaps_ms = 0, list[int]()
    for _, each in found.repeated:
        answered = here.telegram.answered.get(each, float("inf"))
        if any(each.at - ARRIVES_WITHIN_S < killed <= answered for killed in here.killed_at):
            unknown += 1
        else:
            gaps_ms += [round(1000 * min((at - answered for at in here.killed_at if at > answered), default=-1.0))]
    share = 100 * len(found.repeated) / max(1, sent)
    return (
        f"{sent} messages to candidates, {len(found.repeated)} came again ({share:.2f} %): {unknown} because a "
        f"process died before the platform had answered, the others so many ms after its answer: {sorted(gaps_ms)}"
    )
