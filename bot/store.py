"""The store that the settings name: a Redis of one's own, or the embedded one of the data folder."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bot.logs import log
from bot.settings import Settings, SettingsWrong
from storage.embedded.runner import EmbeddedServer
from storage.errors import StorageError
from storage.redis.store import RedisStore

_TEND_AGAIN_S = 5.0


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[RedisStore]:
    """The store: the Redis of the settings, or the embedded one of the data folder, started if need be."""
    embedded: EmbeddedServer | None = None
    if settings.redis_url:
        url = settings.redis_url.get_secret_value()
    else:
        embedded = EmbeddedServer(settings.data_dir / "redis")
        url = await embedded.start()
    tending = asyncio.create_task(_tend(embedded)) if embedded else None
    try:
        store = RedisStore.at(url)
    except StorageError as error:
        raise SettingsWrong(f"XUMIAN_REDIS_URL: {error}") from None
    except ValueError as error:  # what only the client checks, such as a parameter's value
        raise SettingsWrong(
            f"XUMIAN_REDIS_URL cannot be used ({type(error).__name__}): check its parameters"
        ) from None
    try:
        for warning in await store.check():
            log.warning("durability", what=warning)
        yield store
    finally:
        await store.close()
        if tending:
            tending.cancel()
            await asyncio.wait({tending})
        if embedded:
            await embedded.stop()


async def _tend(embedded: EmbeddedServer) -> None:
    """Whatever ends the embedded server, it is started again, for as long as that takes."""
    while True:
        try:
            await embedded.tend()
        except StorageError as error:
            log.error("embedded_redis_down", why=str(error))
        await asyncio.sleep(_TEND_AGAIN_S)
        with contextlib.suppress(StorageError):  # said above, if it fails again
            await embedded.start()
