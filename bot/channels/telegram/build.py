"""Building the candidates' Telegram bots into a process."""

from starlette.routing import Route

from bot.channels.platform import Built, Host
from bot.channels.telegram.bots import Bots
from bot.channels.telegram_api.settings import TelegramAccounts
from bot.channels.telegram_api.webhook import TelegramWebhook


async def build(settings: TelegramAccounts, host: Host) -> Built:
    """Its channels are added by `Bots` itself, because they come and go. Raises StoreUnavailable."""
    bots = Bots(settings, host)
    await bots.add_configured()
    route = Route("/webhooks/telegram/{bot_id}", TelegramWebhook(bots.receivers))
    return Built(routes=[route], receive=[bots.receive], loops=[bots], bots=bots, close=bots.close)
