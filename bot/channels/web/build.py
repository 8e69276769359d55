"""Building our own messengers into a process: the web page, its local console, the terminal, and the drill's, and
the place of programs."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from bot.channels.base import Channel
from bot.channels.platform import Built, Host
from bot.channels.shared.programs import ProgramsChannel
from bot.channels.web.channel import MailboxChannel
from bot.channels.web.frames import ACCOUNT, CHANNEL, PANE
from bot.channels.web.settings import WebSettings
from bot.loading import in_thread, load
from bot.web.routes import LateRoutes
from handlers.drill import request as drill


async def build(_settings: WebSettings, host: Host) -> Built:
    mailboxes, now = host.store.mailboxes, host.now
    channels: list[Channel] = [
        MailboxChannel(CHANNEL, ACCOUNT, mailboxes, now, host.base_url, host.archive),
        MailboxChannel(CHANNEL, PANE.account, mailboxes, now, staff=True),
        MailboxChannel("terminal", ACCOUNT, mailboxes, now, pictures=False),
        MailboxChannel(drill.CHANNEL, drill.ACCOUNT, mailboxes, now, archive=host.archive, internal=True),
        ProgramsChannel(),
    ]
    page = LateRoutes(lambda: _routes(host))
    return Built(channels, [page], later=[page.prepare])


async def _routes(host: Host) -> Sequence[BaseRoute]:
    """Load and return everything behind the page."""
    await load("bot.channels.web.routes")
    from bot.channels.web.messenger import Messenger
    from bot.channels.web.routes import built_page, routes

    await in_thread(built_page)
    messenger = Messenger(
        host.store,
        host.intake,
        host.now,
        archive=host.archive,
        short_of_space=host.short_of_space,
        console=host.console,
        owner=host.local_owner,
        public_url=host.public_url,
        open_campaign=host.open_campaign,
        stopping=host.stopping,
    )
    return routes(messenger)
