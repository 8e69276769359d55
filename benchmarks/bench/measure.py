"""A measured run: latency, throughput, CPU, Redis, and whether every answer was recorded."""

import os
import resource
import statistics
from collections import Counter
from dataclasses import asdict, dataclass, field

import redis.asyncio

from bench.bots import Record
from bench.interview import QUESTIONS, answer
from bench.lab import Load, Running, Store, cpu_s
from bench.play import Play, Played

WARM_UP = 100


@dataclass(frozen=True)
class Meter:
    """The counters at one moment. CPU times are in seconds."""

    bot_s: float
    driver_s: float
    redis_s: float
    reads: int
    """Requests that Redis has read from its connections: one per round trip, even if it runs a script."""
    memory: int

    @classmethod
    async def read(cls, pid: int, client: redis.asyncio.Redis) -> "Meter":
        info = await client.info("everything")
        own = resource.getrusage(resource.RUSAGE_SELF)
        return cls(
            cpu_s(pid),
            own.ru_utime + own.ru_stime,
            info["used_cpu_user"] + info["used_cpu_sys"],
            info["total_reads_processed"],
            info["used_memory"],
        )


@dataclass(frozen=True)
class Row:
    """The results of a run.

    `core` is the bot's share of its core. `side` is the share of the other core used by driver, Bot API and Redis.
    """

    bot: str
    round: int
    candidates: int
    updates: int
    answers: int
    answers_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_us: float
    redis_us: float
    round_trips: float
    core: float
    side: float
    driver: float
    late_ms: float = 0.0
    problems: dict[str, int] = field(default_factory=dict)
    load: float = 0.0
    """The machine's one-minute load average before the run, caused by other work."""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


async def warm_up(running: Running) -> None:
    """Play some uncounted candidates, so that connections are open, code is loaded and caches are filled."""
    await running.play(running.closed(WARM_UP, 50))


async def measured(running: Running, store: Store, turn: int, load: Load, *, verify: bool = True) -> Row:
    """Run a load and measure it. With `verify`, compare the bot's whole record with what was said."""
    busy = os.getloadavg()[0]
    before = await Meter.read(running.process.pid, store.client)
    play, played = await running.play(load)
    after = await Meter.read(running.process.pid, store.client)
    problems = Counter(played.problems)
    if verify:
        problems.update(wrong(play, await running.bot.record(running.around)))
    return _row(running.bot.name, turn, played, before, after, dict(problems), busy)


def _row(
    bot: str, turn: int, played: Played, before: Meter, after: Meter, problems: dict[str, int], load: float
) -> Row:
    answers, seconds = max(1, played.answers), played.seconds
    driver = after.driver_s - before.driver_s
    redis_s = after.redis_s - before.redis_s
    p50, p95, p99 = percentiles(played.latencies_ms)
    return Row(
        bot=bot,
        round=turn,
        candidates=played.candidates,
        updates=played.updates,
        answers=played.answers,
        answers_per_s=played.steady,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        cpu_us=(after.bot_s - before.bot_s) / answers * 1e6,
        redis_us=redis_s / answers * 1e6,
        round_trips=(after.reads - before.reads - 1) / answers,
        core=(after.bot_s - before.bot_s) / seconds,
        side=(driver + redis_s) / seconds,
        driver=driver / seconds,
        late_ms=played.late_ms,
        problems=problems,
        load=load,
    )


def percentiles(sorted_ms: list[float]) -> tuple[float, float, float]:
    if len(sorted_ms) < 2:
        return (0.0, 0.0, 0.0)
    cuts = statistics.quantiles(sorted_ms, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def wrong(play: Play, kept: Record) -> dict[str, int]:
    """Count the differences between the record and what was said, by kind.

    For interviews in progress, the answers given so far are compared.
    """
    lost = twice = misplaced = 0
    for chat, candidate in play.candidates.items():
        finished = candidate.expects < 0
        if not finished and chat not in kept:
            continue  # the peers' record has finished interviews only
        given = QUESTIONS if finished else max(0, candidate.expects - 2)
        said = [answer(chat, number) for number in range(1, given + 1)]
        got = kept.get(chat, [])
        lost += len(set(said) - set(got))
        twice += len(got) - len(set(got))
        misplaced += set(said) <= set(got) and got[: len(said)] != said
    found = {"lost": lost, "kept twice": twice, "under the wrong question": misplaced}
    return {name: count for name, count in found.items() if count}
