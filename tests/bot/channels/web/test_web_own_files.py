"""What the page sends besides text is shown to that page alone; when files are accepted; the calendar."""

import hashlib
from typing import Any

import icalendar
import pytest
from msgspec.structs import replace

from bot.channels.web import frames
from bot.channels.web.upload import KEY_HEADER, MOST_BYTES
from conversation.inbound import Address, CommandReceived, Inbound
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from conversation.script import Script
from handlers.intake.receive import Intake
from tests.bot.channels.web.test_web_upload import KEY, NOW_MS, SENDER, SOUND, Desk, desk
from tests.fakes.waiting import until

pytestmark = pytest.mark.redis
OTHER = "the-key-of-another-page-98"
SHA256 = hashlib.sha256(SOUND).hexdigest()
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)
__all__ = ["desk"]


@pytest.fixture
def takes_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all questions of the script accept files."""
    script = Intake.script

    async def with_files(self: Intake, version: str) -> Script:
        found = await script(self, version)
        stages = tuple(
            replace(stage, questions=tuple(replace(each, files="allowed") for each in stage.questions))
            for stage in found.stages
        )
        return replace(found, stages=stages)

    monkeypatch.setattr(Intake, "script", with_files)


async def send_file(desk: Desk, name: str, body: bytes = PICTURE, file: str = "f1", key: str = KEY) -> Any:
    return await desk.web.post(f"/file/{file}", params={"name": name}, content=body, headers={KEY_HEADER: key})


async def own(desk: Desk, sha256: str, name: str = "voice", key: str = KEY, method: str = "GET") -> Any:
    return await desk.web.request(method, f"/own/{sha256}/{name}", headers={KEY_HEADER: key})


async def test_a_recording_is_heard_again_by_the_page_that_sent_it_alone(desk: Desk) -> None:
    assert (await own(desk, SHA256)).status_code == 404
    await desk.send()
    (item,) = await desk.shown()
    assert item.recording == SHA256
    answer = await own(desk, item.recording)
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers["content-type"].startswith("audio/")
    assert "no-store" in answer.headers["cache-control"]
    await desk.messenger.receive(frames.start(frames.address_of(OTHER), "demo", NOW_MS, "en"))
    for key in (OTHER, "", "short"):
        assert (await own(desk, SHA256, key=key)).status_code == 404
    assert (await own(desk, "0" * 64)).status_code == 404
    assert (await own(desk, SHA256, method="POST")).status_code == 405
    desk.messenger.archive = None
    assert (await own(desk, SHA256)).status_code == 404


async def test_a_question_that_takes_no_files_refuses_them_unread(desk: Desk) -> None:
    answer = await send_file(desk, "certificate.png")
    assert (answer.status_code, answer.json()) == (415, {"why": "no_files"})
    assert desk.archive.puts == 0


@pytest.mark.usefixtures("takes_files")
async def test_a_file_is_archived_shown_and_handed_to_the_interview(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Inbound] = []
    receive = desk.messenger.receive

    async def listen(inbound: Inbound) -> bool:
        heard.append(inbound)
        return await receive(inbound)

    monkeypatch.setattr(desk.messenger, "receive", listen)
    assert (await send_file(desk, "my/证书\u202e.png")).status_code == 200
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    (inbound,) = heard
    assert inbound.id == f"web:{SENDER.user}:f1"
    what: Any = inbound.what
    assert (what.kind, what.name, what.text) == ("photo", "my_证书_.png", "")
    assert (what.media.reference, what.media.kind, what.media.size) == (sha256, "photo", len(PICTURE))
    items = await desk.store.mailboxes.read(SENDER, 0, 100)
    item = next(each for each in map(frames.decode_item, (one.payload for one in items)) if each.file)
    assert item.file is not None
    assert (item.sender, item.id, item.fixed, item.file.type) == ("me", "f1", True, "image/png")
    shown = await desk.web.get(item.file.address, headers={KEY_HEADER: KEY})
    assert (shown.content, shown.headers["content-type"]) == (PICTURE, "image/png")
    assert (await desk.web.get(item.file.address, headers={KEY_HEADER: OTHER})).status_code == 404
    assert (await send_file(desk, "again.png", file="f2", body=b"%PDF-1.7 x")).status_code == 200
    assert (heard[-1].what.kind, heard[-1].what.name) == ("document", "again.png")  # type: ignore[union-attr]


@pytest.mark.usefixtures("takes_files")
async def test_files_have_bounds(desk: Desk) -> None:
    assert (await send_file(desk, "x.png", body=b"")).json() == {"why": "empty"}
    assert (await send_file(desk, "x.png", body=bytes(MOST_BYTES + 1))).json() == {"why": "too_large"}
    assert (await send_file(desk, "x" * 3000)).json() == {"why": "malformed"}
    assert (await send_file(desk, "x.png", key=OTHER)).json() == {"why": "unknown"}
    assert desk.archive.puts == 0


@pytest.mark.usefixtures("takes_files")
async def test_a_file_that_no_interview_has_taken_over_is_lent_for_a_day(desk: Desk) -> None:
    await send_file(desk, "x.png")
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    assert sha256 not in await desk.store.erasures.overdue(NOW_MS)
    assert sha256 in await desk.store.erasures.overdue(NOW_MS + 24 * 3600_000)


async def test_whoever_talks_to_people_may_send_files(desk: Desk) -> None:
    support = CommandReceived("support")
    await desk.messenger.receive(Inbound("web:s", support, SENDER, sent_ms=NOW_MS))
    assert (await send_file(desk, "error.png")).status_code == 200

    async def recorded() -> bool:
        interview = await desk.store.directory.who(SENDER)
        entries = await desk.store.interviews.entries(interview or "")
        return any(unseal(each)[1].cause == f"web:{SENDER.user}:f1" for each in entries)

    await until(recorded, "the file in the record")


async def test_a_moment_for_the_calendar(desk: Desk) -> None:
    at_ms = NOW_MS + 3_600_000
    answer = await desk.web.get(f"/calendar/{at_ms}.ics", headers={KEY_HEADER: KEY})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar: Any = icalendar.Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert event["dtstart"].dt.timestamp() * 1000 == at_ms
    assert event["dtend"].dt > event["dtstart"].dt
    assert str(event["summary"]).startswith("Go on with the interview: Data analyst")
    assert len(event.walk("VALARM")) == 1
    again = await desk.web.get(f"/calendar/{at_ms}.ics", headers={KEY_HEADER: KEY})
    assert again.content == answer.content


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        (NOW_MS, OTHER),
        (NOW_MS, ""),
        (0, KEY),
        ("x", KEY),
        ("-1", KEY),
        (10**14, KEY),
        ("9" * 400, KEY),
        ("١", KEY),
    ],
)
async def test_no_moment_for_strangers_and_none_that_is_absurd(desk: Desk, moment: object, key: str) -> None:
    assert (await desk.web.get(f"/calendar/{moment}.ics", headers={KEY_HEADER: key})).status_code == 404


def test_an_item_names_its_moment() -> None:
    message = OutboundMessage(Address("web", "local", "x"), "I will remind you.", calendar_ms=NOW_MS)
    assert frames.decode_item(frames.said(message, NOW_MS)).calendar == NOW_MS
    assert b"calendar" not in frames.said(replace(message, calendar_ms=0), NOW_MS)
