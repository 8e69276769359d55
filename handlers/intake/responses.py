"""Dividing outgoing messages between the platform's response, the outbox and those on hold."""

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
    """The response to one inbound event, on a channel where it can carry messages.

    `payload` is its content once the event is committed, also when the platform repeats the event.
    """

    payload: bytes

    def fill(self, messages: Sequence[OutboundMessage], room: int | None, language: str) -> tuple[bytes, int]:
        """Put as many of the messages as fit into the response. Returns its content and their number.

        `room` of the others may be sent by other means at once (None: all).
        """


class Receipt:
    """Passed by channels that send nothing in their response but need to know whether an answer follows.

    `answered` is whether the committed event sends the sender a message. With `shows_refusals`, a stranger whose
    token or code admits nobody is sent nothing, so that nothing is kept of them; `refused` is then the key of the
    text that says why.
    """

    __slots__ = ("answered", "refused", "shows_refusals")

    def __init__(self, *, shows_refusals: bool = False) -> None:
        self.answered = False
        self.shows_refusals = shows_refusals
        self.refused = ""


Answerable = Response | Receipt

Pieces = Callable[[OutboundMessage], Sequence[OutboundMessage]]
"""Split a message into platform messages, each within the platform's limits."""
Joined = Callable[[Sequence[OutboundMessage]], Sequence[OutboundMessage]]
"""Combine messages into fewer, for platforms that limit their number."""


def apart(messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
    """Return the messages uncombined."""
    return messages


class Shares(NamedTuple):
    """Where the messages go.

    - `payload`: content of the response.
    - `push`: to the outbox.
    - `hold`: wait until the candidate writes.
    - `taken`: how many formerly held messages are included in the above.
    - `pushed`: how many messages count against the candidate's window.
    """

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
    """Divide messages between the response, the outbox and those on hold.

    `held` messages waited from before and come first. Windows do not limit nudges or messages to anyone but the
    candidate: these are pushed at once.
    """
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
    """Return the state and entry with the pushed messages recorded."""
    if not pushed:
        return state, entry
    event = e.Pushed(pushed)
    return evolve(state, event, entry.at_ms), replace(entry, events=(*entry.events, event))
