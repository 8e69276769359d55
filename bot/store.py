"""Opening the store: the Redis server that the settings name, or the embedded one in the data folder."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.archiving.records import record_files
from bot.logs import log
from bot.settings import Settings, SettingsWrong
from bot.web.open_files import capacity
from storage.embedded.runner import EmbeddedServer
from storage.errors import StorageError, StoreUnavailable
from storage.redis.store import RedisStore

AGAIN_S = 1.0
"""How long a start waits until it asks Redis again, in seconds."""
_ANSWER_S = 3
_OF_ONE_KEY = "WRONGTYPE"
"""The code of Redis that concerns one key: the others are well."""
_TEND_AGAIN_S = 5.0
_Result = TypeVar("_Result")
Waits = Callable[[StoreUnavailable], None]


class OutageLog:
    """Logs when Redis begins to refuse, with what to do, and when it is over. Nothing else logs an outage."""

    def begun(self, error: StoreUnavailable) -> None:
        log.error("redis_unavailable", code=error.code, what=error.reason)

    def over(self, seconds: float) -> None:
        log.info("redis_available", after_s=round(seconds, 1))


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, waits: Waits | None = None, *, restoring: bool = False
) -> AsyncIterator[RedisStore]:
    """Open the store, starting the embedded server if the settings name no other.

    With `waits`, wait for Redis as `patiently` does. If `restoring`, a store that was restored only in part is
    opened, too. Raises SettingsWrong or ArchiveWrong if an address in the settings is unusable, and the errors of
    `RedisStore.check`.
    """
    records = record_files(settings.archive_place)
    embedded: EmbeddedServer | None = None
    if settings.redis_url:
        url = settings.redis_url.get_secret_value()
    else:
        _make_private(settings.data_dir)
        embedded = EmbeddedServer(settings.data_dir / "redis")
        url = await embedded.start()
    tending = asyncio.create_task(_tend(embedded)) if embedded else None
    try:
        replicas = int(settings.durability == "replicated")
        store = RedisStore.at(url, capacity().redis, replicas, records)
    except StorageError as error:
        raise SettingsWrong(f"XUMIAN_REDIS_URL: {error}") from None
    except ValueError as error:  # checked by the client only, such as a parameter's value
        raise SettingsWrong(
            f"XUMIAN_REDIS_URL cannot be used ({type(error).__name__}): check its parameters"
        ) from None
    store.outages.listener = OutageLog()
    try:
        check = partial(store.check, restoring=restoring)
        for warning in await (patiently(check, waits) if waits else check()):
            log.warning("durability", what=warning)
        yield store
    finally:
        await store.close()
        await records.close()
        if tending:
            tending.cancel()
            await asyncio.wait({tending})
        if embedded:
            await embedded.stop()


async def trouble_of(store: RedisStore) -> str:
    """Return why Redis cannot be used now, or an empty string."""
    try:
        async with asyncio.timeout(_ANSWER_S):
            await store.ping()
    except TimeoutError:
        return "cannot be written"
    except StoreUnavailable as error:
        return f"cannot be written: {error.reason}" if error.code else "cannot be written"
    refusal = store.outages.current
    if refusal and not refusal.passes and refusal.code != _OF_ONE_KEY:
        return f"refuses some calls: {refusal.reason}"
    return ""


def in_silence(_error: StoreUnavailable) -> None:
    """Wait for Redis and do nothing about it: the outage is logged by itself."""


async def patiently(call: Callable[[], Awaitable[_Result]], waits: Waits = in_silence) -> _Result:
    """Make a call of a start, and repeat it while Redis cannot be reached or refuses for a reason that may pass.

    `waits` is called with each such error. Raises StoreUnavailable if waiting cannot mend it.
    """
    while True:
        try:
            return await call()
        except StoreUnavailable as error:
            if not error.passes:
                raise
            waits(error)
        await asyncio.sleep(AGAIN_S)


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
