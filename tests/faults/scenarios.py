"""Common parts of the scenarios: an installation under load, its verification, and a summary."""

import asyncio
import contextlib
import os
import random
import re
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from storage.embedded.folder import ServerFolder
from tests.faults.candidates import Crowd
from tests.faults.platform import Telegram
from tests.faults.processes import ROOT, Installation, Process
from tests.faults.verifying import Findings, check_records

_POLL_S = 0.005
_THROUGH_S = 600.0  # for all candidates, on a machine where other tests run
START_S = 90.0  # for a process on a machine where all cores are busy
ARRIVES_WITHIN_S = 0.5
RECORDED_WITHIN_S = 1.0
"""How long after sending a message is recorded as sent at the latest, on a busy machine."""


async def wait_for(happened: Callable[[], bool], what: str, patience_s: float = 90) -> None:
    """Poll until `happened` holds. Raises AssertionError with `what` after `patience_s` seconds."""
    deadline = time.monotonic() + patience_s
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience_s:g} s")
        await asyncio.sleep(_POLL_S)


class World:
    """One installation, its platform, and a random generator."""

    def __init__(self, telegram: Telegram, installation: Installation, chance: random.Random) -> None:
        self.telegram = telegram
        self.installation = installation
        self.chance = chance
        self.killed_at: list[float] = []
        self.disturbed: list[tuple[float, float]] = []
        """From when to when something else happened that may keep a sent message from being recorded."""
        self.restart_s: list[float] = []

    @property
    def kills(self) -> int:
        return len(self.killed_at)

    def note_kill(self) -> None:
        """Note the time of a kill."""
        self.killed_at.append(time.monotonic())

    async def moment_under_load(self, low_s: float, high_s: float) -> None:
        """Wait a random time, and then until the bot is handling updates."""
        await asyncio.sleep(self.chance.uniform(low_s, high_s))
        await wait_for(lambda: self.telegram.posts > 0, "updates on their way to the bot")

    async def first_answer(self, process: Process) -> None:
        """Wait until a process just started acknowledges its first update, and note how long that took."""
        await wait_for(
            lambda: self.telegram.last_acknowledged > process.started, "the first answer after a start", START_S
        )
        self.restart_s.append(self.telegram.last_acknowledged - process.started)

    async def ready(self, process: Process) -> None:
        """Wait until the process's web server answers."""
        port = int(process.address.rpartition(":")[2])
        deadline = time.monotonic() + START_S
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                assert process.running, process.tail()
                assert time.monotonic() < deadline, f"{process.arguments} does not listen:\n{process.tail()}"
                await asyncio.sleep(_POLL_S)
            else:
                async with asyncio.timeout(START_S):
                    writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
                    assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
                writer.close()
                return

    async def all_through(self, crowd: Crowd, work: Awaitable[object], patience_s: float = _THROUGH_S) -> None:
        """Wait for the load to end. If it does not, raise AssertionError with where the candidates are stuck."""
        try:
            async with asyncio.timeout(patience_s):
                await work
                await wait_for(lambda: self.telegram.waiting == 0, "all updates acknowledged")
        except TimeoutError:
            done = {
                each.number for each in crowd.candidates if any(sent.button("face.4") for sent in each.chat.sent)
            }
            stuck = Findings()
            for each in crowd.candidates:
                if each.number not in done:
                    stuck.blame(each, "stuck")
            logs = "\n".join(f"== {each.arguments}\n{each.tail()}" for each in self.installation.processes)
            raise AssertionError(f"{self.telegram.waiting} updates wait\n{stuck.report()}\n{logs}") from None

    async def verify(self, name: str, crowd: Crowd) -> Findings:
        """Check everything that must hold in every scenario, and print a summary."""
        exported, audit = await asyncio.gather(
            self.installation.exported(), self.installation.command("audit", "--all")
        )
        found = check_records(crowd.candidates, exported)
        self._explain_repeats(found)
        telegram = self.telegram
        restarts = sorted(self.restart_s)
        cost = f", first answer after a start {restarts[len(restarts) // 2]:.2f} s (median)" if restarts else ""
        print(
            f"\n{name}: {len(crowd.candidates)} interviews, {found.answers} answer parts, {self.kills} kills, "
            f"{telegram.deliveries} updates, {telegram.redeliveries} redeliveries, "
            f"{len(found.repeated)} repeated messages, answers {dict(telegram.answers)}{cost}"
        )
        assert not found.wrong, found.report()
        holding = re.search(r"(\d+) records hold, (\d+) do not", audit)
        assert holding, audit
        assert holding.groups() == (str(len(crowd.candidates)), "0"), audit
        assert not telegram.wrong_answers()
        assert not telegram.without_retry_after, "a 503 without Retry-After"
        return found

    def _explain_repeats(self, found: Findings) -> None:
        """Report repeated messages that no kill explains.

        Only a process killed between sending a message and recording it may repeat that message. What it sent may
        arrive shortly after the kill.
        """
        disturbed = [*self.disturbed, *((killed, killed) for killed in self.killed_at)]
        for candidate, sent in found.repeated:
            if not any(
                since - RECORDED_WITHIN_S < sent.at < until + ARRIVES_WITHIN_S for since, until in disturbed
            ):
                found.blame(candidate, f"sent again although nothing was killed after it: {sent.text[:60]!r}")


@contextlib.asynccontextmanager
async def world(
    folder: Path,
    seed: int,
    *,
    redis_url: str = "",
    copies: int = 1,
    latency_s: float = 0.01,
    platform: type[Telegram] = Telegram,
    settings: Mapping[str, str] | None = None,
    root: Path = ROOT,
) -> AsyncIterator[World]:
    """Create an installation with both load campaigns open. All its processes are ended afterwards.

    `root` is the tree of the release that it begins with.
    """
    chance = random.Random(seed)
    async with platform(chance, latency_s=latency_s, copies=copies) as telegram:
        installation = Installation(folder, telegram.url, redis_url, **(settings or {}))
        installation.renew(root)
        try:
            await installation.open_campaigns()
            yield World(telegram, installation, chance)
        finally:
            installation.end()
            if not redis_url:
                end_embedded(installation.data)


def embedded_pid(data: Path) -> int | None:
    """Return the process id of a data folder's embedded server, or None if none answers."""
    with Redis(unix_socket_path=str(ServerFolder(data / "redis", {}).socket()), socket_timeout=5) as client:
        try:
            return int(client.info("server")["process_id"])
        except RedisError:
            return None


def end_embedded(data: Path) -> None:
    """Kill the embedded server, if one runs."""
    if pid := embedded_pid(data):
        os.kill(pid, signal.SIGKILL)
