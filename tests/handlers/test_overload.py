"""A process to which more comes than it can commit."""

import asyncio

import pytest

from conversation import inbound as i
from storage.errors import StoreUnavailable
from storage.memory.store import MemoryStore
from storage.ports import Answer, Commit
from tests.fakes.scene import Scene


async def test_a_process_with_too_much_to_commit_refuses_at_once_and_recovers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(MemoryStore())
    monkeypatch.setattr("handlers.intake.receive.MOST_IN_PROGRESS", 3)
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    may_go, plain = asyncio.Event(), scene.store.interviews.commit

    async def slow(commit: Commit) -> Answer:
        await may_go.wait()
        return await plain(commit)

    scene.store.interviews.commit = slow  # type: ignore[method-assign]
    messages = [anna.brings(i.TextReceived(f"part {number}")) for number in range(5)]
    waiting = [asyncio.create_task(anna.intake.receive(each)) for each in messages[:3]]
    await asyncio.sleep(0)
    for refused in messages[3:]:
        with pytest.raises(StoreUnavailable):
            await anna.intake.receive(refused)
    assert scene.counted.count(("overloaded", "telegram")) == 2
    may_go.set()
    assert await asyncio.gather(*waiting) == ["committed"] * 3
    for again in messages[3:]:  # as the platform sends it again
        assert await anna.intake.receive(again) == "committed"
    assert sorted(part.text for part in (await scene.state(interview)).parts) == [f"part {n}" for n in range(5)]
