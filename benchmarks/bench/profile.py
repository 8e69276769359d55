"""The mode `profile`: where the bot spends its time, measured by py-spy."""

import shutil
import sys
from collections import Counter
from pathlib import Path

from bench import report
from bench.bots import Ours
from bench.lab import SIDE_CORE, Lab, Process, Running
from bench.measure import warm_up

RATE_PER_S = 400
SECONDS = 10
_TOP = 25
_AREAS = (
    (
        "uvicorn, starlette and the webhook's route",
        ("uvicorn/", "starlette/", "bot/web/http.py", "/webhook.py", "bot/web/routes.py"),
    ),
    ("Redis client", ("redis/", "storage/", "hiredis")),
    (
        "sending: HTTP client, delivery",
        (
            "bot/channels/shared/http_c",
            "aiohttp/",
            "aiogram/",
            "bot/runtime/delivery.py",
            "bot/runtime/lanes.py",
            "yarl/",
        ),
    ),
    ("Telegram: parse, render, session", ("channels/telegram/",)),
    ("the interview: engine, audit chain, texts", ("conversation/",)),
    ("intake", ("handlers/",)),
    ("asyncio and uvloop", ("asyncio/", "uvloop/")),
)


async def profile(lab: Lab, in_flight: int, rate: float) -> None:
    """Run py-spy on the bot while candidates play, at `rate` answers a second, or at full speed if it is 0.

    py-spy needs permission to trace: root, or ptrace_scope 0.
    """
    spy = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if spy is None:
        raise RuntimeError("py-spy is not installed: pip install -r benchmarks/requirements.txt")
    raw = lab.folder / "stacks.txt"
    async with lab.redis() as store, lab.bot(Ours(), store) as running:
        await warm_up(running)
        command = [
            spy, "record", "--pid", str(running.process.pid), "--duration", str(SECONDS),
            "--rate", str(RATE_PER_S), "--format", "raw", "--output", str(raw),
        ]  # fmt: skip
        watcher = lab.start(command, SIDE_CORE)
        await _load(running, watcher, in_flight, rate)
    if watcher.popen.returncode:
        raise RuntimeError(f"py-spy failed: {watcher.log.read_text()[-1000:]}")
    print(_described(raw.read_text("utf-8")))


async def _load(running: Running, watcher: Process, in_flight: int, rate: float) -> None:
    while watcher.popen.poll() is None:
        load = running.open(rate, SECONDS / 4, in_flight) if rate else running.closed(500, in_flight)
        await running.play(load)


def _described(stacks: str) -> str:
    """Return tables of own time by area and by function, and of each function's time including its callees."""
    own: Counter[str] = Counter()
    below: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [frame.rsplit(":", 1)[0].rstrip(")") for frame in stack.split(";")]
        own[frames[-1]] += int(count)
        areas[_area(frames)] += int(count)
        for frame in set(frames):
            below[frame] += int(count)
    total = own.total()
    parts = [
        report.table(["area", "share of the time"], _shares(areas, total)),
        report.table(["function, own time", "share"], _shares(own, total)),
        report.table(["function with all that it calls", "share"], _shares(_not_all(below, total), total)),
    ]
    return "\n\n".join(parts)


def _shares(counts: Counter[str], total: int) -> list[list[str]]:
    return [[name, f"{count / total:.1%}"] for name, count in counts.most_common(_TOP)]


def _not_all(below: Counter[str], total: int) -> Counter[str]:
    """Remove the functions below which everything runs, such as the command line and the loop's start."""
    return Counter({name: count for name, count in below.items() if count < 0.98 * total})


def _area(frames: list[str]) -> str:
    """Return the area of the innermost frame that has one. asyncio counts only if no other area matches."""
    for frame in reversed(frames):
        for name, marks in _AREAS[:-1]:
            if any(mark in frame for mark in marks):
                return name
    return _AREAS[-1][0]
