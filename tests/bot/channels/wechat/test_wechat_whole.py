"""Interviews on an official account with two complete processes on one Redis.

Both have a web server, delivery and timers, and one has voice with the tests' speech model. WeChat is a fake on
real sockets.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.channels.wechat_api.elements import elements
from conversation.inbound import Address
from conversation.state import State
from tests.bot.channels.wechat.wechat_accounts import BOX, GH, KEY, NONCE, TOKEN, WEBHOOK, cdata
from tests.bot.whole_app import WholeApp, whole_app
from tests.fakes.waiting import until
from tests.fakes.wechat_api import APP_ID, SECRET, FakeWeChat
from tests.fakes.wechat_crypto import signed
from tests.speech.recordings import sample, samples

USER = "oMgHVjngRipVsoxg6TuX3vz6glDg"
_PATIENCE_S = 60
pytestmark = pytest.mark.redis


class Candidate:
    """A candidate. Every callback is delivered to each process, three times, all at once."""

    def __init__(self, api: FakeWeChat, apps: list[WholeApp]) -> None:
        self.api, self.apps = api, apps
        self._numbers = itertools.count(1)

    async def does(self, kind: str, **fields: str) -> str:
        """Send a callback. Returns the passive reply, or "" if there is none."""
        stamp = str(int(time.time()))
        known = {"ToUserName": GH, "FromUserName": USER, "MsgType": kind, **fields}
        if kind != "event":
            known["MsgId"] = str(10**15 + next(self._numbers))
            self.api.wrote(USER)
        inside = "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in known.items())
        encrypted = BOX.seal(f"<xml>{inside}<CreateTime>{stamp}</CreateTime></xml>")
        query = {
            "signature": signed(TOKEN, stamp, NONCE),
            "msg_signature": signed(TOKEN, stamp, NONCE, encrypted),
            "timestamp": stamp,
            "nonce": NONCE,
            "encrypt_type": "aes",
        }
        body = f"<xml><Encrypt>{cdata(encrypted)}</Encrypt></xml>"
        posts = [each.web.post(WEBHOOK, params=query, content=body) for each in self.apps for _ in range(3)]
        (reply,) = {_said(answer) for answer in await asyncio.gather(*posts)}
        return reply

    async def says(self, text: str) -> str:
        return await self.does("text", Content=text)

    async def hears(self, wanted: Callable[[str], bool]) -> str:
        """Wait for a wanted message that was sent through the API, and return it."""

        async def there() -> bool:
            return any(map(wanted, self.api.followers[USER].heard))

        await until(there, "it is sent", _PATIENCE_S)
        return next(filter(wanted, self.api.followers[USER].heard))

    async def state(self) -> State:
        store = self.apps[0].store
        interview = await store.directory.who(Address("wechat", APP_ID, USER))
        record = await store.interviews.load(interview or "")
        assert record is not None
        return record.state


def _said(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    if answer.text == "success":
        return ""
    plain, receiver = BOX.open(str(elements(answer.content)["Encrypt"]))
    assert receiver == APP_ID
    return str(elements(plain.encode())["Content"])


@contextlib.asynccontextmanager
async def official_account(redis_url: str, data_dir: Path | None, *, verified: bool) -> AsyncIterator[Candidate]:
    """Start two processes with an account, and wait until they have found out what the account may do."""
    async with FakeWeChat(time.time, verified=verified) as api:
        settings = {
            "wechat_app_id": APP_ID,
            "wechat_app_secret": SECRET,
            "wechat_token": TOKEN,
            "wechat_aes_key": KEY,
            "wechat_api_url": api.url,
        }
        async with (
            whole_app(redis_url, public=True, data_dir=data_dir, more=settings) as one,
            whole_app(redis_url, public=True, more=settings) as other,
        ):

            async def known() -> bool:
                channels = [each.app.channels.get("wechat", APP_ID) for each in (one, other)]
                return all(each and each.can == ("push" if verified else "reply") for each in channels)

            await until(known, "what the account may do is known")
            yield Candidate(api, [one, other])
        assert not set(api.refused) - {48001}
        assert api.fetches == 1


async def begin(candidate: Candidate) -> None:
    candidate.api.came(USER)
    guide = await candidate.does("event", Event="subscribe", EventKey="qrscene_demo")
    assert "同意并开始" in guide
    assert "第 1/6 题" in await candidate.says("同意并开始")


async def test_a_spoken_answer_on_a_verified_account(one_redis: str, tmp_path: Path) -> None:
    (spoken,) = (each for each in samples() if each.file == "zh-amr-nb.amr")
    async with official_account(one_redis, tmp_path, verified=True) as candidate:
        candidate.api.media["media"] = sample(spoken.file)
        await begin(candidate)
        receipt = await candidate.does("voice", MediaId="media", Format="amr")
        assert "🎤" in receipt
        shown = await candidate.hears(lambda text: spoken.text in text)
        assert "1. 提交" in shown
        assert "第 2/6 题" in await candidate.says("1")
        state = await candidate.state()
        assert state.index == 1
        assert state.window
        assert state.window.messages == 5


async def test_an_account_that_is_not_verified_talks_in_its_responses_only(one_redis: str) -> None:
    async with official_account(one_redis, None, verified=False) as candidate:
        await begin(candidate)
        assert "已保存" in await candidate.says("我叫张三")
        assert "语音" in await candidate.does("voice", MediaId="media", Format="amr")
        assert "第 2/6 题" in await candidate.says("提交")
        assert [call.path for call in candidate.api.calls if "send" in call.path] == []
        state = await candidate.state()
        assert (state.index, state.voices) == (1, 0)


async def test_leaving_the_account_is_told_to_recruiters_and_following_it_brings_one_back(one_redis: str) -> None:
    async with official_account(one_redis, None, verified=True) as candidate:
        await begin(candidate)
        await candidate.says("我叫张三")
        candidate.api.went(USER)
        assert await candidate.does("event", Event="unsubscribe", EventKey="") == ""
        assert (await candidate.state()).phase == "unreachable"
        candidate.api.came(USER)
        back = await candidate.does("event", Event="subscribe", EventKey="")
        assert "欢迎回来" in back
        assert "我叫张三" in back
