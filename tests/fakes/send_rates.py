"""Send rates of accounts like those in the store, on the event loop's clock."""

import asyncio

from storage.redis.send_rates import Reservation


class LocalRates:
    def __init__(self) -> None:
        self._used: dict[str, float] = {}
        self._slow_until: dict[str, float] = {}

    async def reserve(self, account: str, per_s: float) -> Reservation:
        now = asyncio.get_running_loop().time()
        used = self._used[account] = max(self._used.get(account, 0.0), now) + 1 / per_s
        burst = max(1, round(per_s)) / per_s
        return Reservation(max(0.0, used - now - burst), max(0.0, self._slow_until.get(account, 0.0) - now))

    async def complain(self, account: str, life_s: float) -> None:
        self._slow_until[account] = asyncio.get_running_loop().time() + life_s
