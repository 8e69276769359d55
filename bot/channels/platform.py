"""What a platform provides: its settings, and built from them everything that it needs to run.

Each package in `bot/channels` has a subclass of `ChannelSettings` in its module `settings`.
`bot.channels.CHANNELS` lists these classes. No code outside such a package knows its platform.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, TypeVar, cast
from urllib.parse import SplitResult, urlsplit

import typer
from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.routing import BaseRoute

from bot.channels.base import Channel, Registry
from bot.channels.notify import NoticePlace
from bot.media.archive import Archive
from bot.runtime.periodic import Periodic
from bot.web.local_owner import LocalOwner
from conversation.words import Vocabulary
from handlers.actions.system.bot_registry import Bots
from handlers.actions.system.webhook_registry import WebhookRegistry
from handlers.intake.receive import Intake
from handlers.notices.notices import Destination
from handlers.organisation.state import Organisation
from storage.redis.store import RedisStore

if TYPE_CHECKING:  # loaded when it is first needed
    from handlers.console.console import Console

PREFIX = "XUMIAN_"
Checked = TypeVar("Checked", bound=str | SecretStr | None)
Receive = Callable[[asyncio.Event], Awaitable[None]]
"""A task that receives messages until the event is set."""


@dataclass(frozen=True)
class Host:
    """The process that a channel is built into.

    - `short_of_space`: returns whether recordings and files must be refused, for lack of space.
    - `console`: returns the one console of the process.
    - `organisation`: returns the organisation as this process knows it.
    - `owner`: the name of the process.
    - `local_owner`: recognises the owner's browser on this machine.
    - `public_url`: the public address of the web server, or None if only this machine reaches it, at `base_url`.
    - `secret_keys`: the keys for stored secrets, the current one first. If empty, a key in `data_dir` is used.
    - `notify`: the chats of XUMIAN_NOTIFY and XUMIAN_ANCHOR_TO.
    - `open_campaign`: the walk-in campaign that visitors without an invitation enter. Empty if none is open.
    - `stopping`: set when the process ends.
    - `now`: returns epoch milliseconds.
    """

    store: RedisStore
    intake: Intake
    channels: Registry
    archive: Archive
    short_of_space: Callable[[], bool]
    vocabulary: Vocabulary
    console: Callable[[], Awaitable["Console"]]
    organisation: Callable[[], Organisation]
    owner: str
    local_owner: LocalOwner
    public_url: str | None
    base_url: Callable[[], str]
    data_dir: Path
    secret_keys: Sequence[str]
    notify: Sequence[NoticePlace]
    open_campaign: str
    stopping: asyncio.Event
    now: Callable[[], int]


@dataclass(frozen=True)
class Built:
    """The result of building a platform.

    - `receive`: tasks of the processes that serve the web, needed for messages to come in.
    - `loops`: run in every process.
    - `later`: prepare what the first message does without. Called once messages are received.
    - `bots`: manages the accounts that staff add by chat, on the one platform that has such accounts.
    - `webhooks`: manages the webhooks that staff add by chat.
    - `close`: releases what the channels themselves do not release.
    """

    channels: Sequence[Channel] = ()
    routes: Sequence[BaseRoute] = ()
    receive: Sequence[Receive] = ()
    loops: Sequence[Periodic] = ()
    later: Sequence[Callable[[], Awaitable[None]]] = ()
    bots: Bots | None = None
    webhooks: WebhookRegistry | None = None
    close: Callable[[], Awaitable[None]] | None = None


class WithApp(Protocol):
    """Runs a function with all channels built, for a command of the command line, and returns its exit code."""

    def __call__(self, act: Callable[[Registry, Vocabulary], Awaitable[None]]) -> int | None: ...


class ChannelSettings(BaseSettings):
    """The settings of one platform, each with a description and an example.

    `title` heads their section in docs/settings.md. If the platform has places for XUMIAN_NOTIFY, `scheme` is how
    these begin, and `place_form` describes their form. `local_destinations` get the notices of all units too, but
    only if the web server is for this machine alone.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )
    title: ClassVar[str]
    scheme: ClassVar[str] = ""
    place_form: ClassVar[str] = ""
    local_destinations: ClassVar[Sequence[Destination]] = ()

    def place_fault(self, place: NoticePlace) -> str:
        """Return what is wrong with a place, worded to follow "place 1 of 2 ". Empty if nothing is."""
        return ""

    def destinations(self, places: Sequence[NoticePlace]) -> list[Destination]:
        """Return this platform's destinations for the notices of all units. `places` are those with its scheme."""
        return []

    def places(self, host: Host) -> list[NoticePlace]:
        """Return this platform's places for notices."""
        return [each for each in host.notify if each.scheme == self.scheme]

    @classmethod
    def commands(cls, run: WithApp) -> typer.Typer | None:
        """Return the platform's own commands of the command line, or None."""
        return None

    @property
    def configured(self) -> bool:
        """Whether the settings ask for an account. Platforms that need no settings are always there."""
        return True

    async def build(self, host: Host) -> Built:
        """Build what the settings ask for, with the function `build` of the module `build` beside them.

        It is loaded only if it is wanted, because loading a platform's libraries takes up to a second. Raises
        StoreUnavailable.
        """
        if not (self.configured or self.places(host)):
            return Built()
        builder = cast(Builder, import_module(f"{type(self).__module__.rpartition('.')[0]}.build"))
        return await builder.build(self, host)


class Builder(Protocol):
    """A platform's module `build`. It takes the platform's own settings."""

    async def build(self, settings: Any, host: Host) -> Built: ...


def matching(pattern: str, otherwise: str) -> AfterValidator:
    """Return a validator that a value matches the whole pattern, if there is a value. `otherwise` is its error."""
    compiled = re.compile(pattern)

    def check(value: Checked) -> Checked:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is not None and not compiled.fullmatch(text):
            raise ValueError(otherwise)
        return value

    return AfterValidator(check)


def keys_of(value: SecretStr | None) -> list[str]:
    """Return the keys of a setting, the current one first. During a change there are two, separated by a comma."""
    return [each.strip() for each in value.get_secret_value().split(",") if each.strip()] if value else []


def _is_web_address(value: str) -> str:
    parts = urlsplit(value)
    right = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
    if not right or not port_is_right(parts):
        raise ValueError("must be a web address that begins with https:// (or http:// for tests)")
    return value.rstrip("/")


def port_is_right(parts: SplitResult) -> bool:
    """Return whether the address's port is valid or absent."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


WebAddress = Annotated[str, AfterValidator(_is_web_address)]
"""An http or https address, without a slash at its end."""
