"""One staff command in the making: who gives it, where, and what comes of it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from conversation.inbound import Address
from conversation.outbound import Attachment, Choice, OutboundMessage
from conversation.words import Styled, Words
from handlers.actions.base import Action
from handlers.actions.context import Context, Tools
from handlers.authoring import Fault
from handlers.console.command_line import Line
from handlers.organisation.state import Organisation, Person, Role

CHANGED_S = 10 * 60
"""For how long a command waits for its confirmation."""
PROGRESS_S = 3600
"""Within this time the same progress is reported once, even if the command is started again."""


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
    `CommandContext.say`."""

    def __init__(self, key: str, choices: Sequence[tuple[str, str]] = (), **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.choices = tuple(choices)
        self.values = values


class CommandContext(Context):
    """Collects what one command leads to."""

    def __init__(self, tools: Tools, organisation: Organisation, person: Person, inbound: StaffInbound) -> None:
        super().__init__(
            tools, organisation, person, inbound.id, inbound.chat, private=inbound.chat == inbound.sender
        )
        self.inbound = inbound
        self.messages: list[OutboundMessage] = []
        self.found = ""
        """The interview that a command is about: of a candidate's name and of notes only this is recorded."""
        self.recorded = ""
        """How the command stands in the record, where it had personal data in it."""
        self.alerts: list[str] = []
        """Of a digest: what of that goes with it."""
        self.warnings: Sequence[Fault] = ()
        """What the author of a script that came as a file should know."""
        self._told = 0

    @property
    def words(self) -> Words:
        return self.tools.words[self.person.language]

    def say(self, key: str, choices: Sequence[tuple[str, str]] = (), **values: object) -> None:
        """The catalogue's text; `choices` are (command line, label's key)."""
        self.send(self.words.say(key, **values), choices)

    def send(self, styled: Styled, choices: Sequence[tuple[str, str]] = ()) -> None:
        """`choices` as for `say`; a label that is no key of the catalogue stands as it is."""
        offered = tuple(Choice(line, self._label(label)) for line, label in choices)
        self.messages.append(OutboundMessage(self.reply_to, styled.text, offered, styled.bold))

    async def progressed(self, done: int, of: int) -> None:
        """One message, changed in its place. It is sent at once, whatever becomes of the command."""
        said = self.words.say("staff.invite.progress", done=done, n=of)
        topic = f"progress:{self.cause}"
        message = OutboundMessage(self.reply_to, said.text, (), said.bold, prompted=False, subject=topic)
        self._told += 1
        await self.tools.store.outbox.post(self.reply_to, f"{topic}:{self._told}", message, PROGRESS_S)

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
        self.messages.append(OutboundMessage(self.reply_to, styled.text, offered, styled.bold, file=file))

    def attach_kept(self, styled: Styled, file: Attachment) -> None:
        """A message with a file that is in the archive."""
        self.messages.append(OutboundMessage(self.reply_to, styled.text, (), styled.bold, file=file))

    def _label(self, label: str) -> str:
        return self.words.text(label) if label.startswith("staff.") else label


class Command(NamedTuple):
    """A command. `roles` may use it. `run` reads the line: it returns the action that is meant, or answers itself
    and returns None. `secret`: its arguments are not for the record; `personal`: candidates' names and what is
    said of them are not either."""

    name: str
    roles: frozenset[Role]
    run: Callable[[CommandContext, Line], Awaitable[Action | None]]
    secret: bool = False
    personal: bool = False


class Form(NamedTuple):
    """How one kind of action is put into words: `done` says its result, `preview` its preview."""

    done: Callable[[CommandContext, Any], Awaitable[None]]
    preview: Callable[[CommandContext, Any], Awaitable[Styled]] | None = None


Forms = dict[type[Action], Form]
