"""Writing to many candidates of a campaign at once, with a preview and a short time to take it back."""

from collections.abc import Sequence

from conversation.script import LANGUAGES
from conversation.words import Styled, normal
from handlers.actions.base import Action
from handlers.actions.broadcasts import (
    AUDIENCES,
    UNDO_MS,
    BroadcastPreview,
    BroadcastTakenBack,
    BroadcastWaits,
    SendBroadcast,
    TakeBackBroadcast,
)
from handlers.actions.targets import campaign_of
from handlers.console.approvals import undo_button
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.formatting import moment
from handlers.console.vocabulary import typed
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Audience
from handlers.queries.broadcasts import ListBroadcasts, WaitingBroadcast


async def broadcast(context: CommandContext, line: Line) -> Action | None:
    """`/broadcast CAMPAIGN [AUDIENCE] TEXT`, `/broadcast undo ID`. Without arguments, list the person's broadcasts
    that were not sent yet."""
    if not line.rest:
        _list(context, (await ListBroadcasts().answer(context)).broadcasts)
        return None
    if len(line.arguments) == 2 and normal(line.arguments[0]) in typed(context, "staff.broadcast.words.undo"):
        return TakeBackBroadcast(line.arguments[1])
    return await _read(context, line)


async def _shown(context: CommandContext, preview: BroadcastPreview) -> Styled:
    at = moment(context, preview.at_ms)
    return context.words.say(
        "staff.broadcast.preview",
        n=preview.number,
        campaign=preview.campaign,
        who=context.words.text(f"staff.broadcast.who.{preview.audience}"),
        text=preview.text,
        late=context.words.plain("staff.broadcast.morning", at=at) if preview.late else "",
    )


async def _ordered(context: CommandContext, result: BroadcastWaits) -> None:
    undo = await undo_button(context, result, result.unit, "staff.broadcast.choice.undo")
    at = moment(context, result.at_ms)
    context.say("staff.broadcast.ordered", undo, campaign=result.campaign, at=at, s=UNDO_MS // 1000)


async def _taken_back(context: CommandContext, result: BroadcastTakenBack) -> None:
    context.say("staff.broadcast.dropped", campaign=result.campaign)


def _list(context: CommandContext, waiting: Sequence[WaitingBroadcast]) -> None:
    if not waiting:
        raise Usage
    lines = [
        context.words.say("staff.broadcast.waits", campaign=each.campaign, at=moment(context, each.at_ms))
        for each in waiting
    ]
    undo = [(f"/broadcast undo {each.name}", "staff.broadcast.choice.undo") for each in waiting]
    context.send(Styled.join(lines), undo if len(undo) == 1 else ())


async def _read(context: CommandContext, line: Line) -> SendBroadcast:
    """Parse a broadcast. Its text is kept out of the organisation's record. Raises Usage or Refusal."""
    context.recorded = "/broadcast"
    code, *more = line.rest.split(maxsplit=1)
    campaign = await campaign_of(context, code.strip('"\u201c\u201d'), HIRES)
    audience, text = _audience(context, "".join(more).strip())
    context.recorded = f"/broadcast {campaign.id} {audience}"
    if not text:
        raise Usage
    return SendBroadcast(campaign.id, text, audience)


def _audience(context: CommandContext, rest: str) -> tuple[Audience, str]:
    """Split the text into (audience, message). The audience is given by the first word if that is exactly one of
    the catalogue's words for audiences; otherwise it is "open"."""
    word, *text = rest.split(maxsplit=1) or [""]
    for audience in AUDIENCES:
        words = (context.tools.words[each].text(f"staff.broadcast.words.{audience}") for each in LANGUAGES)
        if word in "|".join(words).split("|"):
            return audience, "".join(text)
    return "open", rest


COMMANDS = (Command("broadcast", HIRES, broadcast),)
FORMS: Forms = {SendBroadcast: Form(_ordered, _shown), TakeBackBroadcast: Form(_taken_back)}
