"""`/web`: signing in on the staff pages of a browser, and the sessions there."""

from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.system.web_sessions import EndSessions, OfferSignIn, SessionsEnded, SignInReady
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.formatting import moment
from handlers.organisation.rights import EVERYBODY
from handlers.queries.organisation import ListSessions

_MOST_BUTTONS = 8


async def web(context: CommandContext, line: Line) -> Action | None:
    """`/web` gives a link to sign in, in the private chat. `/web sessions` lists the person's sessions, and
    `/web end ID|all` ends them."""
    match line.arguments:
        case ():
            if not context.private:
                context.say("staff.web.apart", name=context.person.name)
                context.go_private()
            return OfferSignIn()
        case ("sessions" | "登录",):
            await _list(context)
            return None
        case ("end" | "退出", "all" | "全部"):
            return EndSessions()
        case ("end" | "退出", session):
            return EndSessions(session)
        case _:
            raise Usage


async def _ready(context: CommandContext, result: SignInReady) -> None:
    context.say("staff.web.link", link=result.link, minutes=result.minutes)
    if result.local:
        context.say("staff.web.local")


async def _list(context: CommandContext) -> None:
    found = (await ListSessions().answer(context)).sessions
    if not found:
        context.say("staff.web.sessions.none", (("/web", "staff.web.choice.link"),))
        return
    rows = [
        context.words.plain(
            "staff.web.session",
            number=number,
            browser=each.browser or context.words.text("staff.web.browser"),
            since=moment(context, each.since_ms),
            until=moment(context, each.until_ms),
        )
        for number, each in enumerate(found, start=1)
    ]
    ends = [
        (f"/web end {each.session}", context.words.plain("staff.web.choice.end", number=number))
        for number, each in enumerate(found[:_MOST_BUTTONS], start=1)
    ]
    title = context.words.say("staff.web.sessions", n=len(found))
    context.send(Styled.join([title, *rows]), (*ends, ("/web end all", "staff.web.choice.end_all")))


async def _ended(context: CommandContext, result: SessionsEnded) -> None:
    if result.number:
        context.say("staff.web.ended", n=result.number)
    else:
        context.say("staff.web.sessions.none")


COMMANDS = (Command("web", EVERYBODY, web),)
FORMS: Forms = {OfferSignIn: Form(_ready), EndSessions: Form(_ended)}
