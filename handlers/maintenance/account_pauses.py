"""An account of ours that colleagues pause: whom that concerns, and giving the time back once it works again."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from conversation.inbound import AccountResumed, Inbound
from conversation.state import OPEN_PHASES, State
from handlers.intake.receive import Intake
from handlers.members import batches
from storage.errors import StoreUnavailable
from storage.ports import Store

MOST_COUNTED = 20_000
"""Interviews that are looked at, to say how many it concerns."""


class Concerned(NamedTuple):
    """How many interviews are open; `complete`: all were counted."""

    number: int
    complete: bool


async def concerned(store: Store, channel: str, account: str) -> Concerned:
    """How many interviews are open at an account."""
    number = looked_at = 0
    async for states in batches(store, await store.directory.campaigns()):
        number += sum(_is_at(state, channel, account) and state.phase in OPEN_PHASES for state in states)
        looked_at += len(states)
        if looked_at >= MOST_COUNTED:
            return Concerned(number, False)
    return Concerned(number, True)


async def go_on(
    store: Store,
    intake: Intake,
    what: AccountResumed,
    still_ours: Callable[[], Awaitable[bool]],
    failed: Callable[[str], None],
) -> bool:
    """Tell every interview at the account that it works again, each once however often this is called.

    `still_ours` is asked before each batch; False: somebody else does it, or nobody is to. `failed` is called,
    while the error is being handled, with an interview that cannot be told for its own sake.
    """
    inbound = Inbound(f"resumed:{what.channel}:{what.account}:{what.since_ms}", what)
    async for states in batches(store, await store.directory.campaigns()):
        if not await still_ours():
            return False
        for state in states:
            if _is_at(state, what.channel, what.account):
                await _tell(intake, state.interview, inbound, failed)
    return True


async def _tell(intake: Intake, interview: str, inbound: Inbound, failed: Callable[[str], None]) -> None:
    try:
        await intake.apply(interview, inbound)
    except StoreUnavailable:
        raise
    except Exception:  # one broken interview must not cost the others their time
        failed(interview)


def _is_at(state: State, channel: str, account: str) -> bool:
    return state.address is not None and (state.address.channel, state.address.account) == (channel, account)
