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
from handlers.console.candidate_search import kept_button
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import moment
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant, typed
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Audience
from handlers.queries.broadcasts import ListBroadcasts, WaitingBroadcast
from handlers.queries.candidates import FILTERS

_KINDS: tuple[Audience, ...] = ("open", "unfinished", "all")
_STATES: tuple[Audience, ...] = tuple(each for each in AUDIENCES if each not in _KINDS)
_CANNOT = ("invited", "unreachable", "erased")
_LONGEST = 4
"""How many words an audience has at most ("ran out of time")."""
_QUOTED = 20


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
        who=_who(context, preview.audience),
        text=preview.text,
        names=_some(context, preview),
        late=context.words.plain("staff.broadcast.morning", at=at) if preview.late else "",
    )


def _some(context: CommandContext, preview: BroadcastPreview) -> str:
    """Return the names of some candidates who get it, and how many others there are."""
    joint = context.words.text("staff.list.joint")
    names = joint.join(str(spoken(context, each)) for each in preview.names)
    others = preview.number - len(preview.names)
    return context.words.plain("staff.broadcast.others", names=names, n=others) if others else names


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
    rest = "".join(more).strip()
    audience, text = _audience(context, rest)
    if not audience and (word := _leading(context, rest)):
        raise await _which(context, campaign.id, word, rest)
    audience = audience or "open"
    context.recorded = f"/broadcast {campaign.id} {audience}"
    if not text:
        raise Usage
    return SendBroadcast(campaign.id, text, audience)


def _audience(context: CommandContext, rest: str) -> tuple[Audience | None, str]:
    """Split the text into (audience, message). The audience is given by the first words if they are exactly in the
    catalogue, or followed by a colon; otherwise it is None. Raises Refusal if it is one that cannot be reached.
    """
    words = _words(context)
    if unreachable := _unreachable(context, rest):
        raise Refusal("staff.broadcast.cannot", who=unreachable, known=_known(context))
    named, colon, text = rest.replace("：", ":").partition(":")
    if colon and (audience := _meant(words, named.strip())):
        return audience, rest[len(named) + 1 :].strip()
    for length in range(_LONGEST, 0, -1):
        *first, text = rest.split(maxsplit=length) if len(rest.split()) > length else (*rest.split(), "")
        if len(first) == length and (audience := words.get(" ".join(first))):
            return audience, text
    return None, rest


def _meant(words: dict[str, Audience], said: str) -> Audience | None:
    return next((audience for word, audience in words.items() if normal(word) == normal(said)), None)


def _leading(context: CommandContext, rest: str) -> str:
    """Return the word for a state or a decision with which the text begins, or an empty string."""
    said = rest.casefold()
    for word, audience in sorted(_words(context).items(), key=lambda item: -len(item[0])):
        form = word.casefold()
        if audience in _STATES and len(word) > 1 and said.startswith(form):
            after = said[len(form) : len(form) + 1]
            if not form.isascii() or not after.isalnum():
                return word
    return ""


def _words(context: CommandContext) -> dict[str, Audience]:
    """Return the words for all audiences, in every language."""
    entries = [(each, f"staff.broadcast.words.{each}") for each in _KINDS]
    entries += [(each, f"staff.filter.{each}") for each in _STATES]
    words: dict[str, Audience] = {}
    for audience, key in entries:
        words.setdefault(audience, audience)
        for language in LANGUAGES:
            for word in context.tools.words[language].text(key).split("|"):
                words.setdefault(word, audience)
    return words


async def _which(context: CommandContext, campaign: str, word: str, rest: str) -> Refusal:
    """Ask whether the text's first word says who gets it, or belongs to the text."""
    audience = _words(context)[word]
    text = rest[len(word) :].lstrip(" ,，:：、")
    ways: list[tuple[Audience, str]] = [("open", rest)]
    if text:
        ways.insert(0, (audience, text))
    choices = [
        (
            await kept_button(context, f"/broadcast {campaign} {each} {said}"),
            context.words.plain("staff.broadcast.choice.to", who=_who(context, each), text=said[:_QUOTED]),
        )
        for each, said in ways
    ]
    return Refusal("staff.broadcast.which", choices, word=word, known=_known(context))


def _known(context: CommandContext) -> str:
    return context.words.text("staff.list.joint").join(_who(context, each) for each in AUDIENCES)


def _unreachable(context: CommandContext, rest: str) -> str:
    """Return the word with which the text begins, if it stands for candidates who cannot be written to."""
    said = rest.replace("：", ":").replace(":", " ").split(maxsplit=1)[:1]
    states = (each for each in FILTERS if each in _CANNOT)
    return next((word for word in said if meant(context, word, states, "staff.filter")), "")


def _who(context: CommandContext, audience: Audience) -> str:
    return context.words.text(f"staff.broadcast.who.{audience}")


COMMANDS = (Command("broadcast", HIRES, broadcast),)
FORMS: Forms = {SendBroadcast: Form(_ordered, _shown), TakeBackBroadcast: Form(_taken_back)}
