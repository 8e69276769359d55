"""A corporation for tests: any number of processes on one Redis, and a fake WeCom with encrypted callbacks.

Only the test moves the clock.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from starlette.routing import Route, Router

from bot.channels.base import Registry
from bot.channels.wechat_api.webhook import CallbackAddress
from bot.channels.wecom.account import WeComAccount
from bot.channels.wecom.build import account as wecom_account
from bot.channels.wecom.kf_parse import CHANNEL as KF_CHANNEL
from bot.channels.wecom.parse import CHANNEL
from bot.channels.wecom.settings import WeComSettings
from bot.runtime.delivery import Delivery
from bot.runtime.partition_leases import Holder
from bot.settings import Settings, load
from conversation.engine import Engine
from conversation.events import Entry, PartReceived
from conversation.inbound import Address, Inbound, SupportAnswered
from conversation.record.audit import verify
from conversation.state import State
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.redis.store import RedisStore
from tests.dialogues.playing import script_named
from tests.fakes.hosts import host
from tests.fakes.waiting import until
from tests.fakes.wecom_api import AGENT, CORP, KF, SECRET, FakeWeCom
from tests.fakes.wecom_callbacks import AES_KEY, TOKEN, posted

START_S = 1_790_040_000.0
ADDRESS = f"/webhooks/wecom/{CORP}"
ZONE = ZoneInfo("Asia/Shanghai")


class Clock:
    """A clock that returns epoch seconds."""

    def __init__(self) -> None:
        self.now_s = START_S

    def __call__(self) -> float:
        return self.now_s

    def ms(self) -> int:
        return int(self.now_s * 1000)


@dataclass(slots=True)
class Process:
    """Web server, puller and delivery of one process. The last two run only when the test starts them."""

    store: RedisStore
    intake: Intake
    account: WeComAccount
    channels: Registry
    web: httpx.AsyncClient
    delivery: Delivery
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def post(self, text: str | bytes, now_s: float, **how: Any) -> httpx.Response:
        """Post a callback, encrypted and signed."""
        query, body = posted(text, how.pop("receiver", CORP), now_s, **how)
        return await self.web.post(f"{ADDRESS}?{query}", content=body)

    def deliver(self) -> None:
        self.tasks.append(asyncio.create_task(self.delivery.run()))

    async def pull(self) -> None:
        assert self.account.puller
        await self.account.puller.look()

    async def close(self) -> None:
        self.delivery.stop()
        for task in self.tasks:
            await task
        await self.web.aclose()
        for channel in self.account.channels:
            await channel.close()


@dataclass(slots=True)
class Corp:
    api: FakeWeCom
    store: RedisStore
    clock: Clock
    settings: Settings
    processes: list[Process] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def first(self) -> Process:
        return self.processes[0]

    def start(self, owner: str) -> Process:
        store, channels = self.store, Registry()
        intake = Intake(
            store,
            Engine(vocabulary(), ZONE),
            Notices(vocabulary(), ZONE, []),
            now=self.clock.ms,
            nonce=self._nonce,
            pieces=channels.pieces,
            joined=channels.joined,
        )
        settings = self.settings.of(WeComSettings)
        account = wecom_account(settings, host(store, intake, owner=owner, now=self.clock.ms))
        router = Router([Route("/webhooks/wecom/{account}", CallbackAddress("wecom", {CORP: account.receiver}))])
        for each in account.channels:
            channels.add(each)
        delivery = Delivery(
            store.outbox, Holder(store.leases("delivery", owner), "delivery", self.clock.ms), channels, intake,
            self.clock.ms, store.send_rates,
        )  # fmt: skip
        web = httpx.AsyncClient(transport=httpx.ASGITransport(router), base_url="http://test")
        process = Process(store, intake, account, channels, web, delivery)
        self.processes.append(process)
        return process

    def _nonce(self) -> str:
        return f"fresh-{next(self._numbers):016d}"

    async def invited(self, name: str = "李雷", script: str = "short") -> tuple[str, str]:
        """Open a campaign and invite a candidate. Returns the interview and the token."""
        campaigns = Campaigns(self.store, now=self.clock.ms, nonce=self._nonce, zone=ZONE)
        campaign = await campaigns.open(script_named(script))
        invitation = await campaigns.invite(campaign, name)
        return invitation.interview, invitation.token

    async def state(self, interview: str) -> State:
        record = await self.store.interviews.load(interview)
        assert record is not None
        return record.state

    async def entries(self, interview: str) -> list[Entry]:
        """Return the entries of the interview's record, after verifying its chain."""
        record = await self.store.interviews.load(interview)
        assert record is not None
        stored = (await self.store.interviews.entries(interview))[: record.version]  # others may follow by now
        return verify(interview, stored, record.version, record.head)

    async def said(self, interview: str) -> list[str]:
        """Return the texts of the answers' parts, in order."""
        return [
            event.text
            for entry in await self.entries(interview)
            for event in entry.events
            if isinstance(event, PartReceived)
        ]

    async def until_phase(self, interview: str, phase: str) -> None:
        async def there() -> bool:
            return (await self.state(interview)).phase == phase

        await until(there, f"the interview is {phase}")

    async def until_so(self, happened: Callable[[], Awaitable[bool]], what: str) -> None:
        await until(happened, what)

    async def until_held(self, user: str) -> None:
        """Wait until a message is held until the candidate writes."""
        interview = await self.store.directory.who(customer(user)) or ""

        async def waits() -> bool:
            return bool(await self.store.interviews.held(interview))

        await until(waits, "something is held")

    async def colleague_writes(self, interview: str, text: str) -> None:
        written = Inbound(f"colleague:{next(self._numbers)}", SupportAnswered(text, "boss"))
        assert await self.first.intake.apply(interview, written) == "committed"

    async def until(self, happened: Callable[[], bool], what: str) -> None:
        async def look() -> bool:
            return happened()

        await until(look, what)

    # members

    def xml(self, user: str, kind: str, inside: str, *, event: bool = False) -> str:
        number = "" if event else f"<MsgId>{next(self._numbers)}</MsgId>"
        return (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
            f"<CreateTime>{int(self.clock())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inside}{number}"
            f"<AgentID>{AGENT}</AgentID></xml>"
        )

    def typed(self, user: str, text: str) -> str:
        return self.xml(user, "text", f"<Content><![CDATA[{text}]]></Content>")

    async def member_says(self, user: str, text: str, expect: int = 1) -> str:
        """Write to the app as a member, and return its latest message to them.

        Waits until `expect` messages have arrived.
        """
        before = len(self.api.shown[user])
        answer = await self.first.post(self.typed(user, text), self.clock())
        assert (answer.status_code, answer.text) == (200, "")
        await self.until(lambda: len(self.api.shown[user]) >= before + expect, f"an answer to {text}")
        return self.api.shown[user][-1]

    # 微信客服

    async def news(self, process: Process | None = None, token: str = "ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMz") -> None:
        """Post the callback that there is something to pull. When it is answered, nothing is pulled yet."""
        answer = await (process or self.first).post(kf_news(self.clock(), token), self.clock())
        assert (answer.status_code, answer.text) == (200, "")

    def kf_text(self, user: str, text: str) -> dict[str, Any]:
        return self.kf_message(user, "text", {"content": text})

    def kf_message(self, user: str, kind: str, inside: dict[str, Any], origin: int = 3) -> dict[str, Any]:
        return self.api.bring(
            {"open_kfid": KF, "external_userid": user, "origin": origin, "msgtype": kind, kind: inside}
        )

    def kf_event(self, user: str, kind: str, **inside: Any) -> dict[str, Any]:
        event = {"event_type": kind, "open_kfid": KF, "external_userid": user, **inside}
        return self.api.bring({"origin": 4, "msgtype": "event", "event": event})

    async def enters(self, user: str, token: str) -> list[str]:
        """Enter by an invitation's link for the first time. Returns what the candidate sees."""
        self.kf_event(user, "enter_session", scene="xumian", scene_param=token, welcome_code=self.api.code(user))
        return await self.pulled(user)

    async def kf_says(self, user: str, text: str) -> str:
        self.kf_text(user, text)
        return (await self.pulled(user))[-1]

    async def pulled(self, user: str, expect: int = 1) -> list[str]:
        """Post the callback, pull, and wait for `expect` new messages. Returns all that the candidate has seen."""
        seen = self.api.customers[user].seen
        before = len(seen)
        await self.news()
        await self.first.pull()
        await self.until(lambda: len(seen) >= before + expect, f"something that {user} sees")
        return seen


