"""What candidates are searched by, in Redis: a text for each campaign and partition.

See `storage.search_lines`.
"""

import re
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import chain
from typing import Any, cast

import msgspec

from conversation.state import Record
from storage import keys
from storage.codec import version_bytes
from storage.redis.connection import Client, is_cluster
from storage.redis.lua_script import LuaScript
from storage.search_lines import END, Found, Line, Progress, StoredLines, line_of, lines_in

PUT_LINE = (files("storage.redis") / "put_line.lua").read_text()
_KEYS_AT_ONCE = 100
"""How many texts one script looks through."""
_PARTITIONS_AT_ONCE = 4
"""With 100,000 interviews, looking through the texts of so many partitions takes the server about 5 ms."""
_WASTE_BYTES = 1024
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Progress).decode

_HOLDING = f"""{PUT_LINE}
local found, most = {{}}, tonumber(ARGV[1])
for _, key in ipairs(KEYS) do
  local text, count = redis.call('GET', key), 0
  for n = 2, text and #ARGV or 1 do
    local hit = string.find(text, ARGV[n], 1, true)
    while hit do
      if count == most then
        found[#found + 1] = ''
        break
      end
      local stop = string.find(text, '\\n', hit, true) or #text + 1
      count = count + 1
      found[#found + 1] = string.sub(text, line_start(text, hit), stop - 1)
      hit = string.find(text, ARGV[n], stop + 1, true)
    end
  end
end
return found
"""
"""An empty line stands for those that are left out."""
_SIMILAR = """
local found, most, shortest, longest = {}, tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for _, key in ipairs(KEYS) do
  local count = 0
  for name, rest in string.gmatch(redis.call('GET', key) or '', '\\31([^\\30\\31\\n]*)([^\\n]*)\\n') do
    if #name >= shortest and #name <= longest then
      local shared = 0
      for n = 4, #ARGV do
        if string.find(name, ARGV[n], 1, true) then shared = shared + 1 end
      end
      if shared * 2 >= #ARGV - 3 then
        count = count + 1
        if count > most then break end
        found[#found + 1] = '\\31' .. name .. rest
      end
    end
  end
end
return found
"""
_WRITE = f"""{PUT_LINE}
local there, new, owners = {{}}, {{}}, 0
for owner in string.gmatch(redis.call('GET', KEYS[1]) or '', '\\28([^\\n]*)\\n') do there[owner] = true end
for n = 2, #KEYS do
  local at = 3 * (n - 2)
  if redis.call('GETRANGE', KEYS[n], 0, 7) == ARGV[at + 1] then
    if there[ARGV[at + 2]] then
      put_line(KEYS[1], ARGV[at + 2], ARGV[at + 3])
    else
      new[#new + 1] = ARGV[at + 3]
    end
  end
end
if #new > 0 then redis.call('APPEND', KEYS[1], table.concat(new)) end
"""
_TIDY = """
local text = redis.call('GET', KEYS[1])
if text then redis.call('SET', KEYS[1], (string.gsub(string.gsub(text, '^\\n+', ''), '\\n+', '\\n'))) end
"""


class RedisSearchLines:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._holding = LuaScript(client, _HOLDING, reads=True)
        self._similar = LuaScript(client, _SIMILAR, reads=True)
        self._write = LuaScript(client, _WRITE)
        self._tidy = LuaScript(client, _TIDY)

    async def holding(self, campaigns: Sequence[str], words: Sequence[str], most: int) -> Found:
        lines = await self._each(self._holding, campaigns, [most, *words], _PARTITIONS_AT_ONCE)
        return Found(_unpacked(lines), all(lines))

    async def similar(self, campaigns: Sequence[str], grams: Sequence[str], lengths: range, most: int) -> Found:
        lines = await self._each(self._similar, campaigns, [most, lengths.start, lengths.stop - 1, *grams], 1)
        return Found(_unpacked(lines), complete=True)

    async def _each(
        self, script: LuaScript, campaigns: Sequence[str], arguments: list[Any], at_once: int
    ) -> list[bytes]:
        """Call the script for all texts of these campaigns, those of `at_once` partitions at a time: all other
        calls wait for these."""
        found: list[bytes] = []
        for first in range(0, keys.PARTITIONS, at_once):
            partitions = range(first, min(first + at_once, keys.PARTITIONS))
            every = [[keys.search_lines(each, name) for name in campaigns] for each in partitions]
            shares = every if is_cluster(self._client) else [list(chain.from_iterable(every))]
            some = (each[at : at + _KEYS_AT_ONCE] for each in shares for at in range(0, len(each), _KEYS_AT_ONCE))
            for lines in cast(list[list[bytes]], await script.each([(each, arguments) for each in some])):
                found += lines
        return found

    async def stored(self, campaign: str, partition: int) -> StoredLines:
        """Return all lines of a campaign in a partition."""
        found = await self._client.get(keys.search_lines(partition, campaign))
        text = cast(bytes, found or b"").decode(errors="replace")
        waste = len(text) - len(re.sub(f"{END}+", END, text))
        lines = {each.interview: each for each in lines_in(text)}
        return StoredLines(lines, waste > _WASTE_BYTES and waste * 4 > len(text))

    async def write(self, campaign: str, partition: int, records: Sequence[Record]) -> None:
        if records:
            lines = [line_of(each.state) for each in records]
            await self._write(
                keys=[keys.search_lines(partition, campaign), *(keys.state(each.interview) for each in lines)],
                args=[
                    each
                    for record, line in zip(records, lines, strict=True)
                    for each in (version_bytes(record.version), line.interview, line.packed())
                ],
            )

    async def tidy(self, campaign: str, partition: int) -> None:
        await self._tidy(keys=[keys.search_lines(partition, campaign)], args=[])

    async def progress(self) -> Progress:
        found = cast(bytes | None, await self._client.get(keys.SEARCH_LINES))
        return _decode(found) if found else Progress()

    async def note(self, progress: Progress) -> None:
        await self._client.set(keys.SEARCH_LINES, _encode(progress))


def _unpacked(lines: Iterable[bytes]) -> tuple[Line, ...]:
    return tuple(lines_in(END.join(each.decode(errors="replace") for each in dict.fromkeys(lines))))
