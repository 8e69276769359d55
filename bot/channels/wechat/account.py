"""An official account at work: its channel, its callbacks, and what it may do."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Literal

from bot.channels.base import SendError
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.receive import Receiver
from bot.channels.wechat_api.api import http_client
from bot.channels.wechat_api.callback import Callback
from bot.channels.wechat_api.token import Notes
from bot.logs import log
from conversation.words import Vocabulary
from handlers.intake import Intake
from storage.errors import StoreUnavailable
from storage.ports import Outbox

Push = Literal["auto", "yes", "no"]
ASK_AGAIN_S = 3600
_RETRY_S = 30


class WeChatAccount:
    """With `push` auto it asks what it may do, now and then; until that is known it says all in its responses."""

    def __init__(
        self,
        app_id: str,
        secret: str,
        token: str,
        aes_keys: Sequence[str],
        push: Push,
        *,
        api_url: str,
        intake: Intake,
        outbox: Outbox,
        notes: Notes,
        vocabulary: Vocabulary,
        owner: str,
    ) -> None:
        self.channel = WeChatChannel(app_id, secret, api_url, http_client(), notes, owner, time.time)
        self.receiver = Receiver(
            app_id,
            Callback(token, app_id, aes_keys, time.time),
            intake,
            outbox,
            vocabulary,
            lambda: self.push,
            time.time,
        )
        self.push = push == "yes"
        self._asks = push == "auto"

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`: know what the account may do."""
        while self._asks and not stopping.is_set():
            wait = ASK_AGAIN_S
            try:
                self.push = await self.channel.may_push()
                log.info("wechat_account", push=self.push)
            except (SendError, StoreUnavailable) as error:
                log.warning("wechat_account_unknown", why=str(error))
                wait = _RETRY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await stopping.wait()