@contextlib.asynccontextmanager
async def open_corp(store: RedisStore, pages: int = 1000, processes: int = 1) -> AsyncIterator[Corp]:
    """Open a corporation. The first process also delivers."""
    clock = Clock()
    async with FakeWeCom(clock, pages) as api:
        settings = load(
            {
                "wecom_corp_id": CORP,
                "wecom_agent_id": AGENT,
                "wecom_secret": SECRET,
                "wecom_token": TOKEN,
                "wecom_aes_key": AES_KEY,
                "wecom_kf_open_id": KF,
                "wecom_api_url": api.url,
            }
        )
        corp = Corp(api, store, clock, settings)
        for number in range(processes):
            corp.start(f"process-{number}")
        corp.first.deliver()
        try:
            yield corp
        finally:
            for process in corp.processes:
                await process.close()


def kf_news(now_s: float, token: str) -> str:
    """Return the content of a callback that there is something to pull."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><CreateTime>{int(now_s)}</CreateTime>"
        f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>"
        f"<Token><![CDATA[{token}]]></Token><OpenKfId><![CDATA[{KF}]]></OpenKfId></xml>"
    )


def member(user: str) -> Address:
    return Address(CHANNEL, CORP, user)


def customer(user: str) -> Address:
    return Address(KF_CHANNEL, KF, user)
