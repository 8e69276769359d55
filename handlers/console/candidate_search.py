"""Search for campaigns and candidates, restricted to the units that the person may see.

Candidates are found by id or by name. A name is searched for among the states of the campaigns' interviews.
"""

import re
from collections.abc import Callable, Collection, Iterable

from conversation.state import State
from conversation.words import normal
from handlers.console.approvals import KEPT
from handlers.console.context import CHANGED_S, CommandContext, Refusal
from handlers.console.formatting import named, state_name
from handlers.members import BATCH, Members, members
from handlers.organisation.events import Asked
from handlers.organisation.rights import Scope
from handlers.organisation.state import Role
from storage.ports import Campaign

MOST_IDS = 100_000
_MOST_OFFERED = 8
_LONGEST_BUTTON = 40
_ID = re.compile(r"([0-9a-f]{6,16})(?:-\d+)?", re.IGNORECASE)
_WHOLE = 16


async def campaigns(context: CommandContext, scope: Scope) -> list[Campaign]:
    """Return the campaigns in the scope, in the order of their codes."""
    directory = context.tools.store.directory
    found = [await directory.campaign(each) for each in await directory.campaigns()]
    return [each for each in found if each and scope.covers(each.unit)]


async def campaign_named(context: CommandContext, scope: Scope, name: str) -> Campaign | None:
    """Return the campaign with this code, or None if there is none or it is outside the scope."""
    found = await context.tools.store.directory.campaign(name.lower())
    return found if found and scope.covers(found.unit) else None


async def within(
    context: CommandContext,
    scope: Scope,
    among: Iterable[Campaign],
    wanted: Callable[[State], bool] = lambda _: True,
) -> Members:
    """Return the interviews of these campaigns that are in the scope and fulfil `wanted`."""
    codes = [each.id for each in among]
    return await members(context.tools.store, codes, lambda state: scope.covers(state.unit) and wanted(state))


async def _loaded(context: CommandContext, interviews: list[str]) -> list[State]:
    if not interviews:
        return []
    return [record.state for record in await context.tools.store.interviews.load_many(interviews)]


async def one(context: CommandContext, roles: Collection[Role], name: str, again: Callable[[str], str]) -> State:
    """Return the candidate with this id, beginning of an id, or name, and note the id in `context.found`.

    Raises Refusal if there is none or there are several. Several are offered as buttons, each with the command
    line that `again` returns for the candidate's id.
    """
    scope = context.scope(roles)
    if state := await _by_whole_id(context, scope, name):
        context.found = state.interview
        return state
    among = await campaigns(context, scope)
    found = await _by_id(context, scope, among, name) or await _by_name(context, scope, among, name)
    if not found:
        raise Refusal("staff.candidate.unknown", name=name[:60])
    if len(found) > 1:
        raise await _several(context, name, found, again)
    context.found = found[0].interview
    return found[0]


async def _by_whole_id(context: CommandContext, scope: Scope, name: str) -> State | None:
    number = _number(name)
    record = await context.tools.store.interviews.load(number) if len(number) == _WHOLE else None
    return record.state if record and scope.covers(record.state.unit) else None


async def _by_id(context: CommandContext, scope: Scope, among: Iterable[Campaign], name: str) -> list[State]:
    number = _number(name)
    if not number or len(number) == _WHOLE:
        return []
    met: list[str] = []
    looked_at = 0
    for campaign in among:
        async for interview in context.tools.store.interviews.members(campaign.id):
            looked_at += 1
            if interview.startswith(number):
                met.append(interview)
            if looked_at >= MOST_IDS:
                break
    return [each for each in await _loaded(context, met[:BATCH]) if scope.covers(each.unit)]


def _number(name: str) -> str:
    """Return the interview's id, or the beginning of one, that the text gives; "" if it is neither. In a receipt's
    number the id is followed by a hyphen and a number."""
    found = _ID.fullmatch(name.strip())
    return found[1].lower() if found else ""


async def _by_name(context: CommandContext, scope: Scope, among: Iterable[Campaign], name: str) -> list[State]:
    """Return the candidates whose whole name this is, otherwise those whose name contains it, by name."""
    wanted = normal(name)
    if not wanted:
        return []
    found = await within(context, scope, among, lambda state: wanted in normal(state.name))
    exact = [state for state in found.states if normal(state.name) == wanted]
    return sorted(exact or found.states, key=lambda state: (state.name, state.interview))


async def _several(context: CommandContext, name: str, found: list[State], again: Callable[[str], str]) -> Refusal:
    shown = found[:_MOST_OFFERED]
    lines = "\n".join(
        context.words.plain(
            "staff.candidate.several.line",
            number=number,
            name=named(context, state),
            campaign=state.campaign,
            state=state_name(context, state.phase),
            interview=state.interview,
        )
        for number, state in enumerate(shown, start=1)
    )
    choices = [
        (await kept_button(context, again(state.interview)), f"{number} {named(context, state)}")
        for number, state in enumerate(shown, start=1)
    ]
    more = context.words.plain("staff.candidate.several.more", n=len(found) - len(shown))
    return Refusal(
        "staff.candidate.several",
        choices,
        name=name[:60],
        number=len(found),
        lines=lines,
        more=f"\n{more}" if len(found) > len(shown) else "",
    )


async def kept_button(context: CommandContext, line: str) -> str:
    """Like `button`, for lines with candidates' names or notes. The ticket's line is kept in the archive, and only
    until the ticket ends."""
    if line.isascii() and len(line) <= _LONGEST_BUTTON:
        return line
    return button(context, f"{KEPT}{await context.lent(line.encode(), CHANGED_S * 1000)}")


def button(context: CommandContext, line: str) -> str:
    """Return a button's token for a command line: the line, or a ticket for it if it is too long or not ASCII."""
    if line.isascii() and len(line) <= _LONGEST_BUTTON:
        return line
    ticket = context.fresh()[:10]
    context.record(Asked(ticket, context.person.id, line, context.now + CHANGED_S * 1000))
    return f"/yes {ticket}"
