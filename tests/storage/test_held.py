"""Messages held until the candidate's next word."""

from typing import Any

from conversation.views.counters import Change
from storage.ports import Committed, Conflict, Duplicate, Store
from tests.storage.commits import commit, message


def some(*texts: str) -> tuple[Any, ...]:
    return tuple(message(text) for text in texts)


async def held(store: Store, interview: str = "a") -> list[str]:
    return [each.text for each in await store.interviews.held(interview)]


async def test_at_first_nothing_waits(store: Store) -> None:
    assert await held(store) == []


async def test_what_is_held_waits_in_order(store: Store) -> None:
    await store.interviews.commit(commit("a", 1, hold=some("one", "two")))
    await store.interviews.commit(commit("a", 2, hold=some("three")))
    assert await held(store) == ["one", "two", "three"]
    assert await store.interviews.held("b") == []


async def test_what_is_left_of_those_taken_stands_before_what_came_meanwhile(store: Store) -> None:
    await store.interviews.commit(commit("a", 1, hold=some("one", "two")))
    late = message("late")
    await store.interviews.hold(type(late)(late.to, "late", interview="a"), "0:1")
    await store.interviews.commit(commit("a", 2, taken=2, hold=some("two", "three")))
    assert await held(store) == ["two", "three", "late"]


async def test_all_of_it_taken_together_with_jobs_counters_and_messages(store: Store) -> None:
    await store.interviews.commit(commit("a", 1, hold=some("one", "two", "three")))
    made = commit(
        "a", 2, taken=3, counts=(Change("answers", 1), Change("voices", 2)), messages=some("sent"), reply=b"said"
    )
    assert await store.interviews.commit(made) == Committed()
    assert await held(store) == []
    assert await store.interviews.counts("spring") == {"answers": 1, "voices": 2}
    assert await store.interviews.commit(made) == Duplicate(2, b"said")


async def test_a_conflict_takes_and_holds_nothing(store: Store) -> None:
    await store.interviews.commit(commit("a", 1, hold=some("one")))
    assert await store.interviews.commit(commit("a", 3, taken=1, hold=some("x"))) == Conflict()
    assert await held(store) == ["one"]


async def test_held_once_however_often_it_is_asked_for(store: Store) -> None:
    await store.interviews.commit(commit("i", 1))
    for key in ("0:1", "0:1", "0:2"):
        await store.interviews.hold(message("late"), key)
    assert await held(store, "i") == ["late", "late"]
