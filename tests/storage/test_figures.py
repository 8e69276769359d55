"""What figures are made of: counters and dead letters. The cost of reading counters is constant."""

from typing import Any

import pytest

from conversation.views.counters import Change
from storage import keys
from storage.ports import Store
from storage.redis.connection import is_cluster
from storage.redis.store import RedisStore
from tests.storage.commits import commit


async def test_all_dead_letters_are_counted(store: Store) -> None:
    assert await store.outbox.dead_letters() == 0
    for partition in (0, 7, 15):
        await store.outbox.dead_letter(partition, "inbound", "no reason", b"payload")
    assert await store.outbox.dead_letters() == 3


async def test_counting_costs_the_same_whatever_was_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if not isinstance(store, RedisStore):
        pytest.skip("nothing is sent to the store in memory")
    await store.interviews.counts("spring")  # loads the script into the server, so that this isn't counted
    client, sent = store.client, list[object]()
    execute = client.execute_command

    async def counted(*arguments: Any, **options: Any) -> Any:
        sent.append(arguments[0])
        return await execute(*arguments, **options)

    monkeypatch.setattr(client, "execute_command", counted)
    costs = []
    for first, last in ((0, 10), (10, 300)):
        for number in range(first, last):
            await store.interviews.commit(commit(f"c{number}", 1, counts=(Change("interviews", 1),)))
        sent.clear()
        assert (await store.interviews.counts("spring"))["interviews"] == last
        costs.append(len(sent))
    each = keys.PARTITIONS if is_cluster(client) else 1
    assert costs == [each, each]
