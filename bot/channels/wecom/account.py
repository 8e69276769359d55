"""A corporation's running app: its channels, its callbacks, and the pulling of 微信客服 messages."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

from bot.channels.base import Channel, SendError
from bot.channels.shared.http_client import http_client
from bot.channels.wechat_api.callback import Callback
from bot.channels.wecom.corp import CorpApi
from bot.channels.wecom.kf_channel import KfChannel
from bot.channels.wecom.kf_page import KfPage
from bot.channels.wecom.kf_pull import LEASE_MS, KfPuller
from bot.channels.wecom.member import MemberChannel
from bot.channels.wecom.parse import News
from bot.channels.wecom.receive import Receiver
from bot.logs import log_wait
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore

LEARN_AGAIN_S = 60.0


class WeComAccount:
    """One corporation's app: the channels for members and of 微信客服, and the receiver of its callbacks.

    `kf` is the account of 微信客服, empty if there is none. `nonce` returns a new random text each time.
    """

    def __init__(
        self,
        corp_id: str,
        agent_id: str,
        secret: str,
        token: str,
        aes_keys: Sequence[str],
        kf: str,
        *,
        api_url: str,
        intake: Intake,
        store: RedisStore,
        owner: str,
        nonce: Callable[[], str],
        now: Callable[[], float] = time.time,
    ) -> None:
        api = CorpApi(corp_id, agent_id, secret, api_url, http_client(), store.kv, owner, now)
        self.channel = MemberChannel(api)
        self.kf = KfChannel(kf, api, store.kv, now) if kf else None
        self.channels: list[Channel] = [each for each in (self.channel, self.kf) if each]
        self.puller: KfPuller | None = None
        if self.kf:
            page = KfPage(self.kf, intake, store.directory, store.outbox, store.kv, now)
            leases = store.leases(f"wecom-kf:{kf}", owner, LEASE_MS)
            self.puller = KfPuller(kf, api, store.kv, leases, page, owner, now, nonce)
        callback = Callback(token, corp_id, aes_keys, now)
        self.receiver = Receiver(corp_id, callback, intake, store.outbox, self._note)

    async def _note(self, news: News) -> None:
        if self.puller:
            await self.puller.note(news)

    async def run(self, stopping: asyncio.Event) -> None:
        """Pull messages and learn the link, until `stopping` is set."""
        async with asyncio.TaskGroup() as group:
            if self.puller:
                group.create_task(self.puller.run(stopping))
            while not await self.learn_link():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LEARN_AGAIN_S):
                        await stopping.wait()
                if stopping.is_set():
                    return

    async def learn_link(self) -> bool:
        """Ask the platform for what links need. Returns False if there is no link for now."""
        if self.kf:
            try:
                await self.kf.learn_link()
            except (SendError, StoreUnavailable) as error:
                log_wait("kf_link_unknown", error)
                return False
        return True
