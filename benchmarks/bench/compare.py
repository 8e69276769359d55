"""The modes `compare` and `open`: all bots alternate, each run with a fresh Redis and a fresh process."""

from collections.abc import Sequence

from bench import report
from bench.bots import ALL, BASE, Bot, Ours
from bench.lab import Lab
from bench.measure import Row, measured, warm_up
from bench.monitor import commands, described

WATCHED = 200
WATCHED_S = 5.0


async def compare(lab: Lab, rounds: int, candidates: int, in_flight: int) -> None:
    """Closed loop: run every bot as fast as it can."""
    rows: list[Row] = []
    for turn in range(rounds):
        for bot in _order(ALL, turn):
            async with lab.redis(bot.fsync) as store, lab.bot(bot, store) as running:
                await warm_up(running)
                load = running.closed(round(candidates * bot.share), in_flight)
                row = await measured(running, store, turn, load)
            rows.append(row)
            report.say(row)
            report.keep("compare", row.as_dict())
    print(f"\n{report.load_table(_sorted(rows), BASE.name)}\n")
    print(await _watched(lab, in_flight))


async def open_loop(lab: Lab, rounds: int, rate: float, seconds: float, in_flight: int) -> None:
    """Open loop: send answers at a rate that both bots can sustain."""
    rows: list[Row] = []
    for turn in range(rounds):
        for bot in _order((Ours(), BASE), turn):
            async with lab.redis(bot.fsync) as store, lab.bot(bot, store) as running:
                await warm_up(running)
                row = await measured(running, store, turn, running.open(rate, seconds, in_flight))
            rows.append(row)
            report.say(row)
            report.keep("open", row.as_dict())
    print(f"\n{report.load_table(_sorted(rows), BASE.name)}")
    late = max(row.late_ms for row in rows)
    print(f"\nThe driver itself was late by at most {late:.1f} ms (99th percentile).\n")
    print(await _watched(lab, in_flight, rate))


async def _watched(lab: Lab, in_flight: int, rate: float = 0.0) -> str:
    """Count Redis commands by name in separate runs under MONITOR. Returns a table."""
    lines = []
    for bot in (Ours(), BASE, ALL[-1]):
        async with lab.redis(bot.fsync) as store, lab.bot(bot, store) as running:
            await warm_up(running)
            async with commands(store.url) as counts:
                load = running.open(rate, WATCHED_S, in_flight) if rate else running.closed(WATCHED, in_flight)
                _, played = await running.play(load)
            own, inside = described(counts, max(1, played.updates))
        report.keep("commands", {"bot": bot.name, "updates": played.updates, "commands": dict(counts)})
        lines.append([bot.name, own, inside])
    return report.table(["bot", "commands sent per update", "inside scripts, per update"], lines)


def _order(bots: Sequence[Bot], turn: int) -> Sequence[Bot]:
    """Reverse the order in every other round, so that drift of the machine affects all bots alike."""
    return bots if turn % 2 == 0 else bots[::-1]


def _sorted(rows: list[Row]) -> list[Row]:
    order = [bot.name for bot in ALL]
    return sorted(rows, key=lambda row: (order.index(row.bot), row.round))
