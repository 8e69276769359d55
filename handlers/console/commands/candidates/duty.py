"""`/duty`: who answers candidates who ask for help, and during which hours."""

import re
from collections.abc import Sequence

from conversation.timing.working_hours import DAY_MIN, EVERY_DAY, WEEKEND, WORKING_DAYS, Shift, described
from handlers.actions.base import Action
from handlers.actions.support import DutyChanged, EndDuty, SetDuty, helper
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.system.general import colleague_named, unit_named, unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import candidate_words
from handlers.organisation.rights import LEADS, MEETS
from handlers.queries.organisation import Duties, ListDuties

_ON = ("on", "上班", "值班")
_OFF = ("off", "下班", "停")
_ME = ("me", "我", "本人")
_HOURS = re.compile(r"(\d{1,2})(?:[:：](\d{2}))?[-–—~～至到](\d{1,2})(?:[:：](\d{2}))?")
_NAMED_DAYS = {
    **dict.fromkeys(("daily", "every", "everyday", "每天"), EVERY_DAY),
    **dict.fromkeys(("weekdays", "workdays", "工作日"), WORKING_DAYS),
    **dict.fromkeys(("weekend", "weekends", "周末"), WEEKEND),
}
_DAYS = {
    **{name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)},
    **{f"周{name}": number for number, name in enumerate("一二三四五六日", 1)},
    "周天": 7,
}
_RANGE = re.compile(r"[-–—~～至到]")
_COMMA = re.compile(r"[,，、]")


async def duty(context: CommandContext, line: Line) -> Action | None:
    """`/duty` lists who is on duty, `/duty page N` a further page. `/duty UNIT me|NAME on [9-18] [mon-fri]` and
    `/duty UNIT me|NAME off` change it; without a name they mean oneself."""
    match line.arguments:
        case ():
            _show(context, await ListDuties().answer(context))
            return None
        case ("page", number) if number.isascii() and number.isdecimal():
            _show(context, await ListDuties(int(number[:4])).answer(context))
            return None
        case (unit, word) if word.casefold() in (*_ON, *_OFF):
            return await _change(context, unit, "me", word, ())
        case (unit, name, word, *hours) if word.casefold() in _ON and len(hours) <= 2:
            return await _change(context, unit, name, word, hours)
        case (unit, name, word) if word.casefold() in _OFF:
            return await _change(context, unit, name, word, ())
        case _:
            raise Usage


def _show(context: CommandContext, found: Duties) -> None:
    if not found.total:
        context.say("staff.duty.none")
        return
    lines = [
        context.words.plain(
            "staff.duty.now" if each.now else "staff.duty.later",
            name=each.name,
            unit=unit_title(context, each.unit),
            hours=described((each.shift,), candidate_words(context)),
        )
        for each in found.duties
    ]
    choices = [(f"/duty page {found.page - 1}", "staff.choice.previous")] if found.page > 1 else []
    if found.page < found.pages:
        choices.append((f"/duty page {found.page + 1}", "staff.choice.next"))
    context.say("staff.duty.list", choices, n=found.total, lines="\n".join(lines))


async def _change(context: CommandContext, unit_name: str, name: str, word: str, hours: Sequence[str]) -> Action:
    unit = unit_named(context, unit_name)
    person = await _person(context, name, unit)
    if word.casefold() in _OFF:
        return EndDuty(person, unit)
    helper(context, person, unit)
    return SetDuty(person, unit, read_shift(hours))


async def _changed(context: CommandContext, result: DutyChanged) -> None:
    title = unit_title(context, result.unit)
    if result.shift is None:
        context.say("staff.duty.off", name=result.name, unit=title)
        return
    off = button(context, f"/duty {_quoted(result.unit)} {result.person} off")
    hours = described((result.shift,), candidate_words(context))
    context.say("staff.duty.on", ((off, "staff.choice.duty.off"),), name=result.name, unit=title, hours=hours)


def _quoted(unit: str) -> str:
    return f'"{unit}"' if unit else "*"


async def _person(context: CommandContext, name: str, unit: str) -> str:
    """Return the id of the person or of a colleague whom they may put on duty. Raises Refusal if there is no such
    colleague, or more than one, among those whom they may see."""
    if name.casefold() in _ME or name in (context.person.id, context.person.name):
        return context.person.id
    if not context.scope(LEADS).covers(unit):
        raise Refusal("staff.duty.others")
    return await colleague_named(context, name)


# hours


def read_shift(words: Sequence[str]) -> Shift:
    """Parse hours such as `9-18 mon-fri` or `工作日 9:00-18:00`, in any order. No words mean at any time. Raises
    Refusal."""
    days: tuple[int, ...] = EVERY_DAY
    span = 0, DAY_MIN
    for word in words:
        if found := _HOURS.fullmatch(word):
            span = _minutes(found[1], found[2]), _minutes(found[3], found[4])
        else:
            days = _days(word.casefold())
    if span[0] == DAY_MIN:
        raise Refusal("staff.duty.hours")
    return Shift(days, *span)


def _minutes(hour: str, minute: str | None) -> int:
    minutes = int(hour) * 60 + int(minute or 0)
    if minutes > DAY_MIN or int(minute or 0) > 59:
        raise Refusal("staff.duty.hours")
    return minutes


def _days(word: str) -> tuple[int, ...]:
    if word in _NAMED_DAYS:
        return _NAMED_DAYS[word]
    days: set[int] = set()
    for part in _COMMA.split(word):
        first, *last = [_DAYS.get(each, 0) for each in _RANGE.split(part, maxsplit=1)]
        if not first or 0 in last:
            raise Refusal("staff.duty.hours")
        end = last[0] if last else first
        days |= {(first - 1 + each) % 7 + 1 for each in range((end - first) % 7 + 1)}
    return tuple(sorted(days))


COMMANDS = (Command("duty", MEETS, duty),)
FORMS: Forms = {SetDuty: Form(_changed), EndDuty: Form(_changed)}
