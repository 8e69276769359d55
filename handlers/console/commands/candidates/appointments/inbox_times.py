"""Appointments in `/inbox`: who comes today and in the next days, and what changed since one last looked."""

from conversation.timing.schedule import at
from conversation.timing.slots import day_words
from conversation.words import Styled
from handlers.console.context import CommandContext
from handlers.console.formatting import candidate_words, moment, named, slot_words
from handlers.notices.next_steps import Step
from handlers.queries.appointments.booked import BookedTime
from handlers.queries.inbox import Inbox, ShowInbox

KIND = "times"
"""The word of `/inbox` that lists appointments, and the anchor on the page."""
_NAMED = 3


async def looked(context: CommandContext) -> ShowInbox:
    """Return the query of the inbox, and note that the colleague looks at it now."""
    looks = context.tools.looks
    since_ms = await looks(context.person.id) if looks else 0
    return ShowInbox(context.unit_here, since_ms)


def total(found: Inbox) -> int:
    return found.coming.total + found.changes.total


def summary(context: CommandContext, found: Inbox) -> list[Styled | str]:
    """Return a line on those who come, and one on what changed; none where there is nothing."""
    lines: list[Styled | str] = []
    joint = context.words.text("staff.list.joint")
    for name, times, said in (("coming", found.coming, _short), ("changes", found.changes, _change)):
        if times.total:
            names = joint.join(said(context, each) for each in times.first[:_NAMED])
            left = times.total - min(times.total, _NAMED)
            more = context.words.plain("staff.digest.more_names", n=left) if left else ""
            kind = context.words.text(f"staff.inbox.times.{name}")
            lines.append(context.words.say("staff.inbox.line", kind=kind, n=times.total, names=names, more=more))
    return lines


def listing(context: CommandContext, found: Inbox) -> tuple[list[Styled | str], list[Step]]:
    """Return all lines on appointments, with the cards of those who come as buttons."""
    lines: list[Styled | str] = []
    for name, times, said in (("coming", found.coming, about), ("changes", found.changes, about_change)):
        if times.total:
            kind = context.words.text(f"staff.inbox.times.{name}")
            lines.append(context.words.say("staff.inbox.of", kind=kind, n=times.total))
            lines += [
                f"{number}. {named(context, each)} · {said(context, each)}"
                for number, each in enumerate(times.first, 1)
            ]
            left = times.total - len(times.first)
            lines += [context.words.plain("staff.digest.more_names", n=left)] if left else []
    return lines, [(f"/candidate {each.interview}", named(context, each)) for each in found.coming.first]


def about(context: CommandContext, each: BookedTime) -> str:
    """Return when and where somebody comes, and for which campaign."""
    return f"{slot_words(context, each.slot)} · {each.campaign}"


def about_change(context: CommandContext, each: BookedTime) -> str:
    """Return how an appointment changed, and when."""
    said = context.words.plain(f"staff.inbox.times.{each.change}", slot=slot_words(context, each.slot))
    return f"{said} · {each.campaign} · {moment(context, each.at_ms)}"


def _short(context: CommandContext, each: BookedTime) -> str:
    return f"{_time(context, each)} {named(context, each)}"


def _change(context: CommandContext, each: BookedTime) -> str:
    said = context.words.plain(f"staff.inbox.times.{each.change}", slot=_time(context, each))
    return f"{named(context, each)} {said}"


def _time(context: CommandContext, each: BookedTime) -> str:
    """Return the day and the beginning; `today` for today."""
    when, now = at(each.slot.starts_ms, context.tools.zone), at(context.now, context.tools.zone)
    words = candidate_words(context)
    day = context.words.text("staff.inbox.times.today") if when.date() == now.date() else day_words(words, when)
    return words.plain("appointment.time", date=day, time=f"{when:%H:%M}")
