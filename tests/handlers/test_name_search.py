"""Candidates are found by name, pinyin and contact details, while their lines are missing as well as later."""

import pytest
from msgspec.structs import replace

from conversation.contact import Contact
from conversation.state import Record
from handlers import members, name_search
from handlers.maintenance import search_lines
from handlers.maintenance.search_lines import AGAIN_MS, SearchLineRepair
from handlers.name_search import Wanted, every, find, named, similar, with_id
from storage import keys
from storage.memory.store import MemoryStore
from storage.ports import Campaign
from storage.search_lines import Progress, line_of
from tests.storage.commits import commit, record

PEOPLE = {
    "0123456789abcdef": ("张三丰", Contact("+8613800138000", "zsf@wudang.cn")),
    "0123456789abc000": ("张三", Contact(details=(("学校", "北京大学"),))),
    "fedcba9876543210": ("Anna Maria Lee", Contact(email="Lee.A@example.org")),
    "aaaa000000000001": ("曾小贤", Contact()),
    "aaaa000000000002": ("", Contact()),
}


async def store_of(*, built: bool = True, campaign: str = "spring") -> MemoryStore:
    store = MemoryStore()
    await store.directory.put_campaign(Campaign(campaign, "script-1", "analyst", 1_000))
    for interview, (name, contact) in PEOPLE.items():
        state = replace(record(interview, 1, campaign, name).state, contact=contact)
        await store.interviews.commit(commit(interview, 1, record=Record(state, 1, bytes(32))))
    if not built:
        await _forget(store)
    return store


async def _forget(store: MemoryStore) -> None:
    """Have the lines missing, as after an update from a release without them."""
    store.search_lines._lines.clear()
    await store.search_lines.note(Progress())


async def goes_on() -> bool:
    return True


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张三", ["张三"]),
        ("张", ["张三", "张三丰"]),
        ("三丰", ["张三丰"]),
        (" 三 丰 ", ["张三丰"]),
        ("zhangsan", ["张三", "张三丰"]),
        ("Zhang San", ["张三", "张三丰"]),
        ("sanfeng", ["张三丰"]),
        ("zsf", ["张三丰"]),
        ("hangsan", []),
        ("zengxiao", ["曾小贤"]),
        ("cengxx", []),
        ("ＡＮＮＡ", ["Anna Maria Lee"]),
        ("maria lee", ["Anna Maria Lee"]),
        ("ria", ["Anna Maria Lee"]),
        ("138 0013", ["张三丰"]),
        ("+86 138", ["张三丰"]),
        ("138", []),
        ("lee.a@", ["Anna Maria Lee"]),
        ("北京", ["张三"]),
        ("", []),
        ("?", []),
        ("王五", []),
    ],
)
async def test_who_is_meant(built: bool, text: str, found: list[str]) -> None:
    store = await store_of(built=built)
    match = await find(store, ["spring"], Wanted(text, details=True))
    names = {interview: name for interview, (name, _) in PEOPLE.items()}
    assert sorted(names[each.interview] for each in match.lines) == found
    assert match.complete
    assert not (await find(store, ["autumn"], Wanted(text, details=True))).lines
    every_way = await named(store, ["spring"], text, lambda _: True)
    assert {state.name for state in every_way.states} >= set(found)


@pytest.mark.parametrize("built", [True, False])
async def test_details_only_for_those_who_may_read_them(built: bool) -> None:
    store = await store_of(built=built)
    for text in ("13800138000", "wudang", "北京大学"):
        assert not (await every(store, ["spring"], Wanted(text, details=False))).lines, text


@pytest.mark.parametrize("built", [True, False])
async def test_by_the_beginning_of_an_id(built: bool) -> None:
    store = await store_of(built=built)
    assert len(await with_id(store, ["spring"], "0123456789abc")) == 2
    assert await with_id(store, ["spring"], "aaaa000000000002") == ["aaaa000000000002"]
    assert await with_id(store, ["spring"], "123456") == []


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize(
    ("text", "found"), [("张山丰", "张三丰"), ("Ana Maria Lee", "Anna Maria Lee"), ("zsf@wudang.cn", "")]
)
async def test_similar_names(built: bool, text: str, found: str) -> None:
    lines = await similar(await store_of(built=built), ["spring"], text)
    assert [PEOPLE[each.interview][0] for each in lines][:1] == ([found] if found else [])


async def test_a_whole_name_is_found_among_any_number_that_contain_it(monkeypatch: pytest.MonkeyPatch) -> None:
    store = await store_of()
    for number in range(100):
        await store.interviews.commit(
            commit(f"b{number:015x}", 1, record=record(f"b{number:015x}", 1, name="张三多"))
        )
    monkeypatch.setattr(name_search, "MOST_LINES", 1)
    assert [each.name for each in (await find(store, ["spring"], Wanted("张三", details=True), 1)).lines] == [
        "张三"
    ]
    part = await find(store, ["spring"], Wanted("三多", details=True), 1)
    assert (len(part.lines) <= keys.PARTITIONS, part.complete) == (True, False)


async def test_while_lines_are_missing_it_says_what_was_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    store = await store_of(built=False)
    monkeypatch.setattr(members, "MOST_READ", 2)
    monkeypatch.setattr(members, "BATCH", 2)
    assert not (await find(store, ["spring"], Wanted("nobody", details=True))).complete


async def test_missing_lines_are_written_by_whoever_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process is killed after one turn, which compares one place."""
    store = await store_of(built=False)
    monkeypatch.setattr(search_lines, "MOST_READ", 1)
    now = 5_000
    turns = []
    while not (await store.search_lines.progress()).built_ms:
        before = await store.search_lines.progress()
        turns.append(await SearchLineRepair(store, lambda: now).turn(goes_on))
        assert await store.search_lines.progress() != before
    assert sum(turns) == len(PEOPLE)
    assert len(turns) > 2
    assert await store.search_lines.progress() == Progress(now)
    await written(store)


async def written(store: MemoryStore) -> None:
    for each in await store.interviews.load_many([*PEOPLE]):
        stored = await store.search_lines.stored("spring", keys.partition_of(each.state.interview))
        assert stored.lines[each.state.interview] == line_of(each.state)


async def test_nothing_is_written_after_the_lease_is_lost() -> None:
    store = await store_of(built=False)

    async def stops() -> bool:
        return False

    assert await SearchLineRepair(store, lambda: 5_000).turn(stops) == 0
    assert not (await store.search_lines.progress()).built_ms


async def test_once_a_day_all_lines_are_compared() -> None:
    store = await store_of()
    now = AGAIN_MS
    repair = SearchLineRepair(store, lambda: now)
    assert await repair.turn(goes_on) == 0
    await _forget(store)
    await store.search_lines.note(Progress(now))
    assert await repair.turn(goes_on) == 0
    now += AGAIN_MS
    assert await repair.turn(goes_on) == len(PEOPLE)
    await written(store)


async def test_a_damaged_record_keeps_no_other_from_being_written() -> None:
    store = await store_of(built=False)
    broken = next(iter(PEOPLE))
    store.interviews._states[broken] = bytes(41)
    assert await SearchLineRepair(store, lambda: 5_000).turn(goes_on) == len(PEOPLE) - 1
