"""Fetching candidates' files from a server that breaks off, hangs, refuses, or answers something else."""

import asyncio
import traceback

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import TryLater
from bot.channels.telegram import files
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.session import Session
from conversation.inbound import Media
from tests.bot.channels.telegram.telegram_bots import SECRET, telegram_bot
from tests.bot.recordings import DATA, VOICE, gone, refusal
from tests.fakes.bot_api import TOKEN, FakeBotApi, Trouble
from tests.fakes.bot_files import FileTrouble, Kept

OCTETS = "application/octet-stream"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SILENCE_S", 0.25)


async def test_a_recording_arrives_byte_for_byte() -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        assert await bot.channel.fetch(VOICE) == DATA
        assert bot.api.of("getFile") == [{"file_id": VOICE.reference}]
        assert [(asked.path, asked.range) for asked in bot.api.files.asked] == [("voice/file_1.oga", "")]


async def test_several_at_once() -> None:
    async with telegram_bot() as bot:
        for number in range(20):
            bot.api.files.keep(f"id{number}", Kept(DATA[number:], f"voice/file_{number}.oga"))
        fetched = await asyncio.gather(*(bot.channel.fetch(Media(f"id{number}")) for number in range(20)))
        assert fetched == [DATA[number:] for number in range(20)]


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("ranges", [True, False])
async def test_a_connection_that_breaks_is_followed_by_another(ranges: bool, tells: bool) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA, ranges=ranges, tells=tells))
        bot.api.files.fail(FileTrouble(after=100_000, cut=True), FileTrouble(after=60_000, cut=True))
        assert await bot.channel.fetch(VOICE) == DATA
        assert len(bot.api.files.asked) == 3
        assert len(bot.api.of("getFile")) == 1


@pytest.mark.usefixtures("impatient")
async def test_what_has_arrived_is_not_fetched_again() -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(FileTrouble(after=100_000, hang=True), FileTrouble(after=50_000, hang=True))
        assert await bot.channel.fetch(VOICE) == DATA
        assert [asked.range for asked in bot.api.files.asked] == ["", "bytes=100000-", "bytes=150000-"]


async def test_an_answer_that_ends_too_early_is_not_the_whole() -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(FileTrouble(after=200_000))
        assert await bot.channel.fetch(VOICE) == DATA
        assert [asked.range for asked in bot.api.files.asked] == ["", "bytes=200000-"]


@pytest.mark.parametrize(
    "trouble",
    [
        FileTrouble(code=416, type=OCTETS),
        FileTrouble(code=206, body=b"x" * 9, type=OCTETS, headers=(("Content-Range", "bytes 5-13/300000"),)),
        FileTrouble(code=206, body=b"x" * 9, type=OCTETS, headers=(("Content-Range", "bytes x"),)),
        FileTrouble(code=206, body=b"x" * 9, type=OCTETS),
    ],
    ids=["nothing more", "another part", "no part", "not said which part"],
)
async def test_where_the_parts_do_not_fit_all_comes_anew(trouble: FileTrouble) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(FileTrouble(after=200_000), trouble)
        assert await bot.channel.fetch(VOICE) == DATA
        assert [asked.range for asked in bot.api.files.asked] == ["", "bytes=200000-", ""]


@settings(max_examples=25)
@given(
    st.booleans(),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 70_000), st.booleans()), max_size=files.TRIES - 1),
)
def test_wherever_it_breaks_the_whole_arrives(tells: bool, ranges: bool, breaks: list[tuple[int, bool]]) -> None:
    async def play() -> None:
        async with telegram_bot() as bot:
            bot.api.files.keep(VOICE.reference, Kept(DATA[:70_001], tells=tells, ranges=ranges))
            bot.api.files.fail(*(FileTrouble(after=after, cut=cut or not tells) for after, cut in breaks))
            assert await bot.channel.fetch(VOICE) == DATA[:70_001]

    asyncio.run(play())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "trouble",
    [FileTrouble(hang=True), FileTrouble(cut=True), FileTrouble(after=0, cut=True), FileTrouble(after=0)],
    ids=str,
)
async def test_after_a_few_tries_it_is_left_for_later(trouble: FileTrouble) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(*[trouble] * 3 * files.TRIES)
        with pytest.raises(TryLater):
            await bot.channel.fetch(VOICE)
        # aiohttp itself may try once more if a connection ends without an answer
        assert files.TRIES <= len(bot.api.files.asked) <= files.TRIES * (1 + trouble.cut)
        bot.api.files.recover()
        assert await bot.channel.fetch(VOICE) == DATA


async def test_all_of_it_together_may_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "TOTAL_S", 0.1)
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(FileTrouble(after=1000, hang=True))
        with pytest.raises(TryLater, match="too long"):
            await bot.channel.fetch(VOICE)


LATER = [
    FileTrouble(body=refusal(429, "Too Many Requests: retry after 9", retry_after=9)),
    FileTrouble(code=429, body=refusal(429, "Too Many Requests: retry after 9", retry_after=9)),
    FileTrouble(body=refusal(500, "Internal Server Error")),
    FileTrouble(body=refusal(401, "Unauthorized")),
    FileTrouble(code=401, body=refusal(401, "Unauthorized")),
    FileTrouble(body=refusal(400, "Bad Request: file is temporarily unavailable")),
    FileTrouble(body=refusal(500, "Internal Server Error"), type=OCTETS),
    FileTrouble(body=b"[]"),
    FileTrouble(body=b'{"ok":true,"result":{}}'),
    FileTrouble(body=b'{"ok":false}'),
    FileTrouble(body=b""),
    FileTrouble(body=b'{"ok":' + b"[" * 100_000),
    FileTrouble(body=b"<html>please log in to this network</html>", type="text/html"),
    FileTrouble(code=302, headers=(("Location", "http://192.0.2.1/login"),), type="text/html"),
    FileTrouble(code=400, body=b"<html>Bad Request</html>", type="text/html"),
    FileTrouble(code=403, body=b"<html>blocked by policy</html>", type="text/html"),
    FileTrouble(code=502, body=b"<html>Bad Gateway</html>", type="text/html"),
    FileTrouble(code=500, body=b"\xff", type=OCTETS),
    FileTrouble(code=204, type=OCTETS),
]


