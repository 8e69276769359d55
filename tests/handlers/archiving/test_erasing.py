"""Erasing somebody whose interview is archived: nothing is left anywhere, wherever a process is killed."""

import gzip
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from bot.archiving.records import record_files
from handlers.maintenance.audit import audit
from handlers.maintenance.erase import SETTLED_MS
from handlers.organisation.repository import audit_organisation
from storage.errors import ArchivedRecordLost
from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.handlers.archiving.archives import Kill, Killed, UnsteadyArchive, archiving, mortal, move
from tests.handlers.console.commands.candidates.erased_candidate import (
    NAME,
    TYPED,
    WORDS,
    Organisation,
    everything,
)

_MOST_STEPS = 150


def in_folder(folder: Path) -> bytes:
    """Return all that the files of an archive say, decompressed."""
    return b"".join(gzip.decompress(each.read_bytes()) for each in folder.rglob("*") if each.is_file())


async def test_no_byte_is_left_in_the_store_or_in_the_archive(store: Store, tmp_path: Path) -> None:
    organisation = Organisation(archiving(store, record_files(tmp_path), Kill()))
    await organisation.open()
    here, desk = organisation.store, organisation.desk
    other = await desk.answers("Leo", "spring", 4)
    await desk.sent()
    assert await move(here.archived, organisation.interview)
    assert await move(here.archived, other)
    assert WORDS.encode() in in_folder(tmp_path)
    await organisation.order()
    await organisation.end()
    left = await everything(here) + in_folder(tmp_path)
    for private in (NAME, WORDS, TYPED, "platform-reference"):
        assert private.encode() not in left, private
    assert (await audit(here, organisation.interview)).state.phase == "erased"
    await audit_organisation(here)
    assert await here.archived.place(other)
    assert (await audit(here, other)).state.name == "Leo"
    assert len(list((tmp_path / "records").glob("??/*.jsonl.gz"))) == 1
    if isinstance(here, RedisStore):
        assert await here.archived.place(organisation.interview) == ""


@pytest.mark.parametrize("after", [False, True], ids=["before a step", "after a step"])
async def test_a_kill_at_any_step_is_made_up_for(after: bool) -> None:
    for step in range(1, _MOST_STEPS):
        archive, kill = UnsteadyArchive(), Kill()
        store = archiving(MemoryStore(), archive, kill)
        organisation = Organisation(store)
        await organisation.open()
        await move(store.archived, organisation.interview)
        await organisation.order()
        parts = ("interviews", "directory", "outbox", "mailboxes", "erasures", "archived", "imports")
        process = cast(Store, SimpleNamespace(**{each: mortal(getattr(store, each), kill) for each in parts}))
        kill.plan(step, after=after)
        try:
            await organisation.work(process)
            organisation.desk.now += SETTLED_MS
            await organisation.work(process)
        except Killed:
            kill.over()
            organisation.desk.intake.forget(organisation.interview)
        else:
            assert step > 30, "it has fewer steps than it should"
            return
        await organisation.end()
        await organisation.finish()
        assert archive.objects == {}, step
        left = await everything(store)
        assert WORDS.encode() not in left, step
        assert (await audit(store, organisation.interview)).state.phase == "erased"
    raise AssertionError("it has more steps than were tried")


async def test_what_a_process_is_about_to_write_is_deleted_too() -> None:
    """Somebody is erased while their record moves."""
    archive, kill = UnsteadyArchive(), Kill()
    store = archiving(MemoryStore(), archive, kill)
    organisation = Organisation(store)
    await organisation.open()
    await organisation.order()
    put = archive.put

    async def slowly(data: bytes) -> str:
        archive.put = put  # type: ignore[method-assign]
        await organisation.end()
        return await put(data)

    archive.put = slowly  # type: ignore[method-assign]
    assert not await move(store.archived, organisation.interview)
    assert archive.objects == {}
    assert (await audit(store, organisation.interview)).state.phase == "erased"


async def test_an_erased_record_can_be_archived_and_erased_again(store: Store) -> None:
    archive = UnsteadyArchive()
    organisation = Organisation(archiving(store, archive, Kill()))
    await organisation.open()
    await organisation.order()
    await organisation.end()
    here = organisation.store
    entries = await here.interviews.entries(organisation.interview)
    assert await move(here.archived, organisation.interview)
    assert await here.interviews.entries(organisation.interview) == entries
    assert (await audit(here, organisation.interview)).state.phase == "erased"
    await here.archived.bring_back(organisation.interview)
    assert await here.interviews.entries(organisation.interview) == entries


async def test_an_erasure_waits_for_a_lost_object_and_goes_on_once_it_is_back() -> None:
    archive = UnsteadyArchive()
    store = archiving(MemoryStore(), archive, Kill())
    organisation = Organisation(store)
    await organisation.open()
    await move(store.archived, organisation.interview)
    await organisation.order()
    name = await store.archived.place(organisation.interview)
    kept = archive.objects.pop(name)
    with pytest.raises(ArchivedRecordLost, match=name):
        await organisation.work()
    assert await store.erasures.ordered()
    archive.objects[name] = kept
    await organisation.end()
    assert archive.objects == {}
    assert WORDS.encode() not in await everything(store)
