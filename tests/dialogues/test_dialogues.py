"""Every dialogue, through the engine alone and through the intake: with the store in memory, and with one of the
servers at hand or the cluster in turn."""

from itertools import cycle
from pathlib import Path

import pytest

from storage.memory import MemoryStore
from storage.ports import Store
from storage.redis_store import RedisStore
from tests.dialogues.playing import play
from tests.dialogues.worlds import Clock, IntakeWorld, PureWorld
from tests.dialogues.written import read, write
from tests.fakes.running import CLUSTER, SINGLE, RunningServers

_FILES = sorted(Path(__file__).parent.glob("*/*.txt"))


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


every_dialogue = pytest.mark.parametrize("path", _FILES, ids=_name)
each_on_a_server = pytest.mark.parametrize(
    ("path", "label"),
    [
        pytest.param(
            path,
            label,
            id=f"{_name(path)}-{label}",
            marks=[pytest.mark.redis, *([pytest.mark.cluster] if label == CLUSTER else [])],
        )
        for path, label in zip(_FILES, cycle([*SINGLE, CLUSTER]), strict=False)
    ],
)


@pytest.fixture
def rewrite(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--rewrite-dialogues"))


@every_dialogue
async def test_engine_alone(path: Path, rewrite: bool) -> None:
    dialogue, clock = read(path), Clock(0)
    if dialogue.header.plays == "intake":  # strangers and second interviews never reach the engine
        return
    played = write(dialogue, *await play(dialogue, PureWorld(clock, dialogue.header.zone), clock))
    _compare(path, played, rewrite=rewrite)


@every_dialogue
async def test_intake_in_memory(path: Path, rewrite: bool) -> None:
    await _through_the_intake(path, MemoryStore(), rewrite=rewrite)


@each_on_a_server
async def test_intake_on_redis(path: Path, label: str, servers: RunningServers) -> None:
    store = RedisStore.at(servers.empty(label))
    await _through_the_intake(path, store, rewrite=False)
    await store.close()


async def _through_the_intake(path: Path, store: Store, *, rewrite: bool) -> None:
    dialogue, clock = read(path), Clock(0)
    played = write(dialogue, *await play(dialogue, IntakeWorld(store, clock, dialogue.header.zone), clock))
    _compare(path, played, rewrite=rewrite and dialogue.header.plays == "intake")


def test_there_are_dialogues_in_both_languages() -> None:
    assert {path.parent.name for path in _FILES} == {"zh", "en"}


def _compare(path: Path, played: str, *, rewrite: bool) -> None:
    if rewrite:
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")