@pytest.mark.parametrize("trouble", LATER, ids=lambda trouble: f"{trouble.code} {trouble.body[:60]!r}")
async def test_something_else_instead_of_the_file_is_never_taken_for_it(trouble: FileTrouble) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(trouble)
        with pytest.raises(TryLater) as caught:
            await bot.channel.fetch(VOICE)
        assert caught.value.retry_after_s == (9 if b"429" in trouble.body else None)
        assert len(bot.api.files.asked) == 1
        assert await bot.channel.fetch(VOICE) == DATA


@pytest.mark.parametrize("kind", ["application/json", OCTETS])
@pytest.mark.parametrize(
    ("error", "why"),
    [(refusal(400, "Bad Request: file is too big"), "too_large"), (refusal(400, "Bad Request: invalid"), "gone")],
)
async def test_an_error_in_the_place_of_the_file_says_what_it_is(error: bytes, why: str, kind: str) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(FileTrouble(body=error, type=kind))
        with gone(why):
            await bot.channel.fetch(VOICE)


async def test_a_recording_that_looks_a_little_like_an_error_is_a_recording() -> None:
    async with telegram_bot() as bot:
        for data in (b'{"ok":true}', b"{" + bytes(500), b"{"):
            bot.api.files.keep(VOICE.reference, Kept(data))
            assert await bot.channel.fetch(VOICE) == data


@pytest.mark.parametrize("code", [404, 410])
async def test_a_link_that_no_longer_works_is_asked_for_anew(code: int) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.files.fail(FileTrouble(code=code, body=refusal(code, "Not Found")))
        assert await bot.channel.fetch(VOICE) == DATA
        assert len(bot.api.of("getFile")) == 2
        bot.api.files.fail(*[FileTrouble(code=code, body=b"", type="text/html")] * 2)
        with pytest.raises(TryLater, match="link"):
            await bot.channel.fetch(VOICE)
        assert len(bot.api.of("getFile")) == 4


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Trouble(400, "Bad Request: file is too big"), "too_large"),
        (Trouble(400, "Bad Request: invalid file_id"), "gone"),
        (Trouble(400, "Bad Request: wrong file_id"), "gone"),
        (Trouble(400, "Bad Request: wrong remote file identifier specified"), "gone"),
        (Trouble(403, "Forbidden"), "gone"),
    ],
    ids=str,
)
async def test_what_telegram_will_never_give(trouble: Trouble, why: str) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.fail("getFile", trouble)
        with gone(why):
            await bot.channel.fetch(VOICE)
        assert bot.api.files.asked == []


async def test_a_file_that_nobody_has() -> None:
    async with telegram_bot() as bot:
        with gone("gone"):
            await bot.channel.fetch(VOICE)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        Trouble(400, raw=b"<html>Bad Request</html>"),
        Trouble(403, raw=b"<html>blocked by policy</html>"),
        Trouble(401, "Unauthorized"),
        Trouble(404, "Not Found"),
        Trouble(429, "Too Many Requests", 3),
        Trouble(500, "Internal Server Error"),
        Trouble(504, "Gateway Timeout"),
        Trouble(200, raw=b"<html>"),
        Trouble(200, raw=b'{"ok":true,"result":17}'),
        Trouble(200, raw=b'{"ok":true,"result":{"file_id":"x"}}'),
        Trouble(200, raw=b'{"ok":true,"result":{"file_path":5}}'),
        Trouble(cut=True),
    ],
    ids=str,
)
async def test_what_telegram_does_not_give_now(trouble: Trouble) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA))
        bot.api.fail("getFile", trouble)
        with pytest.raises(TryLater) as caught:
            await bot.channel.fetch(VOICE)
        assert caught.value.retry_after_s == trouble.retry_after
        assert bot.api.files.asked == []
        assert await bot.channel.fetch(VOICE) == DATA


async def test_no_answer_to_get_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOCATE_S", 0.1)
    async with telegram_bot() as bot:
        bot.api.fail("getFile", Trouble(hang=True))
        with pytest.raises(TryLater):
            await bot.channel.fetch(VOICE)


async def test_nobody_listens() -> None:
    session = Session("http://127.0.0.1:9", timeout_s=2)
    with pytest.raises(TryLater) as caught:
        await TelegramChannel(TOKEN, session, SECRET).fetch(VOICE)
    assert TOKEN not in str(caught.value)
    await session.close()


@pytest.mark.usefixtures("impatient")
async def test_no_error_and_no_log_line_has_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    troubles = [*LATER, FileTrouble(code=404), *[FileTrouble(cut=True)] * 4, *[FileTrouble(hang=True)] * 4]
    secret = TOKEN.partition(":")[2]
    with structlog.testing.capture_logs() as lines:
        async with FakeBotApi() as api:
            session = Session(api.url, timeout_s=2)
            channel = TelegramChannel(TOKEN, session, SECRET)
            api.files.keep(VOICE.reference, Kept(DATA))
            api.files.fail(*troubles)
            said: list[str] = []
            while len(api.files.asked) < len(troubles):
                try:
                    await channel.fetch(VOICE)
                except TryLater as error:
                    said += traceback.format_exception(error)
            await session.close()
    assert "".join(said).count("TryLater") > len(LATER)
    assert secret not in "".join(said) + str(lines) + caplog.text
