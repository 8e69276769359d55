"""The bot's process is killed at random moments under load, again and again."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.candidates import Crowd
from tests.faults.scenarios import World, embedded_pid, world

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]

KILLS = 30
INTERVIEWS = 200


async def test_kill_9_of_the_bot_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with world(tmp_path, seed=1) as here:
        crowd = Crowd(here.telegram, ("hasty", "waiting", "fragments"), here.chance, at_once=60)
        async with asyncio.TaskGroup() as group:
            killer = group.create_task(_kill_again_and_again(here))
            come = crowd.come(INTERVIEWS, while_=lambda: not killer.done())
            await here.all_through(crowd, come)
        with capsys.disabled():
            await here.verify("kill -9 of the bot", crowd)
        assert here.kills == KILLS
        assert len(crowd.candidates) >= INTERVIEWS


async def _kill_again_and_again(here: World) -> None:
    """Kill the bot after random short times. The same embedded Redis survives all kills."""
    bot = here.installation.process("run")
    here.telegram.addresses = [bot.address]
    bot.start()
    await here.ready(bot)
    server = embedded_pid(here.installation.data)
    assert server
    while here.kills < KILLS:
        await here.moment_under_load(0.0, 1.5)
        assert here.telegram.waiting
        bot.kill()
        here.note_kill()
        assert embedded_pid(here.installation.data) == server
        bot.start()
        await here.first_answer(bot)
    assert embedded_pid(here.installation.data) == server
