"""The official account that the settings name."""

from bot.channels.wechat.account import Credentials, WeChatAccount
from bot.settings import Settings, keys_of
from conversation.words import Vocabulary
from handlers.intake.receive import Intake
from storage.redis.store import RedisStore


def wechat_account(
    settings: Settings, intake: Intake, store: RedisStore, vocabulary: Vocabulary, owner: str
) -> WeChatAccount | None:
    """None where there is none; `owner` is this process."""
    secret, token = settings.wechat_app_secret, settings.wechat_token
    if not (settings.wechat_app_id and secret and token):
        return None
    credentials = Credentials(
        settings.wechat_app_id,
        secret.get_secret_value(),
        token.get_secret_value(),
        keys_of(settings.wechat_aes_key) if settings.wechat_aes_key else (),
    )
    return WeChatAccount(
        credentials,
        settings.wechat_push,
        api_url=settings.wechat_api_url,
        template=settings.wechat_template_id,
        intake=intake,
        outbox=store.outbox,
        notes=store.kv,
        vocabulary=vocabulary,
        owner=owner,
    )
