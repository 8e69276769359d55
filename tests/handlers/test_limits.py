"""Limits through the intake: what is not recorded is answered now and then, costs little, and holds up nothing."""

from collections.abc import Sequence

import pytest

from conversation import inbound as i
from conversation.limits import MOST_MESSAGES
from conversation.outbound import OutboundMessage
from handlers.intake.receive import Intake
from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.fakes.scene import Person, Scene
from tests.fakes.traffic import bytes_sent


class Reply:
    """A response that takes any number of messages."""

    def __init__(self) -> None:
        self.payload = b""

    def fill(self, messages: Sequence[OutboundMessage], room: int | None, language: str) -> tuple[bytes, int]:
        return "|".join(message.text for message in messages).encode(), len(messages)


async def answering(store: Store) -> tuple[Scene, Person, str]:
    """Somebody at an open question."""
    scene = Scene(store)
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    return scene, anna, interview


async def with_a_full_answer() -> tuple[Scene, Person, str]:
    scene, anna, interview = await answering(MemoryStore())
    for number in range(MOST_MESSAGES):
        await anna.says(f"I know ==={number}=== things.")
    await anna.hears()
    return scene, anna, interview


async def test_what_comes_after_a_full_answer_is_refused_once_in_the_record_and_seldom_in_words() -> None:
    scene, anna, interview = await with_a_full_answer()
    await anna.says("And one more thing.")
    (said,) = await anna.hears()
    assert said.startswith("Everything so far is saved ✓ An answer may have 100 messages")
    before = await scene.record(interview)
    for number in range(200):
        assert await anna.says(f"More ==={number}===") == "nothing"
    assert await anna.hears() == [said]
    assert await scene.record(interview) == before
    await anna.presses("submit@0")
    state = await scene.state(interview)
    assert (state.index, state.full) == (1, False)
    await scene.entries(interview)


async def test_every_one_is_answered_where_the_answer_is_the_response() -> None:
    _, anna, _ = await with_a_full_answer()
    for _ in range(3):
        reply = Reply()
        await anna.intake.receive(anna.brings(i.TextReceived("One more thing.")), reply)
        assert reply.payload.startswith(b"Everything so far is saved")


async def test_nothing_is_said_where_nothing_may_be_sent() -> None:
    scene, anna, _ = await with_a_full_answer()
    await anna.says("One more thing.")
    await anna.hears()
    shut = i.Window(scene.clock.now + 1000, 0)
    inbound = i.Inbound("in:shut", i.TextReceived("More."), anna.address, message="m", window=shut)
    assert await anna.intake.receive(inbound) == "nothing"
    assert await anna.hears() == []


async def test_a_process_that_does_not_know_the_newest_state_looks_before_it_refuses() -> None:
    scene, anna, interview = await with_a_full_answer()
    await anna.says("This is refused.")
    other: Intake = scene.process()
    await other.receive(anna.brings(i.ChoicePressed("redo@0")))
    assert await anna.says("I begin anew.") == "committed"
    assert [part.text for part in (await scene.state(interview)).parts] == ["I begin anew."]


async def test_what_is_refused_again_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, anna, _ = await with_a_full_answer()
    await anna.says("This is refused.")

    async def never(_: str) -> None:
        raise AssertionError("the record is known")

    monkeypatch.setattr(scene.store.interviews, "load", never)
    assert await anna.says("This, too.") == "nothing"


async def test_a_fragment_costs_the_same_however_long_the_answer_is(
    redis_store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The open answer and, while it is changed, an answer that waits."""
    scene, anna, interview = await answering(redis_store)
    sizes = bytes_sent(redis_store, monkeypatch)

    async def cost(number: int) -> int:
        sizes.clear()
        await anna.says(f"{number:03} {'x' * 196}")
        return sum(sizes)

    costs = [await cost(number) for number in range(90)][1:]
    assert max(costs) - min(costs) < 60
    assert max(costs) < 2_500
    await anna.presses("redo@0", "undo@0")
    assert abs(await cost(91) - costs[-1]) < 60
    assert len((await scene.state(interview)).parts) == 91
