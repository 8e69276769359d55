"""`/slots`: times for the next round, which candidates book themselves."""

import re
from datetime import date, timedelta

from conversation.inbound import Slot
from conversation.timing.schedule import at
from conversation.timing.slots import NOTICE_MS, day_words
from conversation.words import Styled
from handlers.actions.appointments.offers import OfferPreview, OfferSlots, SlotsSent
from handlers.actions.appointments.slots import (
    OpenSlots,
    SlotGone,
    SlotsMade,
    SlotsPreview,
    WithdrawalPreview,
    WithdrawSlot,
)
from handlers.actions.base import Action
from handlers.actions.context import Candidate
from handlers.console.candidate_search import one
from handlers.console.command_line import Line, after_words
from handlers.console.commands.system.general import offered
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import candidate_words, slot_words
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant
from handlers.organisation.rights import HIRES, READS
from handlers.queries.appointments.slots import ListSlots, SlotPage, SlotRow
from handlers.queries.campaigns import campaign_seen

_WORDS = ("invite", "cancel", "every", "places", "where")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SHORT = re.compile(r"(\d{1,2})(?:[-/.]|月)(\d{1,2})日?")
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
_LENGTH = re.compile(r"(\d{1,3})\s*(?:m|min|minutes?|分|分钟)?")
_PLACES = re.compile(r"(\d{1,3})\s*(?:人|位|个)?")
_NAMED = 10
_MOST_WITHDRAWN = 4


async def slots(context: CommandContext, line: Line) -> Action | None:
    """`/slots [CAMPAIGN [PAGE]]` lists times, `/slots CAMPAIGN DAY HH:MM-HH:MM [every MINUTES] [places N]
    [where …]` opens some, `/slots CAMPAIGN invite [NAME]` offers them, `/slots cancel ID` withdraws one."""
    words = list(line.arguments)
    if len(words) == 2 and _word(context, words[0]) == "cancel":
        return WithdrawSlot(words[1])
    campaign = await campaign_seen(context, words[0], READS) if words else None
    if words and campaign is None:
        raise Refusal("staff.slots.campaign", campaign=words[0][:40])
    code = campaign.id if campaign else ""
    if len(words) <= 1 or (len(words) == 2 and words[1].isdecimal() and len(words[1]) < 4):
        context.recorded = f"/slots {code}".strip()
        page = int(words[1]) if len(words) == 2 else 1
        _list(context, await ListSlots(code, page).answer(context))
        return None
    if not context.scope(HIRES):
        raise Refusal("staff.forbidden.action")
    if _word(context, words[1]) == "invite":
        return await _offer(context, code, " ".join(words[2:]))
    return _open(context, code, line)


def _word(context: CommandContext, word: str) -> str | None:
    return meant(context, word, _WORDS, "staff.slots.word")


async def _offer(context: CommandContext, campaign: str, name: str) -> OfferSlots:
    if not name:
        return OfferSlots(campaign)
    state = await one(
        context,
        HIRES,
        name,
        lambda number: f"/slots {campaign} invite {number}",
        acts=True,
        among=lambda each: each.campaign == campaign,
    )
    return OfferSlots(campaign, (state.interview,))


def _open(context: CommandContext, campaign: str, line: Line) -> OpenSlots:
    """Read day and hours, then the options in any order; what follows `where` is the place. Raises Usage."""
    words = list(line.arguments)
    if len(words) < 3:
        raise Usage
    day, span = _day(context, words[1]), _SPAN.fullmatch(words[2])
    if day is None or span is None:
        raise Usage
    starts, ends = (f"{int(hour):02d}:{minute}" for hour, minute in (span.group(1, 2), span.group(3, 4)))
    minutes, places, where, rest = 0, 1, "", 3
    while rest < len(words):
        word = _word(context, words[rest])
        value = words[rest + 1] if rest + 1 < len(words) else ""
        length, number = _LENGTH.fullmatch(value), _PLACES.fullmatch(value)
        if word == "where" and value:
            where = after_words(line.rest, rest + 1)
            break
        if word == "every" and length:
            minutes = int(length[1])
        elif word == "places" and number:
            places = int(number[1])
        else:
            raise Usage
        rest += 2
    return OpenSlots(campaign, day, starts, ends, minutes, places, where)


def _day(context: CommandContext, text: str) -> str | None:
    """Return a day as YYYY-MM-DD. Without a year, it is the next such day."""
    today = at(context.now, context.tools.zone).date()
    whole, short = _ISO.fullmatch(text), _SHORT.fullmatch(text)
    try:
        if whole:
            return date(*(int(each) for each in whole.groups())).isoformat()
        if short:
            found = date(today.year, int(short[1]), int(short[2]))
            return (found if found >= today else found.replace(year=today.year + 1)).isoformat()
    except ValueError:
        return None
    names = {"today": today, "tomorrow": today + timedelta(days=1)}
    name = meant(context, text, names, "staff.slots.day")
    return names[name].isoformat() if name else None


# in words


