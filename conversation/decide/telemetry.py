"""What shows by itself: what the candidate writes with, what happens to their connection, and what is late."""

from conversation import events as e
from conversation.dropout.attribution import goes_before, likely
from conversation.dropout.signals import MOST_NOTICED
from conversation.evolve import client_of, touch
from conversation.inbound import CircumstanceNoticed, Client
from conversation.turn import Turn

LATE_MS = 60_000
"""What takes longer from the platform to us is late."""


def noticed(turn: Turn, what: CircumstanceNoticed) -> None:
    """Nobody has said a word: nothing else follows from it. Before consent nothing is recorded."""
    turn.by = "system"
    state, signs = turn.state, turn.state.signs
    if not state.consent or state.phase not in ("running", "paused") or state.noticed >= MOST_NOTICED:
        return
    kind = what.kind
    if kind == "lost" and signs.hidden_ms:  # what nobody looks at is put away, not torn off
        kind = "closed"
    since = {"connected": signs.lost_ms or signs.closed_ms, "shown": signs.hidden_ms}.get(kind, turn.now)
    gone = signs.closed_ms  # what comes after that is no news
    again = {"hidden": signs.hidden_ms or gone, "lost": signs.lost_ms or gone, "closed": gone}.get(kind, 0)
    if since and not again and kind != "network":  # another network is a matter of the client
        turn.record(e.Noticed(kind, turn.now - since))


def complete(turn: Turn) -> None:
    """At the end of each turn: whatever of the circumstances is new."""
    state = turn.state
    if state.consent and turn.inbound.sender is not None and turn.inbound.sender == state.address:
        if turn.by == "candidate":
            _late(turn)
        _client(turn)
    if turn.happened and state.away and turn.by != "stranger":
        _cause(turn)


def _late(turn: Turn) -> None:
    late_ms = turn.now - turn.inbound.sent_ms if turn.inbound.sent_ms else 0
    if turn.happened and late_ms >= LATE_MS:
        turn.record(e.ArrivedLate(late_ms))


def _client(turn: Turn) -> None:
    """What is not told with this message is as it was. That the client speaks the interview's language is nothing
    new: the interview has it from there."""
    inbound, before = turn.inbound, turn.state.client
    if inbound.client is None:
        known = before[0] or turn.state.language
        spoken = inbound.language.partition("-")[0].lower()
        if not turn.happened or inbound.language in ("", before[0]) or spoken == known:
            return  # as nearly always
    client = inbound.client or Client(*before[1:])
    language = inbound.language or before[0]
    seen = e.ClientSeen(language, client.device, client.browser, client.version, client.network)
    if client_of(seen) != before:
        turn.record(seen)


def _cause(turn: Turn) -> None:
    """Of this time away, as far as it is known by now. What shows later may explain it better; that the connection
    is there again takes nothing away."""
    state = turn.state
    if turn.by == "candidate":  # with the time that they took until now
        state = touch(state, turn.now, working=turn.was_working)
    found = likely(state, turn.script)
    if goes_before(found.rule, turn.state.cause.partition(":")[2]):
        turn.record(e.CauseDerived(found.cause, found.rule))
