"""A backup beside people at work: candidates who answer, and one who is erased."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable

import pytest

from bot.archiving.records import record_files
from bot.backups.making import _Making
from bot.backups.records import RecordCopies
from conversation import inbound as i
from conversation.inbound import Address
from handlers.catalogues import staff_vocabulary
from handlers.maintenance.erase import Eraser
from storage import keys
from storage.ports import ErasureOrder
from storage.redis.copying import Interview, StoreCopy
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
            store = RedisStore.at(drill.here, archive=record_files(drill.data / "voice"))
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


def test_who_is_erased_meanwhile_is_not_among_the_archived_records_either(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their object was copied before."""
    interviews = drill.fill()
    meanwhile(drill, monkeypatch, lambda office: finish_of(office, interviews["completed"]))
    drill.back_up()
    held = [gzip.decompress(each.read_bytes()) for each in (drill.folder / "records").rglob("*") if each.is_file()]
    assert [json.loads(each.splitlines()[0])["interview"] for each in held] == [interviews["exited"]]
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    drill.xumian.well("audit", "--all")
    assert drill.at(drill.there, lambda office: office.state(interviews["completed"])).phase == "erased"


async def finish_of(office: Office, interview: str) -> None:
    await erase(office, interview)
    await finish(office, interview)


def test_a_record_that_comes_back_meanwhile_is_copied_as_it_is_then(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    interviews = drill.fill()
    add = RecordCopies.add

    async def late(self: RecordCopies, copy: StoreCopy, name: str, interview: Interview) -> Interview:
        """Its stub was read. Before the object is, it comes back, and the object is deleted."""
        if interview.archived and name == interviews["exited"]:
            store = RedisStore.at(drill.here, archive=record_files(drill.data / "voice"))
            await Office(store).say("exited", i.TextReceived("I am back"))
            await store.archived.tidy(1)
            await store.close()
        return await add(self, copy, name, interview)

    monkeypatch.setattr(RecordCopies, "add", late)
    drill.back_up()
    assert len([each for each in (drill.folder / "records").rglob("*") if each.is_file()]) == 1
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    drill.xumian.well("audit", "--all")
    assert drill.at(drill.there, lambda office: office.state(interviews["exited"])).phase == "running"
    drill.at(drill.there, lambda office: office.say("completed", i.TextReceived("thanks")))
    drill.xumian.well("audit", "--all")


def test_a_lost_record_is_named_and_the_others_are_copied(drill: Drill) -> None:
    interviews = drill.fill()
    lost, *_ = sorted((drill.data / "voice" / "records").glob("??/*"))
    lost.unlink()
    failed = drill.xumian("backup", str(drill.folder))
    assert failed.code == 1
    assert lost.name.partition(".")[0] in failed.err
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    audited = drill.xumian("audit", "--all")
    assert audited.code == 1
    assert audited.out.endswith("7 records hold, 1 do not\n")
    (name,) = [phase for phase, each in interviews.items() if each in audited.out]
    for form in ("jsonl", "csv"):
        exported = drill.xumian("export", "spring", "--format", form, "-o", f"there.{form}")
        assert (exported.code, exported.out) == (1, f"6 interviews of spring in there.{form}\n")
        assert interviews[name] in exported.err
        assert {each in (drill.xumian.folder / f"there.{form}").read_text() for each in interviews.values()} == {
            True,
            False,
        }
    recounted = drill.xumian("recount")
    assert recounted.code == 1
    assert recounted.out.startswith("spring: cannot be counted")


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
