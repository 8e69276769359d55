"""Measure how long WeChat callbacks take under load. The platform waits for five seconds.

One process runs everything but voice, with an official account in safe mode, its own Redis and a fake WeChat. The
candidates are in another process, and each sends the next message when the last one is answered.
"""

import argparse
import asyncio
import itertools
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import uvloop

from tests.bot.channels.wechat.wechat_accounts import BOX, GH, KEY, NONCE, TOKEN, WEBHOOK, cdata
from tests.bot.whole_app import whole_app
from tests.fakes.running import SINGLE, own_server
from tests.fakes.wechat_api import APP_ID, SECRET, FakeWeChat
from tests.fakes.wechat_crypto import signed

ANSWER = "我学的是统计,做过三个预测课题。" * 12
GOAL_MS = 1_000


class Candidates:
    """Candidates who take interviews by callbacks. `took_s` lists the seconds that each callback took."""

    def __init__(self, web: aiohttp.ClientSession) -> None:
        self.took_s: list[float] = []
        self._web = web
        self._numbers = itertools.count(10**15)

    async def interview(self, user: str) -> None:
        await self._does(user, "event", Event="subscribe", EventKey="qrscene_demo")
        await self._does(user, "text", Content="1", MsgId=str(next(self._numbers)))
        for _ in range(6):
            for said in (ANSWER, "提交"):
                await self._does(user, "text", Content=said, MsgId=str(next(self._numbers)))

    async def _does(self, user: str, kind: str, **fields: str) -> None:
        stamp = str(int(time.time()))
        known = {"ToUserName": GH, "FromUserName": user, "MsgType": kind, **fields}
        inside = "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in known.items())
        encrypted = BOX.seal(f"<xml>{inside}<CreateTime>{stamp}</CreateTime></xml>")
        query = {"timestamp": stamp, "nonce": NONCE, "msg_signature": signed(TOKEN, stamp, NONCE, encrypted)}
        body = f"<xml><Encrypt>{cdata(encrypted)}</Encrypt></xml>".encode()
        began = time.perf_counter()
        async with self._web.post(WEBHOOK, params=query, data=body) as answer:
            await answer.read()
            answer.raise_for_status()
        self.took_s.append(time.perf_counter() - began)


async def candidates(url: str, people: int, in_flight: int) -> None:
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=in_flight)) as web:
        everybody, gate = Candidates(web), asyncio.Semaphore(in_flight)

        async def one(user: str) -> None:
            async with gate:
                await everybody.interview(user)

        await asyncio.gather(*(one(f"warm-up-{number}") for number in range(in_flight)))
        everybody.took_s.clear()
        began = time.perf_counter()
        await asyncio.gather(*(one(f"candidate-{number}") for number in range(people)))
        _report(everybody.took_s, time.perf_counter() - began)


def _report(took_s: list[float], whole_s: float) -> None:
    took_s.sort()
    p50, p95, p99 = (round(took_s[int(len(took_s) * part) - 1] * 1000) for part in (0.5, 0.95, 0.99))
    kept = "kept" if p99 < GOAL_MS else "missed"
    print(
        f"{len(took_s)} callbacks, {len(took_s) / whole_s:.0f}/s; p50 {p50} ms, p95 {p95} ms, p99 {p99} ms "
        f"(aim: under {GOAL_MS} ms, {kept})"
    )


@asynccontextmanager
async def account() -> AsyncIterator[str]:
    """Run the whole app and yield its address."""
    with own_server(SINGLE[0]) as redis:
        async with FakeWeChat(time.time) as api:
            settings = {
                "wechat_app_id": APP_ID,
                "wechat_app_secret": SECRET,
                "wechat_token": TOKEN,
                "wechat_aes_key": KEY,
                "wechat_api_url": api.url,
                "wechat_push": "yes",
            }
            async with whole_app(redis.url, public=True, more=settings) as app:
                yield app.address
            print(f"refused by the platform: {dict(api.refused) or 'nothing'}")


async def run(rounds: int, people: int, in_flight: int) -> None:
    async with account() as url:
        for _ in range(rounds):
            command = [sys.executable, __file__, "--url", url, "--candidates", str(people)]
            client = await asyncio.create_subprocess_exec(*command, "--in-flight", str(in_flight))
            await client.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--in-flight", type=int, default=50)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.url:
        uvloop.run(candidates(given.url, given.candidates, given.in_flight))
    else:
        uvloop.run(run(given.rounds, given.candidates, given.in_flight))


if __name__ == "__main__":
    main()
