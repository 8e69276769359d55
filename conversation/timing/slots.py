"""The times of appointments that a candidate may choose, as buttons, and how times are said."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal

from conversation.inbound import Slot
from conversation.state import State
from conversation.state_parts import Appointment
from conversation.timing.schedule import at
from conversation.words import Styled, Words

NOTICE_MS = 4 * 3600_000
"""How long before its beginning, in milliseconds, a time can be booked, moved or cancelled at the latest."""
MOST_SHOWN = 8
"""How many times, or days, are offered in one message."""
FAMILIES = frozenset({"slot", "slotday", "slotpage"})
"""Choices that name a time (`slot.ID`), a day with a page (`slotday.20261208-1`), or a page of days."""

Change = Literal["booked", "moved", "cancelled", "withdrawn"]
"""What can become of an appointment. `withdrawn`: a colleague withdrew the time."""


def change_of(before: Slot | None, after: Slot | None, withdrawn: str = "") -> Change | None:
    """Return how the appointment changed; None if it did not. `withdrawn` is the id of a time that is gone."""
    if before == after:
        return None
    if after:
        return "moved" if before else "booked"
    return "withdrawn" if before and before.id == withdrawn else "cancelled"


def bookable(state: State, now: int) -> tuple[Slot, ...]:
    """Return the times that can be chosen instead of the present one, in order, as far as is known."""
    appointment = state.appointment
    if appointment is None:
        return ()
    held = appointment.held.id if appointment.held else ""
    found = (each for each in appointment.free if each.starts_ms - NOTICE_MS > now and each.id != held)
    return tuple(sorted(found, key=lambda each: (each.starts_ms, each.where, each.id)))


def may_change(held: Slot, now: int) -> bool:
    """Return whether the appointment can still be moved or cancelled."""
    return now < held.starts_ms - NOTICE_MS


def choices(slots: Sequence[Slot], zone: tzinfo, choice: str = "") -> tuple[str, ...]:
    """Return the choices for these times: all of them if they are few, or else the days.

    `choice` is the day or page that was chosen before. What is not there any more is as if nothing was chosen.
    """
    family, _, name = choice.partition(".")
    day, _, page = (name if family == "slotday" else f"-{name}").partition("-")
    number = int(page) if page.isdecimal() and len(page) < 4 else 1
    of_day = [each for each in slots if day_of(each, zone) == day]
    if of_day:
        return _paged([f"slot.{each.id}" for each in of_day], number, f"slotday.{day}-", back=True)
    if len(slots) <= MOST_SHOWN:
        return tuple(f"slot.{each.id}" for each in slots)
    days = dict.fromkeys(day_of(each, zone) for each in slots)
    return _paged([f"slotday.{each}-1" for each in days], number, "slotpage.")


def _paged(items: Sequence[str], number: int, more: str, *, back: bool = False) -> tuple[str, ...]:
    pages = -(-len(items) // MOST_SHOWN)
    number = min(max(number, 1), pages)
    shown = items[(number - 1) * MOST_SHOWN : number * MOST_SHOWN]
    further = (f"{more}{number % pages + 1}",) if pages > 1 else ()
    return (*shown, *further, *(("slots",) if back else ()))


def day_of(slot: Slot, zone: tzinfo) -> str:
    """Return the slot's day as YYYYMMDD."""
    return f"{at(slot.starts_ms, zone):%Y%m%d}"


def label(words: Words, appointment: Appointment, choice: str, zone: tzinfo) -> str:
    """Return the label of a choice of a family in FAMILIES. Places are named where times alone are not clear."""
    slots = (*appointment.free, *((appointment.held,) if appointment.held else ()))
    family, _, name = choice.partition(".")
    if family == "slot":
        slot = next((each for each in slots if each.id == name), None)
        if slot is None:
            return words.text("choice.slots")
        twins = sum(each.starts_ms == slot.starts_ms for each in slots) > 1
        where = f" · {slot.where[:24]}" if twins and slot.where else ""
        when = at(slot.starts_ms, zone)
        return words.plain("appointment.time", date=day_words(words, when), time=f"{when:%H:%M}") + where
    day, _, page = name.partition("-")
    found = [each for each in slots if day_of(each, zone) == day]
    if family == "slotpage" or not found or page != "1":
        return words.text("appointment.more")
    return words.plain("appointment.day", day=day_words(words, at(found[0].starts_ms, zone)), n=len(found))


def day_words(words: Words, when: datetime) -> str:
    """Return a date with its weekday."""
    return words.plain("appointment.date", day=words.day(when), weekday=words.text(f"weekday.{when.weekday()}"))


def span(words: Words, slot: Slot, zone: tzinfo) -> Styled:
    """Return the slot's date, weekday, beginning and end, with the offset from UTC: the candidate may be
    elsewhere."""
    start, end = at(slot.starts_ms, zone), at(slot.ends_ms, zone)
    hours = {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    text = words.plain("appointment.span", date=day_words(words, start), **hours, zone=offset(start))
    return Styled.naming(text, slot.starts_ms, alone=False)


def said(words: Words, slot: Slot, zone: tzinfo) -> Styled:
    """Return a time with its place, in a sentence."""
    when = span(words, slot, zone)
    return words.say("appointment.place", span=when, where=slot.where) if slot.where else when


def offset(when: datetime) -> str:
    """Return the offset from UTC: `UTC+8`, `UTC-3:30`."""
    minutes = round(delta.total_seconds() / 60) if (delta := when.utcoffset()) else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
