"""Settings: environment variables with the prefix XUMIAN_, or the same names in a `.env` file.

This module has the settings common to all platforms. Those of a platform are in `bot/channels/*/settings.py`.
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.anchor_settings import AnchorPlaces, CaBundle, TsaAddress, is_posted_to
from bot.archiving.settings import ArchiveAfter, ArchivePlace
from bot.assessor.library import EndpointAddress
from bot.channels import CHANNELS
from bot.channels.notify import NoticePlace, parse, split
from bot.channels.platform import PREFIX, ChannelSettings, WebAddress, keys_of, port_is_right
from bot.media.archive import Bucket, place_at
from bot.runtime.secret_key import InstallationSecret
from bot.setting_types import SCRIPTS_DIR, ScriptsFolder, ZoneName
from bot.tracing.library import Traces
from conversation.errors import BotError

_SECRET_CHARACTERS = 32
_REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster", "redis+sentinel")
_Channel = TypeVar("_Channel", bound=ChannelSettings)


class SettingsWrong(BotError):
    """One or more settings are wrong. The message names each, with an example."""


class Settings(BaseSettings):
    """The settings common to all platforms. `load` creates them, together with those of each platform."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )
    _channels: tuple[ChannelSettings, ...] = PrivateAttr(())

    data_dir: Path = Field(
        Path("./data"),
        description="the folder of the embedded Redis, recordings (`voice`) and speech models (`models`)",
        examples=["./data"],
    )
    secret_key: SecretStr | None = Field(
        None,
        description="encrypts the tokens of bots that were added by chat, and signs the daily anchors "
        "([record.md](record.md)): 32 characters or more, the same for all processes on all machines; unset: "
        "`secret.key` in the data folder, made when it is first needed. "
        "While it is changed: the new one, a comma, the old one ([staff.md](staff.md))",
        examples=["what `openssl rand -base64 32` prints"],
    )
    redis_url: SecretStr | None = Field(
        None,
        description="`redis://`, `rediss://`, `unix://`, `redis+cluster://` or "
        "`redis+sentinel://host:26379,host2:26379/service`; unset: an embedded server",
        examples=["redis://127.0.0.1:6379/0"],
    )
    durability: Literal["fsync", "replicated"] = Field(
        "fsync",
        description="when an answer counts as received: once Redis has it, or once one of its replicas (or "
        "as many as its `min-replicas-to-write` says) has it, too "
        "([deploying.md](deploying.md#how-durable-an-answer-is))",
        examples=["replicated"],
    )
    http_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="the address at which the web server listens",
        examples=["127.0.0.1"],
    )
    http_port: int = Field(8080, ge=0, le=65535, description="its port; 0: a free one", examples=["8080"])
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.1", "::1"),
        description="addresses and networks of reverse proxies whose `X-Forwarded-For` is believed, divided by "
        "commas; limits per address count the visitors behind them, not the proxy",
        examples=["127.0.0.1,172.16.0.0/12"],
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="set: `/metrics`, and what `/readyz` says about accounts, need "
        "`Authorization: Bearer` with this token of 16 characters or more",
        examples=["what `openssl rand -hex 16` prints"],
    )
    public_url: WebAddress | None = Field(
        None,
        description="the address under which the world reaches the web server. Set: webhooks are registered "
        "there, and the web messenger opens only with an invitation. Unset: Telegram is polled, and the web "
        "messenger is open, with the campaign `demo` and a recruiter's pane",
        examples=["https://interview.example.com"],
    )
    scripts_dir: ScriptsFolder = SCRIPTS_DIR
    whisper_model: str = Field(
        "small",
        min_length=1,
        description="the speech model: a name (`xumian voice fetch-model` fetches it; nothing is ever fetched "
        "unasked), or a folder with a CTranslate2 model. Unset, `base` serves where only that is on the machine",
        examples=["small"],
    )
    whisper_device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="where speech is recognised: `cpu`, `cuda`, or `auto`", examples=["cpu"]
    )
    whisper_compute_type: Literal[
        "auto", "default", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16",
        "float32",
    ] = Field("auto", description="`int8`, `float16`, … of CTranslate2", examples=["int8"])  # fmt: skip
    whisper_threads: int | None = Field(
        None, ge=1, le=1024, description="threads for recognition; unset: the machine's cores", examples=["4"]
    )
    voice_archive: ArchivePlace = None
    voice_archive_key: SecretStr | None = Field(
        None,
        description="the access key of an S3-compatible store; unset: the environment's own credentials",
        examples=["the-access-key-id"],
    )
    voice_archive_secret: SecretStr | None = Field(
        None, description="the secret that goes with it", examples=["the-secret-access-key"]
    )
    archive_after: ArchiveAfter = None
    notify: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        repr=False,
        description="chats for all units' notices and the daily digest, divided by commas. How to name one stands "
        "with each platform below; `?language=en` behind it for English",
        examples=["telegram://-1001234567890"],
    )
    anchor_to: AnchorPlaces = Field(
        (),
        repr=False,
        description="where the day's anchor of all records is sent, besides the archive ([record.md](record.md)), "
        "divided by commas: chats like those of `XUMIAN_NOTIFY`, and `https://` addresses to which it is posted",
        examples=["https://anchors.example.com/xumian"],
    )
    anchor_tsa: TsaAddress | None = Field(
        None,
        repr=False,
        description="a time-stamping authority (RFC 3161) that stamps each day's anchor "
        "([record.md](record.md#time-stamps)); needs `pip install 'xumian[timestamps]'`",
        examples=["http://tsa.example.com/tsr"],
    )
    anchor_tsa_ca: CaBundle | None = Field(
        None,
        description="a PEM file with the authority's root certificate, against which time stamps are verified; "
        "unset: they are compared with the anchors, but their signatures are not verified",
        examples=["tsa-root.pem"],
    )
    assessor_url: EndpointAddress | None = Field(
        None,
        description="the address (up to `/v1`) of an OpenAI-compatible endpoint whose model reads answers "
        "([assessor.md](assessor.md)); needs `pip install 'xumian[assessor]'`; unset: no assistant reads",
        examples=["http://127.0.0.1:8000/v1"],
    )
    assessor_model: str | None = Field(None, description="the model's name there", examples=["qwen3-32b"])
    assessor_key: SecretStr | None = Field(None, description="the key for it, if any", examples=["the-api-key"])
    traces: Traces = Field(
        "off",
        description="`otlp`: the path of each message is sent as a trace to an OpenTelemetry collector, as the "
        "standard variables `OTEL_…` say ([deploying.md](deploying.md#traces)); needs "
        "`pip install 'xumian[tracing]'`",
        examples=["otlp"],
    )
    workday_timezone: ZoneName = Field(
        "Asia/Shanghai",
        description="for dates, for the quiet hours (22:00-08:00) in which nothing is sent to candidates unasked, "
        "and for the staff's quiet hours and digest",
        examples=["Asia/Shanghai"],
    )

    @field_validator("durability")
    @classmethod
    def _replicas_of_what(cls, value: str, info: ValidationInfo) -> str:
        if value == "replicated" and not info.data.get("redis_url"):
            raise ValueError("the embedded server has no replicas: set XUMIAN_REDIS_URL, or write fsync")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        parts = urlsplit(value.get_secret_value())
        if value.get_secret_value().partition("://")[0] not in _REDIS_SCHEMES:
            raise ValueError(f"must begin with one of {', '.join(f'{scheme}://' for scheme in _REDIS_SCHEMES)}")
        if parts.scheme not in ("unix", "redis+sentinel") and not port_is_right(parts):
            raise ValueError("has no right port; special characters of a password must be percent-encoded")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value and min(map(len, keys_of(value)), default=0) < _SECRET_CHARACTERS:
            raise ValueError(f"needs {_SECRET_CHARACTERS} characters or more (during a change: new, comma, old)")
        return value

    @field_validator("notify", "trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return split(value) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each)
            except ValueError:
                raise ValueError(f"{each!r} is neither an IP address nor a network such as 10.0.0.0/8") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.workday_timezone)

    @property
    def archive_place(self) -> Path | Bucket:
        """Where recordings, files and anchors are kept. Raises ArchiveWrong."""
        key, secret = self.voice_archive_key, self.voice_archive_secret
        return place_at(
            self.voice_archive,
            self.data_dir,
            key.get_secret_value() if key else None,
            secret.get_secret_value() if secret else None,
        )

    @property
    def installation_secret(self) -> InstallationSecret:
        return InstallationSecret(keys_of(self.secret_key), self.data_dir)

    @property
    def speech_model(self) -> str:
        """The name or the folder of the speech model, or an empty string if none is set."""
        return self.whisper_model if "whisper_model" in self.model_fields_set else ""

    @property
    def local(self) -> bool:
        """Whether only this machine is served. If so, the web messenger is open, beside the recruiter's pane."""
        return self.public_url is None

    @property
    def channels(self) -> tuple[ChannelSettings, ...]:
        """The settings of all platforms, in the order of `CHANNELS`."""
        return self._channels

    @property
    def places(self) -> list[NoticePlace]:
        return [parse(each) for each in self.notify]

    @property
    def anchor_places(self) -> list[NoticePlace]:
        """The chats to which anchors are sent."""
        return [parse(each) for each in self.anchor_to if not is_posted_to(each)]

    @property
    def all_places(self) -> list[NoticePlace]:
        """The chats that are named in any setting, each once."""
        return list({each[:2]: each for each in (*self.anchor_places, *self.places)}.values())

    @property
    def anchor_addresses(self) -> list[str]:
        """The web addresses to which anchors are posted. They may be secrets."""
        return [each for each in self.anchor_to if is_posted_to(each)]

    def of(self, kind: type[_Channel]) -> _Channel:
        """Return the settings of one platform."""
        return next(each for each in self._channels if isinstance(each, kind))


