"""Every part runs twice on one Redis, some are killed, and every update is delivered up to three times."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.running import SINGLE, own_server
from tests.faults.candidates import Crowd
from tests.faults.processes import Process
from tests.faults.scenarios import World, world

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]

KILLS = 6
INTERVIEWS = 100
COPIES = 3


async def test_two_of_each_part_work_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with own_server(SINGLE[0]) as server:
        async with world(tmp_path, seed=4, redis_url=server.url, copies=COPIES) as here:
            processes = await _start(here)
            crowd = Crowd(here.telegram, ("waiting", "fragments", "hasty"), here.chance, at_once=50)
            async with asyncio.TaskGroup() as group:
                killer = group.create_task(_kill_now_and_then(here, processes))
                await here.all_through(crowd, crowd.come(INTERVIEWS, while_=lambda: not killer.done()))
            with capsys.disabled():
                await here.verify("two of each part", crowd)
            assert here.kills == KILLS
            assert here.telegram.redeliveries > here.telegram.deliveries / 2
            assert all(process.running for process in processes)


async def _start(here: World) -> list[Process]:
    parts = (("serve",), ("work", "delivery"), ("work", "timers"))
    processes = [here.installation.process(*part) for part in parts for _ in range(2)]
    for process in processes:
        process.start()
    servers = [process for process in processes if process.arguments == ("serve",)]
    for process in servers:
        await here.ready(process)
    here.telegram.addresses = [process.address for process in servers]
    return processes


async def _kill_now_and_then(here: World, processes: list[Process]) -> None:
    """Kill and restart the processes in random order: web servers, deliveries, timers."""
    for victim in here.chance.sample(processes, KILLS):
        await here.moment_under_load(0.5, 2.0)
        victim.kill()
        here.note_kill()
        await here.moment_under_load(0.5, 2.0)  # the other process of the kind is alone meanwhile
        victim.start()
        if victim.arguments == ("serve",):
            await here.ready(victim)
