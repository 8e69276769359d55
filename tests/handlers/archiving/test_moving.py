"""A record moves into the archive and back, and is never lost, wherever a process is killed."""

import gzip
import hashlib
import re
import sys
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import storage
from conversation import inbound as i
from conversation.errors import ChainBroken
from conversation.inbound import Inbound
from handlers.maintenance.audit import audit
from storage import keys
from storage.archive.records import SETTLED_MS, NotArchived
from storage.errors import ArchivedRecordLost, ArchiveOutOfReach, is_outage
from storage.memory.store import MemoryStore
from storage.redis.store import RedisStore
from tests.handlers.archiving.archives import Killed, move
from tests.handlers.archiving.conftest import Place, place_on
from tests.handlers.console.desk import Desk

MOST_STEPS = 30
DOCS = Path(storage.__file__).parents[1] / "docs"


async def whole(place: Place, interview: str) -> object:
    """Return all that can be read of a record."""
    store = place.store
    record = await store.interviews.load(interview)
    entries = await store.interviews.entries(interview)
    return (
        record,
        entries,
        await store.interviews.heads([interview]),
        await store.interviews.load_many([interview]),
    )


async def settle(place: Place) -> None:
    """Delete what nothing refers to, as the loop does in the course of an hour or two."""
    for _ in range(4):
        await place.records.tidy(place.desk.now)
        place.desk.now += SETTLED_MS


async def test_everything_is_read_as_before(place: Place) -> None:
    interview = await place.desk.answers("Mia", "spring", 4)
    before = await whole(place, interview)
    assert await move(place.records, interview)
    assert await place.records.place(interview) in place.archive.objects
    assert await whole(place, interview) == before
    assert (await audit(place.store, interview)).version == len(await place.store.interviews.entries(interview))
    assert [each async for each in place.store.interviews.members("spring")] == [interview]
    assert not await move(place.records, interview), "it is there already"
    await settle(place)
    assert len(place.archive.objects) == 1


async def test_an_object_is_verified_without_this_program(place: Place, tmp_path: Path) -> None:
    """By the lines in the documentation, also if the entries were erased."""
    found = re.search(r"```python\n(import gzip, hashlib.*?)```", (DOCS / "record.md").read_text(), re.S)
    assert found
    verify, file = compile(found[1], "record.md", "exec"), tmp_path / "object"
    desk = place.desk
    interview = await desk.answers("Mia", "spring", 4)
    for erased in (False, True):
        if erased:
            await desk.says("boss", "/forget Mia")
            await desk.presses("boss", "Yes, do it")
            await desk.erases()
        entries = await place.store.interviews.entries(interview)
        assert await move(place.records, interview)
        sha256 = await place.records.place(interview)
        data = place.archive.objects[sha256]
        assert hashlib.sha256(data).hexdigest() == sha256
        file.write_bytes(data)
        assert _runs(verify, file) == {"interview": interview, "campaign": "spring", "version": len(entries)}
        lines = gzip.decompress(data).splitlines()
        lines[2] = (
            lines[2].replace(b'"at":1', b'"at":2') if not erased else lines[2][:65] + b"0" * 64 + lines[2][129:]
        )
        file.write_bytes(gzip.compress(b"\n".join(lines)))
        with pytest.raises(AssertionError):
            _runs(verify, file)


def _runs(verify: CodeType, file: Path) -> dict[str, object]:
    """Run the program on a file. Returns some of what it found."""
    names: dict[str, Any] = {}
    arguments, sys.argv = sys.argv, ["verify", str(file)]
    try:
        exec(verify, names)
    finally:
        sys.argv = arguments
    return {each: names["head"][each] for each in ("interview", "campaign", "version")}


@pytest.mark.redis
async def test_only_a_stub_stays_in_redis(redis_store: RedisStore) -> None:
    place = await place_on(redis_store)
    interview = await place.desk.answers("Mia", "spring", 4)
    await move(place.records, interview)
    mine = {key.decode() async for key in redis_store.client.scan_iter(f"*{interview}*")}
    assert {each for each in mine if ":shown:" not in each} == {keys.state(interview)}
    assert await redis_store.client.hgetall(keys.moves(keys.partition_of(interview))) == {}


