"""What other systems are sent of an interview: ids and states, no names, no answers, no scores.

Messages go to addresses of the channel CHANNEL: the account is the webhook's id, the user the interview's, so that
the events of one interview stay in order. The form is that of the Standard Webhooks specification
(standardwebhooks.com, read 2026-11).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from conversation import events as e
from conversation.evolve import begin, evolve
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.state import State
from handlers.organisation.state import Organisation

CHANNEL = "webhook"
RETRIED_MS = 3 * 24 * 3600_000
"""How long an event is sent again and again before it becomes a dead letter, in milliseconds."""

WebhookMessages = Callable[[State, e.Entry], tuple[OutboundMessage, ...]]


def no_webhooks(_state: State, _entry: e.Entry) -> tuple[OutboundMessage, ...]:
    return ()


class Parcel(msgspec.Struct, frozen=True):
    """What the text of a message to a webhook holds: its `webhook-id`, the body as signed, and until when it is
    sent again after failures (epoch milliseconds)."""

    id: str
    body: str
    until_ms: int


class WebhookEvent(NamedTuple):
    """An event for other systems. `id` is the same whenever it is sent."""

    id: str
    interview: str
    body: str
    last: bool


def events_of(state: State, entry: e.Entry) -> Iterator[WebhookEvent]:
    """Yield what other systems are told of an entry, which led to this state."""
    told = [(kind, fields) for event in entry.events for kind, fields in _told(event)]
    for place, (kind, fields) in enumerate(told, start=1):
        data = {
            "interview": state.interview,
            "campaign": state.campaign,
            "script": state.script,
            "unit": state.unit,
            "state": state.phase,
            "sequence": entry.n,
            **fields,
        }
        name = f"interview.{kind}"
        body = {"type": name, "timestamp": written(entry.at_ms), "data": data}
        identity = f"{state.interview}-{entry.n}-{place}"
        yield WebhookEvent(identity, state.interview, msgspec.json.encode(body).decode(), kind == "erased")


def history(entries: Iterable[e.Entry], since_ms: int) -> Iterator[WebhookEvent]:
    """Yield the events of an interview's whole record since a time (epoch milliseconds), as they were sent then.
    Nothing is known of what was erased but the erasure."""
    state: State | None = None
    for entry in entries:
        for event in entry.events:
            if isinstance(event, e.Invited):
                state = begin(event, entry.at_ms)
            elif isinstance(event, e.Erased):
                state = State(event.interview, event.campaign, event.script, phase="erased", unit=event.unit)
            elif state is not None:
                state = evolve(state, event, entry.at_ms)
        if state is not None and entry.at_ms >= since_ms:
            yield from events_of(state, entry)


def message(webhook: str, event: WebhookEvent, at_ms: int) -> OutboundMessage:
    """Return the message that brings an event to a webhook, and is first sent at `at_ms` (epoch milliseconds)."""
    parcel = Parcel(event.id, event.body, at_ms + RETRIED_MS)
    return OutboundMessage(
        Address(CHANNEL, webhook, event.interview),
        msgspec.json.encode(parcel).decode(),
        prompted=False,
        interview=event.interview,
        outlasts_erasure=event.last,
    )


class Webhooks:
    """The webhooks of the organisation, as this process knows them."""

    def __init__(self, organisation: Callable[[], Organisation]) -> None:
        self._organisation = organisation

    def messages(self, state: State, entry: e.Entry) -> tuple[OutboundMessage, ...]:
        """Return what the webhooks of the interview's unit are sent of a new entry. Nothing of drills."""
        organisation = self._organisation()
        if not organisation.webhooks or state.notices_to is not None:
            return ()
        wanted = [
            name for name, each in organisation.webhooks.items() if organisation.within(state.unit, each.unit)
        ]
        if not wanted:
            return ()
        events = list(events_of(state, entry))
        return tuple(message(name, event, entry.at_ms) for name in wanted for event in events)


def written(ms: int) -> str:
    """Return a time (epoch milliseconds) in ISO 8601, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _told(event: e.AnyEvent) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the type of the event and its further fields if other systems are told of it."""
    match event:
        case e.Decided():
            yield "decided", {"decision": event.decision}
        case e.Rated():
            yield "rated", {"question": event.question}
        case e.ReasonGiven():
            yield "exit_reason", {"reason": event.reason, "group": event.group}
        case e.Paused():
            yield "paused", {"by": event.by}
        case _:
            kind = _KINDS.get(type(event))
            if kind:
                yield kind, {}


_KINDS: dict[type[e.Event], str] = {
    e.Invited: "invited",
    e.InvitationOpened: "opened",
    e.InvitationWithdrawn: "withdrawn",
    e.Consented: "started",
    e.Returned: "returned",
    e.Completed: "completed",
    e.Exited: "exited",
    e.Unreachable: "unreachable",
    e.Lapsed: "lapsed",
    e.Erased: "erased",
}
