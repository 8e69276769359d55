"""A copy of the store in another server, of whatever version: nothing is missing, and every interview is as it was
after one of its commits."""

from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from conversation.outbound import OutboundMessage
from conversation.views.counters import Change
from storage import keys
from storage.ports import Campaign, Committed
from storage.redis import copying
from storage.redis.store import RedisStore
from tests.fakes.running import CLUSTER, SINGLE, RunningServers, process_of
from tests.servers import ClusterProcess, ServerProcess
from tests.storage.commits import CANDIDATE, commit, message, names, read, texts
from tests.storage.copies import contents, copied, restored
from tests.storage.queued_jobs import fetch, take_all, transcribe
from tests.storage.test_permissions import let

pytestmark = pytest.mark.redis
FIRST, SECOND = names(4, 2)
OTHER = names(9, 1)[0]
_WAYS = [
    *((source, SINGLE[number - 1]) for number, source in enumerate(SINGLE)),
    pytest.param((SINGLE[0], CLUSTER), marks=pytest.mark.cluster),
    pytest.param((CLUSTER, SINGLE[-1]), marks=pytest.mark.cluster),
]


class Both(NamedTuple):
    source: RedisStore
    target: RedisStore


@pytest.fixture(scope="module")
def second() -> Iterator[dict[str, ServerProcess | ClusterProcess]]:
    """Further servers, for machines with only one kind of them."""
    running: dict[str, ServerProcess | ClusterProcess] = {}
    yield running
    for each in running.values():
        each.stop()


@pytest.fixture(params=_WAYS, ids=str)
async def both(
    request: pytest.FixtureRequest, servers: RunningServers, second: dict[str, ServerProcess | ClusterProcess]
) -> AsyncIterator[Both]:
    """An empty store, and another one to which it is copied."""
    source, target = request.param
    if source == target:
        if target not in second:
            second[target] = process_of(target).start()
        url = second[target].url
    else:
        url = servers.empty(target)
    found = Both(RedisStore.at(servers.empty(source)), RedisStore.at(url))
    if source == target:
        await found.target.client.flushall()
    yield found
    await found.source.close()
    await found.target.close()


@pytest.fixture
async def one(servers: RunningServers) -> AsyncIterator[Both]:
    """A store and another one, where the kind of server does not matter."""
    found = Both(RedisStore.at(servers.empty(SINGLE[0])), RedisStore.at(f"{servers.empty(SINGLE[-1])}/1"))
    yield found
    await found.source.close()
    await found.target.close()


def of_first(text: str) -> OutboundMessage:
    return replace(message(text), interview=FIRST)


async def fill(store: RedisStore) -> None:
    """Write something of every kind."""
    for interview in (FIRST, SECOND, OTHER):
        made = commit(
            interview,
            1,
            due_ms=1_790_000_000_123,
            messages=(message(f"one of {interview}"), message(f"two of {interview}")),
            jobs=(fetch(interview), transcribe(interview)),
            counts=(Change("answers", 1), Change("answers", 1, "2026-11-01")),
            reply=b"reply",
            hold=(message("held"),),
        )
        assert await store.interviews.commit(made) == Committed()
    assert await store.interviews.commit(commit(FIRST, 2, due_ms=0)) == Committed()
    await store.directory.put_campaign(Campaign("spring", "script-1", "analyst", 1_000, code="spring", cap=2))
    await store.directory.take_place(Campaign("spring", "", "", 0, cap=2), FIRST)
    await store.directory.bind(CANDIDATE, FIRST, OTHER)
    await store.directory.put_invitation("token", FIRST)
    await store.directory.put_invited("spring", [f"person {n}" for n in range(5_000)], FIRST)
    await store.directory.put_resume_code("ab" * 32, FIRST, 600)
    await store.outbox.dead_letter(4, "update", "why", bytes(range(256)))
    await store.outbox.remember_shown(message("shown"), "77")
    for number in range(30):
        await store.mailboxes.append(CANDIDATE, f"item {number}", b"\xff news")
    await store.kv.set("walk-in-secret", "secret")
    await store.kv.put("fields", "a", "1", 600)
    await store.kv.admit("people", "me", 3, 600)
    await store.erasures.refer("ab" * 32, FIRST)
    await store.erasures.lend("ab" * 32, 1_790_000_000_000)
    await store.client.set("xm:of-a-later-version", b"\x00\xff")
    await store.leases("delivery", "me").take(4)
    await store.leases("delivery", "me").fair_share(1)
    await store.send_rates.reserve("telegram:700001", 30)
    await store.ping()