async def test_a_candidate_who_returns_goes_on_where_they_were(place: Place) -> None:
    """Exited in the middle of an answer of several messages, which the state holds."""
    desk = place.desk
    interview = await desk.starts("Mia", "spring")
    await desk.does("Mia", i.TextReceived("I studied statistics"))
    await desk.does("Mia", i.ChoicePressed("exit"))
    await desk.does("Mia", i.ChoicePressed("reason.network"))
    before = await whole(place, interview)
    assert await move(place.records, interview)
    assert await whole(place, interview) == before
    await desk.does("Mia", i.TextReceived("I am back"))
    assert await place.records.place(interview) == ""
    await desk.does("Mia", i.ChoicePressed("continue"))
    await desk.does("Mia", i.TextReceived("and some history."))
    await desk.does("Mia", i.ChoicePressed("submit"))
    record = await audit(place.store, interview)
    assert (record.state.phase, record.state.done) == ("running", 1)
    await settle(place)
    assert place.archive.objects == {}


async def test_what_was_handled_before_is_not_handled_again(place: Place) -> None:
    interview = await place.desk.answers("Mia", "spring", 4)
    decided = Inbound("staff:decided", i.DecisionMade("yes", "boss"))
    assert await place.desk.intake.apply(interview, decided) == "committed"
    before = await whole(place, interview)
    await move(place.records, interview)
    place.desk.intake.forget(interview)
    assert await place.desk.intake.apply(interview, decided) in ("duplicate", "nothing")
    again = Inbound("staff:decided", i.DecisionMade("no", "boss"))
    assert await place.desk.intake.apply(interview, again) == "duplicate"
    assert await whole(place, interview) == before


@pytest.mark.parametrize("after", [False, True], ids=["before a step", "after a step"])
async def test_a_kill_while_it_moves_leaves_it_whole(place: Place, after: bool) -> None:
    for step in range(1, MOST_STEPS):
        interview = await place.desk.answers(f"Mia {step}", "spring", 4)
        before = await whole(place, interview)
        place.kill.plan(step, after=after)
        try:
            await move(place.records, interview)
        except Killed:
            place.kill.over()
            assert await whole(place, interview) == before
            await audit(place.store, interview)
            await move(place.records, interview)
        else:
            place.kill.over()
            assert step > 5, "it has fewer steps than it should"
            break
        assert await whole(place, interview) == before
    await settle(place)
    assert len(place.archive.objects) == step, "one object each, and none that nothing refers to"


@pytest.mark.parametrize("after", [False, True], ids=["before a step", "after a step"])
async def test_a_kill_while_it_comes_back_leaves_it_whole(place: Place, after: bool) -> None:
    for step in range(1, MOST_STEPS):
        interview = await place.desk.answers(f"Mia {step}", "spring", 4)
        before = await whole(place, interview)
        await move(place.records, interview)
        place.kill.plan(step, after=after)
        try:
            await place.records.bring_back(interview)
            await place.records.tidy(place.desk.now)
        except Killed:
            place.kill.over()
            assert await whole(place, interview) == before
            await audit(place.store, interview)
            await place.records.bring_back(interview)
            await settle(place)
        else:
            assert step > 4, "it has fewer steps than it should"
            break
        assert await whole(place, interview) == before
        assert place.archive.objects == {}
    place.kill.over()


async def test_what_is_said_while_it_moves_keeps_it_where_it_is(place: Place) -> None:
    interview = await place.desk.answers("Mia", "spring", 4)
    put = place.archive.put

    async def slowly(data: bytes) -> str:
        await place.desk.intake.apply(interview, Inbound("staff:decided", i.DecisionMade("yes", "boss")))
        return await put(data)

    place.archive.put = slowly  # type: ignore[method-assign]
    assert not await move(place.records, interview)
    assert await place.records.place(interview) == ""
    assert (await audit(place.store, interview)).state.decision == "yes"
    assert place.archive.objects == {}


async def test_two_processes_that_move_it_leave_one_object(place: Place) -> None:
    interview = await place.desk.answers("Mia", "spring", 4)
    before = await whole(place, interview)
    put = place.archive.put

    async def slowly(data: bytes) -> str:
        place.archive.put = put  # type: ignore[method-assign]
        assert await move(place.records, interview)
        return await put(data)

    place.archive.put = slowly  # type: ignore[method-assign]
    assert not await move(place.records, interview)
    assert await whole(place, interview) == before
    assert list(place.archive.objects) == [await place.records.place(interview)]


