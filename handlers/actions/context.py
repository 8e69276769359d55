"""The context of an action: who acts, when, on which organisation, and with what tools."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple

from conversation.inbound import Address
from conversation.script import Script
from conversation.state import State
from conversation.words import Vocabulary
from handlers.actions.system.bot_registry import Bots, Figures
from handlers.actions.system.webhook_registry import WebhookRegistry
from handlers.organisation.events import AnyOrganisationEvent
from handlers.organisation.evolve import evolve
from handlers.organisation.rights import Scope
from handlers.organisation.state import Organisation, Person, Role
from handlers.rating_views import Viewer
from storage.ports import Campaign, Store

if TYPE_CHECKING:  # channels import this module, and need not load all that staff work with
    from handlers.authoring.workbook import Book
    from handlers.campaigns import Campaigns
    from handlers.drill.request import DrillRequest
    from handlers.figures.declared import Counted
    from handlers.imports.model import Request
    from handlers.imports.outcome import Outcome
    from handlers.intake.receive import Intake
    from handlers.maintenance.anchors import Files
    from handlers.rosters import Roster

FiguresOf = Callable[[Sequence[tuple[str, str]]], Awaitable[Mapping[tuple[str, str], Figures]]]
LENT_MS = 30 * 24 * 3600_000
"""How long the archive keeps a file that was sent to staff, in milliseconds."""


class Refused(Exception):
    """Raised when an action cannot be carried out.

    `reason` is a stable name such as `close.already`. `values` give details: text, numbers, or the types below.
    `about` is the interview or campaign concerned.
    """

    def __init__(self, reason: str, *, about: State | Campaign | None = None, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.about = about
        self.values = values


class Candidate(NamedTuple):
    """A candidate in a result or a refusal. `name` is empty if unknown."""

    interview: str
    name: str


def candidate(state: State) -> Candidate:
    return Candidate(state.interview, state.name)


class Moment(NamedTuple):
    """A point in time, in epoch milliseconds."""

    ms: int


class Unit(NamedTuple):
    """A unit of the organisation; the empty name is the whole organisation."""

    name: str


class Right(NamedTuple):
    """A role in a unit."""

    role: Role
    unit: str


class Channel(NamedTuple):
    """A platform, by the channel name used in addresses."""

    name: str


class Term(NamedTuple):
    """A catalogue word: a value of `kind`, such as `running` of `state`."""

    kind: str
    value: str


class Account(NamedTuple):
    """One of our accounts on a platform.

    - `problem`: what keeps it from working; None if it works.
    - `warning`: what is not in order although it works.
    - `mode`: how messages come in, where there is a choice.
    - `files`: whether candidates there can be sent files.
    - `staff`: whether it is for staff, not for candidates.
    - `can`: whether it may send at any time (`push`) or only reply, where accounts differ.
    - `typed`: whether candidates type their token there; for members of the organisation only.
    """

    channel: str
    account: str
    problem: str | None
    mode: Literal["", "webhook", "polling", "stream"] = ""
    files: bool = False
    username: str = ""
    staff: bool = False
    can: Literal["", "push", "reply"] = ""
    typed: bool = False
    warning: str | None = None


class Tools(NamedTuple):
    """What actions and queries work with.

    - `script` finds a script of the scripts folder by name (raises ScriptUnusable).
    - `links` gives a candidate's link on each channel for a token. `prepare` asks platforms before for those links
      that only they can make.
    - `accounts` are those of this process, `health` says what is wrong, by name.
    - `put_file` archives a file's bytes and returns their SHA-256, `get_file` returns the bytes.
    - `read_roster` reads a list of candidates from a file's bytes and its name, in a process with limits (raises
      RosterUnusable). `read_cells` reads a script's workbook, in such a process, too (raises BookUnusable), and
      `read_import` a file with earlier candidates (raises ImportUnusable).
    - `secret` is known to our processes alone. `local`: whoever sits at this machine is its owner.
    - `warnings`: what the store could lose, in sentences. `speech`: this machine's speech model, empty if none.
    - `webhooks` keeps where other systems get events. `anchors` is the folder with the daily notes.
    - `bots` keeps the candidates' bots; `figures` gives those of (channel, account), as far as they are known.
    - `report_link` gives the address of an interview's report page for a reader, as in `report_pages.links`.
    - `private_link` gives the link that opens the private chat with our account at an address, for the console to
      receive `/start` with a payload there, if the platform has such links.
    - `drill` starts a drill, and returns False if another one is running.
    - `staff_link` gives the link by which somebody with a code joins the staff, if there is one.
    - `sign_in_link` gives the address at which a colleague signs in with a code, if there are staff pages.
    - `looks` notes that a colleague looks at appointments, and returns since when they are told of changes.
    - `shown_groups` returns what a campaign shows of self-declared groups when its counters say so much.
    - `hand_over` gives a candidate's conversation to the platform's own desk, and returns False if it has none.
    """

    store: Store
    campaigns: "Campaigns"
    intake: "Intake"
    words: Vocabulary
    candidate_words: Vocabulary
    now: Callable[[], int]
    secret: bytes
    script: Callable[[str], Awaitable[Script]]
    links: Callable[[str], dict[str, str]]
    accounts: Callable[[], Sequence[Account]]
    health: Callable[[], Awaitable[dict[str, str]]]
    put_file: Callable[[bytes], Awaitable[str]]
    get_file: Callable[[str], Awaitable[bytes]]
    read_roster: Callable[[bytes, str], Awaitable["Roster"]]
    zone: tzinfo
    local: bool = False
    read_cells: Callable[[bytes], Awaitable["Book"]] | None = None
    read_import: Callable[["Request"], Awaitable["Outcome"]] | None = None
    warnings: Callable[[], Awaitable[Sequence[str]]] | None = None
    speech: Callable[[], str] | None = None
    bots: Bots | None = None
    figures: FiguresOf | None = None
    report_link: Callable[[str, str], str] | None = None
    drill: Callable[["DrillRequest"], Awaitable[bool]] | None = None
    staff_link: Callable[[str], str | None] | None = None
    private_link: Callable[[Address, str], str | None] | None = None
    hand_over: Callable[[Address], Awaitable[bool]] | None = None
    prepare: Callable[[Sequence[str]], Awaitable[None]] | None = None
    webhooks: WebhookRegistry | None = None
    anchors: "Files | None" = None
    sign_in_link: Callable[[str], str] | None = None
    looks: Callable[[str], Awaitable[int]] | None = None
    shown_groups: Callable[[str, "Counted"], Awaitable["Counted | None"]] | None = None


Progress = Callable[[int, int], Awaitable[None]]
"""Told how much of a long action is done, and of how much."""


class Asker(NamedTuple):
    """Who requested an action that someone else confirms, and the chat where they learn the result.

    `number` is how many candidates it would have reached at the time.
    """

    person: str
    chat: Address | None
    number: int


class Context:
    """The context in which one action is executed.

    An action may be executed again after a conflict or a crash, so everything it creates must derive from `nonce`
    to come out the same. `cause` is the id of the message or request that asked for it. Later news goes to
    `reply_to`. `private` means that only the person reads the result.
    """

    def __init__(
        self,
        tools: Tools,
        organisation: Organisation,
        person: Person,
        cause: str,
        reply_to: Address,
        *,
        private: bool = True,
    ) -> None:
        self.tools = tools
        self.organisation = organisation
        self.person = person
        self.cause = cause
        self.reply_to = reply_to
        self.private = private
        self.now = tools.now()
        self.events: list[AnyOrganisationEvent] = []
        self.asker: Asker | None = None
        self.on_progress: Progress | None = None
        self._numbers = 0

    @property
    def language(self) -> str:
        """The person's language."""
        return self.person.language

    @property
    def viewer(self) -> Viewer:
        """Who reads the result: the person, or whoever is in the chat."""
        return Viewer(self.organisation, self.person if self.private else None)

    def scope(self, roles: Collection[Role]) -> Scope:
        """Return the units where the person has one of these roles."""
        return Scope(self.organisation, self.person, roles)

    def nonce(self) -> str:
        """Return 64 unguessable hex digits: new on each call, the same if the action is executed again."""
        self._numbers += 1
        return self._numbered(self._numbers)

    def upcoming(self, count: int) -> list[str]:
        """Return what the next `count` calls of `nonce` will return."""
        return [self._numbered(self._numbers + number) for number in range(1, count + 1)]

    def _numbered(self, number: int) -> str:
        text = f"{self.cause}|{number}".encode()
        return hmac.new(self.tools.secret, text, hashlib.sha256).hexdigest()

    def record(self, *events: AnyOrganisationEvent) -> None:
        """Add events to the organisation's record. `organisation` reflects them at once."""
        for event in events:
            self.organisation = evolve(self.organisation, event, self.now)
        self.events += events

    async def lent(self, data: bytes, life_ms: int = LENT_MS) -> str:
        """Archive a file for `life_ms` milliseconds. Returns its SHA-256 (hex)."""
        sha256 = await self.tools.put_file(data)
        await self.tools.store.erasures.lend(sha256, self.now + life_ms)
        return sha256

    async def progressed(self, done: int, of: int, key: str = "staff.invite.progress") -> None:  # noqa: ARG002 - chats say it in words
        """Report the progress of a long action to `on_progress`. In a chat, the catalogue's text `key` says it."""
        if self.on_progress:
            await self.on_progress(done, of)
