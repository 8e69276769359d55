"""The settings of a WeCom 智能机器人 for staff."""

from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from bot.channels.platform import PREFIX, ChannelSettings, matching, port_is_right

CHANNEL = "wecom-aibot"


def _is_websocket(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or parts.fragment or not port_is_right(parts):
        raise ValueError("must be an address that begins with wss:// (or ws:// for tests)")
    return value


class WeComAibotSettings(ChannelSettings):
    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}WECOM_AIBOT_")
    title: ClassVar[str] = "WeCom's AI bot"

    id: Annotated[str | None, matching("[0-9A-Za-z_-]{4,128}", "is not of letters, digits, _ and -")] = Field(
        None,
        description="the bot's Bot ID, for the staff console in WeCom ([wecom.md](wecom.md#4-the-staff-console))",
        examples=["aibAbCdEfGh0123456789"],
    )
    secret: SecretStr | None = Field(
        None,
        validate_default=True,
        description="the Secret of its long connection",
        examples=["the-secret-of-the-long-connection"],
    )
    url: Annotated[str, AfterValidator(_is_websocket)] = Field(
        "wss://openws.work.weixin.qq.com",
        description="the server of the long connection",
        examples=["wss://openws.work.weixin.qq.com"],
    )

    @field_validator("secret")
    @classmethod
    def _beside_the_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("id") and not value:
            raise ValueError(f"is missing beside {PREFIX}WECOM_AIBOT_ID")
        if value and "id" in info.data and not info.data["id"]:
            raise ValueError(f"means nothing without {PREFIX}WECOM_AIBOT_ID")
        return value

    @property
    def configured(self) -> bool:
        return bool(self.id)
