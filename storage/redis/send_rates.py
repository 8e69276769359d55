"""How fast accounts may send: one budget per account, shared by all processes.

Source of the algorithm: the generic cell rate algorithm of ITU-T I.371. Only the server's clock is used.
"""

from typing import NamedTuple, cast

from storage import keys
from storage.redis.connection import Client
from storage.redis.lua_script import LuaScript

# KEYS: the time up to which the budget is used, in µs (expires when the budget is full again); the complaint.
# ARGV: µs per message, how many messages may be sent at once.
_RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local used = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + interval
redis.call('SET', KEYS[1], string.format('%.0f', used), 'PX', math.ceil((used - now) / 1000) + 1)
return {math.max(0, used - now - interval * tonumber(ARGV[2])), math.max(0, redis.call('PTTL', KEYS[2]))}
"""


class Reservation(NamedTuple):
    """When a message may be sent.

    - `wait_s`: how long to wait before sending it, in seconds.
    - `slow_s`: for how many more seconds all messages of the account must keep to the budget, because the platform
      has complained; 0: it has not.
    """

    wait_s: float
    slow_s: float


class RedisSendRates:
    """Send budgets by account. `account` is the full name of an account, for example `telegram:700001`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._reserve = LuaScript(client, _RESERVE)

    async def reserve(self, account: str, per_s: float) -> Reservation:
        """Reserve one message in a budget of `per_s` messages a second, of which at most one second's worth may be
        sent at once."""
        found = await self._reserve(
            keys=[keys.send_budget(account), keys.complaint(account)],
            args=[round(1_000_000 / per_s), max(1, round(per_s))],
        )
        wait_us, slow_ms = cast(list[int], found)
        return Reservation(wait_us / 1_000_000, slow_ms / 1000)

    async def complain(self, account: str, life_s: float) -> None:
        """Note that the platform complained about the account's rate. All processes take this into account for
        `life_s` seconds."""
        await self._client.set(keys.complaint(account), "1", px=round(life_s * 1000))
