"""A running official account: its channel, its callbacks, and its permissions."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from bot.channels.base import SendError
from bot.channels.shared.http_client import http_client
from bot.channels.wechat.channel import Template, WeChatChannel
from bot.channels.wechat.receive import Receiver
from bot.channels.wechat_api.callback import Callback
from bot.logs import log, log_wait
from conversation.words import Vocabulary
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.ports import Kv, Outbox

Push = Literal["auto", "yes", "no"]
ASK_AGAIN_S = 3600
_RETRY_S = 30


class Credentials(NamedTuple):
    """The credentials shown in the account's console.

    `aes_keys` has the current key, then the previous one. Without keys the account is in plain mode.
    """

    app_id: str
    secret: str
    token: str
    aes_keys: Sequence[str] = ()


class WeChatAccount:
    """One official account: its channel, the receiver of its callbacks, and the checks of its permissions.

    With `push` auto it asks the platform every hour whether it may send unprompted, and until that is known
    replies in callback responses only. `template` is as for `Template.of`, and `now` returns epoch seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        push: Push,
        *,
        api_url: str,
        template: str | None,
        intake: Intake,
        outbox: Outbox,
        kv: Kv,
        vocabulary: Vocabulary,
        owner: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        app_id, secret, token, keys = credentials
        self.channel = WeChatChannel(app_id, secret, api_url, http_client(), kv, owner, now, Template.of(template))
        self.channel.may = {"yes": True, "no": False, "auto": None}[push]
        callback = Callback(token, app_id, keys, now)
        self.receiver = Receiver(app_id, callback, intake, outbox, vocabulary, lambda: self.channel.may, now, kv)
        self._told = push
        self._kv, self._note = kv, f"wechat:{app_id}:can"

    async def recall(self) -> None:
        """Take over the permission that this or another process has found out before."""
        with contextlib.suppress(StoreUnavailable):
            if self._told == "auto" and (known := await self._kv.get(self._note)):
                self.channel.may = known == "push"

    async def run(self, stopping: asyncio.Event) -> None:
        """Check the account's permission and whether it works, until `stopping` is set."""
        trouble = ""
        while self._told != "no" and not stopping.is_set():
            wait = ASK_AGAIN_S
            try:
                await self._learn(await self.channel.may_push())
                trouble = ""
            except (SendError, StoreUnavailable) as error:
                if str(error) != trouble:  # log each error once
                    log_wait("wechat_account_unknown", error)
                trouble, wait = str(error), _RETRY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await stopping.wait()

    async def _learn(self, may: bool) -> None:
        if self._told == "auto":
            self.channel.may = may
            await self._kv.set(self._note, self.channel.can)
        log.info("wechat_account", push=may)
        if self._told == "yes" and not may:
            log.warning("wechat_account", why="XUMIAN_WECHAT_PUSH is yes, but the account may not send by itself")
