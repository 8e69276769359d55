"""Finding the campaign or interview of an action. Those outside the person's rights appear not to exist."""

import re
from collections.abc import Collection

from conversation.record.audit import unseal
from conversation.state import State
from handlers.actions.context import Context, Refused
from handlers.organisation.state import Role
from storage.ports import Campaign

_INTERVIEW = re.compile(r"[0-9a-f]{16}")


async def campaign_of(context: Context, code: str, roles: Collection[Role]) -> Campaign:
    """Return the campaign, if the person has one of the roles for it. Raises Refused."""
    found = await context.tools.store.directory.campaign(code.lower())
    if found is None or not context.scope(roles).covers(found.unit):
        raise Refused("campaigns.unknown", campaign=code[:40])
    return found


async def interview_of(
    context: Context, interview: str, roles: Collection[Role], unknown: str = "candidate.unknown"
) -> State:
    """Return the interview's current state, if the person has one of the roles for it.

    Raises Refused with the reason `unknown`.
    """
    known = _INTERVIEW.fullmatch(interview)  # the store also holds records that are not interviews
    record = await context.tools.store.interviews.load(interview) if known else None
    if record is None or not context.scope(roles).covers(record.state.unit):
        raise Refused(unknown, name=interview[:60], interview=interview[:40])
    return record.state


async def has_happened(context: Context, interview: str, cause: str) -> bool:
    """Return whether the interview's record has an entry with this cause, so that the action was begun before."""
    stored = await context.tools.store.interviews.entries(interview)
    return any(unseal(each)[1].cause == cause for each in reversed(stored))
