"""Look-ups in Redis: which interview an address leads to, invitations, resume codes, campaigns, scripts.

None is part of a commit. Each is written beside it, idempotently, and can be repaired from the record.
"""

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from conversation.inbound import Address
from conversation.script import Script
from storage import keys
from storage.ports import Campaign
from storage.redis.connection import Client
from storage.redis.lua_script import LuaScript

_campaign = msgspec.json.Decoder(Campaign).decode
_script = msgspec.json.Decoder(Script).decode
_encode = msgspec.json.Encoder().encode

_TAKE_PLACE = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
return 1
"""
_UNBIND = """
local found = redis.call('GET', KEYS[1])
if not found then return end
local now, former = string.match(found, '^(%S+) ?(%S*)$')
if now == ARGV[1] then now, former = former, '' end
if former == ARGV[1] then former = '' end
if now == '' then
  redis.call('DEL', KEYS[1])
elseif former == '' then
  redis.call('SET', KEYS[1], now)
else
  redis.call('SET', KEYS[1], now .. ' ' .. former)
end
"""
_DROP_INVITED = """
for number = 2, #ARGV do
  if redis.call('HGET', KEYS[1], ARGV[number]) == ARGV[1] then redis.call('HDEL', KEYS[1], ARGV[number]) end
end
"""


class RedisDirectory:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._take_place = LuaScript(client, _TAKE_PLACE)
        self._unbind = LuaScript(client, _UNBIND)
        self._drop_invited = LuaScript(client, _DROP_INVITED)

    async def who(self, address: Address) -> str | None:
        found = await self._text(keys.who(address))
        return found.partition(" ")[0] if found else None

    async def formerly(self, address: Address) -> str | None:
        """Return the interview to which the address led before, as long as that one is still to be set aside."""
        found = await self._text(keys.who(address))
        return (found.partition(" ")[2] or None) if found else None

    async def bind(self, address: Address, interview: str, former: str = "") -> None:
        await self._client.set(keys.who(address), f"{interview} {former}".strip())

    async def unbind(self, address: Address, interview: str) -> None:
        """Stop the address from leading to this interview, if it does."""
        await self._unbind(keys=[keys.who(address)], args=[interview])

    async def connect(self, account: str, now_ms: int) -> None:
        """Record that the installation is connected to one of our accounts. Only the first time is kept."""
        await self._client.set(keys.connected(account), now_ms, nx=True)

    async def connected_ms(self, account: str) -> int:
        """Return when the installation was first connected to the account (epoch milliseconds); 0: unknown."""
        return int(await self._text(keys.connected(account)) or 0)

    async def invitation(self, token: str) -> str | None:
        return await self._text(keys.invitation(token))

    async def put_invitation(self, token: str, interview: str) -> None:
        await self._client.set(keys.invitation(token), interview)

    async def invited(self, campaign: str, people: Sequence[str]) -> list[str]:
        """Return the campaign's latest interview of each of these people, given by what identifies them; an empty
        string for those who were not invited."""
        if not people:
            return []
        found: Any = await self._client.hmget(keys.contacts(campaign), [keys.digest(each) for each in people])
        return [each.decode() if each else "" for each in found]

    async def put_invited(self, campaign: str, people: Sequence[str], interview: str) -> None:
        """Note that whoever has one of these identities was invited to the interview."""
        if people:
            await self._client.hset(
                keys.contacts(campaign), mapping={keys.digest(each): interview for each in people}
            )

    async def drop_invited(self, campaign: str, people: Sequence[str], interview: str) -> None:
        """Forget these identities as far as they lead to this interview."""
        if people:
            names = [keys.digest(each) for each in people]
            await self._drop_invited(keys=[keys.contacts(campaign)], args=[interview, *names])

    async def resume_code(self, code_sha256: str) -> str | None:
        return await self._text(keys.resume_code(code_sha256))

    async def put_resume_code(self, code_sha256: str, interview: str, life_s: int) -> None:
        await self._client.set(keys.resume_code(code_sha256), interview, ex=life_s)

    async def drop_resume_code(self, code_sha256: str) -> None:
        await self._client.unlink(keys.resume_code(code_sha256))

    async def campaign(self, campaign: str) -> Campaign | None:
        blob = await self._client.get(keys.campaign(campaign))
        return _campaign(cast(bytes, blob)) if blob else None

    async def walk_in(self, code: str) -> Campaign | None:
        found = await self._text(keys.walk_in(code))
        return await self.campaign(found) if found else None

    async def put_campaign(self, campaign: Campaign) -> bool:
        """Store the campaign. Returns False, without changing anything, if another campaign has its walk-in
        code."""
        if campaign.code:
            taken = not await self._client.set(keys.walk_in(campaign.code), campaign.id, nx=True)
            if taken and await self._text(keys.walk_in(campaign.code)) != campaign.id:
                return False
        await self._client.set(keys.campaign(campaign.id), _encode(campaign))
        await self._client.sadd(keys.CAMPAIGNS, campaign.id)
        return True

    async def campaigns(self) -> list[str]:
        found = cast(set[bytes], await self._client.smembers(keys.CAMPAIGNS))
        return sorted(campaign.decode() for campaign in found)

    async def take_place(self, campaign: Campaign, interview: str) -> bool:
        """Take one of the walk-in places; an interview takes only one. Returns False if all are taken."""
        if not campaign.cap:
            return True
        return bool(await self._take_place(keys=[keys.places(campaign.id)], args=[interview, campaign.cap]))

    async def is_full(self, campaign: Campaign) -> bool:
        """Return whether all walk-in places are taken."""
        return bool(campaign.cap) and await self._client.scard(keys.places(campaign.id)) >= campaign.cap

    async def script(self, version: str) -> Script | None:
        blob = await self._client.get(keys.script(version))
        return _script(cast(bytes, blob)) if blob else None

    async def put_script(self, script: Script) -> None:
        await self._client.set(keys.script(script.version), _encode(script), nx=True)

    async def _text(self, key: str) -> str | None:
        blob = cast(bytes | None, await self._client.get(key))
        return blob.decode() if blob else None
