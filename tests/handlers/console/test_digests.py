"""The daily digest: at the right time, exactly once, short, and limited to its unit."""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.runtime.digests import Digests
from conversation.errors import BotError
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.timing.schedule import to_ms
from handlers import charts
from handlers.charts import Picture
from handlers.console import digest
from handlers.console.digest_times import DigestPlace, Due, due, places
from handlers.notices.notices import Destination
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import Chat, Organisation
from storage.errors import StoreUnavailable
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import STAFF_BOT, Desk

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
CHAT = Address("telegram-staff", STAFF_BOT, "-100")
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


class Broken(BotError):
    pass


def ms(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=zone))


def at_nine(**more: Any) -> DigestPlace:
    return DigestPlace(CHAT, "", "zh", 9 * 60, **more)


# when


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-11-24T08:59:59", False),
        ("2026-11-24T09:00", True),
        ("2026-11-24T17:59:59", True),
        ("2026-11-24T18:00", False),
        ("2026-11-28T09:30", False),  # Saturday
        ("2026-11-29T09:30", False),
        ("2026-11-30T09:30", True),
    ],
)
def test_it_is_due_on_working_days_from_its_time_until_the_evening(now: str, wanted: bool) -> None:
    assert (due(at_nine(), Organisation(), ms(now), SHANGHAI) is not None) == wanted


def test_it_tells_of_what_was_since_the_last_one() -> None:
    last = ms("2026-11-23T09:00:12")
    told = Organisation(digests={str(CHAT): last})
    found = due(at_nine(), told, ms("2026-11-24T10:00"), SHANGHAI)
    assert found == Due(f"digest:2026-11-24:{CHAT}", last, monday=False)
    first = due(at_nine(), Organisation(), ms("2026-11-23T10:00"), SHANGHAI)
    assert first == Due(f"digest:2026-11-23:{CHAT}", ms("2026-11-20T09:00"), monday=True)


def test_it_tells_of_a_week_at_most() -> None:
    told = Organisation(digests={str(CHAT): ms("2026-08-03T09:00")})
    now = ms("2026-11-24T10:00")
    found = due(at_nine(), told, now, SHANGHAI)
    assert found is not None
    assert found.since_ms == now - 7 * DAY_MS


@pytest.mark.parametrize("now", ["2026-11-24T10:00", "2026-11-24T09:00:12", "2026-11-23T12:00"])
def test_once_it_was_told_it_is_not_due_on_that_day_or_when_clocks_go_back(now: str) -> None:
    told = Organisation(digests={str(CHAT): ms("2026-11-24T09:00:11")})
    assert due(at_nine(), told, ms(now), SHANGHAI) is None
    assert due(at_nine()._replace(minute=11 * 60), told, ms("2026-11-24T12:00"), SHANGHAI) is None


def test_a_chat_that_is_new_gets_its_first_one_the_next_working_day() -> None:
    place = at_nine(since_ms=ms("2026-11-24T10:00"))
    assert due(place, Organisation(), ms("2026-11-24T10:01"), SHANGHAI) is None
    found = due(place, Organisation(), ms("2026-11-25T09:00"), SHANGHAI)
    assert found is not None
    assert found.since_ms == place.since_ms


@pytest.mark.parametrize("day", ["2026-10-23", "2026-10-26", "2026-03-27", "2026-03-30"])
def test_nine_is_nine_by_the_clock_on_the_wall_when_summer_time_begins_and_ends(day: str) -> None:
    assert due(at_nine(), Organisation(), ms(f"{day}T08:59:59", BERLIN), BERLIN) is None
    assert due(at_nine(), Organisation(), ms(f"{day}T09:00", BERLIN), BERLIN) is not None


def test_the_settings_name_places_for_everything_and_notify_overrides_them() -> None:
    other = replace(CHAT, user="-200")
    fixed = [
        Destination(CHAT, digest=True),
        Destination(other, "en", digest=True),
        Destination(replace(CHAT, user="3")),
    ]
    organisation = Organisation(chats=(Chat(CHAT, "East", "zh", digest=-1),))
    assert places(organisation, fixed) == [DigestPlace(other, "", "en", 9 * 60)]


