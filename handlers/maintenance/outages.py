"""Time in which we could not receive or answer is not the candidates' loss: their deadlines move."""

from collections.abc import Callable

from conversation.inbound import Inbound, OutageEnded
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.ports import Store

LEAST_MS = 5 * 60_000
"""Shorter gaps (a deploy, a restart) are no outage."""


async def make_up(
    store: Store,
    intake: Intake,
    since_ms: int,
    until_ms: int,
    progress: Callable[[int], None],
    failed: Callable[[str], None],
) -> int:
    """Tell every interview of an outage, each once however often this is called; how many were told.

    `progress` is called with the number so far, now and then; `failed`, while the error is being handled, with an
    interview that cannot be told for its own sake.
    """
    told = 0
    inbound = Inbound(f"outage:{since_ms}", OutageEnded(until_ms - since_ms))
    for campaign in await store.directory.campaigns():
        async for interview in store.interviews.members(campaign):
            try:
                told += await intake.apply(interview, inbound) == "committed"
            except StoreUnavailable:
                raise
            except Exception:  # one broken interview must not cost the others their time
                failed(interview)
            if told and told % 1000 == 0:
                progress(told)
    return told
