"""The settings of a Feishu or Lark app with a bot."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from bot.channels.platform import PREFIX, ChannelSettings, WebAddress, matching


class FeishuSettings(ChannelSettings):
    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}FEISHU_")
    title: ClassVar[str] = "Feishu and Lark"

    app_id: Annotated[str | None, matching("cli_[0-9A-Za-z]{4,60}", "is not of the form cli_ and letters")] = (
        Field(None, description="the app's App ID ([feishu.md](feishu.md))", examples=["cli_a1b2c3d4e5f60718"])
    )
    app_secret: SecretStr | None = Field(
        None, description="its App Secret", examples=["the-app-secret-from-the-console"]
    )
    mode: Literal["stream", "http"] = Field(
        "stream",
        description="how messages come in: by a long connection (`stream`), which needs no public address, or "
        "`http` at the webhook `/webhooks/feishu/APP_ID`",
        examples=["stream"],
    )
    encrypt_key: SecretStr | None = Field(
        None,
        description="its Encrypt Key, without which nothing is taken at the webhook",
        examples=["the-encrypt-key-of-events-and-callbacks"],
    )
    verification_token: SecretStr | None = Field(
        None,
        description="its Verification Token, checked as well if it is set",
        examples=["the-verification-token"],
    )
    api_url: WebAddress = Field(
        "https://open.feishu.cn",
        description="the API server; of Lark: `https://open.larksuite.com`",
        examples=["https://open.feishu.cn"],
    )

    @field_validator("app_secret")
    @classmethod
    def _beside_the_app_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("app_id") and not value:
            raise ValueError(f"is missing beside {PREFIX}FEISHU_APP_ID")
        if value and "app_id" in info.data and not info.data["app_id"]:
            raise ValueError(f"means nothing without {PREFIX}FEISHU_APP_ID")
        return value

    @field_validator("encrypt_key")
    @classmethod
    def _signed(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("app_id") and info.data.get("mode") == "http" and not value:
            raise ValueError(f"is missing: with {PREFIX}FEISHU_MODE=http only signed requests are taken")
        return value

    @property
    def configured(self) -> bool:
        return bool(self.app_id and self.app_secret)
