"""Building our own messengers into a process: the web page, its local console, the terminal, and the drill's."""

from bot.channels.platform import Built, Host
from bot.channels.web.channel import MailboxChannel
from bot.channels.web.frames import ACCOUNT, CHANNEL, PANE
from bot.channels.web.messenger import Messenger
from bot.channels.web.routes import routes
from bot.channels.web.settings import WebSettings
from handlers.drill import request as drill


async def build(_settings: WebSettings, host: Host) -> Built:
    mailboxes, now = host.store.mailboxes, host.now
    messenger = Messenger(
        host.store,
        host.intake,
        now,
        archive=host.archive,
        short_of_space=host.short_of_space,
        console=host.console,
        owner=host.local_owner,
        public_url=host.public_url,
        open_campaign=host.open_campaign,
        stopping=host.stopping,
    )
    channels = [
        MailboxChannel(CHANNEL, ACCOUNT, mailboxes, now, host.base_url, host.archive),
        MailboxChannel(CHANNEL, PANE.account, mailboxes, now, staff=True),
        MailboxChannel("terminal", ACCOUNT, mailboxes, now, pictures=False),
        MailboxChannel(drill.CHANNEL, drill.ACCOUNT, mailboxes, now, archive=host.archive, internal=True),
    ]
    return Built(channels, routes(messenger))
