"""Calendar files of appointments (RFC 5545 and 5546), the same event for the candidate and for the colleague."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

from conversation.inbound import Address, Attachment, Opener, Slot, Writer
from conversation.state import State
from conversation.words import Vocabulary
from handlers.intake.receive import Intake
from handlers.organisation.open_slots import OpenSlot
from storage.ports import Store

Method = Literal["REQUEST", "CANCEL"]

NAME, MEDIA_TYPE = "appointment.ics", "text/calendar"
_NOBODY = "mailto:nobody@invalid"
"""Stands for people whose mail address we do not have. RFC 5546 wants an organiser and an attendee."""
_ALARM = timedelta(minutes=-15)


class CalendarFiles:
    """Makes the calendar files of one change, and keeps them in the archive until the interview is erased.

    `put` archives a file and returns its SHA-256, `takes` tells whether files can be sent to an address. The
    `number` of a file is its sequence number.
    """

    def __init__(
        self,
        store: Store,
        put: Callable[[bytes], Awaitable[str]],
        takes: Callable[[Address], bool],
        words: Vocabulary,
        intake: Intake,
        now: Callable[[], int],
    ) -> None:
        self._store = store
        self._put = put
        self._takes = takes
        self._words = words
        self._intake = intake
        self._now = now

    async def for_candidate(self, state: State, method: Method, number: int, slot: Slot) -> Attachment | None:
        """Return the candidate's file, or None if they cannot be sent one."""
        if state.address is None or not self._takes(state.address):
            return None
        script = await self._intake.script(state.script)
        words, title = self._words[state.language], script.title.in_(state.language)
        summary = words.plain("calendar.appointment.candidate", title=title)
        return await self._kept(state, method, number, slot, summary, words.text("calendar.appointment.note"))

    async def for_opener(
        self, state: State, method: Method, number: int, slot: Slot, opened: OpenSlot | None
    ) -> Opener | None:
        """Return the colleague who opened the time, with their file if they can be sent one."""
        if opened is None:
            return None
        writer = Writer(opened.chat, opened.language)
        if not self._takes(opened.chat):
            return Opener(writer)
        script = await self._intake.script(state.script)
        words = self._words[opened.language]
        name = state.name or words.plain("notice.nameless", number=state.interview[:6].upper())
        title = script.title.in_(opened.language)
        summary = words.plain("calendar.appointment.staff", name=name, title=title)
        return Opener(writer, await self._kept(state, method, number, slot, summary, ""))

    async def _kept(
        self, state: State, method: Method, number: int, slot: Slot, summary: str, note: str
    ) -> Attachment:
        data = calendar_file(method, state.interview, number, slot, summary, note, self._now())
        sha256 = await self._put(data)
        await self._store.erasures.refer(sha256, state.interview)
        return Attachment(NAME, sha256, MEDIA_TYPE)


def calendar_file(
    method: Method,
    interview: str,
    sequence: int,
    slot: Slot,
    summary: str,
    note: str,
    now_ms: int,
) -> bytes:
    """Return a file that puts the appointment into a calendar, moves it there or removes it.

    An interview's appointment is always the same event, so that a file with a higher `sequence` replaces what an
    earlier one said.
    """
    from icalendar import Alarm, Calendar, Event, vCalAddress, vUri  # slow to import and rarely needed

    event = Event()
    event.add("uid", f"{hashlib.sha256(f'{interview}|appointment'.encode()).hexdigest()[:32]}@xumian")
    event.add("sequence", sequence)
    event.add("dtstamp", _utc(now_ms))
    event.add("dtstart", _utc(slot.starts_ms))
    event.add("dtend", _utc(slot.ends_ms))
    event.add("summary", summary)
    event.add("status", "CONFIRMED" if method == "REQUEST" else "CANCELLED")
    event.add("organizer", vCalAddress(_NOBODY))
    event.add("attendee", vCalAddress(_NOBODY))
    if slot.where:
        event.add("location", slot.where)
    if slot.where.startswith("https://"):
        event.add("url", vUri(slot.where))
    if method == "REQUEST":
        event.add("description", note)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", _ALARM)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Xumian//Interview//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def _utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
