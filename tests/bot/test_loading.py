"""What is loaded or made while the process already answers: once, without slowing other threads for good."""

import asyncio
import sys

import pytest

from bot import loading
from bot.loading import Once, in_thread, load


async def test_a_thing_is_made_once_however_many_need_it_at_the_same_moment() -> None:
    made = 0

    async def make() -> int:
        nonlocal made
        made += 1
        await asyncio.sleep(0)
        return made

    once = Once(make)
    assert not once.made
    assert await asyncio.gather(*(once() for _ in range(5))) == [1] * 5
    assert once.made


async def test_what_could_not_be_made_is_tried_again() -> None:
    tries = iter([ValueError("away"), None])

    async def make() -> str:
        if error := next(tries):
            raise error
        return "made"

    once = Once(make)
    with pytest.raises(ValueError, match="away"):
        await once()
    assert not once.made
    assert await once() == "made"


async def test_nothing_may_be_what_is_made() -> None:
    calls = 0

    async def make() -> None:
        nonlocal calls
        calls += 1

    once = Once(make)
    await once()
    await once()
    assert calls == 1


async def test_threads_switch_often_until_the_last_of_several_is_done() -> None:
    usual = sys.getswitchinterval()
    first, second = asyncio.Event(), asyncio.Event()
    seen = []

    async def until(event: asyncio.Event) -> None:
        with loading._switching_often():
            await event.wait()

    tasks = [asyncio.create_task(until(first)), asyncio.create_task(until(second))]
    await asyncio.sleep(0)
    seen.append(sys.getswitchinterval())
    for task, event in zip(tasks, (first, second), strict=True):
        event.set()
        await task
        seen.append(sys.getswitchinterval())
    assert seen[0] == seen[1] < usual
    assert seen[2] == usual


async def test_what_fails_in_the_thread_fails_here_and_leaves_nothing_changed() -> None:
    usual = sys.getswitchinterval()
    with pytest.raises(ModuleNotFoundError):
        await load("bot.there_is_no_such_module")
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)
    assert sys.getswitchinterval() == usual
