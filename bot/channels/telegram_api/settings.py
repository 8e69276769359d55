"""The settings of the Telegram bots, of candidates and staff."""

import re
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.channels.platform import PREFIX, ChannelSettings, WebAddress, matching

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,}")


class TelegramAccounts(ChannelSettings):
    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}TELEGRAM_")
    title: ClassVar[str] = "Telegram"

    tokens: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="candidates' bots, divided by commas ([telegram.md](telegram.md))",
        examples=["700001:AAE-the-part-from-BotFather,700002:AAF-that-of-another-bot"],
    )
    staff_token: SecretStr | None = Field(
        None,
        description="the bot that staff use, a different one from the candidates' ([staff.md](staff.md))",
        examples=["700900:AAE-the-part-from-BotFather"],
    )
    webhook_secret: Annotated[
        SecretStr | None, matching(r"[A-Za-z0-9_-]{1,256}", "may hold 1-256 of A-Z, a-z, 0-9, _ and -")
    ] = Field(
        None,
        description="the secret of every Telegram webhook; unset: a random one per bot, kept in Redis",
        examples=["letters-digits-_-and-hyphens"],
    )
    api_url: WebAddress = Field(
        "https://api.telegram.org", description="the Bot API server", examples=["https://bot-api.example.com"]
    )

    @field_validator("tokens", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        tokens = tuple(token.strip() for token in value.split(",") if token.strip())
        for number, token in enumerate(tokens, start=1):
            if not _TOKEN.fullmatch(token):
                raise ValueError(f"token {number} of {len(tokens)} is not of the form number:letters")
        if len(set(map(number_of, tokens))) < len(tokens):
            raise ValueError("the same bot stands there twice")
        return tokens

    @field_validator("staff_token")
    @classmethod
    def _another_bot(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        token = value.get_secret_value()
        if not _TOKEN.fullmatch(token):
            raise ValueError("is not of the form number:letters")
        if number_of(token) in {number_of(each.get_secret_value()) for each in info.data.get("tokens", ())}:
            raise ValueError("is one of the candidates' bots: make another bot with BotFather")
        return value

    @property
    def staff_bot(self) -> str:
        """The number of the staff's bot; empty if there is none."""
        return number_of(self.staff_token.get_secret_value()) if self.staff_token else ""

    @property
    def secret(self) -> str | None:
        return self.webhook_secret.get_secret_value() if self.webhook_secret else None


def number_of(token: str) -> str:
    """The bot's number, which stands before the token's colon."""
    return token.partition(":")[0]
