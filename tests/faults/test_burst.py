"""Everybody sends six messages at once."""

from pathlib import Path

import pytest

from tests.faults.candidates import BURST, QUESTIONS, Crowd
from tests.faults.scenarios import world

pytestmark = [pytest.mark.faults, pytest.mark.redis]

INTERVIEWS = 300


async def test_six_messages_at_once_are_six_answers_or_six_fragments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with world(tmp_path, seed=5, latency_s=0.002) as here:
        bot = here.installation.process("run")
        here.telegram.addresses = [bot.address]
        bot.start()
        await here.ready(bot)
        crowd = Crowd(here.telegram, ("burst", "open-burst"), here.chance, at_once=INTERVIEWS)
        await here.all_through(crowd, crowd.come(INTERVIEWS), 90)
        with capsys.disabled():
            found = await here.verify("six messages at once", crowd)
        assert found.answers == INTERVIEWS // 2 * (QUESTIONS + BURST + QUESTIONS - 1)
        assert not found.repeated
        assert set(here.telegram.answers) == {"200"}
