"""Stubs of archived records: each step happens or does not, and one damaged key concerns one record only."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation.inbound import Address
from conversation.prompt import FeedbackPrompt
from conversation.record.audit import redact
from conversation.state import Record, State
from storage import keys
from storage.archive.objects import Contents, pack, unpack
from storage.archive.records import Move, Whole
from storage.codec import campaign_in, pack_apart, pack_stub, place_in, unpack_apart
from storage.redis.store import RedisStore
from tests.storage.commits import commit, names
from tests.storage.test_stored_forms import chain

ADDRESS = Address("telegram", "7", "42")
SHA256, OTHER = "ab" * 32, "cd" * 32
HERE = names(4, 3)


@pytest.mark.parametrize("name", ["", "李雷", "Mia " * 50])
def test_a_stub_is_its_record_and_says_where_the_entries_are(name: str) -> None:
    state = State("1f", "spring", "v1", "completed", name=name, address=ADDRESS, prompt=FeedbackPrompt())
    record = Record(state, 258, bytes(range(32)))
    stub = pack_stub(record, SHA256)
    assert unpack_apart(stub, []) == record
    assert (place_in(stub), place_in(pack_apart(record))) == (SHA256, "")
    assert (campaign_in(stub), campaign_in(pack_apart(record)), campaign_in(b""), campaign_in(stub[:-1])) == (
        "spring",
        "spring",
        "",
        "",
    )
    assert place_in(pack_apart(Record(replace(state, phase="running"), 258, bytes(range(32))))) == ""
    assert len(stub) == len(pack_apart(record)) + 32


async def _stored(store: RedisStore, interview: str) -> Whole:
    await store.interviews.commit(commit(interview, 1, due_ms=0))
    whole = await store.stubs.whole(interview)
    assert whole
    return whole


@pytest.mark.redis
async def test_a_record_that_was_changed_or_given_up_is_not_replaced(redis_store: RedisStore) -> None:
    interview, move = HERE[0], Move(HERE[0], SHA256)
    stubs, whole = redis_store.stubs, await _stored(redis_store, HERE[0])
    assert not await stubs.shrink(whole, SHA256), "nobody has begun to move it"
    await stubs.note(move)
    await redis_store.client.rpush(keys.log(interview), b"redacted, at the same version")
    assert not await stubs.shrink(whole, SHA256)
    await redis_store.client.ltrim(keys.log(interview), 0, 0)
    await redis_store.client.zadd(keys.seen(interview), {"another": 1})
    assert not await stubs.shrink(whole, SHA256)
    await redis_store.client.zrem(keys.seen(interview), "another")
    assert await stubs.give_up(move)
    assert not await stubs.shrink(whole, SHA256), "the object may be gone"
    await stubs.forget(move)
    await stubs.note(move)
    await redis_store.interviews.commit(commit(interview, 2))
    assert not await stubs.shrink(whole, SHA256)
    changed = await stubs.whole(interview)
    assert changed
    assert await stubs.shrink(changed, SHA256)
    assert (await stubs.place(interview), await stubs.whole(interview), await stubs.moves()) == (SHA256, None, [])


@pytest.mark.redis
async def test_only_the_object_of_the_stub_brings_it_back(redis_store: RedisStore) -> None:
    stubs, whole = redis_store.stubs, await _stored(redis_store, HERE[0])
    await stubs.note(Move(HERE[0], SHA256))
    assert not await stubs.restore(SHA256, whole.contents), "it was never archived"
    assert await stubs.shrink(whole, SHA256)
    assert not await stubs.restore(OTHER, whole.contents)
    assert await stubs.restore(SHA256, whole.contents)
    assert not await stubs.restore(SHA256, whole.contents)
    assert await stubs.whole(HERE[0]) == whole
    assert await stubs.moves() == [Move(HERE[0], SHA256, dropped=True)]


@pytest.mark.redis
async def test_progress_of_a_move_that_has_gone_on_is_not_stored(redis_store: RedisStore) -> None:
    stubs, move = redis_store.stubs, Move(HERE[0], SHA256)
    await stubs.note(move)
    assert await stubs.give_up(move)
    await stubs.note(move._replace(since_ms=5), move)
    assert await stubs.moves() == [Move(HERE[0], SHA256, dropped=True)]
    (known,) = await stubs.moves()
    await stubs.note(known._replace(since_ms=7), known)
    assert await stubs.moves() == [Move(HERE[0], SHA256, dropped=True, since_ms=7)]
    await stubs.forget(move)
    await stubs.note(move._replace(since_ms=5), move)
    assert await stubs.moves() == []


@pytest.mark.redis
@pytest.mark.parametrize("key", [keys.state, keys.log, keys.parts])
async def test_a_key_of_a_wrong_type_keeps_no_other_record_here(key: object, redis_store: RedisStore) -> None:
    for each in HERE:
        await _stored(redis_store, each)
    assert callable(key)
    damaged = key(HERE[1])
    await redis_store.client.delete(damaged)
    await redis_store.client.hset(damaged, "a", "hash")
    found = {each.record.state.interview for each in await redis_store.stubs.quiet(HERE)}
    assert found == {HERE[0], HERE[2]}


@pytest.mark.redis
async def test_what_is_due_or_archived_or_not_there_is_not_quiet(redis_store: RedisStore) -> None:
    stubs, whole = redis_store.stubs, await _stored(redis_store, HERE[0])
    await stubs.note(Move(HERE[0], SHA256))
    await stubs.shrink(whole, SHA256)
    await redis_store.interviews.commit(commit(HERE[1], 1, due_ms=1))
    await _stored(redis_store, HERE[2])
    (quiet,) = await stubs.quiet([*HERE, "another"])
    assert (quiet.record.state.interview, quiet.last) == (HERE[2], commit(HERE[2], 1).entry)


FORM = json.loads(Path(__file__).with_name("archived_form.json").read_text())
"""An object and its stub (hex) as they were first written, with what they hold. The file is never changed; another
form gets one of its own."""


def test_what_was_archived_once_is_read_for_ever() -> None:
    data, entries = bytes.fromhex(FORM["object"]), tuple(map(bytes.fromhex, FORM["entries"]))
    contents = unpack(data)
    assert contents == Contents("1f2e3d4c5b6a7988", "spring", 3, entries[-1][:32], entries, FORM["seen"])
    assert hashlib.sha256(data).hexdigest() == FORM["sha256"]
    stub = bytes.fromhex(FORM["stub"])
    assert place_in(stub) == FORM["sha256"]
    record = unpack_apart(stub, [])
    assert (record.version, record.head, record.state.name) == (3, contents.head, "李雷")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-9],
        lambda data: data + b"more",
        lambda data: gzip.compress(b"{}"),
        lambda data: gzip.compress(gzip.decompress(data).replace(b"\n", b"\nx", 1)),
        lambda data: b"",
        lambda data: gzip.compress(b""),
    ],
)
def test_what_is_no_object_is_refused(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        unpack(damage(bytes.fromhex(FORM["object"])))


@given(st.lists(st.text(), min_size=1), st.dictionaries(st.text(), st.integers(1, 9)), st.text())
def test_every_record_comes_back_as_it_was(texts: list[str], seen: dict[str, int], nonce: str) -> None:
    entries = chain("1f", texts)
    for some in (entries, [*(redact(each, n) for n, each in enumerate(entries[:-1], 1)), entries[-1]]):
        contents = Contents("1f", "spring", len(some), some[-1][:32], tuple(some), seen)
        assert unpack(pack(contents, nonce)) == contents
