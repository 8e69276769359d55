"""The staff's bot at work: setting up and receiving."""

import asyncio
import contextlib
from collections.abc import Callable

from bot.channels.base import Rejected
from bot.channels.telegram_api.connecting import until_it_works
from bot.channels.telegram_api.describing import Part
from bot.channels.telegram_staff.channel import StaffChannel
from bot.channels.telegram_staff.receive import StaffPoller, StaffReceiver
from bot.logs import log
from bot.runtime.partition_leases import Leases
from bot.runtime.polling import poll
from handlers.console.console import Console
from handlers.console.menu import menu
from handlers.organisation.state import Organisation
from storage.errors import StoreUnavailable


class StaffBot:
    """The staff bot of this process.

    `channel` sends messages, `receiver` handles webhook requests, and `run` registers the bot and polls. Closing
    the channel closes everything.
    """

    def __init__(
        self,
        channel: StaffChannel,
        console: Console,
        leases: Leases,
        public_url: str | None,
        organisation: Callable[[], Organisation] = Organisation,
    ) -> None:
        self.channel = channel
        self.receiver = StaffReceiver(channel, console)
        self._vocabulary = console.tools.words
        self._leases = leases
        self._public_url = public_url
        self._organisation = organisation

    async def run(self, stopping: asyncio.Event) -> None:
        """Connect the bot, retrying until it works, and describe it. Without a public address, poll.

        Returns when `stopping` is set, or if the token is refused.
        """
        try:
            async for attempt in until_it_works():
                with attempt:
                    await self.channel.connect(self._public_url)
        except Rejected as error:
            log.error("telegram_refused", bot=self.channel.account, why=str(error))
            return
        log.info("staff_bot_ready", bot=self.channel.account, mode="webhook" if self._public_url else "polling")
        async with asyncio.TaskGroup() as group:
            describing = (
                group.create_task(self.channel.describe(self._vocabulary, stopping)),
                group.create_task(self.channel.keep_menus(self._menus, stopping)),
            )
            if not self._public_url:
                await self._poll(stopping)
                for each in describing:
                    each.cancel()

    def _menus(self) -> list[Part]:
        """Return the menu of each colleague's private chat, in their language. Strangers see /help only."""
        organisation = self._organisation()
        return [
            Part("commands", "", menu(organisation, person, self._vocabulary[person.language]), address.user)
            for person in organisation.people.values()
            for address in person.addresses
            if (address.channel, address.account) == (self.channel.name, self.channel.account)
        ]

    async def _poll(self, stopping: asyncio.Event) -> None:
        poller = StaffPoller(self.channel, self.receiver)
        try:
            await poll(poller, self._leases, stopping)
        finally:
            await poller.stop()
            with contextlib.suppress(StoreUnavailable):
                await self._leases.release(0)
