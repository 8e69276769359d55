"""Calls to one server in batches: what is called in one turn of the event loop is sent in one write.

A connection of redis-py costs several times what a call itself costs, so calls share one. While as many batches as
allowed wait for their answers, further calls gather for the next one: the busier the process, the larger they are.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import hiredis
from redis import exceptions as redis_errors

from storage.redis.refusals import FAILURES

MOST_BATCHES = 4
"""How many batches may wait for their answers, each on a connection of its own."""

Lend = Callable[[], AbstractAsyncContextManager[Any]]
"""Lends a connection of redis-py."""
_Call = tuple[bytes, asyncio.Future[Any]]


class Batches:
    """Makes calls to one server. A batch that is not answered in `timeout_s` seconds fails with all its calls."""

    def __init__(self, lend: Lend, timeout_s: float) -> None:
        self._lend = lend
        self._timeout_s = timeout_s
        self._next: list[_Call] = []
        self._scheduled = False
        self._sent: set[asyncio.Task[None]] = set()

    def call(self, arguments: tuple[Any, ...]) -> Awaitable[Any]:
        """Make a call, given as its command and arguments. The answer is an exception if the call failed.

        A command of two words must be given as two. Raises redis-py's DataError for an argument of a wrong type.
        """
        try:
            packed = hiredis.pack_command(arguments)
        except TypeError as error:
            raise redis_errors.DataError(str(error)) from None
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._next.append((packed, answer))
        self._schedule(loop)
        return answer

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
            async with asyncio.timeout(self._timeout_s), self._lend() as connection:
                await _exchange(connection, batch)
        except FAILURES as error:
            for _, answer in batch:
                if not answer.done():
                    answer.set_result(error)
        finally:
            for _, answer in batch:  # those that are not done belong to a process that ends
                answer.cancel()


async def _exchange(connection: Any, batch: list[_Call]) -> None:
    """Send the calls and read their answers, which come in the same order."""
    try:
        await connection.send_packed_command([b"".join([call for call, _ in batch])], check_health=False)
        for _, answer in batch:
            try:
                found = await connection.read_response(timeout=math.inf)  # the batch has a timeout
            except redis_errors.ResponseError as error:
                found = error
            if not answer.done():
                answer.set_result(found)
    except BaseException:
        await connection.disconnect(nowait=True)  # answers to come must not be taken for those of later calls
        raise
