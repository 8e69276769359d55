"""The messages of the open answer are stored apart from the state: they are read back with it, and one more costs
the same however many there are."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from conversation.state import Record, State
from conversation.state_parts import Detour, Part
from storage import keys
from storage.codec import pack
from storage.ports import Commit, Committed, Conflict, Duplicate, Store
from storage.redis.discard import discard
from storage.redis.store import RedisStore
from tests.fakes.traffic import bytes_sent
from tests.storage.commits import commit, record


def said(number: int, text: str = "") -> Part:
    return Part(f"m{number}", "text", text or f"message {number} " + "x" * 180)


A, B, C, D = map(said, range(4))


def following(before: Record | None, **changes: Any) -> Commit:
    """Return the commit that changes these fields of the state."""
    version = before.version if before else 0
    new = record("a", version + 1)
    state = replace(before.state if before else new.state, **changes)
    return commit("a", version + 1, record=replace(new, state=state), before=before.state if before else None)


async def changed(store: Store, **changes: Any) -> State:
    """Load the record, change the state, and return it as it is read back."""
    made = following(await store.interviews.load("a"), **changes)
    assert await store.interviews.commit(made) == Committed()
    found = await store.interviews.load("a")
    assert found == made.record
    assert await store.interviews.load_many(["nobody", "a"]) == [found]
    return found.state


LIFE: tuple[dict[str, Any], ...] = (
    {},
    {"parts": (A,)},
    {"parts": (A, B)},
    {"name": "Anna"},
    {"parts": (A, B, C)},
    {"parts": (A, said(1, "edited"), C)},
    {"parts": (A, C), "dropped": (A, said(1, "edited"), C)},
    {"parts": (A, C, D), "dropped": ()},
    {"parts": (), "dropped": (A, C, D)},
    {"parts": (A, C, D), "dropped": ()},
    {"parts": (), "detour": Detour(1, "q", (A, C, D), said=B, said_at=2)},
    {"parts": (B,)},
    {"parts": (), "dropped": (B,)},
    {"parts": (D, D), "dropped": ()},
    {"parts": (A, C, D), "detour": None},
    {"parts": (), "detour": Detour(1, "q", ())},
    {"parts": (), "detour": None},
    {"parts": (B,)},
)


async def test_the_open_answer_is_read_back_after_every_change(store: Store) -> None:
    for changes in LIFE:
        state = await changed(store, **changes)
        assert all(getattr(state, name) == value for name, value in changes.items())


async def test_without_knowing_the_state_before_all_is_written(store: Store) -> None:
    for changes in LIFE:
        found = await store.interviews.load("a")
        await store.interviews.commit(replace(following(found, **changes), before=None))
    state = await changed(store)
    assert state.parts == (B,)


async def test_a_conflict_or_duplicate_leaves_the_messages_as_they_are(store: Store) -> None:
    await changed(store, parts=(A, B))
    first = await store.interviews.load("a")
    await changed(store, parts=(A, B, C))
    there = await store.interviews.load("a")
    assert await store.interviews.commit(replace(following(first, parts=()), inbound="late")) == Conflict()
    assert await store.interviews.commit(replace(following(there, parts=()), inbound="in:a:1")) == Duplicate(1)
    assert await store.interviews.load("a") == there


async def test_records_with_their_messages_in_the_state_move_over(redis_store: RedisStore) -> None:
    detour = Detour(1, "q", (A, B))
    for parts in ((C,), (C, D), ()):
        await redis_store.client.flushall()
        old = replace(record("a", 1), state=replace(record("a", 1).state, parts=(C,), detour=detour))
        await redis_store.client.set(keys.state("a"), pack(old))
        assert await redis_store.interviews.load("a") == old
        state = await changed(redis_store, parts=parts)
        assert (state.parts, state.detour) == (parts, detour)
        stored = await redis_store.client.get(keys.state("a"))
        assert isinstance(stored, bytes)
        assert b"message" not in stored


def messages(number: int) -> tuple[Part, ...]:
    return tuple(map(said, range(number)))


@pytest.fixture
def written(redis_store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each command sends."""
    return bytes_sent(redis_store, monkeypatch)


@pytest.mark.parametrize("beside", [{}, {"detour": Detour(1, "q", messages(90))}], ids=["answer", "change"])
async def test_a_message_costs_the_same_however_long_the_answer_is(
    redis_store: RedisStore, written: list[int], beside: dict[str, Any]
) -> None:
    costs: list[int] = []
    await changed(redis_store, **beside)
    for number in range(1, 100):
        made = following(await redis_store.interviews.load("a"), parts=messages(number))
        written.clear()
        await redis_store.interviews.commit(made)
        costs.append(sum(written))
    assert max(costs) - min(costs) < 20
    assert max(costs) < 1_000


async def test_starting_anew_undoing_it_and_changing_an_answer_move_nothing(
    redis_store: RedisStore, written: list[int]
) -> None:
    long = messages(100)
    for changes in (
        {"parts": long},
        {"parts": (), "dropped": long},
        {"parts": long, "dropped": ()},
        {"parts": (), "detour": Detour(1, "q", long)},
        {"parts": long, "detour": None},
    ):
        written.clear()
        made = following(await redis_store.interviews.load("a"), **changes)
        await redis_store.interviews.commit(made)
        assert (sum(written) > 10_000) == (made.expected == 0)
        assert await redis_store.interviews.load("a") == made.record


async def test_a_submitted_or_erased_answer_leaves_no_byte(redis_store: RedisStore) -> None:
    for changes in ({"parts": ()}, {"phase": "erased", "parts": (), "dropped": (), "detour": None}):
        await changed(redis_store, parts=(A, B), dropped=(C,))
        await changed(redis_store, **{"dropped": (), **changes})
        assert not await redis_store.client.exists(keys.parts("a"))


async def test_a_discarded_interview_leaves_no_byte(redis_store: RedisStore) -> None:
    await changed(redis_store, parts=(A, B))
    await discard(redis_store.client, "a", "spring", "token", ())
    assert not await redis_store.client.exists(keys.parts("a"))


async def test_missing_messages_are_noticed(redis_store: RedisStore) -> None:
    await changed(redis_store, parts=(A, B))
    await redis_store.client.rpop(keys.parts("a"))
    with pytest.raises(msgspec.ValidationError, match="other messages"):
        await redis_store.interviews.load("a")
