"""All candidates send six messages at once, sometimes to a bot that is slow to accept them."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.candidates import BURST, QUESTIONS, Crowd
from tests.faults.processes import Process
from tests.faults.scenarios import World, world

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]

INTERVIEWS = 300
STALLS = 4
STALL_S = 1.5
"""Long enough that the messages' send times, in whole seconds, are clearly before their arrival."""


async def test_six_messages_at_once_are_six_answers_or_six_fragments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with world(tmp_path, seed=5, latency_s=0.002) as here:
        bot = here.installation.process("run")
        here.telegram.addresses = [bot.address]
        bot.start()
        await here.ready(bot)
        crowd = Crowd(here.telegram, ("burst", "open-burst"), here.chance, at_once=INTERVIEWS)
        async with asyncio.TaskGroup() as group:
            group.create_task(_stall(here, bot))
            await here.all_through(crowd, crowd.come(INTERVIEWS))
        with capsys.disabled():
            found = await here.verify("six messages at once", crowd)
        assert found.answers == INTERVIEWS // 2 * (QUESTIONS + BURST + QUESTIONS - 1)
        assert not found.repeated
        assert set(here.telegram.answers) == {"200"}


async def _stall(here: World, bot: Process) -> None:
    """Pause the bot a few times while messages are on their way to it."""
    for _ in range(STALLS):
        await here.moment_under_load(0.1, 0.4)
        bot.pause()
        await asyncio.sleep(STALL_S)
        bot.resume()
