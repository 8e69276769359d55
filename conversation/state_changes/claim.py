"""The state of somebody else's claim to an interview that another account has opened."""

from msgspec.structs import replace

from conversation import events as e
from conversation.state import State
from conversation.state_parts import Claim


def evolved(
    state: State, event: e.ClaimStarted | e.ClaimTried | e.ClaimPassedOn | e.ClaimRefused | e.ClaimConfirmed
) -> State:
    """Return the state after an event about someone else's claim. Nothing outside the claim changes."""
    if isinstance(event, e.ClaimStarted):
        return replace(state, claim=Claim(event.address, event.tries))
    claim = state.claim
    if claim is None or isinstance(event, e.ClaimConfirmed):
        return replace(state, claim=None)
    if isinstance(event, e.ClaimRefused):
        return replace(state, claim=None, refused=(*state.refused, claim.address))
    if isinstance(event, e.ClaimTried):
        left = replace(claim, tries=max(0, claim.tries - 1))
        return replace(state, claim=left, wrong_digits=state.wrong_digits + 1)
    return replace(state, claim=replace(claim, asked=True))