KINDS: tuple[type[BaseSettings], ...] = (Settings, *CHANNELS)
"""All classes of settings: the common one, then one per platform."""


def load(values: Mapping[str, object] = MappingProxyType({})) -> Settings:
    """Return the settings of this process. Raises SettingsWrong, which names everything that is wrong.

    `values` override the environment. Their names are those of the variables, in lower case and without the
    prefix.
    """
    settings: Settings | None = None
    channels: list[ChannelSettings] = []
    faults: list[str] = []
    for kind in KINDS:
        try:
            made = kind(**_of_kind(kind, values))
        except UnicodeDecodeError:
            raise env_file_unreadable() from None
        except ValidationError as error:
            faults += _faults(kind, error)
            continue
        if isinstance(made, Settings):
            settings = made
        elif isinstance(made, ChannelSettings):
            channels.append(made)
    if settings and len(channels) == len(CHANNELS):
        faults += _place_faults("notify", settings.places, channels)
        faults += _place_faults("anchor_to", settings.anchor_places, channels)
    if settings is None or faults:
        raise SettingsWrong("\n".join(dict.fromkeys(faults))) from None
    settings._channels = tuple(channels)
    return settings


def _of_kind(kind: type[BaseSettings], values: Mapping[str, object]) -> dict[str, Any]:
    named = {name_of(kind, field).removeprefix(PREFIX).lower(): field for field in kind.model_fields}
    return {named[name]: value for name, value in values.items() if name in named}