async def test_a_process_that_was_stopped_for_hours_leaves_nothing(place: Place) -> None:
    """It continues when its object was given up, and writes it all the same."""
    interview = await place.desk.answers("Mia", "spring", 4)
    put = place.archive.put

    async def stopped(data: bytes) -> str:
        place.archive.put = put  # type: ignore[method-assign]
        await settle(place)
        return await put(data)

    place.archive.put = stopped  # type: ignore[method-assign]
    assert not await move(place.records, interview)
    assert place.archive.objects == {}
    assert await move(place.records, interview)


async def test_a_reader_who_is_overtaken_reads_it_where_it_went(place: Place) -> None:
    interview = await place.desk.answers("Mia", "spring", 4)
    entries = await place.store.interviews.entries(interview)
    await move(place.records, interview)
    get = place.archive.get

    async def overtaken(sha256: str) -> bytes | None:
        place.archive.get = get  # type: ignore[method-assign]
        await place.records.bring_back(interview)
        await settle(place)
        return await get(sha256)

    place.archive.get = overtaken  # type: ignore[method-assign]
    assert await place.store.interviews.entries(interview) == entries


async def test_an_archive_that_returns_something_else_gets_no_record(place: Place) -> None:
    interview = await place.desk.answers("Mia", "spring", 4)
    put = place.archive.put

    async def badly(data: bytes) -> str:
        name = await put(data)
        place.archive.objects[name] = data[:-1]
        return name

    place.archive.put = badly  # type: ignore[method-assign]
    with pytest.raises(NotArchived, match=interview):
        await move(place.records, interview)
    await audit(place.store, interview)
    await settle(place)
    assert place.archive.objects == {}


async def test_a_broken_record_stays_where_it_is() -> None:
    store = MemoryStore()
    desk = Desk(store, "en")
    await desk.campaign("spring")
    interview = await desk.answers("Mia", "spring", 4)
    del store.interviews._logs[interview][2]
    with pytest.raises(NotArchived, match="broken at entry 3"):
        await move(store.archived, interview)
    with pytest.raises(ChainBroken):
        await audit(store, interview)


@pytest.mark.parametrize("damage", ["gone", "cut off", "another's"])
async def test_a_lost_object_is_named_and_concerns_nobody_else(place: Place, damage: str) -> None:
    desk = place.desk
    interview, other = await desk.answers("Mia", "spring", 4), await desk.answers("Leo", "spring", 4)
    await move(place.records, interview)
    await move(place.records, other)
    name, theirs = await place.records.place(interview), await place.records.place(other)
    kept = place.archive.objects.pop(name)
    if damage != "gone":
        place.archive.objects[name] = kept[:-9] if damage == "cut off" else place.archive.objects[theirs]
    with pytest.raises(ArchivedRecordLost, match=f"{interview}.*{name}") as lost:
        await place.store.interviews.entries(interview)
    assert not is_outage(lost.value)
    with pytest.raises(ChainBroken, match=name):
        await audit(place.store, interview)
    with pytest.raises(ArchivedRecordLost):
        await desk.intake.apply(interview, Inbound("staff:decided", i.DecisionMade("yes", "boss")))
    assert (await audit(place.store, other)).state.name == "Leo"
    loaded = await place.store.interviews.load(interview)
    assert loaded
    assert loaded.state.name == "Mia"
    place.archive.objects[name] = kept
    await audit(place.store, interview)


async def test_an_archive_out_of_reach_changes_nothing(place: Place) -> None:
    desk = place.desk
    here, there = await desk.answers("Mia", "spring", 4), await desk.answers("Leo", "spring", 4)
    await move(place.records, there)
    place.archive.away = True
    with pytest.raises(ArchiveOutOfReach):
        await move(place.records, here)
    await audit(place.store, here)
    decided = Inbound("staff:decided", i.DecisionMade("yes", "boss"))
    for act in (audit(place.store, there), desk.intake.apply(there, decided), place.records.bring_back(there)):
        with pytest.raises(ArchiveOutOfReach):
            await act
    place.archive.away = False
    assert await desk.intake.apply(there, decided) == "committed"
    assert (await audit(place.store, there)).state.decision == "yes"
    await settle(place)
    assert place.archive.objects == {}