# once


async def desk_with_news(store: Store) -> Desk:
    """Return a desk on Tuesday, 09:30, where a candidate completed the interview on Monday morning."""
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/notify")
    await desk.answers("Anna", "spring", 4)
    desk.now = ms("2026-11-24T09:30")
    await desk.sent()
    return desk


async def test_two_processes_that_look_at_once_send_one(store: Store) -> None:
    desk = await desk_with_news(store)
    both = [Digests(desk.tools), Digests(desk.tools)]
    await asyncio.gather(*(each.look() for each in both))
    await asyncio.gather(*(each.look() for each in both))
    (message,) = await desk.sent()
    assert "Anna" in message.text
    await audit_organisation(store)


class _Failing:
    """The store's interviews, where the first commit fails: before it is done or, with `done`, after it."""

    def __init__(self, interviews: Any, *, done: bool) -> None:
        self._interviews = interviews
        self._done = done
        self._failed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._interviews, name)

    async def commit(self, commit: Any) -> Any:
        if self._failed:
            return await self._interviews.commit(commit)
        self._failed = True
        if self._done:
            await self._interviews.commit(commit)
        raise StoreUnavailable("away")


class _Store(NamedTuple):
    interviews: Any
    directory: Any
    erasures: Any


@pytest.mark.parametrize("done", [False, True])
async def test_a_crash_at_the_commit_neither_loses_nor_repeats_it(store: Store, *, done: bool) -> None:
    desk = await desk_with_news(store)
    failing: Any = _Store(_Failing(store.interviews, done=done), store.directory, store.erasures)
    with pytest.raises(StoreUnavailable):
        await Digests(desk.tools._replace(store=failing)).look()
    await Digests(desk.tools).look()
    await Digests(desk.tools).look()
    assert len(await desk.sent()) == 1
    await audit_organisation(store)


