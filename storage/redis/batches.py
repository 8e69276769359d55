"""Calls to one server in batches: what is called in one turn of the event loop is sent in one write.

A connection of redis-py costs several times what a call itself costs, so calls share one. While as many batches as
allowed wait for their answers, further calls gather for the next one: the busier the process, the larger they are.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Container, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, cast

import hiredis
from redis import exceptions as redis_errors
from redis.client import EMPTY_RESPONSE, NEVER_DECODE

from storage import keys
from storage.redis.refusals import FAILURES, closed_meanwhile

MOST_BATCHES = 4
"""How many batches may wait for their answers, each on a connection of its own."""
REPLICAS_MS = 2_000
"""How long replicas may take to confirm a batch, in milliseconds."""

Lend = Callable[[], AbstractAsyncContextManager[Any]]
"""Lends a connection of redis-py."""
_READS = frozenset(
    {
        *("GET", "GETRANGE", "EXISTS", "PTTL", "HGET", "HGETALL", "HMGET", "LRANGE", "LLEN", "SISMEMBER", "SCARD"),
        *("SMEMBERS", "SSCAN", "ZSCORE", "ZCARD", "ZRANGE", "ZREVRANGE", "XRANGE", "XLEN", "XPENDING", "XINFO"),
        *("PING", "SCAN", "TIME", "INFO", "CONFIG"),
    }
)
WRITES_TO_A_KEY = frozenset(
    {
        *("SET", "HSET", "HSETNX", "HDEL", "SADD", "SREM", "ZADD", "ZREM", "ZREMRANGEBYSCORE", "EXPIRE", "XADD"),
        *("DEL", "UNLINK"),
    }
)
"""Commands that write, given with one key."""
SCRIPTS = ("EVALSHA", "EVAL")
_FOR_REDIS_PY = frozenset({"keys", NEVER_DECODE, EMPTY_RESPONSE})
"""Options that have no meaning for how an answer is converted."""
_MARKED_MS = 100
_pack = cast(Callable[[tuple[Any, ...]], bytes], hiredis.pack_command)
_TOO_FEW = redis_errors.ResponseError("NOREPLICAS the write was not confirmed by a replica in time")


class _Call(NamedTuple):
    """`mark`: what is written after a call that replicas have to confirm; None: they need not."""

    packed: bytes
    mark: str | None
    answer: asyncio.Future[Any]


class Batches:
    """Makes calls to one server. A batch that is not answered in `timeout_s` seconds fails with all its calls.

    With `replicas`, which may be changed, a call that may write succeeds only if so many replicas have confirmed
    it, together with everything that the server wrote before. Otherwise it fails, although it may have been
    carried out. `read_only` are the scripts that write nothing, and their hashes.
    """

    def __init__(
        self, lend: Lend, timeout_s: float, replicas: int = 0, read_only: Container[str] = frozenset()
    ) -> None:
        self._lend = lend
        self._timeout_s = timeout_s
        self.replicas = replicas
        self._read_only = read_only
        self._next: list[_Call] = []
        self._scheduled = False
        self._sent: set[asyncio.Task[None]] = set()

    def call(self, arguments: tuple[Any, ...]) -> Awaitable[Any]:
        """Make a call, given as its command and arguments. The answer is an exception if the call failed.

        A command of two words must be given as two. Raises redis-py's DataError for an argument of a wrong type.
        """
        try:
            packed = _pack(arguments)
        except TypeError as error:
            raise redis_errors.DataError(str(error)) from None
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        mark = _beside(arguments) if self.replicas > 0 and self._writes(arguments) else None
        self._next.append(_Call(packed, mark, answer))
        self._schedule(loop)
        return answer

    def _writes(self, arguments: tuple[Any, ...]) -> bool:
        return arguments[0] not in _READS and not (arguments[0] in SCRIPTS and arguments[1] in self._read_only)

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._next and not self._scheduled and len(self._sent) < MOST_BATCHES:
            self._scheduled = True
            loop.call_soon(self._send, loop)

    def _send(self, loop: asyncio.AbstractEventLoop) -> None:
        self._scheduled = False
        batch, self._next = self._next, []
        task = loop.create_task(self._exchange(batch))
        self._sent.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._sent.discard(task)
        self._schedule(task.get_loop())

    async def _exchange(self, batch: list[_Call]) -> None:
        try:
            found = await self._over_a_connection(batch)
        except FAILURES as error:
            found = [error] * len(batch)
        except Exception as error:  # a mistake in the code: its callers get it, and are not cancelled
            for call in batch:
                if not call.answer.done():
                    call.answer.set_exception(error)
            return
        except BaseException:  # the process ends
            for call in batch:
                call.answer.cancel()
            raise
        for call, answer in zip(batch, found, strict=True):
            if not call.answer.done():
                call.answer.set_result(answer)

    async def _over_a_connection(self, batch: list[_Call]) -> list[Any]:
        try:
            async with asyncio.timeout(self._timeout_s), self._lend() as connection:
                return await _exchange(connection, batch, self.replicas)
        except (AttributeError, RuntimeError) as error:
            raise closed_meanwhile(error) from error


def converted(callbacks: Mapping[Any, Any], command: str, answer: Any, options: Mapping[str, Any]) -> Any:
    """Return an answer as redis-py's own calls return it."""
    convert = callbacks.get(command)
    return (
        convert(answer, **{name: options[name] for name in options.keys() - _FOR_REDIS_PY}) if convert else answer
    )


async def _exchange(connection: Any, batch: list[_Call], replicas: int) -> list[Any]:
    """Send the calls and return their answers, which come in the same order."""
    packed = [call.packed for call in batch]
    mark = next((call.mark for call in batch if call.mark is not None), None)
    if mark is not None:
        # WAIT is about what its own connection has written. A call that found its work already done has written
        # nothing, although what it found may not have reached the replicas.
        packed += [_pack(("SET", mark, "", "PX", _MARKED_MS)), _pack(("WAIT", replicas, REPLICAS_MS))]
    try:
        await connection.send_packed_command([b"".join(packed)], check_health=False)
        answers = [await _answer(connection) for _ in batch]
        marked = await _answer(connection) if mark is not None else None
        reached = await _answer(connection) if mark is not None else replicas
    except BaseException:
        await connection.disconnect(nowait=True)  # answers to come must not be taken for those of later calls
        raise
    if isinstance(reached, int) and reached >= replicas and not isinstance(marked, Exception):
        return answers
    why = next((each for each in (marked, reached) if isinstance(each, Exception)), _TOO_FEW)
    return [
        why if call.mark is not None and not isinstance(answer, Exception) else answer
        for call, answer in zip(batch, answers, strict=True)
    ]


def _beside(arguments: tuple[Any, ...]) -> str:
    """Return a key on the node to which this call goes."""
    if arguments[0] in SCRIPTS:
        key = arguments[3] if arguments[2] else ""
    else:
        key = arguments[1] if len(arguments) > 1 else ""
    return keys.written(key.decode() if isinstance(key, bytes) else str(key))


async def _answer(connection: Any) -> Any:
    try:
        return await connection.read_response(timeout=math.inf)  # the batch has a timeout
    except redis_errors.ResponseError as error:
        return error
