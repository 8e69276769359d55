"""The parts of a process that record spans, in place of those that do not."""

from opentelemetry.trace import SpanKind

from bot.channels.base import Channel
from bot.clock import now_ms
from bot.prepared_intake import PreparedIntake
from bot.runtime.delivery import Delivery
from bot.runtime.job_worker import JobHandler, JobWorker
from bot.runtime.lanes import Lane
from bot.runtime.message_edits import Showing, Shown
from bot.tracing.spans import Spans
from conversation.events import Invited
from conversation.inbound import Inbound
from conversation.outbound import OutboundMessage
from handlers.intake.responses import Answerable
from handlers.intake.runner import Result
from storage.ports import JobEntry, OutboxEntry


def traced_intake(spans: Spans) -> type[PreparedIntake]:
    """Return an intake for which every received event is a span, and every step to an interview one below it."""

    class TracedIntake(PreparedIntake):
        async def receive(self, inbound: Inbound, response: Answerable | None = None, network: str = "") -> Result:
            sender = inbound.sender
            where = {"channel": sender.channel, "account": sender.account} if sender else {}
            with spans.span("receive", SpanKind.CONSUMER, event=_name(inbound.what), **where) as span:
                result = await super().receive(inbound, response, network)
                span.set_attribute("xumian.result", result)
                return result

        async def apply(
            self,
            interview: str,
            inbound: Inbound,
            seed: Invited | None = None,
            before: str = "",
            response: Answerable | None = None,
        ) -> Result:
            with spans.span("apply", interview=interview, event=_name(inbound.what)) as span:
                result = await super().apply(interview, inbound, seed, before, response)
                span.set_attribute("xumian.result", result)
                return result

    return TracedIntake


def traced_delivery(spans: Spans) -> type[Delivery]:
    """Return a delivery for which every message is a span, and every attempt to send it one below it."""

    class TracedShowing(Showing):
        async def show(self, channel: Channel, message: OutboundMessage, key: str, earlier: str) -> Shown:
            with spans.span("send", SpanKind.CLIENT, channel=channel.name, account=channel.account) as span:
                shown = await super().show(channel, message, key, earlier)
                span.set_attribute("xumian.how", shown.how)
                return shown

    class TracedDelivery(Delivery):
        showing = TracedShowing

        async def _deliver(self, entry: OutboxEntry, lane: Lane) -> bool:
            message = entry.message
            if message is None:
                return await super()._deliver(entry, lane)
            posted_ms = int(entry.id.partition("-")[0])
            with spans.span(
                "deliver",
                SpanKind.CONSUMER,
                after=message.trace,
                interview=message.interview,
                channel=message.to.channel,
                account=message.to.account,
                partition=entry.partition,
                entry=entry.id,
                waited_ms=max(0, now_ms() - posted_ms),
            ) as span:
                settled = await super()._deliver(entry, lane)
                span.set_attribute("xumian.settled", settled)
                return settled

    return TracedDelivery


def traced_job_worker(spans: Spans) -> type[JobWorker]:
    """Return a worker for which every attempt at a job is a span."""

    class TracedJobWorker(JobWorker):
        async def _act(self, handler: JobHandler[object], entry: JobEntry) -> None:
            job = entry.job
            if job is None:
                await super()._act(handler, entry)
                return
            with spans.span(
                f"job {entry.queue}",
                SpanKind.CONSUMER,
                after=job.trace,
                interview=job.interview,
                partition=entry.partition,
                entry=entry.id,
                waited_ms=max(0, now_ms() - entry.queued_ms),
            ):
                await super()._act(handler, entry)

    return TracedJobWorker


def _name(what: object) -> str:
    return type(what).__name__
