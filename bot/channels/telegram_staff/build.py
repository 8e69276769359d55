"""Building the staff's Telegram bot into a process."""

from starlette.routing import Route

from bot.channels.platform import Built, Host
from bot.channels.telegram_api.settings import number_of
from bot.channels.telegram_api.webhook import TelegramWebhook
from bot.channels.telegram_staff.bot import StaffBot
from bot.channels.telegram_staff.channel import StaffChannel
from bot.channels.telegram_staff.settings import TelegramStaffSettings
from bot.clock import nonce

_POLLING_LEASE_MS = 60_000


async def build(settings: TelegramStaffSettings, host: Host) -> Built:
    """Build the bot. Without a webhook secret in the settings, it has one of its own, the same in all processes.

    Raises StoreUnavailable.
    """
    token = settings.staff_token
    assert token
    store, number = host.store, number_of(token.get_secret_value())
    secret = settings.secret or await store.kv.get_or_set(f"telegram-webhook:{number}", nonce())
    channel = StaffChannel(
        token.get_secret_value(),
        settings.api_url,
        host.archive,
        secret,
        store.kv,
        host.owner,
        lambda address: host.organisation().whereabouts(address),
    )
    channel.mode = "webhook" if host.public_url else "polling"
    leases = store.leases(f"poll:{number}", host.owner, _POLLING_LEASE_MS)
    bot = StaffBot(channel, await host.console(), leases, host.public_url, host.organisation)
    route = Route(f"/webhooks/telegram/{number}", TelegramWebhook({number: bot.receiver}))
    return Built([channel], [route], [bot.run])
