"""The process that channels are built into, for tests of one channel."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from bot.channels.base import Registry
from bot.channels.notify import NoticePlace
from bot.channels.platform import Host
from bot.web.local_owner import LocalOwner
from handlers.catalogues import vocabulary
from handlers.console.console import Console
from handlers.organisation.state import Organisation
from tests.fakes.kv import MemoryKv


def host(
    store: Any,
    intake: Any = None,
    *,
    console: Console | None = None,
    archive: Any = None,
    channels: Registry | None = None,
    organisation: Callable[[], Organisation] = Organisation,
    owner: str = "process",
    public_url: str | None = None,
    data_dir: Path = Path(),
    secret_keys: Sequence[str] = (),
    notify: Sequence[NoticePlace] = (),
    now: Callable[[], int] = lambda: 0,
) -> Host:
    async def the_console() -> Console:
        return cast(Console, console)

    return Host(
        store=store,
        intake=intake,
        channels=channels or Registry(),
        archive=archive,
        short_of_space=lambda: False,
        vocabulary=vocabulary(),
        console=the_console,
        organisation=organisation,
        owner=owner,
        local_owner=LocalOwner(MemoryKv(), local=public_url is None),
        public_url=public_url,
        base_url=lambda: public_url or "http://127.0.0.1:8080",
        data_dir=data_dir,
        secret_keys=secret_keys,
        notify=notify,
        open_campaign="",
        stopping=asyncio.Event(),
        now=now,
    )
