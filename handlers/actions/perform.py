"""Executing one action outside the chat console, for a program or the command line."""

from collections.abc import Callable

from conversation.errors import BotError
from conversation.inbound import Address
from handlers.actions.approvals import BULK, wants_second
from handlers.actions.archived import lost_refusals
from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Context, Progress, Refused, Tools
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.repository import commit, load
from handlers.organisation.state import NAME, OPERATOR, Organisation, Person
from handlers.organisation.tokens import actor
from storage.ports import Conflict, Duplicate, Store

Sealed = Callable[[Refused], bytes]
_ATTEMPTS = 30
_LONGEST_LINE = 200
_MACHINE = Address("terminal", "cli", "cli")
_DONE = b"\x01"
_REFUSED = b"\x02"
"""How the response that is kept with an entry begins. What follows a refusal is the refusal, sealed."""


class RefusedBefore(Exception):
    """Raised when an action with the same cause was refused before. `sealed` is that refusal, as the caller sealed
    it."""

    def __init__(self, sealed: bytes) -> None:
        super().__init__("refused before")
        self.sealed = sealed


async def perform(
    tools: Tools, person: str, cause: str, action: Action, reply_to: Address, sealed: Sealed = lambda _: b""
) -> Result:
    """Execute an action as the colleague or the token's holder with this id, and record it even if it is refused.

    With the same `cause` it is executed once: what was refused is refused again, even if it could be done by now.
    `sealed` returns what is kept of a refusal for that, for an hour, in a form that only the caller can read,
    because a refusal may contain names.

    Raises Refused; RefusedBefore if the cause was refused before and what `sealed` returned is still there;
    BotError after _ATTEMPTS conflicts.
    """
    return await _perform(
        tools,
        lambda organisation: actor(organisation, person, tools.now(), local=tools.local),
        cause,
        action,
        reply_to,
        sealed,
    )


async def preview(context: Context, action: Action) -> Preview | None:
    """Return what an action would do, for somebody who may perform it. None if it needs no confirmation. Raises
    Refused."""
    if not context.scope(action.roles):
        raise Refused("forbidden.action")
    with lost_refusals():
        return await action.preview(context)


async def preview_at_machine(tools: Tools, cause: str, action: Action) -> Preview | None:
    """Return what an action would do, for whoever works on this machine. Raises Refused."""
    return await preview(Context(tools, (await load(tools.store)).state, OPERATOR, cause, _MACHINE), action)


async def perform_at_machine(tools: Tools, cause: str, action: Action, progress: Progress | None = None) -> Result:
    """Execute an action for whoever works on this machine, like `perform`. `progress` is told how far it is.

    They may do what an owner may, without a second colleague, because they can change the store as well. They are
    recorded as `OPERATOR`, once there is a record: it begins when the first owner claims the console, or with
    what has to be kept in it, such as a token.
    """
    return await _perform(tools, lambda _: OPERATOR, cause, action, _MACHINE, lambda _: b"", progress)


async def _perform(
    tools: Tools,
    who: Callable[[Organisation], Person | None],
    cause: str,
    action: Action,
    reply_to: Address,
    sealed: Sealed,
    progress: Progress | None = None,
) -> Result:
    for _ in range(_ATTEMPTS):
        record = await load(tools.store)
        known = who(record.state)
        if known is None:
            raise Refused("forbidden.person")
        before = await tools.store.interviews.committed(NAME, cause)
        if before:
            await _refuse_again(tools.store, before)
        context = Context(tools, record.state, known, cause, reply_to)
        context.on_progress = progress
        result, refused = await _attempt(context, action)
        if before is None and (record.version or context.events or known is not OPERATOR):
            events = [] if refused else context.events
            acted = Acted(action.line[:_LONGEST_LINE], "refused" if refused else "done")
            reply = _REFUSED + sealed(refused) if refused else _DONE
            answer = await commit(tools.store, record, (*events, acted), cause, known.id, context.now, reply=reply)
            if isinstance(answer, Conflict):
                continue
            if isinstance(answer, Duplicate):  # another process was faster
                before = answer
                await _refuse_again(tools.store, before)
        if refused and before:
            raise Refused("repeat.done")  # and what it led to cannot be said again
        if refused:
            raise refused
        assert result is not None
        return result
    raise BotError("the organisation's record was changed again and again while one action waited")


async def _refuse_again(store: Store, before: Duplicate) -> None:
    """Raise RefusedBefore or Refused if the entry of an earlier execution says that it was refused."""
    if before.reply == _DONE:
        return
    if before.reply[1:]:
        raise RefusedBefore(before.reply[1:])
    if before.reply != _REFUSED:
        entries = read_entries(await store.interviews.entries(NAME))
        acted = [event for event in entries[before.version - 1].events if isinstance(event, Acted)]
        if acted[-1].outcome != "refused":
            return
    raise Refused("repeat.refused")


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
