"""How fast our accounts may send, over all processes: one budget for each account.

Source of the algorithm: the generic cell rate algorithm of ITU-T I.371; the server's clock is the only one.
"""

from typing import NamedTuple, cast

from storage import keys
from storage.redis.connection import Client, LuaScript

# KEYS: when the budget is used up to, in µs (its expiry is when it is whole again); the complaint.
# ARGV: µs for one message, how many may go at once.
_RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local used = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + interval
redis.call('SET', KEYS[1], string.format('%.0f', used), 'PX', math.ceil((used - now) / 1000) + 1)
return {math.max(0, used - now - interval * tonumber(ARGV[2])), math.max(0, redis.call('PTTL', KEYS[2]))}
"""


class Reservation(NamedTuple):
    """The message may go in `wait_s`. For `slow_s` all messages of the account are to keep to the budget, because
    the platform has complained (0: it has not)."""

    wait_s: float
    slow_s: float


class RedisSendRates:
    """`account` is the whole name of an account, for example `telegram:700001`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._reserve = LuaScript(client, _RESERVE)

    async def reserve(self, account: str, per_s: float) -> Reservation:
        """Reserve one message of a budget of so many a second, with at most one second's worth at once."""
        found = await self._reserve(
            keys=[keys.send_budget(account), keys.complaint(account)],
            args=[round(1_000_000 / per_s), max(1, round(per_s))],
        )
        wait_us, slow_ms = cast(list[int], found)
        return Reservation(wait_us / 1_000_000, slow_ms / 1000)

    async def complain(self, account: str, life_s: float) -> None:
        """The platform has complained about the account's rate: all processes heed it for so long."""
        await self._client.set(keys.complaint(account), "1", px=round(life_s * 1000))
