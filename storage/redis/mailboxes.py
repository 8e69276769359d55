"""Mailboxes in Redis, for channels whose platform does not keep the conversation: closing the browser tab loses
nothing."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from conversation.inbound import Address
from storage import keys
from storage.ports import Item
from storage.redis.connection import Client
from storage.redis.lua_script import LuaScript
from storage.redis.subscriptions import Subscriptions, Watch

KEPT_ITEMS = 2_000
KEPT_S = 90 * 24 * 3600

# The ids are a sorted set by number, kept as long as the items. The last one determines the next number.
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
# Numbering continues, because an open page asks for items after the last number that it has.
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
        self._subscriptions = Subscriptions(client)

    async def append(self, address: Address, item: str, payload: bytes) -> int:
        """Add an item and notify watchers, only once for each `item` id. Returns its number."""
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
        """Delete all items. Numbering continues afterwards, unless `whole` removes the mailbox without a trace."""
        await self._clear(
            keys=[keys.mailbox(address), keys.mailbox_ids(address)], args=["whole" if whole else "", KEPT_S]
        )

    def watch(self, address: Address) -> AbstractAsyncContextManager[Watch]:
        """Watch a mailbox for news while the context lasts. Entering it may raise StoreUnavailable."""
        return self._subscriptions.watch(keys.mailbox_topic(address))
