"""The whole app while Redis refuses everything, for every reason: it says so, waits, and goes on by itself."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Any

import pytest
import structlog
from websockets.exceptions import ConnectionClosed

from bot.app import App
from bot.runtime.periodic import Periodic
from bot.settings import load
from storage.redis.store import RedisStore
from tests.bot.channels.telegram.telegram_bots import HEADER, SECRET, WEBHOOK
from tests.bot.channels.test_unsigned_callbacks import ADDRESSES, PLATFORMS
from tests.bot.whole_app import Visitor, WholeApp, whole_app
from tests.fakes.refusing_redis import REPLIES, RefusingRedis
from tests.fakes.waiting import until
from tests.servers import ServerProcess

pytestmark = pytest.mark.redis
LOOPS = {
    "no_sign_of_life", "office_unknown", "timers_wait", "leases_uncertain", "outbox_unreadable", "not_measured",
    "erasing_waits", "digests_wait", "kf_pull_waits",
}  # fmt: skip
"""What each loop that has something to ask logs, for debugging only, while it waits for Redis."""
_KEY = "a-key-of-a-page-0123456789"
PAGES = (
    "/", "/?pane=x", "/healthz", "/metrics", "/page/messenger.js", "/r/token", "/r/token/audio/ab",
    "/r/token/file/ab", "/own/ab/x", "/mine/ab/x", "/files/ab/x", "/calendar/1790000000.ics",
)  # fmt: skip
UPLOADS = ("/voice/1?ms=1000", "/file/1?name=x.pdf", "/staff/1?name=x.csv")
Log = list[MutableMapping[str, Any]]


@pytest.fixture
async def proxy(server: ServerProcess) -> AsyncIterator[RefusingRedis]:
    async with RefusingRedis(server.port).open() as refusing:
        yield refusing


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops that look often, and outages that are over as soon as one call of each is carried out."""
    for loop in _subclasses(Periodic):
        monkeypatch.setattr(loop, "every_s", 0.3)
    monkeypatch.setattr("bot.channels.wecom.kf_pull.LOOK_S", 0.3)
    monkeypatch.setattr("bot.channels.wecom.kf_pull._TROUBLE_S", 0.3)
    monkeypatch.setattr("storage.redis.outages.QUIET_S", 0.1)
    monkeypatch.setattr("storage.redis.subscriptions._AGAIN_S", 0.02)


def _subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


@contextlib.asynccontextmanager
async def running(proxy: RefusingRedis, **more: object) -> AsyncIterator[tuple[WholeApp, Log]]:
    with structlog.testing.capture_logs() as log:
        async with whole_app(proxy.url, more={**PLATFORMS, "wecom_kf_open_id": "wkAJ2GCAAA", **more}) as app:
            yield app, log


