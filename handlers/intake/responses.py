"""What a platform is answered in its own response, and what of the rest may be sent, or must wait."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from conversation import events as e
from conversation.evolve import evolve
from conversation.inbound import Inbound
from conversation.outbound import OutboundMessage
from conversation.state import State
from conversation.timing.messaging_window import room


class Response(Protocol):
    """The response to one inbound event of a channel that can say something in it. `payload` is what it says once
    the event is committed, and again when the platform repeats the event."""

    payload: bytes

    def fill(self, messages: Sequence[OutboundMessage], room: int | None, language: str) -> tuple[bytes, int]:
        """As many of the messages as fit: (what is said, how many they are). Of the rest, `room` may be sent by
        other means at once (None: all)."""


class Receipt:
    """For a channel that says nothing in its response and wants to know what follows: `answered` is whether the
    sender will be sent anything by the event that was committed."""

    __slots__ = ("answered",)

    def __init__(self) -> None:
        self.answered = False


Answerable = Response | Receipt

Pieces = Callable[[OutboundMessage], Sequence[OutboundMessage]]
"""A message as the platform's messages that it will be, each within what that takes."""
Joined = Callable[[Sequence[OutboundMessage]], Sequence[OutboundMessage]]
"""Messages as fewer ones, where a platform counts them."""


def apart(messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
    """Each by itself."""
    return messages


class Shares(NamedTuple):
    """Where each message goes: into the response, to the outbox, or on hold until the candidate writes; of those
    that were on hold `taken` are dealt with. `pushed` of them use up the window."""

    payload: bytes = b""
    push: tuple[OutboundMessage, ...] = ()
    hold: tuple[OutboundMessage, ...] = ()
    taken: int = 0
    pushed: int = 0


def share(
    messages: Sequence[OutboundMessage],
    held: Sequence[OutboundMessage],
    state: State,
    inbound: Inbound,
    now: int,
    pieces: Pieces,
    response: Response | None,
    joined: Joined = apart,
) -> Shares:
    """`held` are those that wait: they come first. What is for others than the candidate is sent as it is, and so
    are nudges, which no window limits."""
    to = inbound.sender if response else state.address
    window = state.window if to == state.address else inbound.window
    if response is None and window is None:
        return Shares(push=tuple(piece for each in messages for piece in pieces(each)))
    own = [piece for each in (*held, *messages) if each.to == to and not each.nudge for piece in pieces(each)]
    others = tuple(each for each in messages if each.to != to or each.nudge)
    left = room(window, now)
    payload, said = response.fill(own, left, state.language) if response and own else (b"", 0)
    rest = own[said:]
    rest = list(joined(rest))
    if window is None:
        return Shares(payload, (*rest, *others), taken=len(held))
    push = tuple(replace(each, until_ms=window.until_ms) for each in rest[:left])
    hold = tuple(rest[left:]) if to == state.address else ()
    pushed = len(push) if to == state.address else 0
    return Shares(payload, (*push, *others), hold, len(held), pushed)


def spend(state: State, entry: e.Entry, pushed: int) -> tuple[State, e.Entry]:
    """With what was pushed in the record."""
    if not pushed:
        return state, entry
    event = e.Pushed(pushed)
    return evolve(state, event, entry.at_ms), replace(entry, events=(*entry.events, event))
