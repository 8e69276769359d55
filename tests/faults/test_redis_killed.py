"""Redis is killed under load and restarted, and the running bot recovers by itself."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.running import SINGLE, own_server
from tests.faults.candidates import Crowd
from tests.faults.scenarios import World, embedded_pid, wait_for, world
from tests.servers import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]

EMBEDDED_KILLS = 3
INTERVIEWS = 60
DOWNTIMES_S = (0.1, 0.5, 11.0, 0.5, 1.5)
"""One is longer than a lease, so that the bot loses its leases and must take them again without repeats."""


async def test_a_server_of_ours_killed_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with own_server(SINGLE[0]) as server:
        async with (
            world(tmp_path, seed=2, redis_url=server.url) as here,
            _under_load(here, capsys, "an own Redis"),
        ):
            for downtime_s in DOWNTIMES_S:
                await _kill_server(here, server, downtime_s)
        assert here.kills == len(DOWNTIMES_S)


async def _kill_server(here: World, server: ServerProcess, downtime_s: float) -> None:
    await here.moment_under_load(0.3, 2.0)
    refused = here.telegram.answers["503"]
    await asyncio.to_thread(server.kill)
    here.note_kill()
    await asyncio.sleep(downtime_s)  # the downtime of the scenario
    await wait_for(lambda: here.telegram.answers["503"] > refused, "a webhook that is refused without Redis")
    acknowledged = here.telegram.deliveries
    await asyncio.to_thread(server.start)
    await wait_for(lambda: here.telegram.deliveries > acknowledged, "the first update after Redis came back")


async def test_the_embedded_server_killed_is_started_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with world(tmp_path, seed=3) as here, _under_load(here, capsys, "the embedded Redis"):
        for _ in range(EMBEDDED_KILLS):
            await here.moment_under_load(0.3, 2.0)
            pid = embedded_pid(here.installation.data)
            assert pid
            os.kill(pid, signal.SIGKILL)
            here.note_kill()
            acknowledged = here.telegram.deliveries
            await wait_for(
                lambda acknowledged=acknowledged: here.telegram.deliveries > acknowledged + 100,  # type: ignore[misc]
                "updates after the embedded Redis was killed",
            )


@contextlib.asynccontextmanager
async def _under_load(here: World, capsys: pytest.CaptureFixture[str], name: str) -> AsyncIterator[None]:
    """Run a bot under load during the block, then verify everything."""
    bot = here.installation.process("run")
    here.telegram.addresses = [bot.address]
    bot.start()
    await here.ready(bot)
    crowd = Crowd(here.telegram, ("hasty", "waiting", "fragments"), here.chance, at_once=60)
    killing = True
    load = asyncio.create_task(crowd.come(INTERVIEWS, while_=lambda: killing))
    try:
        yield
        killing = False
        await here.all_through(crowd, load)
    finally:
        load.cancel()
    assert here.telegram.answers["503"], "no webhook was refused while Redis was down"
    assert set(here.telegram.answers) == {"200", "503"}, "the bot itself was never out of reach"
    with capsys.disabled():
        found = await here.verify(f"kill -9 of {name}", crowd)
    assert not found.repeated, "only a bot that dies may repeat a message"
    assert bot.running
