"""Opening the store: the Redis server that the settings name, or the embedded one in the data folder."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bot.logs import log
from bot.settings import Settings, SettingsWrong
from bot.web.open_files import capacity
from storage.embedded.runner import EmbeddedServer
from storage.errors import StorageError
from storage.redis.store import RedisStore

_TEND_AGAIN_S = 5.0


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[RedisStore]:
    """Open the store, starting the embedded server if the settings name no other.

    Raises SettingsWrong if the address in the settings is unusable.
    """
    embedded: EmbeddedServer | None = None
    if settings.redis_url:
        url = settings.redis_url.get_secret_value()
    else:
        _make_private(settings.data_dir)
        embedded = EmbeddedServer(settings.data_dir / "redis")
        url = await embedded.start()
    tending = asyncio.create_task(_tend(embedded)) if embedded else None
    try:
        store = RedisStore.at(url, capacity().redis)
    except StorageError as error:
        raise SettingsWrong(f"XUMIAN_REDIS_URL: {error}") from None
    except ValueError as error:  # checked by the client only, such as a parameter's value
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
    """Restart the embedded server whenever it ends, retrying until that succeeds."""
    while True:
        try:
            await embedded.tend()
        except StorageError as error:
            log.error("embedded_redis_down", why=str(error))
        await asyncio.sleep(_TEND_AGAIN_S)
        with contextlib.suppress(StorageError):  # logged above if it fails again
            await embedded.start()


def _make_private(folder: Path) -> None:
    """Make the data folder and let nobody else in, also if an earlier release made it.

    Another user's folder, such as a mounted one, stays as it is.
    """
    with contextlib.suppress(OSError):  # what cannot be used is reported by what needs it
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
