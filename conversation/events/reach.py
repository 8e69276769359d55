"""How much may be sent to the candidate, where the platform limits that."""

from conversation.events.base import Event


class WindowOpened(Event, frozen=True, tag="window"):
    """The candidate wrote: until `until_ms` (epoch milliseconds), `messages` may be sent to them."""

    until_ms: int
    messages: int


class Pushed(Event, frozen=True, tag="pushed"):
    """How many messages of this entry count against the window. Those in the response to the platform's request do
    not."""

    messages: int


class ReminderLeftOut(Event, frozen=True, tag="reminder_left_out", rename={"number": "n"}):
    """A reminder was due, but it could not be sent: nothing may be sent to the candidate until they write.
    `nudged`: a notice that their interview waits was sent instead."""

    number: int
    nudged: bool = False
