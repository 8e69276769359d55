"""The benchmark's processes: a fresh Redis and bot for each run, with the bot on a core of its own."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import redis.asyncio

from bench.bot_api import BotApi
from bench.bots import Bot, Surroundings
from bench.http import Pool
from bench.play import CONNECTIONS, Play, Played
from bench.updates import Webhook
from storage.embedded.binary import find_server, not_found

START_S = 60.0
BOT_CORE, SIDE_CORE = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))
"""The bot's core, and the core of everything else. They are the same if the machine has only one."""

Load = Callable[[Play], Awaitable[Played]]


def pinned(core: int, *, realtime: bool) -> Callable[[], None]:
    """Return a function for a child process to call before it runs, which pins it to the core.

    With `realtime`, the child has priority over all other work there.
    """
    policy = (os.SCHED_RR, os.sched_param(1)) if realtime else (os.SCHED_OTHER, os.sched_param(0))

    def prepare() -> None:
        os.sched_setaffinity(0, {core})
        os.sched_setscheduler(0, *policy)

    return prepare


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_s(pid: int) -> float:
    """Return the CPU seconds used so far by a process, its threads and its children."""
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    ended = times[0].children_user + times[0].children_system
    return ended + sum(each.user + each.system for each in times)


@dataclass
class Process:
    """A child process and the file with its output."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    async def listening(self, port: int) -> None:
        """Wait until the process listens on the port. Raises RuntimeError with its last output if it does not."""
        end = time.monotonic() + START_S
        while time.monotonic() < end and self.popen.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
        raise RuntimeError(f"{self.popen.args!r} does not listen: {self.log.read_text()[-2000:]}")

    async def stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            await asyncio.to_thread(self._wait)

    def _wait(self) -> None:
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


@dataclass
class Lab:
    """The servers and processes of one benchmark run. Created by `lab()`."""

    api: BotApi
    api_port: int
    folder: Path
    realtime: bool
    _chats: int = 100_000_000
    _logs: int = 0
    _processes: list[Process] = field(default_factory=list)

    def chats(self, number: int) -> int:
        """Reserve `number` unused chat ids and return the first."""
        first, self._chats = self._chats, self._chats + number
        return first

    def start(
        self, command: list[str], core: int, environment: dict[str, str] | None = None, *, measured: bool = True
    ) -> Process:
        """Start a process. One that is not `measured` gets no real-time priority."""
        self._logs += 1
        log = self.folder / f"{self._logs:03d}.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("XUMIAN_")}
        with log.open("wb") as out:
            popen = subprocess.Popen(
                command,
                cwd=self.folder,
                env=clean | (environment or {}),
                stdout=out,
                stderr=out,
                preexec_fn=pinned(core, realtime=self.realtime and measured),
            )
        process = Process(popen, log)
        self._processes.append(process)
        return process

    async def call(self, command: list[str], environment: dict[str, str]) -> None:
        """Run a command until it exits. Raises RuntimeError if it fails."""
        process = self.start(command, SIDE_CORE, environment, measured=False)
        if await asyncio.to_thread(process.popen.wait):
            raise RuntimeError(f"{command!r} failed: {process.log.read_text()[-2000:]}")

    @contextlib.asynccontextmanager
    async def redis(self, fsync: str = "everysec") -> AsyncIterator["Store"]:
        """Run a fresh Redis with an append-only file. Its data is deleted at the end of the block."""
        port = free_port()
        data = Path(tempfile.mkdtemp(dir=self.folder))
        server = find_server()
        if server is None:
            raise not_found(data)
        options = {
            "port": port, "bind": "127.0.0.1", "dir": data, "save": "", "appendonly": "yes", "appendfsync": fsync,
            "auto-aof-rewrite-percentage": 0, "maxmemory-policy": "noeviction", "loglevel": "warning",
        }  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        process = self.start([server, *words], SIDE_CORE)
        await process.listening(port)
        client = redis.asyncio.Redis(port=port)
        try:
            yield Store(f"redis://127.0.0.1:{port}/0", client)
        finally:
            await client.aclose()
            await process.stop()
            shutil.rmtree(data, ignore_errors=True)

    @contextlib.asynccontextmanager
    async def bot(self, bot: Bot, store: "Store") -> AsyncIterator["Running"]:
        """Run the bot on this store. It listens and is registered with the Bot API when the block begins."""
        around = Surroundings(
            store.url, f"http://127.0.0.1:{self.api_port}", free_port(), self.folder, store.client, self.call
        )
        await bot.prepare(around)
        before = self.api.calls["setwebhook"]
        process = self.start(bot.command(), BOT_CORE, bot.environment(around))
        try:
            await process.listening(around.port)
            if bot.sets_webhook:
                await until(lambda: self.api.calls["setwebhook"] > before, "the bot registers its webhook")
            yield Running(self, bot, process, around)
        finally:
            await process.stop()

    async def close(self) -> None:
        for process in self._processes:
            await process.stop()
        self.api.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Store:
    url: str
    client: redis.asyncio.Redis


@dataclass
class Running:
    """A running bot."""

    lab: Lab
    bot: Bot
    process: Process
    around: Surroundings

    def closed(self, number: int, in_flight: int) -> Load:
        """Return a closed-loop load of `number` new candidates."""
        first = self.lab.chats(number)
        return lambda play: play.closed(first, number, in_flight)

    def open(self, rate: float, seconds: float, in_flight: int) -> Load:
        """Return an open-loop load of new candidates who answer at a rate per second."""
        first = self.lab.chats(int(rate * seconds * 2) + in_flight)
        return lambda play: play.open(first, rate, seconds, in_flight)

    async def play(self, load: Load) -> tuple[Play, Played]:
        pool = Pool(self.around.port, CONNECTIONS)
        await pool.connect()
        webhook = Webhook(self.bot.path, self.bot.secret)
        try:
            play = Play(self.lab.api, pool, webhook, consent=self.bot.consent)
            return play, await load(play)
        finally:
            pool.close()


@contextlib.asynccontextmanager
async def lab(*, realtime: bool) -> AsyncIterator[Lab]:
    """Run the fake Bot API in this process, pinned to the second core, and yield the lab."""
    pinned(SIDE_CORE, realtime=realtime)()
    api = BotApi()
    here = Lab(api, await api.start(), Path(tempfile.mkdtemp(prefix="bench-")), realtime)
    try:
        yield here
    finally:
        await here.close()


async def until(met: Callable[[], bool], what: str, seconds: float = START_S) -> None:
    """Poll a condition until it holds. Raises RuntimeError after `seconds`."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds:.0f} s in vain until {what}")
        await asyncio.sleep(0.02)
