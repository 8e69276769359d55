"""Outbound messages: the same for every channel. Each channel's `render` adapts them to what its platform can
do."""

import msgspec

from conversation.inbound import Address, Writer
from conversation.inbound import Attachment as Attachment
from conversation.words import Instant


class Choice(msgspec.Struct, frozen=True, array_like=True):
    """Something the candidate may choose: a button, or a numbered line to type. `token` comes back when it is
    pressed and is at most 40 bytes of ASCII."""

    token: str
    label: str


class Topic(msgspec.Struct, frozen=True, array_like=True):
    """The thread for everything that is said about one interview, in places that have threads.

    - `hint`: shown to the people there from time to time, if the place has threads but the bot may not open any.
    - `closes`: this message ends the thread, for now.
    """

    title: str
    hint: str = ""
    closes: bool = False


class OutboundMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to one address.

    - `bold`: (offset, length) in characters of `text`, so that nothing needs to be escaped.
    - `instants`: the parts of `text` that name a moment. The words are right by themselves; channels whose clients
      can show a moment in the reader's own time zone mark them.
    - `prompted`: False for what is sent unprompted (reminders, notices), which platforms limit more strictly.
    - `interview`: empty for a message that belongs to no interview.
    - `subject`: what the message is about, if a later message on the same subject replaces it (a voice message's
      receipt, then its transcript). Channels that can edit messages do so.
    - `quiet`: send this only as such an edit; drop it if there is nothing to edit.
    - `formerly`: set if the message must be noticed, which an edit would not be. The message is sent anew, and
      this line replaces the earlier message on the subject.
    - `silent`: deliver without a sound, if the channel can.
    - `by_name`: choices are typed by their labels only, because a number is an answer now.
    - `last`: nothing has to follow, whatever is chosen. A platform may then offer the choices in a form that
      leaves it little to send afterwards.
    - `until_ms`: when sending must be over (epoch milliseconds, 0: no limit); after that the message is held until
      the candidate writes.
    - `nudge`: (the interview's title, until when it waits). The message is not part of the conversation, but a
      notice in the platform's own form that there is one, for candidates to whom nothing else may be sent.
    - `calendar_ms`: when the candidate wants to be reminded (epoch milliseconds, 0: never), for channels on which
      nothing from us may reach them then.
    - `topic`: the interview's thread to which the message belongs.
    - `outlasts_erasure`: the message says that its interview was erased and nothing else of it, so the erasure
      does not remove it.
    - `writer`: the colleague to notify if the message does not arrive.
    - `trace`: the `traceparent` of the commit that made it; empty unless traces are recorded.
    """

    to: Address
    text: str
    choices: tuple[Choice, ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    prompted: bool = True
    interview: str = ""
    subject: str = ""
    quiet: bool = False
    file: Attachment | None = None
    until_ms: int = 0
    by_name: bool = False
    last: bool = False
    formerly: str = ""
    silent: bool = False
    topic: Topic | None = None
    writer: Writer | None = None
    nudge: tuple[str, str] | None = None
    calendar_ms: int = 0
    outlasts_erasure: bool = False
    instants: tuple[Instant, ...] = ()
    trace: str = ""
