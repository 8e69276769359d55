"""Calendar files for a date of the interview: `GET /calendar/{epoch ms}.ics`.

As for files, only the candidate's own page may fetch them.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.channels.web import frames
from bot.channels.web.arrival import LEAST_KEY
from bot.channels.web.messenger import Messenger
from bot.channels.web.upload import KEY_HEADER
from bot.loading import load
from handlers.catalogues import vocabulary
from storage.errors import StoreUnavailable

_RETRY_S = 5
_LASTS = timedelta(minutes=30)
_FURTHEST_MS = 400 * 24 * 3600_000


class Calendars:
    """The route for calendar files."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        messenger, key = self._messenger, request.headers.get(KEY_HEADER, "")
        if len(key) < LEAST_KEY or not messenger.same_origin(request):
            return _nothing()
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("GET only\n", 405)
        try:
            found = await messenger.interview_of(frames.address_of(key))
        except StoreUnavailable:
            return PlainTextResponse("try again\n", 503, {"retry-after": str(_RETRY_S)})
        now, at_ms = messenger.now(), _moment(request.path_params["moment"])
        if found is None or not 0 < at_ms - now + _FURTHEST_MS < 2 * _FURTHEST_MS:
            return _nothing()
        record, script = found
        language = record.state.language
        await load("icalendar")
        body = calendar_file(record.state.interview, script.title.in_(language), language, at_ms, now)
        headers = {"content-disposition": 'attachment; filename="interview.ics"', "cache-control": "no-store"}
        return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def calendar_file(interview: str, title: str, language: str, at_ms: int, now_ms: int) -> bytes:
    """Return an iCalendar file (RFC 5545) with one event and an alarm at its start.

    The same time of the same interview always gives the same event id.
    """
    from icalendar import Alarm, Calendar, Event  # slow to import and rarely needed

    words = vocabulary()[language]
    summary, description = words.plain("calendar.title", title=title), words.plain("calendar.note")
    start = datetime.fromtimestamp(at_ms / 1000, UTC)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(0))
    event = Event()
    event.add("uid", f"{hashlib.sha256(f'{interview}|{at_ms}'.encode()).hexdigest()[:32]}@xumian")
    event.add("dtstamp", datetime.fromtimestamp(now_ms / 1000, UTC))
    event.add("dtstart", start)
    event.add("dtend", start + _LASTS)
    event.add("summary", summary)
    event.add("description", description)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Xumian//Interview//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def _moment(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else 0


def _nothing() -> Response:
    return PlainTextResponse("there is no such moment\n", 404)
