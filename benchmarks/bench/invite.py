"""Fill a Redis with candidates who have been invited and have not come yet, each with a name and a phone number.

python benchmarks/bench/invite.py REDIS_URL CAMPAIGN FIRST NUMBER
"""

import asyncio
import gc
import random
import sys
from zoneinfo import ZoneInfo

import uvloop

from bot.clock import nonce, now_ms
from conversation.contact import Contact
from handlers.campaigns import Campaigns
from storage.redis.store import RedisStore

AT_ONCE = 64
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文华建国玉梅志红海燕春雪晨宇轩涵"


def name_of(number: int) -> str:
    """Return candidate `number`'s name, the same each time."""
    draw = random.Random(number)
    return draw.choice(_FAMILY) + "".join(draw.choice(_GIVEN) for _ in range(2)) + f" {number}"


async def fill(url: str, campaign: str, first: int, number: int) -> None:
    store = RedisStore.at(url)
    campaigns = Campaigns(store, now=now_ms, nonce=nonce, zone=ZoneInfo("Asia/Shanghai"))
    found = await campaigns.find(campaign)
    numbers = iter(range(first, first + number))

    async def invite() -> None:
        for each in numbers:
            contact = Contact(f"+86139{each:08d}", f"c{each}@example.com", ())
            await campaigns.invite(found, name_of(each), contact=contact)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(invite())
    await store.close()


if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 50)
    uvloop.run(fill(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
