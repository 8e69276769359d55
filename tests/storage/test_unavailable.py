"""When a server dies or its answers get lost, nothing is written twice and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from conversation.inbound import Address
from conversation.views.counters import Change
from storage.errors import StoreUnavailable
from storage.ports import Answer, Commit, Committed, Duplicate
from storage.redis.connection import is_cluster
from storage.redis.store import RedisStore
from tests.fakes.refusing_redis import RefusingRedis
from tests.fakes.running import CLUSTER, process_of
from tests.fakes.waiting import until
from tests.servers import ClusterProcess, ServerProcess
from tests.storage.commits import CANDIDATE, commit, message, names, read, texts

FIRST = names(4, 1)[0]
CALLS: dict[str, Callable[[RedisStore], Awaitable[object]]] = {
    "load": lambda store: store.interviews.load(FIRST),
    "commit": lambda store: store.interviews.commit(commit(FIRST, 1)),
    "heads": lambda store: store.interviews.heads([FIRST]),
    "entries": lambda store: store.interviews.entries(FIRST),
    "due": lambda store: store.interviews.due(4, 1, 1),
    "counts": lambda store: store.interviews.counts("spring"),
    "who": lambda store: store.directory.who(CANDIDATE),
    "read": lambda store: store.outbox.read([4], 1, 1),
    "open": lambda store: store.outbox.open(4),
    "append": lambda store: store.mailboxes.append(CANDIDATE, "item", b""),
    "take": lambda store: store.leases("delivery", "me").take(4),
    "note": lambda store: store.kv.get("note"),
    "ping": lambda store: store.ping(),
    "check": lambda store: store.check(),
}


@pytest.fixture
async def store(server: ServerProcess) -> AsyncIterator[RedisStore]:
    on_redis = RedisStore.at(server.url)
    yield on_redis
    await on_redis.close()


@pytest.fixture
async def line(server: ServerProcess) -> AsyncIterator[RefusingRedis]:
    async with RefusingRedis(server.port).open() as proxy:
        yield proxy


async def insist(store: RedisStore, made: Commit) -> list[Answer | str]:
    """Commit until there is an answer, as a platform retries after a 503.

    Returns the answer, after one "unavailable" for each failed attempt.
    """
    came: list[Answer | str] = []
    while not came or isinstance(came[-1], str):
        try:
            came.append(await store.interviews.commit(made))
        except StoreUnavailable:
            came.append("unavailable")
    return came


@pytest.mark.parametrize("call", CALLS)
async def test_every_call_says_that_the_server_is_dead(
    server: ServerProcess, store: RedisStore, call: str
) -> None:
    await store.ping()
    server.kill()
    with pytest.raises(StoreUnavailable, match="tried again by itself"):
        await CALLS[call](store)


async def test_who_watches_is_woken_when_the_server_dies(server: ServerProcess, store: RedisStore) -> None:
    async with store.mailboxes.watch(CANDIDATE) as watch:
        server.kill()
        assert await watch.news(20)
        with pytest.raises(StoreUnavailable):
            async with store.mailboxes.watch(Address("web", "local", "another")):
                pass
    with pytest.raises(StoreUnavailable):
        async with store.mailboxes.watch(CANDIDATE):
            pass


async def test_who_watches_a_server_that_does_not_answer_is_told_so(
    server: ServerProcess, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.redis.subscriptions.TIMEOUT_S", 0.05)
    server.pause()
    with pytest.raises(StoreUnavailable, match="tried again by itself"):
        async with store.mailboxes.watch(CANDIDATE):
            pass
    server.resume()


async def test_who_watches_is_told_of_news_once_the_server_is_back(
    server: ServerProcess, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.redis.subscriptions._AGAIN_S", 0)
    async with asyncio.timeout(30), store.mailboxes.watch(CANDIDATE) as watch:
        server.kill()
        server.start()
        assert await watch.news(20)
        writer = RedisStore.at(server.url)
        await writer.mailboxes.append(CANDIDATE, "item", b"news")
        await writer.close()
        while not await store.mailboxes.read(CANDIDATE, 0, 1):
            assert await watch.news(20)


async def test_a_call_in_flight_learns_that_the_server_died(server: ServerProcess, store: RedisStore) -> None:
    await store.ping()
    server.pause()
    call = asyncio.create_task(store.interviews.commit(commit(FIRST, 1)))
    await asyncio.sleep(0)
    assert not call.done()
    server.kill()
    with pytest.raises(StoreUnavailable):
        await call


async def test_when_it_is_back_all_is_there_and_nobody_need_restart(
    server: ServerProcess, store: RedisStore
) -> None:
    made = commit(FIRST, 1, messages=(message("one"),), due_ms=5, counts=(Change("answers", 1),))
    assert await store.interviews.commit(made) == Committed()
    server.kill()
    with pytest.raises(StoreUnavailable):
        await store.interviews.load(FIRST)
    server.start()
    assert await store.interviews.load(FIRST) == made.record
    assert await store.interviews.entries(FIRST) == [made.entry]
    assert await store.interviews.commit(made) == Duplicate(1)
    assert await store.interviews.due(4, 9, 9) == [(FIRST, 5)]
    assert await store.interviews.counts("spring") == {"answers": 1}
    assert texts(await read(store, 4)) == ["one"]


async def test_a_commit_of_which_the_answer_was_lost_is_made_once(line: RefusingRedis, store: RedisStore) -> None:
    remote = RedisStore.at(line.url)
    await remote.interviews.commit(commit(FIRST, 1))
    made = commit(FIRST, 2, messages=(message("once"),), counts=(Change("answers", 1),), reply=b"reply")
    line.lose(b"EVALSHA")
    came = await insist(remote, made)
    assert line.lost == 1
    assert came[-1] == Duplicate(2, b"reply")
    assert len(await store.interviews.entries(FIRST)) == 2
    assert await store.interviews.counts("spring") == {"answers": 1}
    assert texts(await read(store, 4)) == ["once"]
    await remote.close()


async def test_letters_of_which_the_reader_never_heard_are_not_forgotten(
    line: RefusingRedis, store: RedisStore
) -> None:
    """The server counts them as in hand. The reader must either get them or learn that the connection broke, so
    that it looks at what is in hand."""
    remote = RedisStore.at(line.url)
    await remote.outbox.open(4)
    await store.interviews.commit(commit(FIRST, 1, messages=(message("1"), message("2"))))
    line.lose(b"XREADGROUP")
    with pytest.raises(StoreUnavailable):
        await remote.outbox.read([4], 10, 1)
    assert line.lost == 1
    assert texts(await remote.outbox.pending(4, "0", 10)) == ["1", "2"]
    await remote.close()


async def test_letters_done_of_which_the_answer_was_lost_stay_done(line: RefusingRedis, store: RedisStore) -> None:
    remote = RedisStore.at(line.url)
    await store.interviews.commit(commit(FIRST, 1, messages=(message("1"), message("2"))))
    letters = await read(remote, 4)
    await remote.outbox.done(4, [])
    line.lose(b"XDEL")  # found in the script's text, which is sent when the script is first used

    async def done() -> bool:
        try:
            await remote.outbox.done(4, [letters[0].id])
        except StoreUnavailable:
            return False
        return True

    await until(done, "done")
    assert texts(await remote.outbox.pending(4, "0", 10)) == ["2"]
    await remote.close()


@pytest.fixture
def cluster() -> Iterator[ClusterProcess]:
    process = process_of(CLUSTER)
    assert isinstance(process, ClusterProcess)
    with process:
        yield process


@pytest.mark.redis
@pytest.mark.cluster
async def test_a_cluster_that_was_dead_is_found_again(cluster: ClusterProcess) -> None:
    store = RedisStore.at(cluster.url)
    interviews = [f"i{number}" for number in range(12)]
    for interview in interviews:
        assert await store.interviews.commit(commit(interview, 1)) == Committed()
    cluster.kill()
    came = await asyncio.gather(
        *(store.interviews.commit(commit(interview, 2)) for interview in interviews), return_exceptions=True
    )
    assert {type(each) for each in came} == {StoreUnavailable}
    await asyncio.to_thread(cluster.start)
    for interview in interviews:
        assert (await insist(store, commit(interview, 2)))[-1] == Committed()
        assert len(await store.interviews.entries(interview)) == 2
    await store.close()


@pytest.mark.redis
@pytest.mark.cluster
async def test_a_clusters_node_that_hangs_is_given_up_after_one_try(
    cluster: ClusterProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.redis.connection.TIMEOUT_S", 0.5)
    store = RedisStore.at(cluster.url)
    interviews = [f"i{number}" for number in range(12)]
    for interview in interviews:
        assert await store.interviews.commit(commit(interview, 1)) == Committed()
    cluster.nodes[2].pause()
    begun = asyncio.get_running_loop().time()
    came = await asyncio.gather(
        *(store.interviews.commit(commit(interview, 2)) for interview in interviews), return_exceptions=True
    )
    took_s = asyncio.get_running_loop().time() - begun
    assert StoreUnavailable in {type(each) for each in came}
    assert took_s < 5, "tried again within the call"
    cluster.nodes[2].resume()
    for interview in interviews:
        assert type((await insist(store, commit(interview, 2)))[-1]) in (Committed, Duplicate)
        assert len(await store.interviews.entries(interview)) == 2
    await store.close()


async def test_connections_that_a_restart_made_stale_are_noticed_at_once(
    server: ServerProcess, store: RedisStore
) -> None:
    calls = 20
    await asyncio.gather(*(store.interviews.load(f"i{number}") for number in range(calls)))
    server.kill()
    await asyncio.to_thread(server.start)
    came = await asyncio.gather(
        *(store.interviews.commit(commit(f"i{number}", 1)) for number in range(calls)), return_exceptions=True
    )
    assert sum(isinstance(each, StoreUnavailable) for each in came) < 5
    for number in range(calls):
        assert type(await store.interviews.commit(commit(f"i{number}", 1))) in (Committed, Duplicate)


async def test_a_server_that_hangs_is_given_up(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.redis.connection.TIMEOUT_S", 0.2)
    patient = RedisStore.at(server.url)
    try:
        await patient.ping()
        server.pause()
        with pytest.raises(StoreUnavailable):
            await patient.interviews.load(FIRST)
        server.resume()
        assert await patient.interviews.load(FIRST) is None
    finally:
        await patient.close()


async def test_a_server_without_memory_is_unavailable_until_it_has_some(redis_store: RedisStore) -> None:
    """Redis 6.2 reports this in the middle of a longer sentence, like every error in a script."""
    everywhere: dict[str, Any] = {"target_nodes": "all"} if is_cluster(redis_store.client) else {}
    await redis_store.interviews.commit(commit(FIRST, 1))
    try:
        await redis_store.client.execute_command("CONFIG SET", "maxmemory", "1", **everywhere)
        with pytest.raises(StoreUnavailable):
            await redis_store.interviews.commit(commit(FIRST, 2))
        with pytest.raises(StoreUnavailable):
            await redis_store.ping()
    finally:
        await redis_store.client.execute_command("CONFIG SET", "maxmemory", "0", **everywhere)
    assert await redis_store.interviews.commit(commit(FIRST, 2)) == Committed()
