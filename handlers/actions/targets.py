"""What an action is about, as far as the person has a right there: elsewhere there is nothing."""

import re
from collections.abc import Collection

from conversation.audit import unseal
from conversation.state import State
from handlers.actions.context import Context, Refused
from handlers.organisation.state import Role
from storage.ports import Campaign

_INTERVIEW = re.compile(r"[0-9a-f]{16}")


async def campaign_of(context: Context, code: str, roles: Collection[Role]) -> Campaign:
    """The campaign, where the person has one of the roles for it. Raises Refused."""
    found = await context.tools.store.directory.campaign(code.lower())
    if found is None or not context.scope(roles).covers(found.unit):
        raise Refused("campaigns.unknown", campaign=code[:40])
    return found


async def interview_of(
    context: Context, interview: str, roles: Collection[Role], unknown: str = "candidate.unknown"
) -> State:
    """The interview's state now, where the person has one of the roles for it. Raises Refused, with the reason
    `unknown`."""
    known = _INTERVIEW.fullmatch(interview)  # other records are stored beside them
    record = await context.tools.store.interviews.load(interview) if known else None
    if record is None or not context.scope(roles).covers(record.state.unit):
        raise Refused(unknown, name=interview[:60], interview=interview[:40])
    return record.state


async def has_happened(context: Context, interview: str, cause: str) -> bool:
    """Whether an inbound event of ours is in the interview's record: this action was begun before."""
    stored = await context.tools.store.interviews.entries(interview)
    return any(unseal(each)[1].cause == cause for each in reversed(stored))
