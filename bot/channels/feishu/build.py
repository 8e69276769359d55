"""Building the app's bot for a process."""

from pydantic import SecretStr

from bot.channels.feishu.api import Api
from bot.channels.feishu.channel import FeishuChannel
from bot.channels.feishu.receive import Receiver
from bot.channels.feishu.settings import FeishuSettings
from bot.channels.feishu.webhook import FeishuWebhook
from bot.channels.platform import Built, Host
from bot.channels.shared.http_client import http_client
from handlers.console.console import Console


async def build(settings: FeishuSettings, host: Host) -> Built:
    """Build the channel with its webhook or its long connection. Raises StoreUnavailable."""
    assert settings.app_id
    assert settings.app_secret
    made = receiver(settings, settings.app_id, settings.app_secret, host, await host.console())
    if settings.mode == "http" and settings.encrypt_key:
        routes = FeishuWebhook(made, settings.encrypt_key, host.now).routes()
        return Built([made.channel], routes, [made.channel.connect])
    from bot.channels.feishu.stream import Stream  # Protocol Buffers are loaded only where they are wanted

    return Built([made.channel], receive=[Stream(made, made.channel).run])


def receiver(settings: FeishuSettings, app_id: str, secret: SecretStr, host: Host, console: Console) -> Receiver:
    """Return the receiver of the bot's events, with its channel."""
    api = Api(http_client(), settings.api_url, app_id, secret, host.store.kv, host.owner, host.now)
    channel = FeishuChannel(api, host.archive, "webhook" if settings.mode == "http" else "stream")
    return Receiver(channel, host.intake, console, host.store.kv, settings.verification_token)