def _faults(kind: type[BaseSettings], error: ValidationError) -> list[str]:
    """Return one line per wrong value, with an example of a right one."""
    lines = []
    for fault in error.errors(include_input=False, include_url=False):
        field = str(fault["loc"][0])
        lines.append(_line(kind, field, fault["msg"].removeprefix("Value error, ")))
    return lines


def _line(kind: type[BaseSettings], field: str, what: str) -> str:
    name = name_of(kind, field)
    (example, *_) = kind.model_fields[field].examples or ["…"]
    return f"{name}: {what}; for example {name}={example}"


def name_of(kind: type[BaseSettings], field: str) -> str:
    """Return the environment variable of a field."""
    return f"{kind.model_config.get('env_prefix', '')}{field}".upper()


def _place_faults(field: str, places: Sequence[NoticePlace], channels: Sequence[ChannelSettings]) -> list[str]:
    """Return one line per wrong place. A place is named by its number, because it may be a secret."""
    owners = {each.scheme: each for each in channels if each.scheme}
    lines = []
    for number, place in enumerate(places, start=1):
        owner = owners.get(place.scheme)
        schemes = " or ".join(f"{scheme}://" for scheme in owners)
        fault = owner.place_fault(place) if owner else f"does not begin with {schemes}"
        if fault:
            lines.append(_line(Settings, field, f"place {number} of {len(places)} {fault}"))
    return lines


def env_file_unreadable() -> SettingsWrong:
    return SettingsWrong("the file .env is not UTF-8 text: save it as UTF-8")
