"""One staff command in the making: who gives it, where, and what comes of it."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import tzinfo
from typing import Literal, NamedTuple

import msgspec

from conversation.inbound import Address
from conversation.outbound import Attachment, Choice, OutboundMessage
from conversation.script import Script
from conversation.words import Styled, Vocabulary, Words
from handlers.campaigns import Campaigns
from handlers.drill.order import Order
from handlers.intake import Intake
from handlers.staff.acts import AnyOfficeEvent
from handlers.staff.changes import evolve
from handlers.staff.keeping import Bots
from handlers.staff.lines import Line
from handlers.staff.office import Office, Person, Role, Ticket
from handlers.staff.rights import Scope
from storage.ports import Store

CHANGED_S = 10 * 60
"""So long a command waits for its confirmation."""
KEPT_LINE = "file:"
PROGRESS_S = 3600
"""Within so long the same progress is told once, even if the command is begun again."""
LENT_MS = 30 * 24 * 3600_000
"""So long the archive has what staff were sent."""


class StaffFile(NamedTuple):
    """A file that came with a message."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"


class FileTrouble(NamedTuple):
    """A file came with a message, and could not be had; at most so many MB can be."""

    why: Literal["too_large", "failed"]
    most_mb: int


class StaffInbound(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message to the staff console. `sender` is the person, `chat` is where the answer goes (the same place in a
    private chat); `id` as for every inbound event; `addressed`: it was meant for the console beyond doubt. `about`
    is the interview about which it was said: in its own thread (`apart`), or in reply to its notice."""

    id: str
    sender: Address
    chat: Address
    text: str
    name: str = ""
    language: str = ""
    file: StaffFile | None = None
    addressed: bool = True
    trouble: FileTrouble | None = None
    about: str = ""
    apart: bool = False


class Usage(Exception):
    """The arguments are not what the command needs: it answers with how it is written."""


class Refusal(Exception):
    """The command cannot be done; `key` is the catalogue's sentence that says why and what to do, `choices` as for
    `Turn.say`."""

    def __init__(self, key: str, choices: Sequence[tuple[str, str]] = (), **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.choices = tuple(choices)
        self.values = values


class Account(NamedTuple):
    """One of our accounts on a platform; `problem`: what keeps it from working; `mode`: how messages come in,
    where there is a choice; `files`: candidates there can be sent files; `staff`: it is for staff, not for
    candidates; `can`, where accounts differ: whether it may send by itself, or only reply; `typed`: candidates
    type their token there, for members of the organisation only."""

    channel: str
    account: str
    problem: str | None
    mode: Literal["", "webhook", "polling", "stream"] = ""
    files: bool = False
    username: str = ""
    staff: bool = False
    can: Literal["", "push", "reply"] = ""
    typed: bool = False


class Tools(NamedTuple):
    """What commands work with. `script` finds one by name (raises ScriptUnusable); `links` gives a candidate's
    link on each channel for a token; `accounts` are those of this process; `health` is what is wrong, by name;
    `keep` archives a file's bytes and gives their SHA-256, `kept` gives them back; `secret` is known to our
    processes alone; `local`: whoever sits at this machine is its owner; `warnings`: what the store could lose, in
    sentences; `speech`: the speech model that this machine has, empty: none; `bots`
    keeps the candidates' bots; `report_link` gives the address of an interview's report page for a
    person; `drill` starts a drill (False: another one is running); `way_in` gives the link with which whoever has
    a code joins the staff, where there is one; `prepare` asks platforms for those
    tokens' links that only they can make, before `links` is asked; `hand_over` gives a candidate's conversation to
    the platform's own desk (False: it has none there)."""

    store: Store
    campaigns: Campaigns
    intake: Intake
    words: Vocabulary
    candidate_words: Vocabulary
    now: Callable[[], int]
    secret: bytes
    script: Callable[[str], Script]
    links: Callable[[str], dict[str, str]]
    accounts: Callable[[], Sequence[Account]]
    health: Callable[[], Awaitable[dict[str, str]]]
    keep: Callable[[bytes], Awaitable[str]]
    kept: Callable[[str], Awaitable[bytes]]
    zone: tzinfo
    local: bool = False
    warnings: Callable[[], Awaitable[Sequence[str]]] | None = None
    speech: Callable[[], str] | None = None
    bots: Bots | None = None
    report_link: Callable[[str, str], str] | None = None
    drill: Callable[[Order], Awaitable[bool]] | None = None
    way_in: Callable[[str], str | None] | None = None
    hand_over: Callable[[Address], Awaitable[bool]] | None = None
    prepare: Callable[[Sequence[str]], Awaitable[None]] | None = None


class Reach(NamedTuple):
    """So many candidates of a unit would be reached at once."""

    unit: str
    number: int


class Turn:
    """Collects what one command leads to. It may be run again, after somebody else was first or after a crash:
    whatever it makes must be made from `fresh`, so that it is the same then."""

    def __init__(
        self, tools: Tools, office: Office, person: Person, inbound: StaffInbound, *, confirmed: bool = False
    ) -> None:
        self.tools = tools
        self.office = office
        self.person = person
        self.inbound = inbound
        self.confirmed = confirmed
        self.now = tools.now()
        self.events: list[AnyOfficeEvent] = []
        self.messages: list[OutboundMessage] = []
        self.waiting = ""
        """What a confirmation stands for, where it is not the line as it was typed: what came with that is gone
        by then."""
        self.found = ""
        """The interview that a command is about: of a candidate's name and of notes only this is recorded."""
        self.first: Ticket | None = None
        """Who wanted what a second colleague agrees to now."""
        self.reach: Reach | None = None
        """What a preview found; where the unit wants that, many take a second colleague."""
        self.recorded = ""
        """How the command stands in the record, where it had personal data in it."""
        self.alerts: list[str] = []
        """Of a digest: what of that goes with it."""
        self._numbers = 0
        self._told = 0

    @property
    def language(self) -> str:
        return self.person.language

    @property
    def words(self) -> Words:
        return self.tools.words[self.person.language]

    def scope(self, roles: Collection[Role]) -> Scope:
        """Where this person has one of these roles."""
        return Scope(self.office, self.person, roles)

    def fresh(self) -> str:
        """Unguessable, new for each call within this command, and the same when the command is run again."""
        self._numbers += 1
        text = f"{self.inbound.id}|{self._numbers}".encode()
        return hmac.new(self.tools.secret, text, hashlib.sha256).hexdigest()

    def record(self, *events: AnyOfficeEvent) -> None:
        for event in events:
            self.office = evolve(self.office, event, self.now)
        self.events += events

    def say(self, key: str, choices: Sequence[tuple[str, str]] = (), **values: object) -> None:
        """The catalogue's text; `choices` are (command line, label's key)."""
        self.send(self.words.say(key, **values), choices)

    def send(self, styled: Styled, choices: Sequence[tuple[str, str]] = ()) -> None:
        """`choices` as for `say`; a label that is no key of the catalogue stands as it is."""
        offered = tuple(Choice(line, self._label(label)) for line, label in choices)
        self.messages.append(OutboundMessage(self.inbound.chat, styled.text, offered, styled.bold))

    async def progress(self, key: str, **values: object) -> None:
        """How far a long command has come: one message, changed in its place. It is sent at once, whatever becomes
        of the command."""
        said = self.words.say(key, **values)
        topic = f"progress:{self.inbound.id}"
        message = OutboundMessage(self.inbound.chat, said.text, (), said.bold, prompted=False, subject=topic)
        self._told += 1
        await self.tools.store.outbox.post(self.inbound.chat, f"{topic}:{self._told}", message, PROGRESS_S)

    async def attach(
        self,
        styled: Styled,
        name: str,
        data: bytes,
        media_type: str,
        choices: Sequence[tuple[str, str]] = (),
        alt: str = "",
    ) -> None:
        """A message with a file; `choices` as for `say`, `alt` as for `Attachment`."""
        file = Attachment(name, await self.lent(data), media_type, alt)
        offered = tuple(Choice(line, self._label(label)) for line, label in choices)
        self.messages.append(OutboundMessage(self.inbound.chat, styled.text, offered, styled.bold, file=file))

    async def lent(self, data: bytes, life_ms: int = LENT_MS) -> str:
        """The SHA-256 (hex) of a file that the archive has for so long: it is full of names and answers."""
        sha256 = await self.tools.keep(data)
        await self.tools.store.erasures.lend(sha256, self.now + life_ms)
        return sha256

    def _label(self, label: str) -> str:
        return self.words.text(label) if label.startswith("staff.") else label


class Command(NamedTuple):
    """A command. `roles` may use it; `run` does it; `preview` says what it would do, where that is worth a
    confirming tap (None: nothing worth one). `secret`: its arguments are not for the record; `personal`:
    candidates' names and what is said of them are not either."""

    name: str
    roles: frozenset[Role]
    run: Callable[[Turn, Line], Awaitable[None]]
    preview: Callable[[Turn, Line], Awaitable[Styled | None]] | None = None
    secret: bool = False
    personal: bool = False
