"""Orders to erase a candidate: the first one counts, and it is carried out to the end, also after a crash."""

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from handlers.maintenance.audit import audit
from handlers.maintenance.erase import SETTLED_MS
from storage.memory.store import MemoryStore
from storage.ports import ErasureOrder, Store
from tests.handlers.console.commands.candidates.erased_candidate import RECORDING, WORDS, Organisation, everything


class Breaking:
    """A store whose `n`-th call fails, before it takes effect or, with `done`, after it."""

    def __init__(self, store: Store, n: int, *, done: bool) -> None:
        self._store = store
        self._left = n
        self._done = done

    def __getattr__(self, name: str) -> Any:
        return _BreakingPart(self, getattr(self._store, name))

    async def call(self, method: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        self._left -= 1
        if self._left == 0 and not self._done:
            raise OSError("killed before it")
        answer = await method(*arguments, **more)
        if self._left == 0:
            raise OSError("killed after it")
        return answer


class _BreakingPart:
    def __init__(self, broken: Breaking, part: Any) -> None:
        self._broken = broken
        self._part = part

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._part, name)

        async def call(*arguments: Any, **more: Any) -> Any:
            return await self._broken.call(method, *arguments, **more)

        async def each(*arguments: Any, **more: Any) -> AsyncIterator[Any]:
            async for item in await self._broken.call(_begun, method, *arguments, **more):
                yield item

        return each if inspect.isasyncgenfunction(method) else call


async def _begun(method: Callable[..., AsyncIterator[Any]], *arguments: Any, **more: Any) -> AsyncIterator[Any]:
    return method(*arguments, **more)


@pytest.mark.parametrize("done", [False, True])
async def test_killed_at_any_call_it_is_done_to_the_end_by_the_next(done: bool) -> None:
    n, killed = 0, True
    while killed:
        n += 1
        store = MemoryStore()
        organisation = Organisation(store)
        await organisation.open()
        await organisation.order()
        broken: Any = Breaking(store, n, done=done)
        killed = False
        try:
            await organisation.work(broken)
        except OSError:
            killed = True
        await organisation.end()
        assert await store.erasures.ordered() == []
        assert (await audit(store, organisation.interview)).state.phase == "erased"
        assert WORDS.encode() not in await everything(store)
        assert RECORDING not in organisation.desk.archive
    assert n > 10


async def test_the_first_order_counts(store: Store) -> None:
    first = ErasureOrder("0123456789abcdef", "boss", "staff:1")
    assert await store.erasures.order(first) == first
    assert await store.erasures.order(replace(first, by="somebody")) == first
    assert await store.erasures.ordered() == [first]


async def test_it_is_swept_twice_and_not_all_the_time() -> None:
    organisation = Organisation(MemoryStore())
    await organisation.open()
    await organisation.order()
    sweeps = 0
    sweep = organisation.store.erasures.sweep

    async def counted(*arguments: Any, **more: Any) -> None:
        nonlocal sweeps
        sweeps += 1
        await sweep(*arguments, **more)

    organisation.store.erasures.sweep = counted  # type: ignore[method-assign] # counts, and does the same
    for _ in range(5):
        await organisation.work()
    assert sweeps == 1
    organisation.desk.now += SETTLED_MS
    await organisation.work()
    assert sweeps == 2
