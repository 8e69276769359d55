"""The drill between two servers of different versions."""

import pytest

from tests.bot.backups.drill import Drill, drill_between
from tests.bot.commands.commands import Commands
from tests.fakes.running import SINGLE, RunningServers


@pytest.fixture
def drill(xumian: Commands, servers: RunningServers) -> Drill:
    return drill_between(xumian, servers, SINGLE[0], SINGLE[-1])
