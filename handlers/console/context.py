"""The context of a staff command, and the types of messages to the console, commands and their errors."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from conversation.inbound import Address
from conversation.outbound import Attachment, Choice, OutboundMessage
from conversation.words import Styled, Words
from handlers.actions.base import Action
from handlers.actions.context import Context, Tools
from handlers.console.command_line import Line
from handlers.organisation.events import Acted
from handlers.organisation.state import ROOT, Organisation, Person, Role

if TYPE_CHECKING:  # channels import this module, and need not load the reading of scripts
    from handlers.authoring import Fault

CHANGED_S = 10 * 60
"""How long a command waits for its confirmation, in seconds."""
LONGEST_LINE = 200
"""How much of a command line is recorded, in characters."""
PROGRESS_S = 3600
"""For how many seconds the same progress is not reported twice, even if the command starts again."""


class StaffFile(NamedTuple):
    """A file that came with a message."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"


class FileTrouble(NamedTuple):
    """Why the file of a message could not be fetched. `most_mb` is the greatest size possible, in MB."""

    why: Literal["too_large", "failed"]
    most_mb: int


class StaffInbound(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message to the staff console.

    `id`: as for every inbound event.
    `sender`: the person.
    `chat`: where the answer goes; the same as `sender` in a private chat.
    `name`, `language`: the sender's, as far as the platform gives them.
    `addressed`: whether it was certainly meant for the console.
    `trouble`: why its file could not be fetched.
    `about`: the interview that it is about, because it was sent in that interview's own thread or in reply to a
    notice.
    `apart`: whether that was the interview's own thread.
    `forwarded`: whether the sender passed on somebody else's message. No command in it is carried out.
    """

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
    forwarded: bool = False


class Usage(Exception):
    """Raised if the arguments do not fit the command. The console answers with the command's usage."""


class Refusal(Exception):
    """Raised if a command cannot be carried out. `key` is the catalogue's text that says why and what to do
    instead; `choices` are as for `CommandContext.say`."""

    def __init__(self, key: str, choices: Sequence[tuple[str, str]] = (), **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.choices = tuple(choices)
        self.values = values


class CommandContext(Context):
    """One command while it is carried out. It collects the messages and events that result."""

    def __init__(self, tools: Tools, organisation: Organisation, person: Person, inbound: StaffInbound) -> None:
        super().__init__(
            tools, organisation, person, inbound.id, inbound.chat, private=inbound.chat == inbound.sender
        )
        self.inbound = inbound
        self.messages: list[OutboundMessage] = []
        self.found = ""
        """The id of the interview that the command is about, recorded in place of candidates' names and notes."""
        self.recorded = ""
        """The command as it is recorded, if not as typed. Set by commands with personal data, and from an
        action's line."""
        self.alerts: list[str] = []
        """Alerts sent with a digest, each as "CAMPAIGN QUESTION"."""
        self.warnings: Sequence[Fault] = ()
        """Warnings about a script that was sent as a file, for its author."""
        self.beside: Sequence[tuple[str, str]] = ()
        """Choices offered with a preview, besides confirming it."""
        self._told = 0

    @property
    def words(self) -> Words:
        return self.tools.words[self.person.language]

    @property
    def unit_here(self) -> str:
        """The unit whose notices come to this chat; the whole organisation if none do."""
        here = self.inbound.chat
        return next((chat.unit for chat in self.organisation.chats if chat.address == here), ROOT)

    def say(self, key: str, choices: Sequence[tuple[str, str]] = (), **values: object) -> None:
        """Answer with a text of the catalogue. `choices` are pairs of a command line and its label's key."""
        self.send(self.words.say(key, **values), choices)

    def send(self, styled: Styled, choices: Sequence[tuple[str, str]] = ()) -> None:
        """Answer with a text. `choices` are as for `say`, but a label that is no catalogue key is used as is."""
        offered = tuple(Choice(line, self._label(label)) for line, label in choices)
        self.messages.append(OutboundMessage(self.reply_to, styled.text, offered, styled.bold))

    def go_private(self) -> None:
        """Send what follows to the person's private chat, where nobody else reads it."""
        self.reply_to, self.private = self.inbound.sender, True

    def say_usage(self, command: str) -> None:
        """Answer how a command is written and what it does, with an example."""
        usage, help_, example = (
            self.words.text(f"staff.{kind}.{command}") for kind in ("usage", "help", "example")
        )
        self.say("staff.usage", usage=usage, help=help_, example=example)

    async def progressed(self, done: int, of: int, key: str = "staff.invite.progress") -> None:
        """Report progress in one message, which is edited each time. It is sent at once, before the command is
        committed."""
        said = self.words.say(key, done=done, n=of)
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
        """Archive a file and answer with it. `choices` are as for `send`, `alt` is as for `Attachment`."""
        file = Attachment(name, await self.lent(data), media_type, alt)
        offered = tuple(Choice(line, self._label(label)) for line, label in choices)
        self.messages.append(OutboundMessage(self.reply_to, styled.text, offered, styled.bold, file=file))

    def attach_kept(self, styled: Styled, file: Attachment) -> None:
        """Answer with a file that is already in the archive."""
        self.messages.append(OutboundMessage(self.reply_to, styled.text, (), styled.bold, file=file))

    def _label(self, label: str) -> str:
        return self.words.text(label) if label.startswith("staff.") else label


class Page:
    """Collects what a command answers to whoever gave it in their private chat, for a way in that shows the answer
    by itself instead of having it sent there. `outcome` is as in `Acted`; empty if the sender was a stranger."""

    def __init__(self) -> None:
        self.messages: Sequence[OutboundMessage] = ()
        self.outcome = ""

    def take(self, context: CommandContext) -> Sequence[OutboundMessage]:
        """Keep the messages to the person. Returns those to others, which have to be sent."""
        self.outcome = next((each.outcome for each in reversed(context.events) if isinstance(each, Acted)), "")
        here = (context.inbound.sender, context.inbound.chat)
        self.messages = tuple(each for each in context.messages if each.to in here)
        return tuple(each for each in context.messages if each.to not in here)


class Command(NamedTuple):
    """A command of the console.

    `roles`: who may use it.
    `run`: parses the line and returns the action to carry out, or answers by itself and returns None.
    `secret`: its arguments must not be recorded or shown again.
    `personal`: its arguments can contain candidates' names or notes, which must not be recorded.
    """

    name: str
    roles: frozenset[Role]
    run: Callable[[CommandContext, Line], Awaitable[Action | None]]
    secret: bool = False
    personal: bool = False


class Form(NamedTuple):
    """How one kind of action is put into words.

    - `done` sends its result.
    - `preview` returns the text of its preview.
    - `ways` returns the actions among which the preview offers a choice, with labels; none: yes or no.
    """

    done: Callable[[CommandContext, Any], Awaitable[None]]
    preview: Callable[[CommandContext, Any], Awaitable[Styled]] | None = None
    ways: Callable[[CommandContext, Any, Any], Sequence[tuple[Action, str]]] | None = None


Forms = dict[type[Action], Form]


def recorded_line(context: CommandContext, command: Command, line: Line, outcome: str) -> str:
    """Return the command as it is recorded: without secrets, and with the interview's id in place of what was
    typed about a candidate. What was typed with a command that was not carried out may be anything."""
    if command.secret or command.personal or outcome != "done":
        return f"/{command.name} {context.found}".strip()
    return f"/{command.name} {line.rest}".strip()[:LONGEST_LINE]