async def test_a_command_in_between_costs_one_more_round_only(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await desk_with_news(store)
    compose = digest.compose

    async def with_a_command_meanwhile(*arguments: Any) -> None:
        await compose(*arguments)
        await desk.says("boss", "/help")

    monkeypatch.setattr("bot.runtime.digests.compose", with_a_command_meanwhile)
    await Digests(desk.tools).look()
    texts = [message.text for message in await desk.sent()]
    assert len([text for text in texts if text.startswith("Digest")]) == 1
    assert list((await load(store)).state.digests) == [str(desk._people["boss"])]


async def test_who_turns_it_off_meanwhile_gets_none(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await desk_with_news(store)
    compose = digest.compose

    async def turned_off(*arguments: Any) -> None:
        await compose(*arguments)
        await desk.says("boss", "/notify digest off")

    monkeypatch.setattr("bot.runtime.digests.compose", turned_off)
    await Digests(desk.tools).look()
    assert not [message for message in await desk.sent() if message.text.startswith("Digest")]


# what it says


async def digests_of(desk: Desk, *fixed: Destination) -> list[OutboundMessage]:
    await Digests(desk.tools, fixed).look()
    return await desk.sent()


async def test_it_tells_of_its_unit_only_in_the_chats_language(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    for unit in ("East", "South"):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(unit.lower(), unit)
    await desk.joins("Lee", "recruiter", "East")
    await desk.says("Lee", "/language zh")
    await desk.says("Lee", "/notify East")
    await desk.says("boss", "/notify")
    await desk.answers("Anna", "east", 4)
    await desk.exits("Ben", "south")
    desk.now = ms("2026-11-24T09:30")
    await desk.sent()
    said = {message.to.user: message for message in await digests_of(desk)}
    lee, boss = (said[desk._people[who].user] for who in ("Lee", "boss"))
    assert lee.text.startswith("早报 · East")
    assert "Anna" in lee.text
    assert "Ben" not in lee.text
    assert "Anna" in boss.text
    assert "Ben" in boss.text
    assert boss.file is not None
    assert lee.file is not None
    assert "2 campaigns" in boss.file.alt
    assert "campaigns" not in lee.file.alt


async def test_the_settings_place_hears_of_all_units(store: Store) -> None:
    desk = await desk_with_news(store)
    group = replace(CHAT, user="-1009")
    sent = await digests_of(desk, Destination(group, "en", digest=True))
    assert sorted(message.to.user for message in sent) == sorted(["-1009", desk._people["boss"].user])


async def test_a_hundred_names_make_no_long_message(store: Store) -> None:
    if not isinstance(store, MemoryStore):
        pytest.skip("the same on every store")
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/notify")
    for number in range(40):
        await desk.exits(f"A candidate of a rather long name {number}", "spring", "privacy")
        await desk.answers(f"Another name that does not end {number}", "spring", 4)
    desk.now = ms("2026-11-24T09:30")
    await desk.sent()
    (message,) = await digests_of(desk)
    assert len(message.text.encode("utf-16-le")) // 2 <= 1_000
    assert "40 have finished" in message.text
    assert "40 have stopped" in message.text
    assert all(choice.token.isascii() and len(choice.token) <= 40 for choice in message.choices)


async def test_in_quiet_hours_it_makes_no_sound(store: Store) -> None:
    desk = await desk_with_news(store)
    await desk.says("boss", "/notify quiet 22-10")
    (message,) = await digests_of(desk)
    assert message.silent
    assert not message.prompted


async def test_nothing_is_said_on_a_quiet_day_and_a_line_on_mondays(store: Store) -> None:
    desk = await desk_with_news(store)
    assert len(await digests_of(desk)) == 1
    desk.now = ms("2026-11-25T09:30")
    assert await digests_of(desk) == []
    version = (await load(store)).version
    desk.now = ms("2026-11-25T11:00")
    assert await digests_of(desk) == []
    assert (await load(store)).version == version, "looked at once"
    desk.now = ms("2026-11-30T09:30")
    (message,) = await digests_of(desk)
    assert "Nobody has finished, and nobody has stopped." in message.text
    assert message.file is None


@pytest.fixture
def undrawable(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> Picture:
        raise OSError("no room for the font cache")

    monkeypatch.setattr(charts, "draw", broken)


@pytest.mark.usefixtures("undrawable")
async def test_without_a_picture_the_words_come(store: Store) -> None:
    desk = await desk_with_news(store)
    (message,) = await digests_of(desk)
    assert message.file is None
    assert "Anna" in message.text
    (said,) = await desk.says("boss", "/funnel spring")
    assert said.file is None
    assert "1/1 Introduction" in said.text


async def test_without_the_archive_the_words_come(store: Store) -> None:
    desk = await desk_with_news(store)

    async def away(_data: bytes) -> str:
        raise Broken("the archive is away")

    await Digests(desk.tools._replace(put_file=away)).look()
    (message,) = await desk.sent()
    assert message.file is None
    assert "Anna" in message.text


async def test_one_places_trouble_is_not_anothers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await desk_with_news(store)
    compose = digest.compose

    async def with_trouble(turn: Any, place: DigestPlace, wanted: Due) -> None:
        if place.address.user == "-1009":
            raise ValueError("a fault of ours")
        await compose(turn, place, wanted)

    monkeypatch.setattr("bot.runtime.digests.compose", with_trouble)
    sent = await digests_of(desk, Destination(replace(CHAT, user="-1009"), "en", digest=True))
    assert [message.to for message in sent] == [desk._people["boss"]]


async def test_the_funnel_comes_with_its_picture(store: Store) -> None:
    desk = await desk_with_news(store)
    (message,) = await desk.says("boss", "/funnel spring")
    assert message.file is not None
    assert message.file.media_type == "image/png"
    assert "Professional questions 1" in message.file.alt
    from matplotlib.image import imread

    height, width, _ = imread(BytesIO(desk.archive[message.file.sha256])).shape
    assert width == 1440
    assert height > 300
