"""A commit stores everything that an inbound event changes, or nothing. The same in every store."""

import asyncio
from typing import Any

import pytest

from conversation.views.counters import Change
from storage import keys
from storage.ports import Commit, Committed, Conflict, Duplicate, Store
from tests.storage.commits import commit, members, message, names, read, record, texts

EVERYTHING: dict[str, Any] = {
    "due_ms": 5_000,
    "messages": (message("one"), message("two")),
    "counts": (Change("answers", 1),),
}


async def everything(store: Store, interview: str) -> list[object]:
    """Return what a commit can change, except messages, which can be read only once."""
    return [
        await store.interviews.load(interview),
        await store.interviews.entries(interview),
        await store.interviews.due(keys.partition_of(interview), 10**15, 100),
        await store.interviews.counts("spring"),
        await members(store, "spring"),
    ]


async def unread(store: Store, interview: str) -> list[str]:
    return texts(await read(store, keys.partition_of(interview)))


async def test_of_an_unknown_interview_there_is_nothing(store: Store) -> None:
    assert await store.interviews.load("nobody") is None
    assert await everything(store, "nobody") == [None, [], [], {}, []]


async def test_a_new_interview_is_read_back_as_it_was_written(store: Store) -> None:
    made = commit("a", 1, **EVERYTHING)
    assert await store.interviews.commit(made) == Committed()
    assert await everything(store, "a") == [made.record, [made.entry], [("a", 5_000)], {"answers": 1}, ["a"]]
    assert await unread(store, "a") == ["one", "two"]


async def test_versions_follow_one_another(store: Store) -> None:
    for version in range(1, 6):
        assert await store.interviews.commit(commit("a", version)) == Committed()
    assert await store.interviews.load("a") == record("a", 5)
    assert await store.interviews.entries("a") == [f"entry {version} of a".encode() for version in range(1, 6)]
    assert await members(store, "spring") == ["a"]


@pytest.mark.parametrize(
    ("there", "expected"),
    [(0, 1), (0, 7), (1, 0), (1, 2), (3, 0), (3, 1), (3, 2), (3, 4), (3, 2**40)],
)
async def test_a_commit_on_another_version_conflicts_and_changes_nothing(
    store: Store, there: int, expected: int
) -> None:
    for version in range(1, there + 1):
        await store.interviews.commit(commit("a", version, due_ms=9_000))
    before = await everything(store, "a")
    answer = await store.interviews.commit(commit("a", there + 1, "late", **EVERYTHING, expected=expected))
    assert answer == Conflict()
    assert await everything(store, "a") == before
    assert await unread(store, "a") == []


async def test_after_a_conflict_the_same_event_may_be_committed(store: Store) -> None:
    await store.interviews.commit(commit("a", 1))
    assert await store.interviews.commit(commit("a", 1, "again")) == Conflict()
    assert await store.interviews.commit(commit("a", 2, "again")) == Committed()


@pytest.mark.parametrize("expected", [0, 1, 2, 3, 4, 9])
async def test_a_duplicate_is_found_whatever_version_it_expects(store: Store, expected: int) -> None:
    for version in range(1, 4):
        await store.interviews.commit(commit("a", version, f"in{version}", reply=f"reply {version}".encode()))
    before = await everything(store, "a")
    for version in range(1, 4):
        again = commit("a", 4, f"in{version}", **EVERYTHING, expected=expected, reply=b"another reply")
        answer = await store.interviews.commit(again)
        assert answer == Duplicate(version, f"reply {version}".encode())
        assert await store.interviews.committed("a", f"in{version}") == answer
    assert await store.interviews.committed("a", "in4") is None
    assert await store.interviews.committed("b", "in1") is None
    assert await everything(store, "a") == before
    assert await unread(store, "a") == []


async def test_a_duplicate_without_a_reply_has_none(store: Store) -> None:
    await store.interviews.commit(commit("a", 1, "in"))
    assert await store.interviews.commit(commit("a", 1, "in")) == Duplicate(1, b"")


async def test_a_reply_may_be_any_bytes(store: Store) -> None:
    reply = bytes(range(256))
    await store.interviews.commit(commit("a", 1, "in", reply=reply))
    assert await store.interviews.commit(commit("a", 2, "in")) == Duplicate(1, reply)


async def test_the_same_event_may_change_two_interviews(store: Store) -> None:
    first, second = names(3, 2)
    assert await store.interviews.commit(commit(first, 1, "in", reply=b"first")) == Committed()
    assert await store.interviews.commit(commit(second, 1, "in")) == Committed()
    assert await store.interviews.commit(commit(second, 1, "in")) == Duplicate(1, b"")


async def test_entries_may_be_any_bytes(store: Store) -> None:
    entry = bytes(range(256)) + b"\r\n\x00"
    await store.interviews.commit(commit("a", 1, entry=entry))
    assert await store.interviews.entries("a") == [entry]


async def test_of_many_commits_on_one_version_exactly_one_is_made(store: Store) -> None:
    await store.interviews.commit(commit("a", 1))
    rivals = [
        commit("a", 2, f"in{number}", entry=f"{number}".encode(), messages=(message(f"{number}"),))
        for number in range(20)
    ]
    answers = await asyncio.gather(*map(store.interviews.commit, rivals))
    assert sorted(map(str, answers)) == [str(Committed())] + [str(Conflict())] * 19
    winner = str(answers.index(Committed()))
    assert await store.interviews.entries("a") == [b"entry 1 of a", winner.encode()]
    assert await unread(store, "a") == [winner]


async def test_of_many_deliveries_of_one_event_exactly_one_is_committed(store: Store) -> None:
    same = commit("a", 1, "in", messages=(message("once"),), reply=b"reply")
    answers = await asyncio.gather(*(store.interviews.commit(same) for _ in range(20)))
    assert answers.count(Committed()) == 1
    assert answers.count(Duplicate(1, b"reply")) == 19
    assert await unread(store, "a") == ["once"]


async def test_everybody_who_loads_and_tries_again_gets_through(store: Store) -> None:
    async def change(number: int) -> None:
        for _ in range(100):
            found = await store.interviews.load("a")
            version = found.version if found else 0
            made: Commit = commit("a", version + 1, f"in{number}", entry=f"{number}".encode())
            if await store.interviews.commit(made) == Committed():
                return
        raise AssertionError("never got through")

    await asyncio.gather(*map(change, range(10)))
    found = await store.interviews.load("a")
    assert found is not None
    assert found.version == 10
    assert sorted(await store.interviews.entries("a")) == [str(number).encode() for number in range(10)]


async def test_heads_say_how_far_records_have_come(store: Store) -> None:
    several = [*names(0, 2), *names(7, 2)]
    for version in (1, 2):
        await store.interviews.commit(commit(several[0], version))
        await store.interviews.commit(commit(several[3], version))
    await store.interviews.commit(commit(several[2], 1))
    heads = await store.interviews.heads([several[3], "nobody", several[2], several[1], several[0]])
    two = (2, record(several[0], 2).head)
    assert heads == [two, None, (1, record(several[2], 1).head), None, two]
    assert await store.interviews.heads([]) == []
    assert await store.interviews.heads([several[0]] * 2) == [two, two]
