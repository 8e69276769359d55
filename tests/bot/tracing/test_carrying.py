"""How a trace goes along with stored messages and jobs, and what is stored without traces."""

import typing

import msgspec
import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased

from bot.runtime.job_worker import JobWorker
from bot.tracing.spans import traceparent
from conversation.inbound import Inbound, Media
from conversation.jobs import Assess, ClaimPlace, DraftFollowUp, FetchFile, FetchMedia, Job, Transcribe
from conversation.outbound import OutboundMessage
from storage import keys
from storage.ports import Commit, JobEntry, Queue
from storage.redis.jobs import queue_of
from storage.redis.store import RedisStore
from tests.bot.tracing.recorded import Recorded, attribute
from tests.storage.commits import CANDIDATE, commit, message
from tests.storage.queued_jobs import taken

pytestmark = pytest.mark.redis

JOBS: tuple[Job, ...] = (
    FetchMedia("i", 1, CANDIDATE, Media("file"), 1, "en", "s"),
    FetchFile("i", 1, CANDIDATE, Media("file"), 1),
    Transcribe("i", 1, CANDIDATE, "ab" * 32, 1, "en", "s"),
    Assess("i", "q", 1),
    DraftFollowUp("i", "q", "why?", 1, 2),
    ClaimPlace("i", 1, "list"),
)
_LENGTH = 55


class Handler:
    """Notes in which trace jobs are done."""

    at_once = 1

    def __init__(self, queue: Queue, store: RedisStore) -> None:
        self.queue = queue
        self.traces: list[str] = []
        self._store = store

    async def problem(self) -> str | None:
        return None

    async def work(self, entry: JobEntry, job: Job) -> None:
        self.traces.append(traceparent())
        await self._store.jobs.done(entry)

    def failed(self, job: Job) -> Inbound:
        raise AssertionError

    async def close(self) -> None:
        return


async def _nothing() -> None:
    return


def _worker(kind: type[JobWorker], store: RedisStore, handler: Handler) -> JobWorker:
    intake = typing.cast(typing.Any, None)
    return kind(store, intake, [handler], _nothing, lambda: 0, "me")


def _trace(parent: str) -> str:
    return parent.split("-")[1]


def test_every_kind_of_job_is_here() -> None:
    assert {type(each) for each in JOBS} == set(typing.get_args(Job))


@pytest.mark.parametrize("job", JOBS, ids=lambda each: type(each).__name__)
async def test_every_kind_of_job_joins_the_trace(redis_store: RedisStore, job: Job) -> None:
    recorded = Recorded()
    recorded.tracing.store(redis_store)
    handler = Handler(queue_of(job), redis_store)
    await redis_store.jobs.open()
    with recorded.spans.span("receive"):
        await redis_store.interviews.commit(commit("i", 1, jobs=(job,)))
    entry = await taken(redis_store, handler.queue)
    await _worker(recorded.tracing.job_worker, redis_store, handler)._act(handler, entry)
    (done,) = recorded.named(f"job {handler.queue}")
    assert recorded.path_to(done) == ["receive", "commit", f"job {handler.queue}"]
    assert attribute(done, "interview") == "i"
    assert await redis_store.jobs.length(handler.queue) == 0


async def test_every_way_into_the_outbox_carries_the_trace(redis_store: RedisStore) -> None:
    recorded = Recorded()
    recorded.tracing.store(redis_store)
    said, interviews, outbox = message("said"), redis_store.interviews, redis_store.outbox
    with recorded.spans.span("receive"):
        await interviews.commit(commit("i", 1, messages=(said,), hold=(said,)))
        await interviews.beside(said, 1)
        await outbox.post(CANDIDATE, "limit", said, 60)
        await outbox.answer(CANDIDATE, "cause", said, said, 3, 60)
    found = [
        entry.message
        for partition in {keys.partition_of("i"), keys.partition_of(str(CANDIDATE))}
        for entry in await _read(redis_store, partition)
    ]
    found += await interviews.held("i")
    (receive,) = recorded.named("receive")
    traces = [each.trace for each in found if each]
    assert len(traces) == 5
    assert {_trace(each) for each in traces} == {f"{receive.context.trace_id:032x}"}
    assert {len(each) for each in traces} == {_LENGTH}


async def _read(store: RedisStore, partition: int) -> list[typing.Any]:
    await store.outbox.open(partition)
    return await store.outbox.read([partition], 100, 1)


def _stored_untraced() -> Commit:
    return commit("i", 1, messages=(message("said"),), jobs=JOBS)


def test_without_traces_nothing_more_is_stored() -> None:
    made = _stored_untraced()
    assert all(b"trace" not in msgspec.msgpack.encode(each) for each in (*made.messages, *made.jobs))


async def test_what_was_stored_without_traces_begins_one(redis_store: RedisStore) -> None:
    await redis_store.jobs.open()
    await redis_store.interviews.commit(_stored_untraced())
    recorded = Recorded()
    handler = Handler("assess", redis_store)
    worker = _worker(recorded.tracing.job_worker, redis_store, handler)
    await worker._act(handler, await taken(redis_store, "assess"))
    (done,) = recorded.named("job assess")
    assert done.parent is None
    assert len(handler.traces) == 1


class _EarlierMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an earlier release reads of a message."""

    text: str
    interview: str = ""


def test_an_earlier_release_reads_what_carries_a_trace() -> None:
    traced = msgspec.structs.replace(message("said"), trace=f"00-{'a' * 32}-{'b' * 16}-01")
    stored = msgspec.msgpack.encode(traced)
    assert msgspec.msgpack.decode(stored, type=_EarlierMessage) == _EarlierMessage("said", "i")
    assert msgspec.msgpack.decode(stored, type=OutboundMessage) == traced


@pytest.mark.parametrize(
    "after", ["", "nonsense", f"00-{'0' * 32}-{'b' * 16}-01", f"00-{'a' * 32}-{'b' * 16}-01-more", "x" * 1_000_000]
)
def test_what_is_no_trace_begins_one(after: str) -> None:
    recorded = Recorded()
    with recorded.spans.span("receive"), recorded.spans.span("deliver", after=after):
        pass
    deliver, receive = recorded.ended
    assert deliver.parent is None
    assert deliver.context.trace_id != receive.context.trace_id


async def test_what_is_not_sampled_stays_so_in_every_process(redis_store: RedisStore) -> None:
    web, other = Recorded(ALWAYS_OFF), Recorded(ParentBased(ALWAYS_ON))
    web.tracing.store(redis_store)
    await redis_store.jobs.open()
    with web.spans.span("receive"):
        await redis_store.interviews.commit(commit("i", 1, jobs=JOBS))
    handler = Handler("assess", redis_store)
    entry = await taken(redis_store, "assess")
    assert entry.job is not None
    assert not int(entry.job.trace[-2:], 16) & 1, "the flag of sampled traces"
    await _worker(other.tracing.job_worker, redis_store, handler)._act(handler, entry)
    assert _trace(handler.traces[0]) == _trace(entry.job.trace)
    assert web.ended == other.ended == ()


def test_an_error_is_recorded_by_its_type_only() -> None:
    recorded = Recorded()
    with pytest.raises(ValueError, match="Quetzalcoatl"), recorded.spans.span("apply"):
        raise ValueError("Quetzalcoatl")
    (span,) = recorded.ended
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert "Quetzalcoatl" not in span.to_json()
