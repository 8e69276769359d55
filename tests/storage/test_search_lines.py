"""What interviews are searched by is kept in both stores alike, by commits and by repairing it."""

from typing import cast

import pytest
from msgspec.structs import replace

from conversation.contact import NO_CONTACT, Contact
from conversation.state import Record, State
from storage import keys
from storage.memory.store import MemoryStore
from storage.ports import Commit, Committed, Store
from storage.redis.store import RedisStore
from storage.search_lines import Line, Progress, line_of, unpack
from tests.fakes.running import SINGLE, RunningServers
from tests.storage.commits import commit, names, record

FIRST, SECOND = names(4, 2)
MANY = 500


def of(interview: str, version: int, name: str, contact: Contact = NO_CONTACT, *, knows: bool = True) -> Commit:
    """Return a commit after which the interview has this name. `knows`: it says what was before."""
    after = record(interview, version, name=name)
    before = record(interview, version - 1, name="Before").state if knows and version > 1 else None
    made = commit(interview, version, before=before)
    return replace(made, record=Record(replace(after.state, contact=contact), version, after.head))


async def found(store: Store, *words: str, most: int = MANY) -> list[str]:
    """Return the names of those who are found, with their interviews."""
    lines = (await store.search_lines.holding(["spring"], words, most)).lines
    return sorted(f"{each.name} {each.interview}" for each in lines)


async def test_a_commit_writes_the_line(store: Store) -> None:
    await store.interviews.commit(
        of(FIRST, 1, "张三", Contact("+8613800138000", "Zhang@X.cn", (("学校", "北大"),)))
    )
    line = Line(FIRST, "张三", ("zhangsan", "san", "zs"), ("+8613800138000", "zhang@xcn", "北大"))
    for word in ("张", "三", "zhangs", "0138", "g@x", "北大"):
        assert (await store.search_lines.holding(["spring", "other"], [word], MANY)).lines == (line,), word
    assert await found(store, "李") == await found(store, "li", "si") == []
    assert (await store.search_lines.holding(["other"], ["张"], MANY)).lines == ()
    assert (await store.search_lines.holding([], ["张"], MANY)).lines == ()


@pytest.mark.parametrize("knows", [True, False])
async def test_a_change_replaces_the_line(store: Store, knows: bool) -> None:
    for each in (FIRST, SECOND):
        await store.interviews.commit(of(each, 1, "Before"))
    for version, name in enumerate(("A much longer name", "Short", "", "Somebody else altogether"), start=2):
        assert await store.interviews.commit(of(FIRST, version, name, knows=knows)) == Committed()
        stored = await store.search_lines.stored("spring", 4)
        assert {each.interview: each.name for each in stored.lines.values()} == {
            FIRST: line_of(record(FIRST, version, name=name).state).name,
            SECOND: "before",
        }
    assert await found(store, "before") == [f"before {SECOND}"]


async def test_what_is_no_interview_has_no_line(store: Store) -> None:
    await store.interviews.commit(of(FIRST, 1, "Ann"))
    assert await found(store, "ann") == [f"ann {FIRST}"]
    await store.interviews.commit(of(FIRST, 2, "Before"))  # the same as before: nothing to write
    assert await found(store, "ann") == [f"ann {FIRST}"]


async def test_no_more_lines_than_wanted(store: Store) -> None:
    for number, each in enumerate(names(4, 5)):
        await store.interviews.commit(of(each, 1, f"Ann {number}"))
    few = await store.search_lines.holding(["spring"], ["ann"], 3)
    assert (len(few.lines), few.complete) == (3, False)
    every = await store.search_lines.holding(["spring"], ["ann"], 5)
    assert (len(every.lines), every.complete) == (5, True)


async def test_similar_names(store: Store) -> None:
    for each, name in zip(names(4, 5), ("张小三", "张三丰", "李四", "", "张三丰的一个很长的名字"), strict=True):
        await store.interviews.commit(of(each, 1, name, Contact(email="张三@x")))
    near = await store.search_lines.similar(["spring"], ["张", "三", "峰"], range(6, 13), MANY)
    assert sorted(each.name for each in near.lines) == ["张三丰", "张小三"]


async def test_repairing(store: Store) -> None:
    for each in (FIRST, SECOND):
        await store.interviews.commit(of(each, 1, "Before"))
    loaded = await store.interviews.load_many([FIRST, SECOND])
    await store.interviews.commit(of(SECOND, 2, "After"))
    renamed = [Record(replace(each.state, name="Repaired"), each.version, each.head) for each in loaded]
    await store.search_lines.write("spring", 4, renamed)
    assert await found(store, "a", "e") == [f"after {SECOND}", f"repaired {FIRST}"]
    await store.search_lines.write("spring", 4, [])
    await store.search_lines.write("spring", 4, [await _gone()])
    assert len((await store.search_lines.stored("spring", 4)).lines) == 2


async def _gone() -> Record:
    return Record(State(names(4, 3)[2], "spring", "script-1"), 1, bytes(32))


async def test_progress_is_kept(store: Store) -> None:
    assert bool((await store.search_lines.progress()).built_ms) is isinstance(store, MemoryStore)
    await store.search_lines.note(Progress(7, "spring", 4))
    assert await store.search_lines.progress() == Progress(7, "spring", 4)


@pytest.mark.redis
async def test_lost_lines_are_written_and_waste_is_removed(servers: RunningServers) -> None:
    store = RedisStore.at(servers.empty(SINGLE[0]))
    every = names(4, 60)
    for each in every:
        await store.interviews.commit(of(each, 1, "Somebody with a long name"))
    key = keys.search_lines(4, "spring")
    await store.client.delete(key)
    await store.search_lines.write("spring", 4, await store.interviews.load_many(every))
    assert len(await found(store, "somebody")) == len(every)
    for each in every:
        await store.interviews.commit(of(each, 2, ""))
    assert (await store.search_lines.stored("spring", 4)).wasteful
    await store.search_lines.tidy("spring", 4)
    stored = await store.search_lines.stored("spring", 4)
    assert not stored.wasteful
    assert stored.lines.keys() == set(every)
    assert b"somebody" not in cast(bytes, await store.client.get(key))
    await store.close()


@pytest.mark.redis
async def test_what_else_is_in_the_text_does_no_harm(servers: RunningServers) -> None:
    store = RedisStore.at(servers.empty(SINGLE[0]))
    await store.client.set(keys.search_lines(4, "spring"), b"somebody else's \xff")
    await store.interviews.commit(of(FIRST, 1, "Ann"))
    await store.client.append(keys.search_lines(4, "spring"), "ann")
    assert [each.interview for each in (await store.search_lines.holding(["spring"], ["ann"], MANY)).lines] == [
        FIRST,
        "ann",
    ]
    await store.interviews.commit(of(FIRST, 2, "Ben"))
    assert await found(store, "ben") == [f"ben {FIRST}"]
    await store.close()


@pytest.mark.parametrize("name", ["张三", "Ann-Marie O'Neill", "", "a\x1fb\nc\x1c", "ＡＢＣ"])
def test_a_line_comes_back(name: str) -> None:
    state = replace(record(FIRST, 1, name=name).state, contact=Contact("+8613800138000", "", (("x", "a1b2c3d4"),)))
    line = line_of(state)
    assert unpack(line.packed().removesuffix("\n")) == line
    assert line.packed().count("\n") == 1
    assert line.details == ("+8613800138000", "a1b2c3d4", "1234")
