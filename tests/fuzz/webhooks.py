"""The whole way in: mutated messages with the right secret or signature, posted to each channel's real route.

Nothing may be answered with a 5xx, the log may contain no error but that of an update put into the dead letters,
and only what cannot be read may be put there.
"""

import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from random import Random
from typing import Any, NamedTuple

import httpx
import structlog
from starlette.routing import Route, Router

from bot.channels.wechat_api.callback import Callback
from bot.channels.wechat_api.webhook import CallbackAddress
from bot.channels.wecom.receive import Receiver
from storage.memory.store import MemoryStore
from tests.bot.channels.dingtalk.dingtalk_robots import on_dingtalk
from tests.bot.channels.feishu.feishu_bots import WEBHOOK as FEISHU
from tests.bot.channels.feishu.feishu_bots import headers, on_feishu, seal
from tests.bot.channels.telegram.telegram_bots import telegram_bot
from tests.bot.channels.telegram_staff.staff_bots import HEADER, SECRET, on_telegram
from tests.bot.channels.telegram_staff.staff_bots import WEBHOOK as STAFF
from tests.bot.channels.wechat.wechat_accounts import WeChatScene, account, begin
from tests.fakes.logbook import says_too_much
from tests.fakes.wecom_api import CORP
from tests.fakes.wecom_callbacks import AES_KEY, TOKEN, posted
from tests.fuzz.mutate import Mutator, Shape
from tests.payloads import names, raw

LINES = (
    "我学统计。",
    "/help",
    "/status",
    "/exit",
    "/start demo",
    "确定退出",
    "提交",
    "继续",
    "1",
    "什么时候截止？",
    "人工",
    "跳过",
    "English",
)
COMMANDS = (
    "/help",
    "/campaigns",
    "/open demo 春招",
    "/invite demo 张三 李四",
    "/who 李雷",
    "/stats demo",
    "/staff add 李 1:2 owner",
    "/report 00ff00ff",
    "/extend 李雷 48h",
    "/language zh",
    "/units",
    "/remind demo",
    "/export demo",
    "/settings",
    "/forget 李雷",
)
_UNREADABLE = {
    "Damaged",
    "DecodeError",
    "RecursionError",
    "UnicodeDecodeError",
    "Unreadable",
    "ValidationError",
    "ValueError",
}
"""Errors of parsing, which say that an update is not as its platform documents."""


class Open(NamedTuple):
    """An open channel. `post` returns the answer's status, and `buried` holds the dead letters."""

    post: Callable[[bytes], Awaitable[int]]
    buried: list[tuple[str, str, bytes]]
    seeds: list[bytes]


class Door(NamedTuple):
    """A channel's webhook. `also` are further errors that parsing raises for updates not as documented."""

    name: str
    shape: Shape
    open: Callable[[], AbstractAsyncContextManager[Open]]
    also: tuple[str, ...] = ()


def _json(*made: Any) -> list[bytes]:
    return [json.dumps(each, ensure_ascii=False).encode() for each in made]


@contextlib.asynccontextmanager
async def telegram() -> AsyncIterator[Open]:
    async with telegram_bot() as bot:
        await bot.post(bot.update("/start demo"))
        await bot.post(bot.press("agree@-1"))

        async def post(data: bytes) -> int:
            return (await bot.post(data)).status_code

        presses = [bot.press(each) for each in ("submit@0", "agree@-1", "exit.confirm@0", "language.en@0")]
        seeds = _json(*map(bot.update, LINES), *presses) + [raw("telegram", each) for each in names("telegram")]
        yield Open(post, bot.buried, seeds)


@contextlib.asynccontextmanager
async def telegram_staff() -> AsyncIterator[Open]:
    async with on_telegram() as bot:
        await bot.claims()

        async def post(data: bytes) -> int:
            return (await bot.web.post(STAFF, content=data, headers={HEADER: SECRET})).status_code

        seeds = _json(*map(bot.message, COMMANDS), *(bot.message(each, chat=-100700) for each in COMMANDS[:3]))
        yield Open(post, bot.store.outbox.buried, seeds + _json(bot.press("/help"), bot.press("/campaigns")))


