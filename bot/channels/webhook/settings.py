"""Webhooks, which staff add by chat."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from bot.channels.platform import PREFIX, ChannelSettings


class WebhookSettings(ChannelSettings):
    """They have no settings and are always built, because webhooks can be added while the process runs."""

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}WEBHOOK_")
    title: ClassVar[str] = "Webhooks"
