"""Circumstances that the candidate does not report: client, connection, late messages, and likely causes."""

from conversation import events as e
from conversation.dropout.attribution import goes_before, likely
from conversation.evolve import client_of, touch
from conversation.inbound import CircumstanceNoticed, Client
from conversation.limits import MOST_NOTICED
from conversation.turn import Turn

LATE_MS = 60_000
"""A message that takes at least this long from the platform to us is recorded as late, in milliseconds."""


def noticed(turn: Turn, what: CircumstanceNoticed) -> None:
    """Record a circumstance that the candidate's client reported, such as a lost connection. Sends nothing.

    Nothing is recorded before consent, outside a running or paused interview, or beyond `MOST_NOTICED` events.
    """
    turn.by = "system"
    state, signs = turn.state, turn.state.signs
    if not state.consent or state.phase not in ("running", "paused") or state.noticed >= MOST_NOTICED:
        return
    kind = what.kind
    if kind == "lost" and signs.hidden_ms:  # a hidden page was put away; its connection did not fail
        kind = "closed"
    since = {"connected": signs.lost_ms or signs.closed_ms, "shown": signs.hidden_ms}.get(kind, turn.now)
    gone = signs.closed_ms  # after the page is closed, hiding it or losing the connection is no news
    again = {"hidden": signs.hidden_ms or gone, "lost": signs.lost_ms or gone, "closed": gone}.get(kind, 0)
    if since and not again and kind != "network":  # a change of network is recorded with the client
        turn.record(e.Noticed(kind, turn.now - since))


def complete(turn: Turn) -> None:
    """Record what is new about the candidate's circumstances. Called at the end of each turn."""
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
    """Record the candidate's client if anything about it is new.

    What this message does not say is taken to be unchanged. A client language without other details is recorded
    only if it differs from the one known, or from the interview's language if none is known.
    """
    inbound, before = turn.inbound, turn.state.client
    if inbound.client is None:
        known = before[0] or turn.state.language
        spoken = inbound.language.partition("-")[0].lower()
        if not turn.happened or inbound.language in ("", before[0]) or spoken == known:
            return  # the usual case
    client = inbound.client or Client(*before[1:])
    language = inbound.language or before[0]
    if not turn.happened and turn.state.noticed >= MOST_NOTICED:
        return
    seen = e.ClientSeen(language, client.device, client.browser, client.version, client.network)
    if client_of(seen) != before:
        turn.record(seen)


def _cause(turn: Turn) -> None:
    """Record the likely cause of the current absence if it explains it better than the cause recorded so far.

    A recorded cause is never withdrawn, for example when the connection is back.
    """
    state = turn.state
    if turn.by == "candidate":  # include the working time up to now
        state = touch(state, turn.now, working=turn.was_working)
    found = likely(state, turn.script)
    if goes_before(found.rule, turn.state.cause.partition(":")[2]):
        turn.record(e.CauseDerived(found.cause, found.rule))
