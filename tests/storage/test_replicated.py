"""What is lost if a server is cut off from its replica and then dies: nothing that counted, if the replica had to
confirm it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis import Redis

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage.errors import StoreUnavailable
from storage.keys import partition_of
from storage.ports import Committed, Duplicate
from storage.redis import batches
from storage.redis.store import RedisStore
from tests.fakes.network_link import Link
from tests.fakes.running import CLUSTER, SINGLE, RunningServers, own_server
from tests.servers import ServerProcess, wait_until
from tests.storage.commits import commit, names

pytestmark = pytest.mark.redis
MANY = 100
ANNA = Address("telegram", "700001", "42")
INTERVIEWS = names(4, 2 * MANY)


class Pair:
    def __init__(self, master: ServerProcess, replica: ServerProcess, link: Link) -> None:
        self.master = master
        self.replica = replica
        self.link = link

    async def follow(self) -> None:
        """Let the replica follow the master, and wait until it has everything."""
        with self.replica.client() as replica:
            replica.replicaof("127.0.0.1", str(self.link.port))
        await asyncio.to_thread(wait_until, self._follows, "the replica's copy")

    def _follows(self) -> bool:
        with self.master.client() as master:
            found = master.info("replication").get("slave0")
            return isinstance(found, dict) and found["state"] == "online"

    async def fail_over(self) -> RedisStore:
        """Kill the master, make the replica a master, and return its store."""
        self.master.kill()
        with self.replica.client() as replica:
            replica.replicaof("no", "one")
        return RedisStore.at(self.replica.url)


@pytest.fixture(params=[SINGLE[0]])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    with (
        own_server(request.param, repl_diskless_sync_delay="0") as master,
        own_server(request.param) as replica,
    ):
        async with Link(master.port).open() as link:
            pair = Pair(master, replica, link)
            await pair.follow()
            yield pair


async def _counted(store: RedisStore, interviews: list[str]) -> list[str]:
    """Commit the first entry of each interview, and return those whose commit succeeded."""
    answers = await asyncio.gather(
        *(store.interviews.commit(commit(each, 1)) for each in interviews), return_exceptions=True
    )
    assert all(isinstance(each, Committed | StoreUnavailable) for each in answers)
    return [name for name, answer in zip(interviews, answers, strict=True) if isinstance(answer, Committed)]


async def _lost(pair: Pair, counted: list[str]) -> int:
    """Return how many of what counted is missing after a failover."""
    after = await pair.fail_over()
    found = await after.interviews.load_many(counted)
    await after.close()
    return len(counted) - len(found)


async def test_everything_since_the_partition_is_lost_if_nobody_confirms(pair: Pair) -> None:
    store = RedisStore.at(pair.master.url)
    before = await _counted(store, INTERVIEWS[:MANY])
    await asyncio.to_thread(wait_until, lambda: _copied(pair, before), "the replica's copy")
    pair.link.cut()
    counted = before + await _counted(store, INTERVIEWS[MANY:])
    await store.close()
    assert len(counted) == 2 * MANY
    assert await _lost(pair, counted) == MANY


async def test_nothing_that_counted_is_lost_if_a_replica_confirms(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RedisStore.at(pair.master.url, replicas=1)
    counted = await _counted(store, INTERVIEWS[:MANY])
    assert len(counted) == MANY
    monkeypatch.setattr(batches, "REPLICAS_MS", 50)
    pair.link.cut()
    counted += await _counted(store, INTERVIEWS[MANY:])
    await store.close()
    assert len(counted) == MANY
    assert await _lost(pair, counted) == 0


async def test_as_many_have_to_confirm_as_the_server_itself_needs(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "REPLICAS_MS", 10_000)
    store = RedisStore.at(pair.master.url, replicas=1)
    assert await store.check() == []
    with pair.master.client() as master, own_server(SINGLE[0]) as second:
        with second.client() as replica:
            replica.replicaof("127.0.0.1", str(pair.master.port))
        await asyncio.to_thread(wait_until, lambda: master.info("replication")["connected_slaves"] == 2, "both")
        (warning,) = await store.check()
        assert "(set min-replicas-to-write 2)" in warning
        master.config_set("min-replicas-to-write", 2)
        await asyncio.to_thread(wait_until, lambda: _good(master) == 2, "both are up to date")
        assert await store.check() == []
        assert isinstance(await store.interviews.commit(commit(INTERVIEWS[0], 1)), Committed)
        monkeypatch.setattr(batches, "REPLICAS_MS", 50)
        pair.link.cut()  # the second replica still confirms
        with pytest.raises(StoreUnavailable) as refused:
            await store.interviews.commit(commit(INTERVIEWS[1], 1))
        assert refused.value.code == "NOREPLICAS"
    await store.close()


FIRST = commit(INTERVIEWS[0], 1)


@pytest.mark.parametrize(
    "asks",
    [
        lambda store: store.interviews.commit(FIRST),
        lambda store: store.interviews.has_version(FIRST.interview, 1),
        lambda store: store.interviews.committed(FIRST.interview, FIRST.inbound),
    ],
    ids=["commit", "has_version", "committed"],
)
async def test_whoever_asks_for_an_event_is_told_of_it_only_when_it_is_safe(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, asks: Callable[[RedisStore], Awaitable[object]]
) -> None:
    first, other = RedisStore.at(pair.master.url), RedisStore.at(pair.master.url, replicas=1)
    pair.link.cut()
    assert isinstance(await first.interviews.commit(FIRST), Committed)
    monkeypatch.setattr(batches, "REPLICAS_MS", 50)
    with pytest.raises(StoreUnavailable) as refused:  # although this connection has written nothing
        await asks(other)
    assert refused.value.code == "NOREPLICAS"
    await other.close()
    await first.close()


async def test_nobody_sees_a_message_that_can_still_be_lost(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    store, other = RedisStore.at(pair.master.url, replicas=1), RedisStore.at(pair.master.url)
    partition = partition_of(str(ANNA))
    await store.outbox.open(partition)
    monkeypatch.setattr(batches, "REPLICAS_MS", 50)
    pair.link.cut()
    await other.outbox.post(ANNA, "greeting", OutboundMessage(ANNA, "hello"), 60)
    with pytest.raises(StoreUnavailable) as refused:
        await store.outbox.read([partition], 10, 1)
    assert (refused.value.code, refused.value.passes) == ("NOREPLICAS", True)
    with pytest.raises(StoreUnavailable):
        await store.outbox.pending(partition, "0", 10)
    pair.link.mend()
    await pair.follow()
    monkeypatch.setattr(batches, "REPLICAS_MS", 10_000)
    (entry,) = await store.outbox.pending(partition, "0", 10)
    assert entry.message is not None
    assert entry.message.text == "hello"
    await other.close()
    await store.close()


def _good(master: Redis) -> int:
    return int(master.info("replication").get("min_slaves_good_slaves", 0))


async def test_replicas_that_need_not_confirm_are_a_warning(pair: Pair) -> None:
    store = RedisStore.at(pair.master.url)
    (warning,) = await store.check()
    assert "XUMIAN_DURABILITY=replicated" in warning
    await store.close()


def _copied(pair: Pair, interviews: list[str]) -> bool:
    with pair.replica.client() as replica:
        return int(replica.dbsize()) >= len(interviews)  # each has keys of its own


async def test_what_was_not_confirmed_counts_once_when_it_is_sent_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "REPLICAS_MS", 50)
    store, interview = RedisStore.at(pair.master.url, replicas=1), INTERVIEWS[0]
    pair.link.cut()
    with pytest.raises(StoreUnavailable) as refused:
        await store.interviews.commit(commit(interview, 1))
    assert refused.value.code == "NOREPLICAS"
    assert refused.value.passes
    with pytest.raises(StoreUnavailable):  # also a duplicate is answered only when the first is safe
        await store.interviews.commit(commit(interview, 1))
    pair.link.mend()
    await pair.follow()
    monkeypatch.setattr(batches, "REPLICAS_MS", 10_000)
    assert isinstance(await store.interviews.commit(commit(interview, 1)), Duplicate)
    await store.close()
    assert await _lost(pair, [interview]) == 0


async def test_reading_does_not_need_the_replica(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RedisStore.at(pair.master.url, replicas=1)
    await store.interviews.commit(commit(INTERVIEWS[0], 1))
    await store.kv.set("note", "1")
    monkeypatch.setattr(batches, "REPLICAS_MS", 50)
    pair.link.cut()
    assert await store.interviews.load(INTERVIEWS[0])
    assert await store.kv.get("note") == "1"
    assert await store.interviews.entries(INTERVIEWS[0])
    with pytest.raises(StoreUnavailable):
        await store.kv.set("note", "2")
    await store.close()


async def test_a_server_without_replicas_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "REPLICAS_MS", 50)
    with own_server(SINGLE[0]) as server:
        store = RedisStore.at(server.url, replicas=1)
        with pytest.raises(StoreUnavailable) as refused:
            await store.check()
        assert refused.value.code == "NOREPLICAS"
        await store.close()


WRITES: dict[str, Callable[[RedisStore], Awaitable[object]]] = {
    "bind": lambda store: store.directory.bind(ANNA, FIRST.interview),
    "connect": lambda store: store.directory.connect("telegram:700001", 1),
    "put_invitation": lambda store: store.directory.put_invitation("token", FIRST.interview),
    "put_resume_code": lambda store: store.directory.put_resume_code("ab" * 32, FIRST.interview, 60),
    "drop_resume_code": lambda store: store.directory.drop_resume_code("ab" * 32),
    "kv set": lambda store: store.kv.set("note", "1"),
    "kv put": lambda store: store.kv.put("notes", "a", "1", 60),
    "commit": lambda store: store.interviews.commit(FIRST),
}


@pytest.mark.cluster
@pytest.mark.parametrize("what", WRITES)
async def test_on_a_cluster_too_nothing_counts_that_nobody_has_confirmed(
    what: str, monkeypatch: pytest.MonkeyPatch, servers: RunningServers
) -> None:
    monkeypatch.setattr(batches, "REPLICAS_MS", 50)
    store = RedisStore.at(servers.empty(CLUSTER), replicas=1)  # its masters have no replicas
    with pytest.raises(StoreUnavailable) as refused:
        await WRITES[what](store)
    assert refused.value.code == "NOREPLICAS"
    await store.close()