async def test_everything_is_the_same_on_the_other_server(both: Both) -> None:
    await fill(both.source)
    await both.source.outbox.done(9, [(await read(both.source, 9))[0].id])
    await both.source.client.xtrim(keys.jobs(9, "fetch"), maxlen=0)  # an empty stream that knows its last id
    await restored(both.target.client, await copied(both.source))
    before = await contents(both.source.client)
    assert len(before) > 40
    assert await contents(both.target.client) == before


async def test_what_concerns_only_running_processes_stays_behind(both: Both) -> None:
    await fill(both.source)
    await both.source.kv.set("drill-lease", "me")
    records = await copied(both.source, leaves_out=lambda note: note == "drill-lease")
    await restored(both.target.client, records)
    found = {key.decode() async for key in both.target.client.scan_iter(match="*")}
    assert not {key for key in found if ":lease:" in key or "owners" in key or "rate" in key or "lease" in key}
    assert keys.CONFIG not in found
    assert await both.target.leases("delivery", "other").take(4)


async def test_messages_and_jobs_in_hand_are_waiting_again(both: Both) -> None:
    await fill(both.source)
    await both.source.jobs.open()
    sent, *unsent = await read(both.source, 4)
    await both.source.outbox.done(4, [sent.id])
    in_hand = await take_all(both.source, "fetch")
    await both.source.jobs.later(in_hand[0], fetch(in_hand[0].job.interview, attempts=1), 5)  # type: ignore[union-attr]
    await restored(both.target.client, await copied(both.source))
    await both.target.jobs.open()
    letters = await read(both.target, 4)
    assert texts(letters) == texts(unsent)
    assert [letter.id for letter in letters] == [letter.id for letter in unsent]
    again = await take_all(both.target, "fetch")
    assert sorted(job.raw for job in again) == sorted(job.raw for job in in_hand[1:])
    assert await both.target.jobs.wake(6) == 1


async def test_expiries_are_kept(one: Both) -> None:
    await fill(one.source)
    await restored(one.target.client, await copied(one.source))
    for key in (keys.resume_code("ab" * 32), keys.kv("fields"), keys.kv("people"), keys.mailbox(CANDIDATE)):
        left = [await store.client.pttl(key) for store in one]
        assert 0 < left[1] <= left[0] + 1_000
        assert left[0] - left[1] < 60_000
    for key in (keys.state(FIRST), keys.kv("walk-in-secret"), keys.campaign("spring")):
        assert await one.target.client.pttl(key) == -1


async def test_what_has_expired_meanwhile_is_not_there(one: Both) -> None:
    await one.source.directory.put_resume_code("ab" * 32, FIRST, 600)
    await one.source.directory.put_resume_code("cd" * 32, FIRST, 600)
    records = await copied(one.source)
    past = keys.resume_code("ab" * 32).encode()
    old = [[replace(each, expires_ms=1) if each.key == past else each for each in record] for record in records]
    await restored(one.target.client, old)
    assert await one.target.directory.resume_code("ab" * 32) is None
    assert await one.target.directory.resume_code("cd" * 32) == FIRST


