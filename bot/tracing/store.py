"""A store whose commits are spans, and whose messages and jobs carry on the trace."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.tracing.spans import Spans, traceparent
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage.ports import Answer, Commit
from storage.redis.connection import Client, is_cluster
from storage.redis.interviews import RedisInterviews
from storage.redis.outbox import RedisOutbox
from storage.redis.store import RedisStore


def trace_store(store: RedisStore, spans: Spans) -> None:
    """Have the store record traces."""
    store.interviews = _Interviews(store, spans)
    store.outbox = _Outbox(store.client)


class _Interviews(RedisInterviews):
    def __init__(self, store: RedisStore, spans: Spans) -> None:
        super().__init__(store.client, store.archived)
        self._spans = spans

    async def commit(self, commit: Commit) -> Answer:
        with self._spans.span(
            "commit", interview=commit.interview, messages=len(commit.messages), jobs=len(commit.jobs)
        ) as span:
            trace = traceparent()
            answer = await super().commit(
                replace(
                    commit,
                    messages=_traced(commit.messages, trace),
                    hold=_traced(commit.hold, trace),
                    jobs=tuple(replace(each, trace=trace) for each in commit.jobs),
                )
            )
            span.set_attribute("xumian.answer", type(answer).__name__.lower())
            return answer

    async def beside(self, message: OutboundMessage, version: int) -> bool:
        return await super().beside(replace(message, trace=traceparent()), version)


class _Outbox(RedisOutbox):
    def __init__(self, client: Client) -> None:
        super().__init__(client, cluster=is_cluster(client))

    async def post(self, address: Address, topic: str, message: OutboundMessage, window_s: int) -> bool:
        return await super().post(address, topic, replace(message, trace=traceparent()), window_s)

    async def answer(
        self, address: Address, cause: str, line: OutboundMessage, wait: OutboundMessage, most: int, window_s: int
    ) -> bool:
        line, wait = _traced((line, wait), traceparent())
        return await super().answer(address, cause, line, wait, most, window_s)


def _traced(messages: Sequence[OutboundMessage], trace: str) -> tuple[OutboundMessage, ...]:
    return tuple(replace(each, trace=trace) for each in messages)
