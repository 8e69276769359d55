"""`/token`: the tokens with which programs use the REST API."""

from conversation.timing.schedule import at
from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.system.tokens import DEFAULT_DAYS, CreateToken, RevokeToken, TokenCreated, TokenGone
from handlers.console.command_line import Line
from handlers.console.commands.system.general import unit_named, unit_title
from handlers.console.commands.system.people import role_named
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.refusals import spoken
from handlers.organisation.rights import LEADS
from handlers.queries.organisation import ListTokens

_SHOWN = 50


async def token(context: CommandContext, line: Line) -> Action | None:
    """`/token` lists the tokens. `/token create NAME [ROLE] [UNIT] [DAYS]` makes one, and `/token revoke NAME`
    revokes one. A new token is shown in the private chat."""
    match line.arguments:
        case ():
            await _list(context)
            return None
        case ("create" | "新建", name, *words) if len(words) <= 3:
            if not context.private:
                context.say("staff.token.apart", name=context.person.name)
                context.go_private()
            days = int(words.pop()) if words and words[-1].isdecimal() else DEFAULT_DAYS
            role = role_named(context, words[0]) if words else "recruiter"
            return CreateToken(name, role, unit_named(context, words[1]) if words[1:] else None, days)
        case ("revoke" | "撤销", *words) if words:
            return RevokeToken(" ".join(words))
        case _:
            raise Usage


async def _list(context: CommandContext) -> None:
    found = await ListTokens().answer(context)
    if not found.tokens:
        context.say("staff.token.none")
        return
    lines = [
        context.words.plain(
            "staff.token.row",
            name=each.name,
            right=str(spoken(context, each.right)),
            until=_day(context, each.until_ms),
            by=each.by or context.words.text("staff.token.by_machine"),
        )
        for each in found.tokens[:_SHOWN]
    ]
    title = context.words.say("staff.token.title", n=len(found.tokens))
    context.send(Styled.join([title, "\n".join(lines)]))


def _day(context: CommandContext, ms: int) -> str:
    """Return the day with its year, which is often the next one."""
    return at(ms, context.tools.zone).date().isoformat()


async def _created(context: CommandContext, result: TokenCreated) -> None:
    context.say(
        "staff.token.created",
        name=result.name,
        role=context.words.text(f"staff.role.{result.role}"),
        unit=unit_title(context, result.unit),
        until=_day(context, result.until_ms),
        secret=result.secret,
    )


async def _revoked(context: CommandContext, result: TokenGone) -> None:
    context.say("staff.token.revoked", name=result.name, right=spoken(context, result.right))


COMMANDS = (Command("token", LEADS, token),)
FORMS: Forms = {CreateToken: Form(_created), RevokeToken: Form(_revoked)}
