"""Times for the next round that candidates are offered together with their result."""

from collections.abc import Sequence

from conversation.inbound import Inbound, SlotsGiven
from conversation.state import State
from handlers.actions.context import Context
from handlers.organisation.slots import free

_INVITES = "yes"


def most_times(context: Context, states: Sequence[State], outcome: str) -> int:
    """Return how many times those who are told this outcome are offered, the most of one of them."""
    campaigns = {each.campaign for each in states} if outcome == _INVITES else ()
    return max((len(free(context.organisation, each, context.now)) for each in campaigns), default=0)


async def offer_with_result(context: Context, state: State, outcome: str, by: str, cause: str) -> None:
    """Note the free times for a candidate who is about to be told this outcome. `by` is the colleague's id."""
    times = free(context.organisation, state.campaign, context.now) if outcome == _INVITES else ()
    if times:
        given = SlotsGiven(times, by, with_result=True)
        await context.tools.intake.apply(state.interview, Inbound(cause, given))
