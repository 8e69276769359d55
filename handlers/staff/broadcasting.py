"""Writing to many candidates of a campaign at once: shown first, and taken back for a while after."""

from typing import get_args

from conversation.schedule import decent
from conversation.script import LANGUAGES
from conversation.state import Phase
from conversation.words import Styled, normal
from handlers.staff.acts import BroadcastDropped, BroadcastOrdered
from handlers.staff.campaigns import campaign_named, typed
from handlers.staff.lines import Line
from handlers.staff.office import Audience, Broadcast
from handlers.staff.rights import HIRES
from handlers.staff.telling import moment
from handlers.staff.turn import Command, Reach, Refusal, Turn, Usage
from storage.ports import Campaign

UNDO_MS = 60_000
"""So long it can be taken back."""
MOST_TEXT = 1_000
"""Characters."""
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
PHASES: dict[Audience, tuple[Phase, ...]] = {
    "open": ("guided", "running", "paused"),
    "unfinished": ("guided", "running", "paused", "exited", "lapsed"),
    "completed": ("completed",),
    "all": ("guided", "running", "paused", "exited", "lapsed", "completed"),
}
_KEPT = "file:"


async def preview(turn: Turn, line: Line) -> Styled | None:
    """To whom, when, and what; nothing for what is only looked at or taken back."""
    if not line.rest or _is_undo(turn, line):
        return None
    campaign, audience, text = await _read(turn, line)
    counts = await turn.tools.store.interviews.counts(campaign.id)
    number = sum(counts.get(f"phase:{phase}", 0) for phase in PHASES[audience])
    if not number:
        raise Refusal("staff.broadcast.nobody", campaign=campaign.id, who=_who(turn, audience))
    turn.reach = Reach(campaign.unit, number)
    if not turn.confirmed:
        turn.waiting = f"/broadcast {campaign.id} {audience} {_KEPT}{await turn.lent(text.encode())}"
    at_ms = _at(turn)
    late = (
        turn.words.plain("staff.broadcast.morning", at=moment(turn, at_ms)) if at_ms > turn.now + UNDO_MS else ""
    )
    return turn.words.say(
        "staff.broadcast.preview", n=number, campaign=campaign.id, who=_who(turn, audience), text=text, late=late
    )


async def broadcast(turn: Turn, line: Line) -> None:
    """`/broadcast CAMPAIGN [AUDIENCE] TEXT`, `/broadcast undo ID`, `/broadcast`: what waits."""
    if not line.rest:
        _list(turn)
    elif _is_undo(turn, line):
        await _undo(turn, line.arguments[1])
    else:
        await _order(turn, line)


async def _order(turn: Turn, line: Line) -> None:
    campaign, audience, text = await _read(turn, line)
    sha256 = await turn.lent(text.encode())
    name, at_ms = turn.fresh()[:10], _at(turn)
    by, chat = turn.person.id, turn.inbound.chat
    if turn.first:
        by, chat = turn.first.person, turn.first.chat or chat
    what = Broadcast(campaign.id, audience, sha256, at_ms, by, chat, turn.language)
    turn.record(BroadcastOrdered(name, what))
    undo = (f"/broadcast undo {name}", "staff.broadcast.choice.undo")
    turn.say("staff.broadcast.ordered", (undo,), campaign=campaign.id, at=moment(turn, at_ms), s=UNDO_MS // 1000)


async def _undo(turn: Turn, name: str) -> None:
    what = turn.office.broadcasts.get(name)
    campaign = await turn.tools.store.directory.campaign(what.campaign) if what else None
    if what is None or campaign is None or not turn.scope(HIRES).covers(campaign.unit) or what.at_ms <= turn.now:
        raise Refusal("staff.broadcast.gone")
    turn.record(BroadcastDropped(name))
    turn.say("staff.broadcast.dropped", campaign=campaign.id)


def _list(turn: Turn) -> None:
    mine = {name: each for name, each in turn.office.broadcasts.items() if each.person == turn.person.id}
    if not mine:
        raise Usage
    lines = [
        turn.words.say("staff.broadcast.waits", campaign=each.campaign, at=moment(turn, each.at_ms))
        for each in mine.values()
    ]
    undo = [(f"/broadcast undo {name}", "staff.broadcast.choice.undo") for name in mine]
    turn.send(Styled.join(lines), undo if len(undo) == 1 else ())


def _is_undo(turn: Turn, line: Line) -> bool:
    return len(line.arguments) == 2 and normal(line.arguments[0]) in typed(turn, "staff.broadcast.words.undo")


async def _read(turn: Turn, line: Line) -> tuple[Campaign, Audience, str]:
    """What is written stands in no record of the organisation. Raises Usage, Refusal."""
    turn.recorded = "/broadcast"
    code, *more = line.rest.split(maxsplit=1)
    rest = "".join(more)
    campaign = await campaign_named(turn, code.strip('"\u201c\u201d'), HIRES)
    audience, text = _audience(turn, rest.strip())
    turn.recorded = f"/broadcast {campaign.id} {audience}"
    if turn.confirmed and text.startswith(_KEPT):
        text = (await turn.tools.kept(text.removeprefix(_KEPT))).decode()
    if not text:
        raise Usage
    if len(text) > MOST_TEXT:
        raise Refusal("staff.broadcast.long", most=MOST_TEXT)
    return campaign, audience, text


def _audience(turn: Turn, rest: str) -> tuple[Audience, str]:
    """(who, what is written): the first word says who, where it is one for that, written as it is listed."""
    word, *text = rest.split(maxsplit=1) or [""]
    for audience in AUDIENCES:
        words = (turn.tools.words[each].text(f"staff.broadcast.words.{audience}") for each in LANGUAGES)
        if word in "|".join(words).split("|"):
            return audience, "".join(text)
    return "open", rest


def _who(turn: Turn, audience: Audience) -> str:
    return turn.words.text(f"staff.broadcast.who.{audience}")


def _at(turn: Turn) -> int:
    """In a minute; at night, in the morning."""
    return decent(turn.now + UNDO_MS, turn.tools.zone)


COMMANDS = (Command("broadcast", HIRES, broadcast, preview),)
