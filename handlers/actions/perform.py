"""Executing one action outside the chat console, for a program or the command line."""

from collections.abc import Callable

from conversation.errors import BotError
from conversation.inbound import Address
from handlers.actions.approvals import BULK, wants_second
from handlers.actions.archived import lost_refusals
from handlers.actions.base import Action, Result
from handlers.actions.context import Context, Refused, Tools
from handlers.organisation.events import Acted
from handlers.organisation.repository import commit, load
from handlers.organisation.state import OPERATOR, Organisation, Person
from handlers.organisation.tokens import actor
from storage.ports import Conflict

_ATTEMPTS = 30
_LONGEST_LINE = 200
_MACHINE = Address("terminal", "cli", "cli")


async def perform(tools: Tools, person: str, cause: str, action: Action, reply_to: Address) -> Result:
    """Execute an action as the colleague or the token's holder with this id, and record it even if it is refused.

    With the same `cause` it is executed once. Raises Refused; BotError after _ATTEMPTS conflicts.
    """
    return await _perform(
        tools,
        lambda organisation: actor(organisation, person, tools.now(), local=tools.local),
        cause,
        action,
        reply_to,
    )


async def perform_at_machine(tools: Tools, cause: str, action: Action) -> Result:
    """Execute an action for whoever works on this machine, like `perform`.

    They may do what an owner may, without a second colleague, because they can change the store as well. They are
    recorded as `OPERATOR`, once there is a record: it begins when the first owner claims the console, or with
    what has to be kept in it, such as a token.
    """
    return await _perform(tools, lambda _: OPERATOR, cause, action, _MACHINE)


async def _perform(
    tools: Tools,
    who: Callable[[Organisation], Person | None],
    cause: str,
    action: Action,
    reply_to: Address,
) -> Result:
    for _ in range(_ATTEMPTS):
        record = await load(tools.store)
        known = who(record.state)
        if known is None:
            raise Refused("forbidden.person")
        context = Context(tools, record.state, known, cause, reply_to)
        result, refused = await _attempt(context, action)
        events = [] if refused else context.events
        acted = Acted(action.line[:_LONGEST_LINE], "refused" if refused else "done")
        if record.version or events or known is not OPERATOR:
            answer = await commit(tools.store, record, (*events, acted), cause, known.id, context.now)
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
        if context.person is not OPERATOR and await wants_second(context, action):
            raise Refused("second.needed", n=BULK)
        with lost_refusals():
            return await action.execute(context), None
    except Refused as refused:
        return None, refused
