"""The settings of an official account on WeChat."""

from typing import Annotated, ClassVar, Literal

import typer
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from bot.channels.platform import PREFIX, ChannelSettings, WebAddress, WithApp, matching
from bot.channels.wechat_api.keys import AesKeys


class WeChatSettings(ChannelSettings):
    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}WECHAT_")
    title: ClassVar[str] = "WeChat official account"

    app_id: Annotated[
        str | None, matching("wx[0-9A-Za-z]{16}", "is not of the form wx and 16 letters or digits")
    ] = Field(
        None,
        description="the account's AppID; the next two go with it ([wechat.md](wechat.md))",
        examples=["wx0123456789abcdef"],
    )
    app_secret: SecretStr | None = Field(
        None,
        validate_default=True,
        description="its AppSecret",
        examples=["the-32-characters-from-the-console"],
    )
    token: SecretStr | None = Field(
        None,
        validate_default=True,
        description="the Token of its server configuration",
        examples=["the-token-of-the-server-configuration"],
    )
    aes_key: AesKeys | None = Field(
        None,
        description="its EncodingAESKey, for safe mode; unset: plain mode. "
        "While the key is changed: the new one, a comma, the old one",
        examples=["abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"],
    )
    push: Literal["auto", "yes", "no"] = Field(
        "auto",
        description="whether the account may send messages unasked: `yes`, `no`, or `auto` to ask WeChat",
        examples=["auto"],
    )
    template_id: Annotated[
        str | None,
        matching(
            r"[A-Za-z0-9_-]{10,100}(?::[A-Za-z0-9_]{1,40},[A-Za-z0-9_]{1,40})?",
            "needs the template's id, and behind a colon the names of its fields, if need be",
        ),
    ] = Field(
        None,
        description="the template of the notice that an interview waits, with the names of its fields; "
        "unset: no notice",
        examples=["the-id-of-the-template:thing1,time2"],
    )
    api_url: WebAddress = Field(
        "https://api.weixin.qq.com", description="the API server", examples=["https://api.weixin.qq.com"]
    )

    @field_validator("app_secret", "token")
    @classmethod
    def _beside_the_app_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("app_id") and not value:
            raise ValueError(f"is missing beside {PREFIX}WECHAT_APP_ID")
        return value

    @classmethod
    def commands(cls, run: WithApp) -> typer.Typer:
        from bot.channels.wechat.commands import commands

        return commands(run)

    @property
    def configured(self) -> bool:
        return bool(self.app_id and self.app_secret and self.token)
