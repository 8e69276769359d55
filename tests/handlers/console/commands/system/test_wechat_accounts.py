"""What staff see of a WeChat official account: its abilities, whom it can reach, and QR codes of invitations."""

import csv
import io
from collections.abc import Sequence
from zipfile import ZipFile

import pytest

from conversation.inbound import Address, CommandReceived, Inbound, Window
from conversation.outbound import OutboundMessage
from handlers.actions.context import Account
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

APP_ID = "wx0123456789abcdef"
HOUR = 3_600_000


async def organisation(language: str = "en") -> Desk:
    desk = Desk(MemoryStore(), language)
    await desk.claims()
    await desk.campaign("spring")
    return desk


@pytest.mark.parametrize(
    ("language", "known", "said"),
    [
        ("en", Account("wechat", APP_ID, None, can="push"), f"{APP_ID} · may send by itself"),
        ("en", Account("wechat", APP_ID, None, can="reply"), f"{APP_ID} · may only reply (not verified)"),
        ("en", Account("wechat", APP_ID, None), APP_ID),
        ("zh", Account("wechat", APP_ID, None, can="push"), f"{APP_ID} · 能主动发消息"),
        ("zh", Account("wechat", APP_ID, None, can="reply"), f"{APP_ID} · 只能在对方来信时回复（未认证）"),
    ],
)
async def test_bots_says_what_an_account_can_do(language: str, known: Account, said: str) -> None:
    desk = await organisation(language)
    desk.console.tools = desk.tools._replace(accounts=lambda: [known])
    (text,) = texts(await desk.says("boss", "/bots"))
    assert any(line.endswith(said) for line in text.splitlines())


# invitations


class Scenes:
    """Links that must be prepared first. Only the first `most` tokens of each request get a WeChat link."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[str] = []
        self.known: set[str] = set()

    async def prepare(self, tokens: Sequence[str]) -> None:
        self.asked += tokens
        self.known.update(tokens[: self.most])

    def links(self, token: str) -> dict[str, str]:
        telegram = {"telegram": f"https://t.me/interviews_bot?start={token}"}
        return telegram | ({"wechat": f"http://weixin.qq.com/q/{token}"} if token in self.known else {})


async def invited(desk: Desk, scenes: Scenes, line: str) -> list[OutboundMessage]:
    desk.console.tools = desk.tools._replace(links=scenes.links, prepare=scenes.prepare)
    return await desk.says("boss", line)


async def file_of(desk: Desk, sent: Sequence[OutboundMessage], ending: str) -> bytes:
    (file,) = (each.file for each in sent if each.file and each.file.name.endswith(ending))
    return await desk.console.tools.get_file(file.sha256)


async def test_an_invitation_says_what_its_wechat_code_says() -> None:
    desk, scenes = await organisation(), Scenes(1)
    said = await invited(desk, scenes, "/invite spring Anna")
    (token,) = scenes.asked
    assert f"WeChat: http://weixin.qq.com/q/{token}" in said[0].text
    with ZipFile(io.BytesIO(await file_of(desk, said, ".zip"))) as packed:
        assert packed.namelist() == ["001-Anna-telegram.png", "001-Anna-wechat.png"]


async def test_who_has_no_code_has_an_empty_cell() -> None:
    desk, scenes = await organisation(), Scenes(2)
    said = await invited(desk, scenes, "/invite spring Anna、Ben、Cid")
    table = (await file_of(desk, said, ".csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [bool(row["link (WeChat)"]) for row in rows] == [True, True, False]
    assert all(row["link (Telegram)"] for row in rows)
    with ZipFile(io.BytesIO(await file_of(desk, said, ".zip"))) as packed:
        assert len(packed.namelist()) == 5


# who can be reached


@pytest.mark.parametrize(
    ("language", "messages", "said"),
    [
        ("en", 5, "reachable until 25 November, 10:00"),
        ("en", 0, "out of reach until they write"),
        ("zh", 5, "可联系到 11 月 25 日 10:00"),
        ("zh", 0, "对方再写来之前无法联系"),
    ],
)
async def test_the_card_says_until_when_somebody_can_be_reached(language: str, messages: int, said: str) -> None:
    desk = await organisation(language)
    invitation = await desk.campaigns.invite(await desk.campaigns.find("spring"), "Anna")
    window = Window(desk.now + 48 * HOUR, messages)
    sender = Address("wechat", APP_ID, "o1")
    begun = Inbound("in:1", CommandReceived("start", invitation.token), sender, desk.now, window=window)
    await desk.intake.receive(begun)
    (card,) = texts(await desk.says("boss", "/candidate Anna"))
    assert said in card
