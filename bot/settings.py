"""Settings: environment variables with the prefix XUMIAN_, or the same names in a `.env` file."""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.runtime.notice_destinations import needs_staff_bot
from bot.runtime.notice_destinations import split as split_places
from conversation.errors import BotError

PREFIX = "XUMIAN_"
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,}")
_APP_ID = re.compile(r"wx[0-9A-Za-z]{16}")
_CORP_ID = re.compile(r"w[wx][0-9A-Za-z]{10,30}")
_AGENT_ID = re.compile(r"[0-9]{1,12}")
_KF_ID = re.compile(r"wk[0-9A-Za-z_-]{6,62}")
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_TEMPLATE = re.compile(r"[A-Za-z0-9_-]{10,100}(?::[A-Za-z0-9_]{1,40},[A-Za-z0-9_]{1,40})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DINGTALK_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PATH_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SECRET_CHARACTERS = 32
_REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster", "redis+sentinel")
_EXAMPLES = {
    "DATA_DIR": "./data",
    "SECRET_KEY": "what `openssl rand -base64 32` prints",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_PORT": "8080",
    "PUBLIC_URL": "https://interview.example.com",
    "SCRIPTS_DIR": "./interviews",
    "TELEGRAM_TOKENS": "700001:AAE-the-part-from-BotFather,700002:AAF-that-of-another-bot",
    "TELEGRAM_STAFF_TOKEN": "700900:AAE-the-part-from-BotFather",
    "TELEGRAM_WEBHOOK_SECRET": "letters-digits-_-and-hyphens",
    "TELEGRAM_API_URL": "https://bot-api.example.com",
    "WECHAT_APP_ID": "wx0123456789abcdef",
    "WECHAT_APP_SECRET": "the-32-characters-from-the-console",
    "WECHAT_TOKEN": "the-token-of-the-server-configuration",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECHAT_PUSH": "auto",
    "WECHAT_API_URL": "https://api.weixin.qq.com",
    "WECHAT_TEMPLATE_ID": "the-id-of-the-template:thing1,time2",
    "WECOM_CORP_ID": "ww0123456789abcdef",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_SECRET": "the-secret-of-the-app",
    "WECOM_TOKEN": "the-token-of-the-app's-API-reception",
    "WECOM_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECOM_KF_OPEN_ID": "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q",
    "WECOM_API_URL": "https://qyapi.weixin.qq.com",
    "DINGTALK_APP_KEY": "the-client-id-of-the-app",
    "DINGTALK_APP_SECRET": "the-client-secret-of-the-app",
    "DINGTALK_ROBOT_CODE": "the-robot-code-from-the-console",
    "DINGTALK_CORP_ID": "ding0123456789abcdef",
    "DINGTALK_PATH_SECRET": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "DINGTALK_MODE": "http",
    "DINGTALK_FRESH_S": "300",
    "DINGTALK_MONTHLY_CALLS": "10000",
    "DINGTALK_API_URL": "https://api.dingtalk.com",
    "WHISPER_MODEL": "small",
    "WHISPER_DEVICE": "cpu",
    "WHISPER_COMPUTE_TYPE": "int8",
    "WHISPER_THREADS": "4",
    "VOICE_ARCHIVE": "s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-central-1",
    "VOICE_ARCHIVE_KEY": "the-access-key-id",
    "VOICE_ARCHIVE_SECRET": "the-secret-access-key",
    "NOTIFY": "telegram://-1001234567890",
    "WORKDAY_TIMEZONE": "Asia/Shanghai",
}


class SettingsWrong(BotError):
    """One or more settings are wrong; the message names each with an example."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Path("./data")
    secret_key: SecretStr | None = None
    redis_url: SecretStr | None = None
    http_host: str = Field("127.0.0.1", min_length=1)
    http_port: int = Field(8080, ge=0, le=65535)
    public_url: str | None = None
    scripts_dir: Path = Path("./interviews")
    telegram_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    telegram_staff_token: SecretStr | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    wechat_app_id: str | None = None
    wechat_app_secret: SecretStr | None = Field(None, validate_default=True)
    wechat_token: SecretStr | None = Field(None, validate_default=True)
    wechat_aes_key: SecretStr | None = None
    wechat_push: Literal["auto", "yes", "no"] = "auto"
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_template_id: str | None = None
    wecom_corp_id: str | None = None
    wecom_agent_id: str | None = Field(None, validate_default=True)
    wecom_secret: SecretStr | None = Field(None, validate_default=True)
    wecom_token: SecretStr | None = Field(None, validate_default=True)
    wecom_aes_key: SecretStr | None = Field(None, validate_default=True)
    wecom_kf_open_id: str | None = None
    wecom_api_url: str = "https://qyapi.weixin.qq.com"
    dingtalk_app_key: str | None = None
    dingtalk_app_secret: SecretStr | None = Field(None, validate_default=True)
    dingtalk_robot_code: str | None = Field(None, validate_default=True)
    dingtalk_corp_id: str | None = None
    dingtalk_path_secret: SecretStr | None = None
    dingtalk_mode: Literal["http", "stream"] = "http"
    dingtalk_fresh_s: int = Field(300, ge=10, le=3600)
    dingtalk_monthly_calls: int = Field(10_000, ge=0)
    dingtalk_api_url: str = "https://api.dingtalk.com"
    whisper_model: str = Field("small", min_length=1)
    whisper_device: Literal["auto", "cpu", "cuda"] = "auto"
    whisper_compute_type: Literal[
        "auto", "default", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16",
        "float32",
    ] = "auto"  # fmt: skip
    whisper_threads: int | None = Field(None, ge=1, le=1024)
    voice_archive: str | None = None
    voice_archive_key: SecretStr | None = None
    voice_archive_secret: SecretStr | None = None
    notify: Annotated[tuple[str, ...], NoDecode] = Field((), repr=False)
    workday_timezone: str = "Asia/Shanghai"

    @field_validator(
        "secret_key",
        "redis_url",
        "public_url",
        "telegram_staff_token",
        "telegram_webhook_secret",
        "wechat_app_id",
        "wechat_app_secret",
        "wechat_token",
        "wechat_aes_key",
        "wechat_template_id",
        "wecom_corp_id",
        "wecom_agent_id",
        "wecom_secret",
        "wecom_token",
        "wecom_aes_key",
        "wecom_kf_open_id",
        "dingtalk_app_key",
        "dingtalk_app_secret",
        "dingtalk_robot_code",
        "dingtalk_corp_id",
        "dingtalk_path_secret",
        "whisper_threads",
        "voice_archive",
        "voice_archive_key",
        "voice_archive_secret",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("telegram_tokens", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        tokens = tuple(token.strip() for token in value.split(",") if token.strip())
        for number, token in enumerate(tokens, start=1):
            if not _TOKEN.fullmatch(token):
                raise ValueError(f"token {number} of {len(tokens)} is not of the form number:letters")
        if len({token.partition(":")[0] for token in tokens}) < len(tokens):
            raise ValueError("the same bot stands there twice")
        return tokens

    @field_validator("telegram_staff_token")
    @classmethod
    def _another_bot(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        token = value.get_secret_value()
        if not _TOKEN.fullmatch(token):
            raise ValueError("is not of the form number:letters")
        candidates = info.data.get("telegram_tokens", ())
        if token.partition(":")[0] in {each.get_secret_value().partition(":")[0] for each in candidates}:
            raise ValueError("is one of the candidates' bots: make another bot with BotFather")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        parts = urlsplit(value.get_secret_value())
        if value.get_secret_value().partition("://")[0] not in _REDIS_SCHEMES:
            raise ValueError(f"must begin with one of {', '.join(f'{scheme}://' for scheme in _REDIS_SCHEMES)}")
        if parts.scheme not in ("unix", "redis+sentinel") and not _port_is_right(parts):
            raise ValueError("has no right port; special characters of a password must be percent-encoded")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value and min(map(len, keys_of(value)), default=0) < _SECRET_CHARACTERS:
            raise ValueError(f"needs {_SECRET_CHARACTERS} characters or more (during a change: new, comma, old)")
        return value

    @field_validator("wechat_app_id")
    @classmethod
    def _app_id_form(cls, value: str | None) -> str | None:
        if value and not _APP_ID.fullmatch(value):
            raise ValueError("is not of the form wx and 16 letters or digits")
        return value

    @field_validator("wecom_corp_id")
    @classmethod
    def _corp_id_form(cls, value: str | None) -> str | None:
        if value and not _CORP_ID.fullmatch(value):
            raise ValueError("is not of the form ww (or wx) and letters or digits")
        return value

    @field_validator("wecom_agent_id")
    @classmethod
    def _agent_id_form(cls, value: str | None) -> str | None:
        if value and not _AGENT_ID.fullmatch(value):
            raise ValueError("is no number (the app's AgentId)")
        return value

    @field_validator("wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key")
    @classmethod
    def _beside_the_corp_id(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("wecom_corp_id") and not value:
            raise ValueError(f"is missing beside {PREFIX}WECOM_CORP_ID")
        return value

    @field_validator("wecom_kf_open_id")
    @classmethod
    def _kf_id_form(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and not _KF_ID.fullmatch(value):
            raise ValueError("is not of the form wk and letters, digits, _ or -")
        if value and info.data.get("wecom_corp_id", "wrong") is None:
            raise ValueError(f"needs {PREFIX}WECOM_CORP_ID and the settings of an app beside it")
        return value

    @field_validator("wechat_aes_key", "wecom_aes_key")
    @classmethod
    def _aes_keys_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not all(_AES_KEY.fullmatch(each) for each in keys_of(value)):
            raise ValueError("needs 43 letters and digits (during a change: the new one, a comma, the old one)")
        return value

    @field_validator("wechat_template_id")
    @classmethod
    def _template_form(cls, value: str | None) -> str | None:
        if value and not _TEMPLATE.fullmatch(value):
            raise ValueError("needs the template's id, and behind a colon the names of its fields, if need be")
        return value

    @field_validator("wechat_app_secret", "wechat_token")
    @classmethod
    def _beside_the_app_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("wechat_app_id") and not value:
            raise ValueError(f"is missing beside {PREFIX}WECHAT_APP_ID")
        return value

    @field_validator("dingtalk_app_key", "dingtalk_robot_code", "dingtalk_corp_id")
    @classmethod
    def _dingtalk_form(cls, value: str | None) -> str | None:
        if value and not _DINGTALK_ID.fullmatch(value):
            raise ValueError("may hold 1-128 letters, digits, _ and -")
        return value

    @field_validator("dingtalk_app_secret", "dingtalk_robot_code")
    @classmethod
    def _beside_the_app_key(cls, value: SecretStr | str | None, info: ValidationInfo) -> SecretStr | str | None:
        if info.data.get("dingtalk_app_key") and not value:
            raise ValueError(f"is missing beside {PREFIX}DINGTALK_APP_KEY")
        return value

    @field_validator("dingtalk_path_secret")
    @classmethod
    def _unguessable(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _PATH_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("needs 16-128 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("public_url", "telegram_api_url", "wechat_api_url", "wecom_api_url", "dingtalk_api_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        right = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
        if not right or not _port_is_right(parts):
            raise ValueError("must be a web address that begins with https:// (or http:// for tests)")
        return value.rstrip("/")

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("may hold 1-256 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("notify", mode="before")
    @classmethod
    def _places(cls, value: object) -> object:
        return split_places(value) if isinstance(value, str) else value

    @field_validator("notify")
    @classmethod
    def _somebody_writes_there(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if needs_staff_bot(value) and info.data.get("telegram_staff_token", "wrong") is None:
            raise ValueError(f"telegram:// needs the staff's bot: set {PREFIX}TELEGRAM_STAFF_TOKEN, too")
        return value

    @field_validator("workday_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone of the IANA list") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.workday_timezone)

    @property
    def local(self) -> bool:
        """Nobody outside is served: the web messenger is open, with the recruiter's pane beside it."""
        return self.public_url is None


def keys_of(value: SecretStr) -> list[str]:
    """The current key, then the one before, where there are two."""
    return [each.strip() for each in value.get_secret_value().split(",") if each.strip()]


def _port_is_right(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def load() -> Settings:
    """The settings, or SettingsWrong that says everything that is wrong."""
    try:
        return Settings()
    except UnicodeDecodeError:
        raise _env_file_unreadable() from None
    except ValidationError as error:
        lines = []
        for fault in error.errors(include_input=False, include_url=False):
            name = str(fault["loc"][0]).upper() if fault["loc"] else "?"
            what = fault["msg"].removeprefix("Value error, ")
            lines.append(f"{PREFIX}{name}: {what}; for example {PREFIX}{name}={_EXAMPLES.get(name, '…')}")
        raise SettingsWrong("\n".join(lines)) from None


def _env_file_unreadable() -> SettingsWrong:
    return SettingsWrong("the file .env is not UTF-8 text: save it as UTF-8")


def unknown_names(environment: Mapping[str, str | None] | None = None) -> list[str]:
    """A line for each XUMIAN_ name that means nothing, with the name that was perhaps meant."""
    if environment is None:
        try:
            environment = {**dotenv_values(".env"), **os.environ}
        except UnicodeDecodeError:
            raise _env_file_unreadable() from None
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    lines = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not name.startswith(f"{PREFIX}TEST_"):
            near = difflib.get_close_matches(name, known, 1, 0.8)
            hint = f"did you mean {near[0]}?" if near else "this version does not use it"
            lines.append(f"{name} is set: {hint}")
    return lines
