"""Building the webhooks into a process."""

from bot.channels.platform import Built, Host
from bot.channels.webhook.registry import Registered
from bot.channels.webhook.settings import WebhookSettings


async def build(_settings: WebhookSettings, host: Host) -> Built:
    """Its channels are added by `Registered` itself, because they come and go."""
    registered = Registered(host)
    return Built(loops=[registered], webhooks=registered)
