"""Extending deadlines after an outage in which we could not receive or answer messages."""

from collections.abc import Callable

from conversation.inbound import Inbound, OutageEnded
from handlers.intake.receive import Intake
from storage.errors import is_outage
from storage.ports import Store

LEAST_MS = 5 * 60_000
"""Shorter gaps, such as a deploy or a restart, do not count as outages."""


async def make_up(
    store: Store,
    intake: Intake,
    since_ms: int,
    until_ms: int,
    progress: Callable[[int], None],
    failed: Callable[[str], None],
) -> int:
    """Tell every interview of an outage. Repeating this tells none twice. Returns how many were told.

    `progress` is called from time to time with the number so far. `failed` is called, inside the exception
    handler, with each interview that could not be told because of an error of its own.
    """
    told = 0
    inbound = Inbound(f"outage:{since_ms}", OutageEnded(until_ms - since_ms))
    for campaign in await store.directory.campaigns():
        async for interview in store.interviews.members(campaign):
            try:
                told += await intake.apply(interview, inbound) == "committed"
            except Exception as error:  # one broken interview must not stop the others
                if is_outage(error):
                    raise
                failed(interview)
            if told and told % 1000 == 0:
                progress(told)
    return told
