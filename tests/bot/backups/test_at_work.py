"""A backup beside people at work: candidates who answer, and one who is erased."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.backups.making import _Making
from conversation import inbound as i
from conversation.inbound import Address
from handlers.catalogues import staff_vocabulary
from handlers.maintenance.erase import Eraser
from storage import keys
from storage.ports import ErasureOrder
from storage.redis.copying import StoreCopy
from storage.redis.store import RedisStore
from tests.bot.backups.drill import Drill
from tests.bot.backups.office import Office
from tests.storage.copies import contents

pytestmark = pytest.mark.redis
SECRET_WORDS = "one part"


async def _nothing(_sha256: str) -> None:
    """Delete no file."""


def eraser(office: Office) -> Eraser:
    return Eraser(office.store, office.intake, _nothing, staff_vocabulary(), (), lambda: office.now_ms)


async def erase(office: Office, interview: str) -> None:
    """Carry out an erasure as far as it goes at once: the record is redacted, but not everything is swept."""
    order = await office.store.erasures.order(ErasureOrder(interview, "cli", "forget"))
    await eraser(office).work(order)


async def finish(office: Office, interview: str) -> None:
    """Carry out an erasure to its end."""
    for _ in range(8):
        for order in await office.store.erasures.ordered():
            await eraser(office).work(order)
        office.now_ms += 3_600_000
    await office.store.erasures.finish(interview)


def meanwhile(drill: Drill, monkeypatch: pytest.MonkeyPatch, act: Callable[[Office], Awaitable[None]]) -> None:
    """Make something happen once, after the interviews were copied."""
    files = _Making._files
    done: list[bool] = []

    async def first(self: _Making) -> None:
        if not done:
            done.append(True)
            store = RedisStore.at(drill.here)
            await act(Office(store))
            await store.close()
        await files(self)

    monkeypatch.setattr(_Making, "_files", first)


def words_in(drill: Drill) -> bool:
    found = drill.at(drill.there, lambda office: contents(office.store.client))
    return SECRET_WORDS in str(found)


@pytest.mark.parametrize("whole", [False, True], ids=["under way", "finished"])
def test_who_is_erased_meanwhile_is_erased_in_the_restored_installation(
    whole: bool, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = drill.fill()["running"]

    async def act(office: Office) -> None:
        await erase(office, interview)
        if whole:
            await finish(office, interview)

    meanwhile(drill, monkeypatch, act)
    drill.back_up()
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    drill.xumian.well("audit", "--all")
    assert drill.at(drill.there, lambda office: office.state(interview)).phase == "erased"

    async def log(office: Office) -> list[bytes]:
        return await office.store.interviews.entries(interview)

    assert SECRET_WORDS.encode() not in b"".join(drill.at(drill.there, log))
    drill.at(drill.there, lambda office: finish(office, interview))
    assert not words_in(drill)
    drill.xumian.well("audit", "--all")


def test_an_erasure_that_was_ordered_before_is_carried_out_afterwards(drill: Drill) -> None:
    interview = drill.fill()["running"]

    async def order(office: Office) -> None:
        await office.store.erasures.order(ErasureOrder(interview, "cli", "forget"))

    drill.at(drill.here, order)
    drill.back_up()
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    drill.at(drill.there, lambda office: finish(office, interview))
    assert drill.at(drill.there, lambda office: office.state(interview)).phase == "erased"
    assert not words_in(drill)
    drill.xumian.well("audit", "--all")


def test_candidates_who_answer_meanwhile_are_copied_whole(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    interviews = drill.fill()
    said = 0

    async def answer(self: StoreCopy, *args: object, **more: object) -> object:
        """Another answer before each time that keys are read."""
        nonlocal said
        if said < 40:
            said += 1
            number = said
            async with asyncio.timeout(10):
                store = RedisStore.at(drill.here)
                office = Office(store)
                await office.say("running", i.TextReceived(f"part {number}"), f"answer-{number}")
                await office.say("guided", i.TextReceived(f"not yet {number}"), f"wait-{number}")
                await store.close()
        return await read(self, *args, **more)  # type: ignore[arg-type]

    read = StoreCopy._read
    with monkeypatch.context() as context:
        context.setattr(StoreCopy, "_read", answer)
        drill.back_up()
    assert said == 40
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    drill.xumian.well("audit", "--all")
    state = drill.at(drill.there, lambda office: office.state(interviews["running"]))
    source = drill.at(drill.here, lambda office: office.state(interviews["running"]))
    assert state.parts == source.parts[: len(state.parts)]
    assert len(source.parts) == 42
    waiting = drill.at(drill.there, Office.waiting)
    assert len({each.partition(" ")[0] + each for each in waiting}) == len(waiting)
    drill.at(drill.there, lambda office: office.say("running", i.TextReceived("at last")))
    assert drill.xumian("recount").code in (0, 1)
    drill.xumian.well("recount", "--repair")
    drill.xumian.well("recount")


def test_whoever_is_restored_has_the_messages_of_their_own_commits_only(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question is not asked before the state knows of it."""
    interviews = drill.fill()
    me = Address("telegram", "700001", "running")

    async def submit(office: Office) -> None:
        await office.say("running", i.ChoicePressed("submit@0"))

    waiting = StoreCopy.waiting

    async def late(self: StoreCopy) -> object:
        async for each in waiting(self):
            if isinstance(each, list) and each[0].key == keys.outbox(0).encode():
                await submit(Office(RedisStore(self._client)))
            yield each

    monkeypatch.setattr(StoreCopy, "waiting", late)
    drill.back_up()
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    state = drill.at(drill.there, lambda office: office.state(interviews["running"]))
    asked = [each for each in drill.at(drill.there, Office.waiting) if str(me) in each and "tool" in each]
    assert (not state.parts) == bool(asked)
    drill.xumian.well("audit", "--all")
