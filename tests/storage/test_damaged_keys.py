"""Keys of the wrong type: nothing is written, and the error says whether others are concerned."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from conversation.inbound import Address
from conversation.state import Record
from conversation.state_parts import Part
from conversation.views.counters import Change
from storage import keys
from storage.errors import KeyDamaged, StoreUnavailable, is_outage
from storage.ports import Commit, Committed
from storage.redis.store import RedisStore
from tests.storage.commits import commit, message, read, record, texts
from tests.storage.queued_jobs import fetch

pytestmark = pytest.mark.redis
ID = "0123456789abcdef"
PARTITION = keys.partition_of(ID)
DAY = "2026-11-25"
SOMEBODY = Address("telegram", "700001", "41000042")
OWN = {
    "state": keys.state(ID),
    "record": keys.log(ID),
    "inbound ids": keys.seen(ID),
    "held messages": keys.held(ID),
    "the open answer": keys.parts(ID),
}
SHARED = {
    "outbox": keys.outbox(PARTITION),
    "due times": keys.due(PARTITION),
    "counters": keys.counts(PARTITION, "spring"),
    "counters of a day": keys.day_counts(PARTITION, "spring", DAY),
    "jobs": keys.jobs(PARTITION, "fetch"),
    "members": keys.members(PARTITION, "spring"),
    "search lines": keys.search_lines(PARTITION, "spring"),
}


def everything() -> Commit:
    """Return the first commit of an interview, which writes every kind of key."""
    state = replace(record(ID, 1).state, parts=(Part("m1", "text", "Hello"),))
    return commit(
        ID,
        1,
        record=Record(state, 1, bytes(32)),
        due_ms=1,
        messages=(message("sent"),),
        counts=(Change("answers", 1), Change("answers", 1, DAY)),
        jobs=(fetch(ID),),
        hold=(message("held"),),
        reply=b"reply",
    )


async def spoil(store: RedisStore, key: str) -> None:
    """Put something under a key that is of the type of no key of its kind."""
    await store.client.delete(key)
    if key in (OWN["state"], SHARED["search lines"], *STRINGS):
        await store.client.rpush(key, "somebody else's")
    else:
        await store.client.set(key, "somebody else's")


async def contents(store: RedisStore) -> dict[bytes, Any]:
    return {key: await store.client.dump(key) async for key in store.client.scan_iter()}


@pytest.mark.parametrize("name", [*OWN, *SHARED])
async def test_a_commit_meets_the_key_before_it_writes_anything(name: str, redis_store: RedisStore) -> None:
    key = {**OWN, **SHARED}[name]
    await spoil(redis_store, key)
    before = await contents(redis_store)
    with pytest.raises(StoreUnavailable) as refused:
        await redis_store.interviews.commit(everything())
    assert refused.value.code == "WRONGTYPE"
    assert is_outage(refused.value) == (name in SHARED)
    assert (key in refused.value.reason) == (name in OWN)
    assert await contents(redis_store) == before

    await redis_store.client.delete(key)
    assert await redis_store.interviews.commit(everything()) == Committed()
    assert texts(await read(redis_store, PARTITION)) == ["sent"]
    assert [each.text for each in await redis_store.interviews.held(ID)] == ["held"]
    assert await redis_store.interviews.day_counts("spring", [DAY]) == {DAY: {"answers": 1}}


LETTER = replace(message("sent", SOMEBODY), interview=ID)
STRINGS = (
    keys.who(SOMEBODY),
    keys.invitation("token"),
    keys.resume_code("ab"),
    keys.shown(ID, LETTER.subject, SOMEBODY),
)
CALLS: list[tuple[str, Callable[[RedisStore], Awaitable[Any]]]] = [
    (keys.state(ID), lambda store: store.interviews.load(ID)),
    (keys.parts(ID), lambda store: store.interviews.load(ID)),
    (keys.state(ID), lambda store: store.interviews.has_version(ID, 1)),
    (keys.state(ID), lambda store: store.interviews.beside(LETTER, 1)),
    (keys.state(ID), lambda store: store.interviews.reschedule(ID, 1, 1)),
    (keys.log(ID), lambda store: store.interviews.entries(ID)),
    (keys.held(ID), lambda store: store.interviews.held(ID)),
    (keys.held(ID), lambda store: store.interviews.hold(LETTER, "once")),
    (keys.who(SOMEBODY), lambda store: store.directory.who(SOMEBODY)),
    (keys.who(SOMEBODY), lambda store: store.directory.unbind(SOMEBODY, ID)),
    (keys.invitation("token"), lambda store: store.directory.invitation("token")),
    (keys.resume_code("ab"), lambda store: store.directory.resume_code("ab")),
    (keys.mailbox(SOMEBODY), lambda store: store.mailboxes.read(SOMEBODY, 0, 9)),
    (keys.mailbox(SOMEBODY), lambda store: store.mailboxes.append(SOMEBODY, "1", b"x")),
    (keys.mailbox_ids(SOMEBODY), lambda store: store.mailboxes.append(SOMEBODY, "1", b"x")),
    (
        keys.lobby(SOMEBODY, "answered"),
        lambda store: store.outbox.answer(SOMEBODY, "in:1", LETTER, LETTER, 3, 60),
    ),
    (keys.shown(ID, LETTER.subject, SOMEBODY), lambda store: store.outbox.shown(LETTER)),
]


@pytest.mark.parametrize(("key", "call"), CALLS, ids=[f"{number} {key}" for number, (key, _) in enumerate(CALLS)])
async def test_every_key_of_one_conversation_concerns_only_that_one(
    key: str, call: Callable[[RedisStore], Awaitable[Any]], redis_store: RedisStore
) -> None:
    await spoil(redis_store, key)
    with pytest.raises(KeyDamaged) as refused:
        await call(redis_store)
    assert SOMEBODY.user not in refused.value.reason
    assert "token" not in refused.value.reason
    assert "tried again" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "call"),
    [
        (keys.CAMPAIGNS, lambda store: store.directory.campaigns()),
        (keys.campaign("spring"), lambda store: store.directory.campaign("spring")),
        (keys.kv("note"), lambda store: store.kv.get("note")),
        (keys.state("office"), lambda store: store.interviews.blob("office")),
        (keys.outbox(PARTITION), lambda store: store.interviews.beside(LETTER, 1)),
        (keys.due(PARTITION), lambda store: store.interviews.reschedule(ID, 1, 1)),
        (
            keys.outbox(keys.partition_of(str(SOMEBODY))),
            lambda store: store.outbox.post(SOMEBODY, "topic", LETTER, 60),
        ),
    ],
)
async def test_keys_that_others_need_are_an_outage(
    key: str, call: Callable[[RedisStore], Awaitable[Any]], redis_store: RedisStore
) -> None:
    await redis_store.interviews.commit(commit(ID, 1))
    await redis_store.client.delete(key)
    await (redis_store.client.sadd if key in _STRINGS_OF_ALL else redis_store.client.append)(key, "x")
    before = await contents(redis_store)
    with pytest.raises(StoreUnavailable) as refused:
        await call(redis_store)
    assert is_outage(refused.value)
    assert await contents(redis_store) == before


_STRINGS_OF_ALL = (keys.campaign("spring"), keys.kv("note"), keys.state("office"))
