"""Files that are too large to fetch, and links that redirect elsewhere."""

import pytest
import structlog

from conversation.inbound import Media
from tests.bot.channels.telegram.telegram_bots import telegram_bot
from tests.bot.recordings import DATA, VOICE, gone
from tests.fakes.bot_api import Trouble
from tests.fakes.bot_files import FileTrouble, Kept

MOST = 20 * 1024 * 1024


async def test_what_is_told_to_be_too_large_is_not_asked_for() -> None:
    async with telegram_bot() as bot:
        with gone("too_large"):
            await bot.channel.fetch(Media("x", size=MOST + 1))
        assert bot.api.calls == []
        bot.api.fail("getFile", Trouble(raw=b'{"ok":true,"result":{"file_path":"a","file_size":%d}}' % (MOST + 1)))
        with gone("too_large"):
            await bot.channel.fetch(VOICE)
        assert bot.api.files.asked == []


@pytest.mark.parametrize("trouble", [(), (FileTrouble(after=MOST + 1),)], ids=["told with the file", "never told"])
async def test_what_turns_out_too_large_is_given_up(trouble: tuple[FileTrouble, ...]) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(bytes(MOST + 1), tells=False))
        bot.api.files.fail(*trouble)
        with gone("too_large"):
            await bot.channel.fetch(VOICE)
        assert len(bot.api.files.asked) == 1


async def test_the_largest_that_may_be() -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(b"\x01" * MOST))
        assert await bot.channel.fetch(Media(VOICE.reference, size=MOST)) == b"\x01" * MOST


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("voice/file 1?x=2#3.oga", "voice/file%201%3Fx%3D2%233.oga"),
        ("voice/50%2e.oga", "voice/50%252e.oga"),
        ("语音/1.oga", "%E8%AF%AD%E9%9F%B3/1.oga"),
        ("http:voice@other.example/1.oga", "http%3Avoice%40other.example/1.oga"),
        ("...oga", "...oga"),
        ("a\r\nHost: other.example", "a%0D%0AHost%3A%20other.example"),
    ],
)
async def test_the_path_stands_in_the_address_as_nothing_but_a_path(path: str, asked: str) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA, path))
        assert await bot.channel.fetch(VOICE) == DATA
        assert [each.path for each in bot.api.files.asked] == [asked]


@pytest.mark.parametrize(
    "path",
    [
        "/var/lib/telegram-bot-api/voice/file_1.oga",
        "C:\\bots\\file_1.oga",
        "..\\file_1.oga",
        "../file_1.oga",
        "voice/../../bot1:secret/getMe",
        "voice/./file_1.oga",
        "voice//file_1.oga",
        "http://other.example/file_1.oga",
        "//other.example/file_1.oga",
        "voice/",
        "x" * 2000,
    ],
)
async def test_a_path_that_leads_elsewhere_is_not_followed_and_not_logged(path: str) -> None:
    async with telegram_bot() as bot:
        bot.api.files.keep(VOICE.reference, Kept(DATA, path))
        with structlog.testing.capture_logs() as lines, gone("gone"):
            await bot.channel.fetch(VOICE)
        assert bot.api.files.asked == []
        (line,) = lines
        assert (line["event"], line["log_level"]) == ("file_out_of_reach", "error")
        assert ("--local" in line["why"]) == (path[:1] == "/" or "\\" in path)
        assert path not in str(line)