class Candidates:
    """Candidates on Telegram, each of whom comes up to the first question and then answers."""

    def __init__(self, app: WholeApp) -> None:
        self._app = app
        self._numbers = itertools.count(1000)

    async def come(self) -> int:
        user = next(self._numbers)
        assert await self.post(self.message(user, "/start demo")) == 200
        await self.hears(user, 1)
        (choices,) = (each for each in self._app.api.of("sendMessage") if each["chat_id"] == user)
        agree = choices["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        press = {"id": f"q{user}", "from": self._who(user), "chat_instance": "1", "data": agree}
        press["message"] = {"message_id": 1, "chat": {"id": user, "type": "private"}, "date": 1_790_000_000}
        assert await self.post({"update_id": next(self._numbers), "callback_query": press}) == 200
        await self.hears(user, 2)
        return user

    def message(self, user: int, text: str) -> dict[str, Any]:
        number = next(self._numbers)
        chat = {"id": user, "type": "private", "first_name": "Li"}
        said = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": self._who(user), "text": text}
        return {"update_id": number, "message": said}

    async def post(self, update: dict[str, Any]) -> int:
        answer = await self._app.web.post(WEBHOOK, content=json.dumps(update), headers={HEADER: SECRET})
        assert answer.status_code != 503 or answer.headers["retry-after"]
        return answer.status_code

    async def hears(self, user: int, count: int) -> None:
        async def heard() -> bool:
            return len(self._app.api.texts(user)) >= count

        await until(heard, f"message {count} to a candidate")

    @staticmethod
    def _who(user: int) -> dict[str, Any]:
        return {"id": user, "first_name": "Li", "language_code": "en"}


async def _every_address(app: WholeApp, *, up: bool) -> None:
    """Ask every address: none answers with an error of the server's own but 503, with when to come again."""
    fine = (503, 200, 303, 400, 401, 403, 404, 405, 409, 410, 415)
    headers = {"cookie": app.cookie, "x-xumian-key": _KEY}
    for path in PAGES:
        answer = await app.web.get(path, headers=headers)
        assert answer.status_code in fine, path
        assert answer.status_code != 503 or (not up and answer.headers["retry-after"]), path
    for path in (*UPLOADS, *ADDRESSES):
        answer = await app.web.post(path, headers=headers, content=b"RIFF")
        assert answer.status_code in fine, path
        assert answer.status_code != 503 or (not up and answer.headers["retry-after"]), path
    ready = await app.web.get("/readyz")
    assert ready.status_code == (200 if up else 503)
    assert up or ready.headers["retry-after"]


async def _pages_wait(app: WholeApp, proxy: RefusingRedis, reply: str) -> None:
    async with app.visitor() as page:
        await page.until("welcome")
        proxy.refuse(reply)
        await _is_to_say_it_again(page, "m1")
    await _every_address(app, up=False)
    await _refused_page(app)
    proxy.relent()
    await _every_address(app, up=True)


async def _is_to_say_it_again(page: Visitor, number: str) -> None:
    """An open page is told to repeat what it says, or to connect again and then repeat it."""
    try:
        await page.say(id=number, text="Hello")
        assert await page.until("retry") == number
    except ConnectionClosed:
        assert page.socket.close_code == 1013


async def _refused_page(app: WholeApp) -> None:
    """A page that connects is told to come back."""
    async with app.page() as socket:
        await Visitor(socket).say(hello={"key": _KEY, "language": "en"})
        await socket.wait_closed()
        assert socket.close_code == 1013


@pytest.mark.usefixtures("eager")
async def test_every_loop_and_every_address_waits_for_a_redis_that_refuses(proxy: RefusingRedis) -> None:
    async with running(proxy) as (app, log):
        candidates = Candidates(app)
        users = await asyncio.gather(*(candidates.come() for _ in REPLIES))
        for number, (user, reply) in enumerate(zip(users, REPLIES, strict=True)):
            answer = candidates.message(user, "I am Li, and I like numbers.")
            if number % 7 == 0:  # the pages take a second
                await _pages_wait(app, proxy, reply)
            log.clear()
            proxy.refuse(reply)
            assert await candidates.post(answer) == 503
            code = reply.partition(" ")[0]
            said = (await app.web.get("/readyz")).json()["problems"]["redis"]
            assert said.startswith("cannot be written: Redis ")
            assert code in said or "(OOM " in said or "(MAXCLIENTS " in said

            proxy.relent()
            assert await candidates.post(answer) == 200
            await candidates.hears(user, 3)
            assert _tracebacks(log) == [], reply


@pytest.mark.usefixtures("eager")
async def test_the_log_tells_of_an_outage_in_two_lines(
    proxy: RefusingRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.redis.outages.QUIET_S", 3.0)  # longer than any loop waits between two calls
    async with running(proxy) as (app, log):
        candidates = Candidates(app)
        user = await candidates.come()
        log.clear()
        proxy.refuse("NOPERM User xumian has no permissions to run the 'xadd' command")

        async def all_wait() -> bool:
            return {line["event"] for line in log} >= LOOPS

        await until(all_wait, "every loop waits")
        for _ in range(20):
            await candidates.post(candidates.message(user, "Hello?"))
        proxy.relent()

        async def over() -> bool:
            return any(line["event"] == "redis_available" for line in log)

        await until(over, "the end of the outage")
        loud = [line for line in log if line["log_level"] != "debug" and line["event"] not in _OF_PLATFORMS]
        assert [line["event"] for line in loud] == ["redis_unavailable", "redis_available"]
        assert loud[0]["code"] == "NOPERM"
        assert "ACL" in loud[0]["what"]
        assert "XADD" in loud[0]["what"]


async def test_timers_that_begin_while_redis_refuses_wait(
    proxy: RefusingRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.AGAIN_S", 0.01)
    store = RedisStore.at(proxy.url)
    app = App(load({"redis_url": proxy.url}), store)
    proxy.refuse("LOADING Redis is loading the dataset in memory")
    task = asyncio.create_task(app.run(("timers",), None))

    async def refused() -> bool:
        return store.outages.current is not None

    async def up() -> bool:
        return app.staff_side.made

    await until(refused, "Redis refuses")
    assert not task.done()
    proxy.relent()
    await until(up, "the console")
    app.stop()
    await task
    await app.close()
    await store.close()


_OF_PLATFORMS = {
    "kf_pull_waits",
    "wechat_account_unknown",
    "kf_link_unknown",
    "bot_unknown",
    "platform_unreachable",
}
"""Lines about platforms that nobody plays here."""


def _tracebacks(log: Log) -> list[str]:
    return [str(line["event"]) for line in log if line.get("exc_info")]
