"""How much may be sent to the candidate, where the platform limits that."""

from conversation.events.base import Event


class WindowOpened(Event, frozen=True, tag="window"):
    """The candidate wrote: until then, so many messages may be sent to them."""

    until_ms: int
    messages: int


class Pushed(Event, frozen=True, tag="pushed"):
    """How many messages of this entry count against the window; those in the platform's response do not."""

    messages: int


class ReminderLeftOut(Event, frozen=True, tag="reminder_left_out", rename={"number": "n"}):
    """The reminder was due, but nothing may be sent to the candidate until they write. `nudged`: but for a notice
    that their interview waits."""

    number: int
    nudged: bool = False
