"""Measure a start: from the command to the first answered webhook, and what the process does after it.

Prints medians (least-most) of wall and CPU seconds, and of memory. With `--checkout`, given once or more, the code
in these folders is run instead, in turn.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path

import psutil
import uvloop
from bench.bots import CAMPAIGN, SECRET, Ours, Surroundings
from bench.http import Pool
from bench.lab import BOT_CORE, Lab, cpu_s, free_port, lab, until
from bench.report import keep, spread, table
from bench.updates import Webhook

HERE = Path(__file__).parent.parent
CHAT = 4711
LAST_TEXT = "setmyshortdescription"
LANGUAGES = ("en", "zh")
EVERY_S = 0.02
LEAST = 20
"""How often a candidate writes after the first answer."""
TRIES_S = 60.0
MIB = 1 << 20


@dataclass(frozen=True)
class Started(Ours):
    """One part of our bot, with the code in a folder."""

    name: str = ""
    code: Path = Path()
    part: str = ""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bot", self.part]

    def environment(self, around: Surroundings) -> dict[str, str]:
        return {**super().environment(around), "PYTHONPATH": str(self.code)}


@dataclass(frozen=True)
class Start:
    """What one start took. The `later` figures are of the whole time in which it was watched."""

    code: str
    answered_s: float
    cpu_s: float
    rss_mib: float
    cpu_later_s: float
    rss_later_mib: float
    p99_later_ms: float
    longest_later_ms: float


COLUMNS = (
    ("first answer s", "answered_s", 2),
    ("CPU s", "cpu_s", 2),
    ("RSS MiB", "rss_mib", 0),
    ("CPU s in all", "cpu_later_s", 2),
    ("RSS MiB then", "rss_later_mib", 0),
    ("p99 ms meanwhile", "p99_later_ms", 1),
    ("longest ms", "longest_later_ms", 0),
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="starts of each (default: %(default)s)")
    parser.add_argument(
        "--part", choices=("run", "serve"), default="run", help="the command (default: %(default)s)"
    )
    parser.add_argument("--checkout", type=Path, action="append", help="a folder with code (default: this one)")
    parser.add_argument(
        "--again", action="store_true", help="not the first start on the store: bots are described"
    )
    parser.add_argument("--watch", type=float, default=20, help="seconds in all (default: %(default)s)")
    parser.add_argument("--realtime", action="store_true", help="go ahead of all other work on the machine (root)")
    return parser.parse_args()


async def measure(here: Lab, bot: Started, watch_s: float, *, again: bool) -> Start:
    """Start the bot on a fresh Redis, or, with `again`, on one on which it has run before."""
    async with here.redis() as store:
        around = Surroundings(
            store.url, f"http://127.0.0.1:{here.api_port}", free_port(), here.folder, store.client, here.call
        )
        await bot.prepare(around)
        if again:
            await described(here, bot, around)
        return await watched(here, bot, around, watch_s)


async def described(here: Lab, bot: Started, around: Surroundings) -> None:
    """Run the bot until its profile texts are set, the last of which is the short description in two languages."""
    before = here.api.calls[LAST_TEXT]
    process = here.start(bot.command(), BOT_CORE, bot.environment(around))
    try:
        await until(lambda: here.api.calls[LAST_TEXT] - before == len(LANGUAGES), "the bot's texts are set")
    finally:
        await process.stop()


async def watched(here: Lab, bot: Started, around: Surroundings, watch_s: float) -> Start:
    """Start the bot, write to it as soon as it listens, and go on writing until `watch_s` after the start."""
    began = time.monotonic()
    process = here.start(bot.command(), BOT_CORE, bot.environment(around))
    try:
        candidate = await Candidate.of(around.port, began + TRIES_S)
        await candidate.writes(f"/start {CAMPAIGN}")
        answered_s = time.monotonic() - began
        used_s, rss = cpu_s(process.pid), psutil.Process(process.pid).memory_info().rss
        took = [answered_s]
        while time.monotonic() < began + watch_s or len(took) < LEAST:
            await asyncio.sleep(EVERY_S)
            took.append(await candidate.writes("/help"))
        candidate.pool.close()
        later_ms = sorted(1000 * each for each in took[1:])
        return Start(
            bot.name,
            answered_s,
            used_s,
            rss / MIB,
            cpu_s(process.pid),
            psutil.Process(process.pid).memory_info().rss / MIB,
            later_ms[len(later_ms) * 99 // 100],
            later_ms[-1],
        )
    finally:
        await process.stop()


@dataclass(frozen=True)
class Candidate:
    """Writes to the bot by its webhook, over one connection."""

    pool: Pool
    webhook: Webhook

    @classmethod
    async def of(cls, port: int, until: float) -> "Candidate":
        """Connect as soon as the port is open. Raises TimeoutError if it is not at the time `until`."""
        pool = Pool(port, 1)
        while True:
            try:
                await pool.connect()
            except OSError:
                if time.monotonic() > until:
                    raise TimeoutError("the bot does not listen") from None
                await asyncio.sleep(0.005)
            else:
                return cls(pool, Webhook(Ours.path, SECRET))

    async def writes(self, text: str) -> float:
        """Return how many seconds the webhook took. Raises RuntimeError if it is not answered 200."""
        began, answered = time.monotonic(), asyncio.get_running_loop().create_future()
        self.pool.post(self.webhook.text(CHAT, text), answered.set_result)
        async with asyncio.timeout(TRIES_S):
            if (status := await answered) != HTTPStatus.OK:
                raise RuntimeError(f"the webhook was answered {status}")
        return time.monotonic() - began


def shown(starts: Sequence[Start]) -> str:
    rows = []
    for name in dict.fromkeys(each.code for each in starts):
        own = [each for each in starts if each.code == name]
        rows.append(
            [name, *(spread((getattr(each, field) for each in own), digits) for _, field, digits in COLUMNS)]
        )
    return table(["code", *(title for title, _, _ in COLUMNS)], rows)


async def main(chosen: argparse.Namespace) -> None:
    folders = [each.resolve() for each in chosen.checkout or [HERE]]
    bots = [Started(name=each.name, code=each, part=chosen.part) for each in folders]
    starts = []
    async with lab(realtime=chosen.realtime) as here:
        for bot in bots:
            await measure(here, bot, 1, again=False)  # compiles the code and reads the files into memory
        for turn in range(chosen.rounds):
            for bot in bots[:: -1 if turn % 2 else 1]:
                start = await measure(here, bot, chosen.watch, again=chosen.again)
                keep("start", asdict(start) | {"part": chosen.part, "again": chosen.again})
                print(start, flush=True)
                starts.append(start)
    print(shown(starts))


if __name__ == "__main__":
    uvloop.run(main(arguments()))
