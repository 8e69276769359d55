"""Messages that come before the rules for remarks are compiled: only those with words wait for them."""

import asyncio
import threading

import pytest

from bot.prepared_intake import PreparedIntake
from conversation import remarks
from conversation.engine import Engine
from conversation.inbound import (
    Address,
    ChoicePressed,
    CommandReceived,
    Inbound,
    OtherReceived,
    TextReceived,
    TranscriptReady,
    What,
)
from handlers.catalogues import vocabulary
from handlers.notices.notices import Notices
from storage.memory.store import MemoryStore
from tests.fakes.scene import MORNING, ZONE

SENDER = Address("telegram", "1", "42")


class Compiling:
    """Compiling the rules, which begins and ends when a test wants it to."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def prepare(self) -> None:
        self.begun.set()
        assert self.may_end.wait(20)


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> Compiling:
    compiling = Compiling()
    monkeypatch.setattr(remarks, "prepare", compiling.prepare)
    return compiling


@pytest.fixture
def intake() -> PreparedIntake:
    words = vocabulary()
    return PreparedIntake(
        MemoryStore(), Engine(words, ZONE), Notices(words, ZONE, []), now=lambda: MORNING, nonce=lambda: "nonce"
    )


@pytest.mark.parametrize(
    "what",
    [TextReceived("hello"), OtherReceived("photo", text="hello"), TranscriptReady(1, "hello", 1.0, "base", 900)],
    ids=repr,
)
async def test_words_wait(what: What, intake: PreparedIntake, compiling: Compiling) -> None:
    receiving = asyncio.create_task(intake.apply("none", Inbound("1", what, SENDER)))
    assert await asyncio.to_thread(compiling.begun.wait, 20)
    assert not receiving.done()
    compiling.may_end.set()
    assert await receiving == "stranger"
    assert await intake.apply("none", Inbound("2", what, SENDER)) == "stranger"


@pytest.mark.parametrize("what", [CommandReceived("help"), ChoicePressed("agree@1")], ids=repr)
async def test_commands_and_buttons_do_not(what: What, intake: PreparedIntake, compiling: Compiling) -> None:
    preparing = asyncio.create_task(intake.rules())
    assert await intake.apply("none", Inbound("1", what, SENDER)) == "stranger"
    assert not preparing.done()
    compiling.may_end.set()
    await preparing
