"""What people are told who have done more in a while than is recorded."""

from conversation import inbound as i
from conversation.choices.offered import shown
from conversation.outcome import Outcome
from conversation.turn import Turn

_NOT_SAID = (i.ChannelClosed, i.ChannelReopened, i.CircumstanceNoticed)


def told(turn: Turn) -> Outcome:
    """Return the outcome of an event that is not recorded. `turn` is one in which nothing has been done.

    The line offers what was offered last: nothing else may be listed without an entry.
    """
    sender = turn.inbound.sender
    if turn.inbound.halted or isinstance(turn.inbound.what, _NOT_SAID):
        return turn.outcome()
    if sender == turn.state.address:
        turn.say("limit.wait", shown(turn.state, turn.script))
    else:
        turn.send(turn.words.say("limit.wait.elsewhere"), to=sender)
    return turn.outcome()
