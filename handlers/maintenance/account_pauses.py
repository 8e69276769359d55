"""Pausing one of our accounts: counting the interviews affected, and giving lost time back afterwards."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from conversation.inbound import AccountResumed, Inbound
from conversation.state import OPEN_PHASES, State
from handlers.intake.receive import Intake
from handlers.members import batches
from storage.errors import is_outage
from storage.ports import Store

MOST_COUNTED = 20_000
"""How many interviews are examined at most to count the affected ones."""


class Concerned(NamedTuple):
    """How many open interviews were found. `complete` is False if counting stopped at MOST_COUNTED."""

    number: int
    complete: bool


async def concerned(store: Store, channel: str, account: str) -> Concerned:
    """Count the open interviews at an account."""
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
    """Tell every interview at the account that it works again. Repeating this tells none twice.

    `still_ours` is asked before each batch; once it returns False, another process is responsible and this returns
    False. `failed` is called, inside the exception handler, with each interview that could not be told because of
    an error of its own.
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
    except Exception as error:  # one broken interview must not stop the others
        if is_outage(error):
            raise
        failed(interview)


def _is_at(state: State, channel: str, account: str) -> bool:
    return state.address is not None and (state.address.channel, state.address.account) == (channel, account)
