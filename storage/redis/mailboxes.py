"""Mailboxes in Redis, for channels whose conversation no platform keeps: a closed tab loses nothing."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from conversation.inbound import Address
from storage import keys
from storage.errors import StoreUnavailable
from storage.ports import Item
from storage.redis.connection import Client, LuaScript, subscription

KEPT_ITEMS = 2_000
KEPT_S = 90 * 24 * 3600

# The ids are a sorted set by number, kept as long as the items; the last one tells the next number.
_APPEND = """
local known = redis.call('ZSCORE', KEYS[2], ARGV[1])
if known then return {tonumber(known), 0} end
local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
local seq = string.format('%d', tonumber(last or '0') + 1)
redis.call('ZADD', KEYS[2], seq, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[3])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], seq .. '-0', 'p', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return {tonumber(seq), 1}
"""
# Numbers go on where they were: an open page asks for what comes after the last one that it has.
_CLEAR = """
local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
redis.call('DEL', KEYS[1], KEYS[2])
if last and ARGV[1] == '' then
  redis.call('ZADD', KEYS[2], last, '')
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end
"""


class RedisMailboxes:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._append = LuaScript(client, _APPEND)
        self._clear = LuaScript(client, _CLEAR)

    async def append(self, address: Address, item: str, payload: bytes) -> int:
        """Add an item, once for each `item` id, and tell whoever watches; its number."""
        seq, added = await self._append(
            keys=[keys.mailbox(address), keys.mailbox_ids(address)], args=[item, payload, KEPT_ITEMS, KEPT_S]
        )
        if added:
            await self._client.publish(keys.mailbox_topic(address), seq)
        return int(seq)

    async def read(self, address: Address, after: int, count: int) -> list[Item]:
        found: Any = await self._client.xrange(keys.mailbox(address), min=f"({after}", count=count)
        return [Item(int(entry_id.split(b"-")[0]), fields[b"p"]) for entry_id, fields in found]

    async def clear(self, address: Address, *, whole: bool) -> None:
        """Nothing is in it any more; with `whole`, nobody knows that there was one."""
        await self._clear(
            keys=[keys.mailbox(address), keys.mailbox_ids(address)], args=["whole" if whole else "", KEPT_S]
        )

    @contextlib.asynccontextmanager
    async def watch(self, address: Address) -> AsyncIterator["Watch"]:
        """News of a mailbox while the context lasts."""
        async with subscription(self._client, keys.mailbox_topic(address)) as pubsub:
            yield Watch(pubsub)


class Watch:
    """Waits for news; a wake-up may be for nothing, and news may be missed when the connection breaks."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub

    async def news(self, timeout_s: float) -> bool:
        """Whether something may be new; False after `timeout_s` in silence."""
        try:
            message = await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=timeout_s)
        except (RedisError, OSError) as error:
            raise StoreUnavailable("the subscription to a mailbox was lost; it is taken up again") from error
        return message is not None
