"""Finding the candidate that a command line means, and buttons that stand for command lines."""

from collections.abc import Callable, Collection

from conversation.state import State
from conversation.words import normal
from handlers.console.approvals import KEPT
from handlers.console.context import CHANGED_S, CommandContext, Refusal
from handlers.console.formatting import named, state_name
from handlers.organisation.events import Asked
from handlers.organisation.state import Role
from handlers.queries.imports.people import find_imported
from handlers.queries.search import Search, is_whole, search, similar_candidates

_MOST_OFFERED = 8
_LONGEST_BUTTON = 40


async def one(
    context: CommandContext,
    roles: Collection[Role],
    name: str,
    again: Callable[[str], str],
    *,
    acts: bool = False,
    among: Callable[[State], bool] | None = None,
) -> State:
    """Return the candidate with this id, beginning of an id, or name, and note the id in `context.found`.

    Raises Refusal if there is none or there are several. Several are offered as buttons, each with the command
    line that `again` returns for the candidate's id. If the command `acts` on the candidate, somebody whose name
    only contains the text is asked about as well. If `among` fits some of those found, only these count.
    """
    searched = await search(context, roles, name)
    found = searched.states
    if among and (fitting := list(filter(among, found))):
        found, searched = fitting, Search(fitting, len(fitting))
    if not found or (searched.spelled and await _is_imported(context, roles, name)):
        raise Refusal("staff.candidate.unknown", await _alike(context, roles, name, again), name=name[:60])
    if len(found) > 1:
        raise await _several(context, name, searched, again)
    if acts and not is_whole(found[0], name):
        raise await _asked(context, name, found[0], again)
    context.found = found[0].interview
    return found[0]


async def _is_imported(context: CommandContext, roles: Collection[Role], name: str) -> bool:
    """Whether somebody of earlier interviews has exactly this name."""
    return any(normal(each.name) == normal(name) for each in await find_imported(context, roles, name))


async def _asked(context: CommandContext, name: str, state: State, again: Callable[[str], str]) -> Refusal:
    """Ask whether the candidate is meant."""
    yes = context.words.plain("staff.candidate.choice.meant", name=named(context, state))
    return Refusal(
        "staff.candidate.meant",
        [(await kept_button(context, again(state.interview)), yes)],
        text=name[:60],
        name=named(context, state),
        campaign=state.campaign,
        state=state_name(context, state.phase),
    )


async def _alike(
    context: CommandContext, roles: Collection[Role], name: str, again: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Return buttons for candidates whose names are similar."""
    say = context.words.plain
    return [
        (
            await kept_button(context, again(state.interview)),
            say("staff.candidate.choice.alike", name=named(context, state), campaign=state.campaign),
        )
        for state in await similar_candidates(context, roles, name)
    ]


async def _several(context: CommandContext, name: str, found: Search, again: Callable[[str], str]) -> Refusal:
    shown = found.states[:_MOST_OFFERED]
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
    more = context.words.plain("staff.candidate.several.more", n=found.total - len(shown))
    return Refusal(
        "staff.candidate.several",
        choices,
        name=name[:60],
        number=found.total if found.complete else f"{found.total}+",
        lines=lines,
        more=f"\n{more}" if found.total > len(shown) else "",
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
    ticket = context.nonce()[:10]
    context.record(Asked(ticket, context.person.id, line, context.now + CHANGED_S * 1000))
    return f"/yes {ticket}"
