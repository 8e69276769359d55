"""A resume code comes with links that carry it and, where pictures can be sent, a QR code of one of them."""

import hashlib
import re
from collections.abc import Callable

import pytest

from conversation.engine import Engine
from conversation.errors import BotError
from conversation.inbound import Address
from handlers.catalogues import vocabulary
from handlers.intake.code_links import LENT_MS, Drawing, Ways
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from handlers.qr_codes import picture
from storage.memory.store import MemoryStore
from tests.fakes.scene import DAY, RECRUITERS, ZONE, Person, Scene

WEB, TELEGRAM = "https://interviews.example/?start=", "https://t.me/interviews_bot?start="


class Archive:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.away = False

    async def put(self, data: bytes) -> str:
        if self.away:
            raise BotError("the archive is away")
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256


class Outfit:
    """A scene whose intake offers these links and draws one as a QR code, where `takes` allows pictures."""

    def __init__(self, *links: tuple[str, str], takes: Callable[[Address], bool] = lambda _: True) -> None:
        self.scene = Scene(MemoryStore())
        self.archive = Archive()
        drawing = Drawing(takes, picture, self.archive.put, self.scene.store.erasures.lend)
        self.scene.intake = Intake(
            self.scene.store,
            Engine(vocabulary(), ZONE),
            Notices(vocabulary(), ZONE, [RECRUITERS]),
            now=self.scene.clock,
            nonce=self.scene.nonce,
            ways=Ways(lambda code: {channel: f"{link}{code}" for channel, link in links}, drawing),
        )

    async def anna(self, language: str = "en") -> Person:
        _, token = await self.scene.invited("Anna")
        anna = self.scene.person("42", language=language)
        await anna.opens(token)
        await anna.presses("agree@-1")
        await self.scene.sent()
        return anna


BOTH = (("telegram", TELEGRAM), ("web", WEB))


async def test_each_channel_has_its_line_and_the_web_link_is_drawn() -> None:
    outfit = Outfit(*BOTH)
    anna = await outfit.anna()
    await anna.commands("switch")
    (message,) = await outfit.scene.sent(anna.address)
    (shown,) = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", message.text)
    code = shown.replace("-", "")
    lines = message.text.splitlines()
    assert f"Telegram: {TELEGRAM}{code}" in lines
    assert f"web page: {WEB}{code}" in lines
    assert [message.text[at : at + length] for at, length in message.bold] == [shown]
    assert message.file is not None
    assert (message.file.media_type, message.file.name) == ("image/png", "continue.png")
    assert message.file.alt
    assert outfit.archive.kept == {message.file.sha256: picture(f"{WEB}{code}")}


async def test_each_language_says_it() -> None:
    outfit = Outfit(*BOTH)
    anna = await outfit.anna("zh-hans")
    await anna.says("换设备")
    (message,) = await outfit.scene.sent(anna.address)
    assert "网页：https://" in message.text


async def test_the_link_leads_on_with_the_code() -> None:
    outfit = Outfit(*BOTH)
    anna = await outfit.anna()
    await anna.commands("switch")
    (message,) = await outfit.scene.sent(anna.address)
    (code,) = re.findall(r"t\.me/interviews_bot\?start=(\w+)", message.text)
    elsewhere = outfit.scene.person("page", channel="web")
    assert await elsewhere.opens(code) == "committed"
    (welcome,) = await elsewhere.hears()
    assert "About you?" in welcome
    await elsewhere.opens(code)
    (again,) = await elsewhere.hears()
    assert "About you?" in again


async def test_without_the_web_the_first_link_is_drawn() -> None:
    outfit = Outfit(("telegram 700001", TELEGRAM), ("telegram 700002", "https://t.me/second_bot?start="))
    anna = await outfit.anna()
    await anna.commands("switch")
    (message,) = await outfit.scene.sent(anna.address)
    assert "Telegram 700001: " in message.text
    (drawn,) = outfit.archive.kept.values()
    (link,) = re.findall(rf"{re.escape(TELEGRAM)}\w+", message.text)
    assert drawn == picture(link)


async def test_without_links_it_is_the_code_alone() -> None:
    outfit = Outfit()
    anna = await outfit.anna()
    await anna.commands("switch")
    (message,) = await outfit.scene.sent(anna.address)
    assert "http" not in message.text
    assert message.file is None
    assert "\n" not in message.text
    assert outfit.archive.kept == {}


@pytest.mark.parametrize("why", ["takes no files", "the archive is away"])
async def test_where_no_picture_can_be_had_the_links_are_enough(why: str) -> None:
    outfit = Outfit(*BOTH, takes=lambda _: why != "takes no files")
    outfit.archive.away = why == "the archive is away"
    anna = await outfit.anna()
    await anna.commands("switch")
    (message,) = await outfit.scene.sent(anna.address)
    assert WEB in message.text
    assert "QR" not in message.text
    assert message.file is None


async def test_the_archive_may_drop_the_picture_later() -> None:
    outfit = Outfit(*BOTH)
    anna = await outfit.anna()
    await anna.commands("switch")
    erasures, now = outfit.scene.store.erasures, outfit.scene.clock.now
    assert LENT_MS == DAY
    assert await erasures.overdue(now + LENT_MS - 1) == []
    assert await erasures.overdue(now + LENT_MS) == list(outfit.archive.kept)


async def test_nothing_else_gets_links() -> None:
    outfit = Outfit(*BOTH)
    anna = await outfit.anna()
    await anna.says("I was born in Qingdao")
    await anna.commands("status")
    assert not any("http" in each or "QR" in each for each in await anna.hears())