async def test_a_commit_during_the_copy_is_in_it_whole_or_not_at_all(both: Both) -> None:
    """What is committed before waiting messages are read is copied with its state."""
    await fill(both.source)

    async def go_on() -> None:
        later = commit(FIRST, 3, due_ms=9_000, messages=(of_first("three"),), jobs=(fetch(FIRST, 2),))
        assert await both.source.interviews.commit(later) == Committed()

    await restored(both.target.client, await copied(both.source, late=go_on))
    record = await both.target.interviews.load(FIRST)
    assert record is not None
    assert record.version == 3
    assert len(await both.target.interviews.entries(FIRST)) == 3
    assert texts(await read(both.target, 4))[-1] == "three"
    assert await both.target.interviews.due(4, 9_000, 5) == [(FIRST, 9_000)]
    await both.target.jobs.open()
    assert fetch(FIRST, 2) in [entry.job for entry in await take_all(both.target, "fetch")]


async def test_a_message_of_a_later_commit_stays_behind(one: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(one.source)
    newly = copying.StoreCopy._newly_waited_for

    async def then_another(self: copying.StoreCopy, partition: int) -> list[str]:
        found = await newly(self, partition)
        if partition == 4:
            later = commit(FIRST, 3, messages=(of_first("too late"),), jobs=(fetch(FIRST, 2),))
            assert await one.source.interviews.commit(later) == Committed()
        return found

    monkeypatch.setattr(copying.StoreCopy, "_newly_waited_for", then_another)
    await restored(one.target.client, await copied(one.source))
    record = await one.target.interviews.load(FIRST)
    assert record is not None
    assert record.version == 2
    assert "too late" not in texts(await read(one.target, 4))
    await one.target.jobs.open()
    assert fetch(FIRST, 2) not in [entry.job for entry in await take_all(one.target, "fetch")]


async def test_what_an_interview_no_longer_has_is_not_in_its_later_copy(one: Both) -> None:
    await fill(one.source)

    async def take_what_was_held() -> None:
        later = commit(FIRST, 3, messages=(of_first("three"),), taken=1)
        assert await one.source.interviews.commit(later) == Committed()

    records = await copied(one.source, late=take_what_was_held)
    assert keys.held(FIRST).encode() in {piece.key for record in records for piece in record if piece.items}
    await restored(one.target.client, records)
    assert await one.target.interviews.held(FIRST) == []
    assert await one.target.client.exists(keys.held(FIRST)) == 0


async def test_an_interview_that_begins_during_the_copy_is_there_with_its_campaign(one: Both) -> None:
    await fill(one.source)
    new = names(4, 3)[2]

    async def begin() -> None:
        made = commit(new, 1, messages=(replace(message("welcome"), interview=new),), due_ms=5)
        assert await one.source.interviews.commit(made) == Committed()

    await restored(one.target.client, await copied(one.source, between=begin))
    assert await one.target.interviews.load(new) is not None
    assert new in [each async for each in one.target.interviews.members("spring")]


async def test_every_listed_interview_is_there_unless_it_was_missing_before(one: Both) -> None:
    """A record that somebody removed is not removed from the list of its campaign: `audit` must find it."""
    await fill(one.source)
    await one.source.client.delete(keys.state(SECOND), keys.parts(SECOND))
    await restored(one.target.client, await copied(one.source))
    assert SECOND in [each async for each in one.target.interviews.members("spring")]
    assert await one.target.interviews.load(SECOND) is None
    assert len(await one.target.interviews.entries(SECOND)) == 1


async def test_a_finished_job_is_done_once_more_rather_than_never(one: Both) -> None:
    """A job that ends between the reading of the jobs and of its interview is in the copy."""
    await fill(one.source)
    await one.source.jobs.open()

    async def end() -> None:
        for entry in await take_all(one.source, "fetch"):
            await one.source.jobs.done(entry)

    await restored(one.target.client, await copied(one.source, between=end))
    await one.target.jobs.open()
    assert len(await take_all(one.target, "fetch")) == 3


async def test_the_documented_permissions_are_enough(servers: RunningServers) -> None:
    with process_of(SINGLE[0]) as guarded:
        assert isinstance(guarded, ServerProcess)
        store = RedisStore.at(let(guarded))
        await fill(store)
        records = await copied(store)
        await store.client.unlink(keys.state(FIRST))
        await restored(store.client, records)
        assert await store.interviews.load(FIRST) is not None
        assert store.outages.current is None
        await store.close()
