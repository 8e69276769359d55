"""The accounts on WeChat, WeCom and DingTalk that the settings name. Their code is slow to load: only what is
there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from starlette.routing import BaseRoute

from bot.channels.base import Channel, Registry
from bot.channels.wechat_api.webhook import CallbackAccount
from bot.media.archive import Archive
from bot.runtime.notice_destinations import robots
from bot.settings import Settings
from conversation.inbound import Address
from conversation.words import Vocabulary
from handlers.console.console import Console
from handlers.intake.receive import Intake
from storage.redis.store import RedisStore

if TYPE_CHECKING:
    from bot.channels.dingtalk.account import DingTalkAccount
    from bot.channels.wechat.account import WeChatAccount
    from bot.channels.wecom.account import WeComAccount


class Working(Protocol):
    """An account that has something to do while the process runs."""

    async def run(self, stopping: asyncio.Event) -> None: ...


class Platforms:
    """`owner` names this process."""

    def __init__(
        self,
        settings: Settings,
        store: RedisStore,
        channels: Registry,
        archive: Archive,
        vocabulary: Vocabulary,
        owner: str,
    ) -> None:
        self._settings = settings
        self._store = store
        self._channels = channels
        self._archive = archive
        self._vocabulary = vocabulary
        self._owner = owner
        self.wechat: WeChatAccount | None = None
        self.wecom: WeComAccount | None = None
        self.dingtalk: DingTalkAccount | None = None

    async def add(self, intake: Intake, console: Callable[[], Awaitable[Console]]) -> None:
        """`console` gives the one that the process has, for platforms where staff and candidates talk to one
        robot."""
        await self._add_wechat(intake)
        self._add_wecom(intake)
        await self._add_dingtalk(intake, console)

    async def _add_wechat(self, intake: Intake) -> None:
        if not self._settings.wechat_app_id:
            return
        from bot.accounts.wechat import wechat_account

        self.wechat = wechat_account(self._settings, intake, self._store, self._vocabulary, self._owner)
        if self.wechat:
            await self.wechat.recall()
            self._channels.add(self.wechat.channel)

    def _add_wecom(self, intake: Intake) -> None:
        named = robots(self._settings.notify)
        if not (named or self._settings.wecom_corp_id):
            return
        from bot.accounts.wecom import robot_channels, wecom_account

        for robot in robot_channels(named, self._settings.wecom_api_url, self._archive):
            self._channels.add(robot)
        if self._settings.wecom_corp_id:
            self.wecom = wecom_account(self._settings, intake, self._store, self._owner)
            for channel in self.wecom.channels:
                self._channels.add(channel)

    async def _add_dingtalk(self, intake: Intake, console: Callable[[], Awaitable[Console]]) -> None:
        if not (self._settings.dingtalk_app_key or self._settings.notify):
            return
        from bot.accounts.dingtalk import dingtalk_account, robot_channels

        for robot in robot_channels(self._settings, self._store):
            self._channels.add(robot)
        if self._settings.dingtalk_app_key:
            self.dingtalk = dingtalk_account(
                self._settings, intake, await console(), self._store, self._archive, self._owner
            )
            self._channels.add(self.dingtalk.channel)

    # at work

    def working(self) -> list[Working]:
        return [each for each in (self.wechat, self.wecom, self.dingtalk) if each]

    def callbacks(self) -> dict[str, dict[str, CallbackAccount]]:
        """By channel and account."""
        found: dict[str, dict[str, CallbackAccount]] = {}
        if self.wechat:
            found["wechat"] = {self.wechat.channel.account: self.wechat.receiver}
        if self.wecom:
            found["wecom"] = {self.wecom.channel.account: self.wecom.receiver}
        return found

    def routes(self) -> list[BaseRoute]:
        return list(self.dingtalk.routes) if self.dingtalk else []

    # links

    async def learn_links(self) -> None:
        """What links need and only the platforms know."""
        if self.wecom:
            await self.wecom.learn_link()

    async def prepare_links(self, tokens: Sequence[str]) -> None:
        """Ask for those links that only the platform can make."""
        if self.wechat:
            await self.wechat.scenes.prepare(tokens)

    def link(self, channel: Channel, token: str) -> str | None:
        """Where a candidate goes in on this channel."""
        if self.wechat and channel is self.wechat.channel:
            return self.wechat.scenes.known(token)
        return channel.link(token)

    def reaches(self, address: Address) -> bool:
        """Whether a candidate there notices what we send by ourselves, whatever they do."""
        channel = self._channels.get(address.channel, address.account)
        return channel is None or channel.capabilities.reaches

    def can_nudge(self, address: Address) -> bool:
        """Whether a notice that an interview waits can be sent there at any time."""
        wechat = self.wechat.channel if self.wechat else None
        return wechat is not None and wechat.template is not None and address.channel == wechat.name
