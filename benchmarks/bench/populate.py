"""Fill a Redis with interviews, through the same intake and commit as in operation.

There is no web server and no delivery: messages are deleted from the outbox. Half of the interviews are finished,
the others wait for the fourth answer.

    python benchmarks/bench/populate.py REDIS_URL FIRST_CHAT NUMBER
"""

import asyncio
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import uvloop

from bot.clock import nonce, now_ms
from conversation.engine import Engine
from conversation.inbound import Address, CommandReceived, Inbound, TextReceived, What
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage import keys
from storage.redis.store import RedisStore

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.bot_api import BOT
from bench.bots import CAMPAIGN
from bench.interview import QUESTIONS, answer

AT_ONCE = 64
HALF_WAY = 3
_TRIM_EVERY = 500
_AGREED = "同意并开始"


async def fill(store: RedisStore, first: int, number: int) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    intake = Intake(store, Engine(vocabulary(), zone), Notices(vocabulary(), zone, []), now=now_ms, nonce=nonce)
    chats = iter(range(first, first + number))
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(_take(store, intake, chats))
    await _trim(store)


async def _take(store: RedisStore, intake: Intake, chats: Iterator[int]) -> None:
    for chat in chats:
        answers = QUESTIONS if chat % 2 else HALF_WAY
        steps: list[What] = [CommandReceived("start", CAMPAIGN), TextReceived(_AGREED)]
        steps += [TextReceived(answer(chat, question)) for question in range(1, answers + 1)]
        sender = Address("telegram", str(BOT["id"]), str(chat))
        for number, what in enumerate(steps):
            inbound = Inbound(
                f"tg:{BOT['id']}:{chat * 10 + number}",
                what,
                sender,
                now_ms(),
                str(number),
                f"C{chat}",
                "zh-hans",
            )
            if await intake.receive(inbound) != "committed":
                raise RuntimeError(f"step {number} of chat {chat} was not committed")
        if chat % _TRIM_EVERY == 0:
            await _trim(store)


async def _trim(store: RedisStore) -> None:
    for partition in range(keys.PARTITIONS):
        await store.client.xtrim(keys.outbox(partition), maxlen=0, approximate=False)


async def main(url: str, first: int, number: int) -> None:
    store = RedisStore.at(url)
    try:
        await fill(store, first, number)
    finally:
        await store.close()


if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 50)
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