def _hours(context: CommandContext, slot: Slot) -> str:
    zone = context.tools.zone
    return f"{at(slot.starts_ms, zone):%H:%M}–{at(slot.ends_ms, zone):%H:%M}"


def _list(context: CommandContext, found: SlotPage) -> None:
    say = context.words.say
    if not found.total:
        context.send(Styled.join([say("staff.slots.empty"), say("staff.slots.hint")]))
        return
    title = found.campaign or context.words.text("staff.candidates.all")
    page = ""
    if found.pages > 1:
        page = context.words.plain("staff.candidates.page", page=found.page, pages=found.pages)
    booked, places = found.booked, found.places
    lines: list[Styled | str] = [
        say("staff.slots.title", campaign=title, n=found.total, booked=booked, places=places, page=page)
    ]
    lines += (_row(context, each, of_many=not found.campaign) for each in found.slots)
    choices = []
    if context.scope(HIRES):
        zone = context.tools.zone
        choices = [
            (
                f"/slots cancel {each.slot.id}",
                context.words.plain(
                    "staff.slots.choice.cancel", at=f"{at(each.slot.starts_ms, zone):%m-%d %H:%M}"
                ),
            )
            for each in found.slots[:_MOST_WITHDRAWN]
        ]
        if found.campaign and found.booked < found.places:
            choices.insert(0, (f"/slots {found.campaign} invite", "staff.slots.choice.invite"))
    if found.page < found.pages and found.campaign:
        choices.append((f"/slots {found.campaign} {found.page + 1}", "staff.choice.next"))
    context.send(Styled.join(lines), choices)


def _row(context: CommandContext, row: SlotRow, *, of_many: bool) -> Styled:
    zone, slot = context.tools.zone, row.slot
    names = context.words.text("staff.list.joint").join(str(spoken(context, each)) for each in row.booked)
    return context.words.say(
        "staff.slots.row",
        day=day_words(candidate_words(context), at(slot.starts_ms, zone)),
        hours=_hours(context, slot),
        campaign=f" · {row.campaign}" if of_many else "",
        where=f" · {slot.where}" if slot.where else "",
        booked=len(row.booked),
        places=row.places,
        names=f": {names}" if names and context.language == "en" else f"：{names}" if names else "",
    )


async def _shown(context: CommandContext, preview: SlotsPreview) -> Styled:
    say = context.words.say
    zone, first = context.tools.zone, preview.slots[0]
    joint = context.words.text("staff.list.joint")
    lines = [
        say(
            "staff.slots.preview",
            n=len(preview.slots),
            campaign=preview.campaign,
            day=day_words(candidate_words(context), at(first.starts_ms, zone)),
            hours=joint.join(_hours(context, each) for each in preview.slots),
            places=preview.places,
            where=f" · {first.where}" if first.where else "",
        ),
        say("staff.slots.rule", hours=NOTICE_MS // 3600_000),
    ]
    if preview.before:
        lines.append(say("staff.slots.before", n=preview.before))
    return Styled.join(lines)


async def _opened(context: CommandContext, result: SlotsMade) -> None:
    steps = offered(context, (f"/slots {result.campaign} invite", "staff.slots.choice.invite"))
    context.say("staff.slots.opened", steps, campaign=result.campaign, n=len(result.slots), places=result.places)


async def _withdrawing(context: CommandContext, preview: WithdrawalPreview) -> Styled:
    when = slot_words(context, preview.slot)
    if not preview.booked:
        return context.words.say("staff.slots.withdraw.unbooked", slot=when)
    n, names = len(preview.booked), _names(context, preview.booked)
    return context.words.say("staff.slots.withdraw", n=n, slot=when, names=names, free=preview.free)


async def _withdrawn(context: CommandContext, result: SlotGone) -> None:
    names, when = _names(context, result.booked), slot_words(context, result.slot)
    key = "staff.slots.withdrawn" if result.booked else "staff.slots.withdrawn.unbooked"
    context.say(key, n=len(result.booked), slot=when, names=names)


async def _offering(context: CommandContext, preview: OfferPreview) -> Styled:
    n, names = len(preview.candidates), _names(context, preview.candidates)
    return context.words.say("staff.slots.offer", n=n, names=names, times=preview.times)


async def _offered(context: CommandContext, result: SlotsSent) -> None:
    n, names = len(result.candidates), _names(context, result.candidates)
    context.say("staff.slots.offered", n=n, names=names, times=result.times)


def _names(context: CommandContext, people: tuple[Candidate, ...]) -> str:
    names = context.words.text("staff.list.joint").join(str(spoken(context, each)) for each in people[:_NAMED])
    left = len(people) - _NAMED
    return names + (context.words.plain("staff.digest.more_names", n=left) if left > 0 else "")


COMMANDS = (Command("slots", READS, slots),)
FORMS: Forms = {
    OpenSlots: Form(_opened, _shown),
    WithdrawSlot: Form(_withdrawn, _withdrawing),
    OfferSlots: Form(_offered, _offering),
}
