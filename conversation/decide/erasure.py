"""Erasure: the candidate is told, and the interview is over for good."""

from conversation import events as e
from conversation.inbound import ErasureOrdered
from conversation.outbound import OutboundMessage
from conversation.turn import Turn

TOLD_WITHIN_MS = 8 * 60_000
"""How long the message about the erasure may wait, in milliseconds. Later the address is no longer known."""


def ordered(turn: Turn, what: ErasureOrdered) -> None:
    """Tell the candidate and record the erasure.

    The message names no interview, because those of an erased interview are removed from the outbox.
    """
    turn.by = "staff"
    state = turn.state
    if address := state.address:
        styled = turn.words.say("erased", title=turn.script.title.in_(state.language))
        told = OutboundMessage(
            address, styled.text, (), styled.bold, prompted=False, until_ms=turn.now + TOLD_WITHIN_MS
        )
        turn.post(told)
    turn.record(e.Erased(state.interview, state.campaign, state.script, state.unit, what.by, state.withdrawn))
