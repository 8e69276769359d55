"""Every dialogue is played through the engine alone, and through the intake with every store."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from storage.ports import Store
from tests.dialogues.playing import play
from tests.dialogues.worlds import Clock, IntakeWorld, PureWorld
from tests.dialogues.written import read, write

_FILES = sorted(Path(__file__).parent.glob("*/*.txt"))
_PURE = [path for path in _FILES if read(path).header.plays != "intake"]
"""Dialogues without strangers and second interviews, which the engine alone does not handle."""


def _each(files: Sequence[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", files, ids=[f"{path.parent.name}/{path.stem}" for path in files])


@pytest.fixture
def rewrite(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--rewrite-dialogues"))


@_each(_PURE)
async def test_engine_alone(path: Path, rewrite: bool) -> None:
    dialogue, clock = read(path), Clock(0)
    played = write(dialogue, *await play(dialogue, PureWorld(clock, dialogue.header.zone), clock))
    _compare(path, played, rewrite=rewrite)


@_each(_FILES)
async def test_intake(path: Path, store: Store, rewrite: bool) -> None:
    dialogue, clock = read(path), Clock(0)
    played = write(dialogue, *await play(dialogue, IntakeWorld(store, clock, dialogue.header.zone), clock))
    _compare(path, played, rewrite=rewrite and dialogue.header.plays == "intake")


def test_there_are_dialogues_in_both_languages() -> None:
    assert {path.parent.name for path in _FILES} == {"zh", "en"}


def _compare(path: Path, played: str, *, rewrite: bool) -> None:
    if rewrite:
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")