@contextlib.asynccontextmanager
async def wechat() -> AsyncIterator[Open]:
    async with account(MemoryStore()) as desk:
        phone = await begin(desk)
        outbox: Any = desk.scene.store.outbox

        async def post(data: bytes) -> int:
            return (await desk.post_genuine(data)).status_code

        said = [
            phone.message("text", Content=each, MsgId=str(number)).encode() for number, each in enumerate(LINES)
        ]
        yield Open(post, outbox.buried, said + [raw("wechat", each, "xml") for each in names("wechat", "xml")])


@contextlib.asynccontextmanager
async def wecom() -> AsyncIterator[Open]:
    store = MemoryStore()
    scene = WeChatScene(store)
    await scene.walk_in(code="demo")

    async def news(_news: object) -> None:
        """Nothing to pull."""

    receiver = Receiver(CORP, Callback(TOKEN, CORP, [AES_KEY], scene.now_s), scene.intake, store.outbox, news)
    app = Router([Route("/webhooks/wecom/{account}", CallbackAddress("wecom", {CORP: receiver}))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as web:

        async def post(data: bytes) -> int:
            query, body = posted(data, CORP, scene.now_s())
            return (await web.post(f"/webhooks/wecom/{CORP}?{query}", content=body)).status_code

        text = raw("wecom", "app-text", "xml").decode()
        said = [text.replace("<Content>", f"<Content>{each}").encode() for each in LINES]
        yield Open(post, store.outbox.buried, said + [raw("wecom", each, "xml") for each in names("wecom", "xml")])


@contextlib.asynccontextmanager
async def dingtalk() -> AsyncIterator[Open]:
    async with on_dingtalk() as robot:
        await robot.begins()
        await robot.claims()

        async def post(data: bytes) -> int:
            return (await robot.post(data)).status_code

        said = [robot.message(each) for each in LINES] + [robot.message(each, "manager1") for each in COMMANDS]
        yield Open(post, robot.buried, _json(*said, robot.message("/help", "manager1", "cidGroup")))


@contextlib.asynccontextmanager
async def feishu() -> AsyncIterator[Open]:
    async with on_feishu() as bot:
        await bot.says("/start demo")
        await bot.claims()

        async def post(data: bytes) -> int:
            body = seal(data)
            told = headers(body, bot.desk.now // 1000)
            return (await bot.web.post(FEISHU, content=body, headers=told)).status_code

        said = [bot.message(each) for each in LINES] + [bot.message(each, "ou_manager") for each in COMMANDS]
        seeds = _json(
            *said, bot.press({"choice": "agree@-1", "to": "ou_member"}), bot.message("/help", chat="oc_group")
        )
        yield Open(post, bot.store.outbox.buried, seeds)


DOORS = (
    Door("telegram", "json", telegram),
    Door("telegram-staff", "json", telegram_staff, ("KeyError", "TypeError")),
    Door("wechat", "xml", wechat),
    Door("wecom", "xml", wecom),
    Door("dingtalk", "json", dingtalk),
    Door("feishu", "json", feishu),
)


async def post_many(door: Door, inputs: int, rng: Random) -> tuple[dict[int, int], dict[str, bytes]]:
    """Post mutated messages. Returns how often each status came, and the first input for each fault."""
    statuses: dict[int, int] = {}
    faults: dict[str, bytes] = {}
    mutate = Mutator(rng, door.shape)
    with structlog.testing.capture_logs() as lines:
        async with door.open() as opened:
            lines.clear()
            for _ in itertools.repeat(None, inputs):
                data = mutate(rng.choice(opened.seeds), rng.choice(opened.seeds))
                before = len(opened.buried)
                status = await opened.post(data)
                statuses[status] = statuses.get(status, 0) + 1
                for fault in (*_faults(status, lines), *_unread(opened.buried[before:], door.also)):
                    faults.setdefault(fault, data)
                lines.clear()
    return statuses, faults


def _faults(status: int, lines: list[Any]) -> list[str]:
    said = [f"the log says too much: {line['event']}" for line in lines if says_too_much(str(line))]
    said += [f"in the log: {line}" for line in lines if line.get("exc_info") and line["event"] != "update_failed"]
    return [*said, f"status {status}"] if status >= 500 else said


def _unread(letters: list[tuple[str, str, bytes]], also: tuple[str, ...]) -> list[str]:
    return [f"put away because of {why}" for _, why, _ in letters if why not in {*_UNREADABLE, *also}]
