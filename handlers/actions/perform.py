"""Executing one action outside the chat console, for a program or the command line."""

from conversation.errors import BotError
from conversation.inbound import Address
from handlers.actions.approvals import BULK, wants_second
from handlers.actions.base import Action, Result
from handlers.actions.context import Context, Refused, Tools
from handlers.organisation.events import Acted
from handlers.organisation.repository import commit, load
from storage.ports import Conflict

_ATTEMPTS = 30
_LONGEST_LINE = 200


async def perform(tools: Tools, person: str, cause: str, action: Action, reply_to: Address) -> Result:
    """Execute an action as the person with this id, and record it even if it is refused.

    With the same `cause` it is executed once. Raises Refused; BotError after _ATTEMPTS conflicts.
    """
    for _ in range(_ATTEMPTS):
        record = await load(tools.store)
        known = record.state.people.get(person)
        if known is None:
            raise Refused("forbidden.person")
        context = Context(tools, record.state, known, cause, reply_to)
        result, refused = await _attempt(context, action)
        events = [] if refused else context.events
        acted = Acted(action.line[:_LONGEST_LINE], "refused" if refused else "done")
        answer = await commit(tools.store, record, (*events, acted), cause, person, context.now)
        if isinstance(answer, Conflict):
            continue
        if refused:
            raise refused
        assert result is not None
        return result
    raise BotError("the organisation's record was changed again and again while one action waited")


async def _attempt(context: Context, action: Action) -> tuple[Result | None, Refused | None]:
    try:
        if not context.scope(action.roles):
            raise Refused("forbidden.action")
        if await wants_second(context, action):
            raise Refused("second.needed", n=BULK)
        return await action.execute(context), None
    except Refused as refused:
        return None, refused
