"""Every process is replaced while candidates answer, as in an upgrade, with this release on both sides."""

from pathlib import Path

import pytest

from tests.faults.processes import ROOT
from tests.faults.rolling import run

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]


async def test_replacing_every_process_loses_and_repeats_nothing(tmp_path: Path) -> None:
    found = await run(tmp_path, ROOT, minutes=0.15, at_once=10, most_s=60)  # other tests run beside it
    assert found.answers > 0
    assert not found.wrong
    assert not found.repeated
