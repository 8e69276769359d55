"""What leaves: the same message for every channel; `render` in each channel does what the platform can."""

import msgspec

from conversation.inbound import Address, Writer
from conversation.inbound import Attachment as Attachment


class Choice(msgspec.Struct, frozen=True, array_like=True):
    """Something the candidate may choose: a button, or a numbered line to type. `token` comes back when it
    is pressed and is at most 40 bytes of ASCII."""

    token: str
    label: str


class Topic(msgspec.Struct, frozen=True, array_like=True):
    """A thread of its own for all that is said of one interview, where the place has threads: its `title`; `hint`
    is what people there are told, now and then, if it has threads but we may not open any. `closes`: with this
    message the thread is over, for now."""

    title: str
    hint: str = ""
    closes: bool = False


class OutboundMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message.

    `bold` are (offset, length) in characters of `text`, so that nothing need be escaped. `prompted` is false
    for what we send by ourselves (reminders, notices), which platforms limit more strictly. `interview` is
    empty for what belongs to no interview.

    `subject` names what the message is about where a later one replaces it (a voice message's receipt, then its
    transcript): a channel that can edit edits. `quiet`: only as such a change; where nothing can be edited, it is
    not sent. `formerly` is for what must be noticed, which an edit is not: the message is sent anew, and this line
    takes the place of the earlier one on the subject.

    `silent`: it makes no sound, where the channel can do that.

    `by_name`: where choices are typed, by their labels only, because a number is an answer now.

    `last`: nothing has to follow, whatever is chosen; a platform may offer the choices in a form that leaves it
    little to send afterwards.

    `until_ms`: by then only (epoch milliseconds, 0: whenever); later it is held until the candidate writes.

    `nudge`: (the interview's title, until when it waits): it is no part of the conversation, but a notice in the
    platform's own form that there is one, for whoever may be sent nothing else.

    `calendar_ms`: a moment at which the candidate wants to be reminded (epoch milliseconds, 0: none); a channel
    may offer it for their calendar.

    `topic`: the interview's own thread, in which this belongs. `writer`: the colleague who is told if it does not
    arrive.
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
