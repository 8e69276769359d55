"""Finding the master through Sentinels, also while some of them and an earlier master are cut off from others."""

import asyncio
from typing import Any, cast

from redis import exceptions as redis_errors
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool

LOOKS_EVERY_S = 1.0
"""How often the Sentinels are asked while connections to a master are in use, in seconds."""
_ANSWER_S = 1.0
"""How long a Sentinel may take to answer, in seconds."""


class Sentinels(Sentinel):
    """Asks all Sentinels at once, and believes the one that knows of the latest failover.

    redis-py asks one after another and believes the first. That may be one that was cut off together with an
    earlier master, about which it then tells nothing but good.
    """

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Return the master's host and port. Raises redis-py's MasterNotFoundError if no Sentinel knows one."""
        asked = [asyncio.wait_for(each.sentinel_masters(), _ANSWER_S) for each in self.sentinels]
        found = await asyncio.gather(*asked, return_exceptions=True)
        told = [each[service_name] for each in found if isinstance(each, dict) and service_name in each]
        usable = [each for each in told if cast(Any, self).check_master_state(each, service_name)]
        if not usable:
            raise MasterNotFoundError(f"No master found for {service_name!r}")
        latest = max(usable, key=lambda each: int(each["config-epoch"]))
        return str(latest["ip"]), int(latest["port"])


class MasterPool(SentinelConnectionPool):
    """Connections to the master. While they are used, the Sentinels are asked now and then who that is.

    An earlier master that is cut off from the others goes on answering whoever reaches it, and no write to it is
    ever kept. Nothing but the Sentinels tells.
    """

    _looked = 0.0
    _looking = False

    async def get_connection(self, *args: Any, **options: Any) -> Any:
        """Return a connection to the master. Raises redis-py's errors."""
        now = asyncio.get_running_loop().time()
        if self.master_address and not self._looking and now > self._looked + LOOKS_EVERY_S:
            await self._look()
        return await cast(Any, super()).get_connection(*args, **options)

    async def release(self, connection: Any) -> None:
        """Take a connection back. It is closed if it does not lead to the master any more."""
        if self.master_address not in (None, (connection.host, connection.port)):
            connection.mark_for_reconnect()
        await super().release(connection)

    async def _look(self) -> None:
        """Ask the Sentinels; if there is another master, close what leads to the earlier one."""
        self._looking = True
        try:
            await cast(Any, self).get_master_address()
        except (redis_errors.RedisError, OSError):
            pass  # without Sentinels, the master known last is used
        finally:
            self._looking = False
            self._looked = asyncio.get_running_loop().time()
