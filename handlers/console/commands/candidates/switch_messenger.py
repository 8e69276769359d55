"""The answer with a code by which a candidate can continue in another messenger."""

from handlers.actions.interviews import SwitchMessenger, WayElsewhere
from handlers.console.commands.campaigns.campaigns import channel_title
from handlers.console.context import CommandContext, Form, Forms
from handlers.console.refusals import spoken


async def _said(context: CommandContext, result: WayElsewhere) -> None:
    code = result.code
    links = [f"{channel_title(context, channel)}: {link}" for channel, link in result.links.items()]
    context.say(
        "staff.elsewhere.done",
        ((f"/candidate {result.candidate.interview}", "staff.choice.card"),),
        name=spoken(context, result.candidate),
        code="-".join(code[at : at + 4] for at in range(0, len(code), 4)),
        links="\n".join(links),
        h=result.hours,
    )


FORMS: Forms = {SwitchMessenger: Form(_said)}
