"""An outage of ours moves every open deadline by its length, once. A restart is not an outage."""

import asyncio

import pytest

from bot.runtime.heartbeat import Heartbeat
from conversation import inbound as i
from conversation.engine import Engine
from conversation.inbound import Address, Inbound
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.maintenance.outages import LEAST_MS
from handlers.notices.notices import Notices
from storage import keys
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore
from tests.bot.runtime.offices import ZONE
from tests.dialogues.playing import script_named

pytestmark = pytest.mark.redis
MINUTE = 60_000


class Installation:
    """A store, a clock, and any number of processes."""

    def __init__(self, store: RedisStore) -> None:
        self.store = store
        self.now_ms = 1_790_000_000_000
        self._nonce = iter(range(1000))

    def intake(self) -> Intake:
        notices = Notices(vocabulary(), ZONE, [])
        return Intake(self.store, Engine(vocabulary(), ZONE), notices, now=self.now, nonce=self.nonce)

    def now(self) -> int:
        return self.now_ms

    def nonce(self) -> str:
        return f"fresh-{next(self._nonce)}"

    def process(self) -> Heartbeat:
        return Heartbeat(self.store, self.intake(), self.now)

    async def interview(self, user: str) -> str:
        campaigns = Campaigns(self.store, now=self.now, nonce=self.nonce, zone=ZONE)
        campaign = await self.store.directory.campaign("spring")
        campaign = campaign or await campaigns.open(script_named("short"), code="spring")
        invitation = await campaigns.invite(campaign, "李雷")
        sender = Address("telegram", "700001", user)
        await self.intake().receive(
            Inbound(f"open-{user}", i.CommandReceived("start", invitation.token), sender, self.now_ms)
        )
        await self.intake().receive(Inbound(f"agree-{user}", i.ChoicePressed("agree@-1"), sender, self.now_ms))
        return invitation.interview

    async def deadline(self, interview: str) -> int:
        record = await self.store.interviews.load(interview)
        assert record is not None
        return record.state.deadline_ms


@pytest.fixture
def here(one_store: RedisStore) -> Installation:
    return Installation(one_store)


async def test_an_outage_is_made_up_for_once_by_however_many(here: Installation) -> None:
    interview = await here.interview("1")
    await here.process().look()
    before = await here.deadline(interview)
    here.now_ms += 20 * MINUTE
    await asyncio.gather(*(here.process().look() for _ in range(3)))
    assert await here.deadline(interview) == before + 20 * MINUTE
    for _ in range(5):
        here.now_ms += 10_000
        await here.process().look()
    assert await here.deadline(interview) == before + 20 * MINUTE
    here.now_ms += 20 * MINUTE
    await here.process().look()
    assert await here.deadline(interview) == before + 40 * MINUTE


async def test_short_gaps_are_no_outages(here: Installation) -> None:
    interview = await here.interview("1")
    before = await here.deadline(interview)
    await here.process().look()
    for gap in (1, MINUTE, LEAST_MS - 1):
        here.now_ms += gap
        await here.process().look()
    assert await here.deadline(interview) == before
    here.now_ms += LEAST_MS
    await here.process().look()
    assert await here.deadline(interview) == before + LEAST_MS


async def test_the_first_start_of_all_is_no_outage(here: Installation) -> None:
    interview = await here.interview("1")
    before = await here.deadline(interview)
    here.now_ms += 3 * 24 * 60 * MINUTE
    await here.process().look()
    assert await here.deadline(interview) == before


async def test_a_process_that_dies_while_it_makes_up_is_followed(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    interviews = [await here.interview(str(number)) for number in range(6)]
    before = [await here.deadline(interview) for interview in interviews]
    await here.process().look()
    here.now_ms += 30 * MINUTE
    commit, left = here.store.interviews.commit, 3

    async def dying(given: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise StoreUnavailable("died")
        return await commit(given)  # type: ignore[arg-type] # whatever the intake gives

    monkeypatch.setattr(here.store.interviews, "commit", dying)
    with pytest.raises(StoreUnavailable):
        await here.process().look()
    monkeypatch.setattr(here.store.interviews, "commit", commit)
    await here.process().look()
    after = [await here.deadline(interview) for interview in interviews]
    assert [late - early for late, early in zip(after, before, strict=True)] == [30 * MINUTE] * 6


@pytest.mark.parametrize("damage", ["value", "type"])
async def test_one_broken_interview_does_not_cost_the_others_their_time(here: Installation, damage: str) -> None:
    broken, whole = await here.interview("1"), await here.interview("2")
    before = await here.deadline(whole)
    await here.process().look()
    state = await here.store.interviews.load(broken)
    assert state is not None
    if damage == "value":
        await here.store.client.set(keys.state(broken), b"\x00" * 40 + b"\xc1")
    else:
        await here.store.client.delete(keys.state(broken))
        await here.store.client.rpush(keys.state(broken), "somebody else's")
    here.now_ms += 30 * MINUTE
    await here.process().look()
    assert await here.deadline(whole) == before + 30 * MINUTE
    assert await here.store.kv.get("alive") == str(here.now_ms)


async def test_the_loop_beats_until_it_is_stopped(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.heartbeat.Heartbeat.every_s", 0.01)
    heartbeat = here.process()
    beats = asyncio.Event()
    original, failures = here.store.kv.set, 2

    async def counted(name: str, value: str) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise StoreUnavailable("away")
        await original(name, value)
        beats.set()

    monkeypatch.setattr(here.store.kv, "set", counted)
    task = asyncio.create_task(heartbeat.run())
    async with asyncio.timeout(10):
        await beats.wait()
    heartbeat.stop()
    async with asyncio.timeout(1):
        await task
