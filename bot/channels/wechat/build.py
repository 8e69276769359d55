"""Building an official account into a process."""

from starlette.routing import Route

from bot.channels.platform import Built, Host, keys_of
from bot.channels.wechat.account import Credentials, WeChatAccount
from bot.channels.wechat.parse import CHANNEL
from bot.channels.wechat.settings import WeChatSettings
from bot.channels.wechat_api.webhook import CallbackAddress


async def build(settings: WeChatSettings, host: Host) -> Built:
    """Build the account with its webhook. Raises StoreUnavailable."""
    app_id, secret, token = settings.app_id, settings.app_secret, settings.token
    assert app_id
    assert secret
    assert token
    keys = keys_of(settings.aes_key)
    account = WeChatAccount(
        Credentials(app_id, secret.get_secret_value(), token.get_secret_value(), keys),
        settings.push,
        api_url=settings.api_url,
        template=settings.template_id,
        intake=host.intake,
        outbox=host.store.outbox,
        kv=host.store.kv,
        vocabulary=host.vocabulary,
        owner=host.owner,
        now=lambda: host.now() / 1000,
    )
    await account.recall()
    address = CallbackAddress(CHANNEL, {app_id: account.receiver})
    return Built([account.channel], [Route("/webhooks/wechat/{account}", address)], [account.run])
