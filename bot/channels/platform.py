"""What a platform brings: its settings, and built from them everything that it needs to run.

Each folder in `bot/channels` has a subclass of `ChannelSettings` in its module `settings`. `bot.channels.CHANNELS`
lists these classes. Nothing outside such a folder knows its platform.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Protocol, TypeVar
from urllib.parse import SplitResult, urlsplit

import typer
from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.routing import BaseRoute

from bot.channels.base import Channel, Registry
from bot.channels.notify import Place
from bot.media.archive import Archive
from bot.runtime.periodic import Periodic
from conversation.words import Vocabulary
from handlers.actions.bot_registry import Bots
from handlers.console.console import Console
from handlers.intake.receive import Intake
from handlers.notices.notices import Destination
from handlers.organisation.state import Organisation
from storage.redis.store import RedisStore

PREFIX = "XUMIAN_"
Checked = TypeVar("Checked", bound=str | SecretStr | None)
Receive = Callable[[asyncio.Event], Awaitable[None]]
"""Runs until the event is set."""


@dataclass(frozen=True)
class Host:
    """The process that a channel is built into.

    `owner` is the name of the process. `public_url` is where the world reaches the web server; None: only this
    machine does, at the address that `base_url` gives. `console` gives the one console of the process.
    `organisation` is the organisation as the process knows it. `notify` are the places of XUMIAN_NOTIFY.
    `open_campaign` is the walk-in campaign that visitors without an invitation enter; empty: none is open.
    `stopping` is set when the process ends. `now` gives epoch milliseconds.
    `secret_keys` seal what is kept encrypted, the current one first; if there are none, a key in `data_dir` does.
    """

    store: RedisStore
    intake: Intake
    channels: Registry
    archive: Archive
    vocabulary: Vocabulary
    console: Callable[[], Awaitable[Console]]
    organisation: Callable[[], Organisation]
    owner: str
    public_url: str | None
    base_url: Callable[[], str]
    data_dir: Path
    secret_keys: Sequence[str]
    notify: Sequence[Place]
    open_campaign: str
    stopping: asyncio.Event
    now: Callable[[], int]


@dataclass(frozen=True)
class Built:
    """What is there once a platform is built.

    `receive` runs in the processes that serve the web: whatever has to go on so that messages come in. `loops` run
    in every process. `bots` keeps accounts that staff add by chat, on the one platform that has such. `close`
    releases what is not a channel's own.
    """

    channels: Sequence[Channel] = ()
    routes: Sequence[BaseRoute] = ()
    receive: Sequence[Receive] = ()
    loops: Sequence[Periodic] = ()
    bots: Bots | None = None
    close: Callable[[], Awaitable[None]] | None = None


class WithApp(Protocol):
    """Runs a command of the command line with the channels built, and returns its exit code."""

    def __call__(self, act: Callable[[Registry, Vocabulary], Awaitable[None]]) -> int | None: ...


class ChannelSettings(BaseSettings):
    """The settings of one platform, each with a description and an example.

    `title` heads their section in docs/settings.md. `scheme` is how the platform's places in XUMIAN_NOTIFY begin,
    and `place_form` says what one looks like, if it has such.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )
    title: ClassVar[str]
    scheme: ClassVar[str] = ""
    place_form: ClassVar[str] = ""

    def place_fault(self, place: Place) -> str:  # noqa: ARG002 - overridden where there is a scheme
        """What is wrong with a place, in words that follow "place 1 of 2 "; empty if nothing is."""
        return ""

    def destinations(self, places: Sequence[Place]) -> list[Destination]:  # noqa: ARG002 - as above
        """Where the notices of all units go on this platform. `places` are those with its scheme."""
        return []

    @classmethod
    def commands(cls, run: WithApp) -> typer.Typer | None:  # noqa: ARG003 - overridden
        """The platform's own commands of the command line."""
        return None

    async def build(self, host: Host) -> Built:
        """Make what the settings ask for; nothing if they ask for nothing. Raises StoreUnavailable."""
        raise NotImplementedError


def matching(pattern: str, otherwise: str) -> AfterValidator:
    """Check that a value matches the whole pattern, if there is a value."""
    compiled = re.compile(pattern)

    def check(value: Checked) -> Checked:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is not None and not compiled.fullmatch(text):
            raise ValueError(otherwise)
        return value

    return AfterValidator(check)


def keys_of(value: SecretStr | None) -> list[str]:
    """The keys of a setting, the current one first. While a key is changed there are two, divided by a comma."""
    return [each.strip() for each in value.get_secret_value().split(",") if each.strip()] if value else []


def _is_web_address(value: str) -> str:
    parts = urlsplit(value)
    right = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
    if not right or not port_is_right(parts):
        raise ValueError("must be a web address that begins with https:// (or http:// for tests)")
    return value.rstrip("/")


def port_is_right(parts: SplitResult) -> bool:
    """Whether the address has a port that can exist, or none."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


WebAddress = Annotated[str, AfterValidator(_is_web_address)]
"""Without the slash at its end."""
