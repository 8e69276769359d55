"""The bot is stopped by SIGTERM under load, as in a deployment."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.candidates import Crowd
from tests.faults.scenarios import World, world

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]

STOPS = 3
INTERVIEWS = 80
WITHIN_S = 15.0


async def test_a_stop_loses_and_repeats_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with world(tmp_path, seed=6) as here:
        took: list[float] = []
        crowd = Crowd(here.telegram, ("waiting", "fragments", "hasty"), here.chance, at_once=60)
        async with asyncio.TaskGroup() as group:
            stopper = group.create_task(_stop_and_start(here, took))
            await here.all_through(crowd, crowd.come(INTERVIEWS, while_=lambda: not stopper.done()))
        with capsys.disabled():
            found = await here.verify("SIGTERM", crowd)
            print(f"stops took {', '.join(f'{each:.2f}' for each in took)} s")
        assert not found.repeated, "a stop in good order repeats no message"


async def _stop_and_start(here: World, took: list[float]) -> None:
    bot = here.installation.process("run")
    here.telegram.addresses = [bot.address]
    bot.start()
    await here.ready(bot)
    for _ in range(STOPS):
        await here.moment_under_load(0.5, 2.5)
        code, seconds = await bot.stop(WITHIN_S)
        took.append(seconds)
        assert code == 0, bot.tail()
        bot.start()
        await here.first_answer(bot)
