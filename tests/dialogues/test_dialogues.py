"""Every dialogue, through the engine alone and through the intake with every store."""

from pathlib import Path

import pytest

from storage.ports import Store
from tests.dialogues.playing import play
from tests.dialogues.worlds import Clock, IntakeWorld, PureWorld, World
from tests.dialogues.written import Dialogue, read, write

_FOLDER = Path(__file__).parent
_FILES = sorted(_FOLDER.glob("*/*.txt"))
every_dialogue = pytest.mark.parametrize(
    "path", _FILES, ids=[f"{path.parent.name}/{path.stem}" for path in _FILES]
)


async def _compare(path: Path, dialogue: Dialogue, world: World, clock: Clock, *, rewrite: bool) -> None:
    played = write(dialogue, *await play(dialogue, world, clock))
    if rewrite:
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")


@every_dialogue
async def test_engine_alone(path: Path, pytestconfig: pytest.Config) -> None:
    dialogue, clock = read(path), Clock(0)
    if dialogue.header.plays == "intake":
        return  # strangers and second interviews never reach the engine
    zone = dialogue.header.start.tzinfo
    assert zone is not None
    rewrite = bool(pytestconfig.getoption("--rewrite-dialogues"))
    await _compare(path, dialogue, PureWorld(clock, zone), clock, rewrite=rewrite)


@every_dialogue
async def test_intake(path: Path, store: Store, pytestconfig: pytest.Config) -> None:
    dialogue, clock = read(path), Clock(0)
    zone = dialogue.header.start.tzinfo
    assert zone is not None
    rewrite = bool(pytestconfig.getoption("--rewrite-dialogues")) and dialogue.header.plays == "intake"
    await _compare(path, dialogue, IntakeWorld(store, clock, zone), clock, rewrite=rewrite)
