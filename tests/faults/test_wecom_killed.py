"""Two processes pull 微信客服 messages, get each callback three times, and are both killed repeatedly."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from conversation import events as e
from conversation.record.audit import verify
from storage.redis.store import RedisStore
from tests.bot.channels.wecom.wecom_corps import ADDRESS, customer, kf_news
from tests.fakes.running import SINGLE, own_server
from tests.fakes.waiting import until
from tests.fakes.wecom_api import AGENT, CORP, KF, SECRET, FakeWeCom
from tests.fakes.wecom_callbacks import AES_KEY, TOKEN, posted
from tests.faults.processes import Installation, Process

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(900)]

KILLS = 6
CANDIDATES = 10
FRAGMENTS = 8
_PATIENCE_S = 300


class Corporation:
    def __init__(self, api: FakeWeCom, installation: Installation, web: httpx.AsyncClient) -> None:
        self.api = api
        self.web = web
        self.chance = random.Random(7)
        self.said: dict[str, list[str]] = {}
        self.processes = [installation.process("run") for _ in range(2)]

    async def start(self, process: Process) -> None:
        process.start()

        async def ready() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return (await self.web.get(f"{process.address}/readyz")).status_code == 200
            return False

        await until(ready, "the process is ready", _PATIENCE_S)

    async def callback(self) -> None:
        """Send a callback to both processes, three times each, at once. Failed requests are not repeated."""
        query, body = posted(kf_news(time.time(), "token"), CORP, time.time())

        async def once(process: Process) -> None:
            with contextlib.suppress(httpx.HTTPError):
                await self.web.post(f"{process.address}{ADDRESS}?{query}", content=body)

        await asyncio.gather(*(once(each) for each in self.processes for _ in range(3)))

    async def candidate(self, user: str, while_: Callable[[], bool]) -> None:
        """Enter, agree, and send one message after another without waiting for the bot."""
        event = {
            "event_type": "enter_session",
            "open_kfid": KF,
            "external_userid": user,
            "scene_param": "load-open",
            "welcome_code": self.api.code(user),
        }
        self.api.bring({"origin": 4, "msgtype": "event", "event": event})
        await self.callback()
        await self._says(user, "1")
        said = self.said[user] = []
        while while_() or len(said) < FRAGMENTS:
            said.append(f"{user} says {len(said)}.")
            await self._says(user, said[-1])
            await asyncio.sleep(self.chance.uniform(0.2, 1))

    async def _says(self, user: str, text: str) -> None:
        message = {"msgtype": "text", "text": {"content": text}}
        self.api.bring({"open_kfid": KF, "external_userid": user, "origin": 3, **message})
        await self.callback()

    async def kill_now_and_then(self) -> None:
        """Kill both processes, whichever is pulling, while a page of messages is being committed."""
        for _ in range(KILLS):
            await asyncio.sleep(self.chance.uniform(0.5, 2))
            self.api.paged.clear()
            async with asyncio.timeout(_PATIENCE_S):
                await self.api.paged.wait()
            await asyncio.sleep(self.chance.uniform(0, 0.02))
            for process in self.processes:
                process.kill()
            await asyncio.gather(*(self.start(each) for each in self.processes))


def _environment(api: FakeWeCom) -> dict[str, str]:
    return {
        "XUMIAN_WECOM_CORP_ID": CORP,
        "XUMIAN_WECOM_AGENT_ID": AGENT,
        "XUMIAN_WECOM_SECRET": SECRET,
        "XUMIAN_WECOM_TOKEN": TOKEN,
        "XUMIAN_WECOM_AES_KEY": AES_KEY,
        "XUMIAN_WECOM_KF_OPEN_ID": KF,
        "XUMIAN_WECOM_API_URL": api.url,
        "XUMIAN_TELEGRAM_TOKENS": "",
    }


async def _said(store: RedisStore, user: str) -> list[str]:
    """Return the answer parts in the candidate's record, after verifying its chain."""
    interview = await store.directory.who(customer(user))
    record = await store.interviews.load(interview) if interview else None
    if interview is None or record is None:
        return []
    # more entries may have been added by now
    stored = (await store.interviews.entries(interview))[: record.version]
    entries = verify(interview, stored, record.version, record.head)
    return [each.text for entry in entries for each in entry.events if isinstance(each, e.PartReceived)]


async def test_kill_9_while_kf_is_pulled_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with own_server(SINGLE[0]) as server:
        async with FakeWeCom(time.time, pages=8) as api, httpx.AsyncClient(timeout=10, trust_env=False) as web:
            installation = Installation(tmp_path, api.url, server.url, **_environment(api))
            await installation.command("open", "load-open", "--code", "load-open", "--walk-in")
            here = Corporation(api, installation, web)
            store = RedisStore.at(server.url)
            users = [f"wmCandidate{number:02}" for number in range(CANDIDATES)]
            try:
                await asyncio.gather(*(here.start(each) for each in here.processes))
                async with asyncio.TaskGroup() as group:
                    killer = group.create_task(here.kill_now_and_then())
                    for user in users:
                        group.create_task(here.candidate(user, lambda: not killer.done()))
                await here.callback()

                async def all_there() -> bool:
                    return all([len(await _said(store, user)) >= len(here.said[user]) for user in users])

                await until(all_there, "everything that was said", _PATIENCE_S)
                for user in users:
                    assert await _said(store, user) == here.said[user]
                assert await store.outbox.dead_letters() == 0
            finally:
                installation.end()
                await store.close()
