"""Every error reply of Redis is an outage that is waited for, whatever was asked."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis import exceptions as redis_errors

from storage.errors import StoreUnavailable
from storage.ports import Committed
from storage.redis.outages import QUIET_S, Outages
from storage.redis.refusals import unavailable
from storage.redis.store import RedisStore
from tests.fakes.refusing_redis import REPLIES, RefusingRedis
from tests.fakes.virtual_time import virtual_time
from tests.servers import ServerProcess
from tests.storage.commits import commit, message, read, texts
from tests.storage.store_calls import CALLS, FIRST, public_methods

pytestmark = pytest.mark.redis
_OPTIONAL = {"memory", "erasures.rewrite_files"}
_ANSWERED = {("outbox.unsettled", "NOGROUP")}
"""Calls for which an error of Redis is an answer: where nobody has read, nothing is unsettled."""
"""Calls that do without what a server does not let them ask."""


def _is_forbidden(reply: str) -> bool:
    return reply.startswith(("NOPERM", "ERR")) and "OOM" not in reply and "clients" not in reply


@pytest.fixture
async def proxy(server: ServerProcess) -> AsyncIterator[RefusingRedis]:
    async with RefusingRedis(server.port).open() as refusing:
        yield refusing


@pytest.fixture
async def store(proxy: RefusingRedis) -> AsyncIterator[RedisStore]:
    on_redis = RedisStore.at(proxy.url)
    yield on_redis
    await on_redis.close()


async def test_every_method_is_tried_here(store: RedisStore) -> None:
    assert set(CALLS) == public_methods(store)


async def test_every_call_works_while_nothing_is_refused(store: RedisStore) -> None:
    for call in CALLS.values():
        await call(store)


@pytest.mark.parametrize("reply", REPLIES)
async def test_every_call_says_that_it_is_refused(
    proxy: RefusingRedis, store: RedisStore, reply: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.redis.subscriptions._AGAIN_S", 0)
    proxy.refuse(reply)
    for name, call in CALLS.items():
        if (name in _OPTIONAL and _is_forbidden(reply)) or (name, reply.partition(" ")[0]) in _ANSWERED:
            await call(store)
            continue
        with pytest.raises(StoreUnavailable, match="tried again by itself"):
            await call(store)
    proxy.relent()
    await CALLS["mailboxes.watch"](store)
    assert await store.interviews.commit(commit(FIRST, 1)) == Committed()


@pytest.mark.parametrize("reply", ["BUSY Redis is busy", "NOPERM no", "OOM no memory"])
async def test_calls_refused_in_their_middle_can_be_made_again(
    proxy: RefusingRedis, store: RedisStore, reply: str
) -> None:
    """Reading is allowed and writing is not, as without memory or for a user with too few rights."""
    proxy.refuse(reply, lambda words: words[0] in (b"EVALSHA", b"EVAL"))
    with pytest.raises(StoreUnavailable):
        await store.interviews.commit(commit(FIRST, 1, messages=(message("one"),)))
    assert await store.interviews.entries(FIRST) == []
    proxy.relent()
    assert await store.interviews.commit(commit(FIRST, 1, messages=(message("one"),))) == Committed()
    assert texts(await read(store, 4)) == ["one"]


async def test_what_a_script_meets_is_said_on_every_kind_of_server(redis_store: RedisStore) -> None:
    await redis_store.client.set("xm:campaigns", "somebody else's")
    with pytest.raises(StoreUnavailable) as refused:
        await redis_store.directory.campaigns()
    assert refused.value.code == "WRONGTYPE"
    await redis_store.client.set("xm:rate:{telegram:1}", "x")
    with pytest.raises(StoreUnavailable):
        await redis_store.send_rates.reserve("telegram:1", 30)


async def test_who_deletes_the_streams_harms_nobody(redis_store: RedisStore) -> None:
    """Groups are made anew when they are missed."""
    await redis_store.outbox.open(4)
    await redis_store.jobs.open()
    for number in range(16):
        await redis_store.client.delete(f"xm:{{p{number:02d}}}:outbox")
        for queue in ("fetch", "transcribe"):
            await redis_store.client.delete(f"xm:{{p{number:02d}}}:jobs:{queue}")
    assert await redis_store.outbox.read([4], 1, 1) == []
    assert await redis_store.outbox.pending(4, "0", 1) == []
    assert await redis_store.jobs.take("fetch", "me") is None
    assert await redis_store.jobs.reclaim("fetch", "me", 1) is None
    await redis_store.interviews.commit(commit(FIRST, 1, messages=(message("one"),)))
    assert texts(await redis_store.outbox.read([4], 9, 1)) == ["one"]


async def test_arguments_of_a_wrong_type_are_a_mistake_and_no_outage(store: RedisStore) -> None:
    with pytest.raises(redis_errors.DataError):
        await store.kv.set("note", object())  # type: ignore[arg-type]
    assert store.outages.current is None


def caused(error: Exception, by: Exception) -> Exception:
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "code", "passes", "said"),
    [
        (redis_errors.ConnectionError("Connection refused"), "", True, "XUMIAN_REDIS_URL"),
        (redis_errors.TimeoutError("Timeout reading"), "", True, "cannot be reached"),
        (OSError(101, "Network is unreachable"), "", True, "cannot be reached (Network is unreachable)"),
        (
            caused(
                redis_errors.ConnectionError("Error 111 connecting to r:1. Connection refused."),
                ConnectionRefusedError(111, "Connection refused"),
            ),
            "",
            True,
            "cannot be reached (Connection refused)",
        ),
        (redis_errors.InvalidResponse("Protocol error, got H"), "", True, "does not answer as Redis does"),
        (
            redis_errors.ConnectionError("Error 1. [SSL: CERTIFICATE_VERIFY_FAILED] verify failed: expired."),
            "",
            False,
            "ssl_ca_certs",
        ),
        (redis_errors.ResponseError("BUSY Redis is busy"), "BUSY", True, "SCRIPT KILL"),
        (redis_errors.ResponseError("MISCONF Errors writing"), "MISCONF", True, "disk"),
        (redis_errors.ResponseError("NOREPLICAS Not enough"), "NOREPLICAS", True, "min-replicas-to-write"),
        (redis_errors.NoPermissionError("no 'get'", status_code="NOPERM"), "NOPERM", False, "NOPERM GET"),
        (redis_errors.AuthenticationError("no", status_code="WRONGPASS"), "WRONGPASS", False, "password"),
        (redis_errors.AuthenticationError("no", status_code="NOAUTH"), "NOAUTH", False, "asks for a password"),
        (
            redis_errors.ConnectionError("max number of clients reached", status_code="ERR"),
            "MAXCLIENTS",
            True,
            "maxclients",
        ),
        (redis_errors.ResponseError("unknown command 'XAUTOCLAIM', with"), "ERR", False, "ERR XAUTOCLAIM"),
        (redis_errors.ResponseError("DB index is out of range"), "ERR", False, "database"),
        (
            redis_errors.ResponseError(
                "Error running script (call to f_0a): @user_script:9: @user_script: 9: -OOM command not allowed"
            ),
            "OOM",
            True,
            "maxmemory",
        ),
        (
            redis_errors.ResponseError(
                "Error running script (call to f_0a): @user_script:1: @user_script: 1: The user executing the "
                "script can't run this command or subcommand"
            ),
            "NOPERM",
            False,
            "ACL",
        ),
        (redis_errors.ResponseError("somebody's own words"), "ERR", True, "its log"),
        (redis_errors.ResponseError("NEWCODE somebody's own words"), "NEWCODE", True, "its log"),
    ],
)
def test_what_an_error_means(error: Exception, code: str, passes: bool, said: str) -> None:
    found = unavailable(error)
    assert (found.code, found.passes) == (code, passes)
    assert said in str(found)
    assert "own words" not in str(found)


def test_a_clusters_summary_hides_nothing() -> None:
    summary = redis_errors.RedisClusterException("Redis Cluster cannot be connected")
    summary.__cause__ = redis_errors.RedisClusterException("Cluster mode is not enabled on this node")
    summary.__cause__.__context__ = redis_errors.ResponseError("BUSY Redis is busy")
    assert unavailable(summary).code == "BUSY"
    summary.__cause__.__context__ = redis_errors.ResponseError("This instance has cluster support disabled")
    assert "write redis://" in unavailable(summary).reason


class Told:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def begun(self, error: StoreUnavailable) -> None:
        self.lines.append(f"begun {error.code}")

    def over(self, seconds: float) -> None:
        self.lines.append(f"over after {seconds:g}")


@virtual_time
async def test_an_outage_is_told_once_at_its_beginning_and_once_at_its_end() -> None:
    told = Told()
    outages = Outages(told)
    for _ in range(100):
        outages.refused(StoreUnavailable("away"))
        await asyncio.sleep(1)
    assert told.lines == ["begun "]
    outages.refused(StoreUnavailable("loading", code="LOADING"))
    outages.refused(StoreUnavailable("away"))
    outages.answered()
    assert told.lines == ["begun ", "begun LOADING"], "a new code is news, and other calls may still be refused"
    await asyncio.sleep(QUIET_S)
    outages.answered()
    assert told.lines[2:] == ["over after 100"]
    outages.refused(StoreUnavailable("away"))
    assert told.lines[3:] == ["begun "]


@virtual_time
async def test_replies_that_callers_expect_are_no_outage() -> None:
    told = Told()
    outages = Outages(told)
    for code in ("NOSCRIPT", "BUSYGROUP", "NOGROUP"):
        outages.refused(StoreUnavailable("expected", code=code))
    for code in ("NOPERM", "ERR"):
        outages.refused(StoreUnavailable("not needed", code=code), "CONFIG GET")
    assert told.lines == []
    outages.refused(StoreUnavailable("needed", code="NOPERM"), "GET")
    outages.refused(StoreUnavailable("blocked", code="BUSY"), "INFO")
    assert told.lines == ["begun NOPERM", "begun BUSY"]
