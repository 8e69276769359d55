"""Spans that were recorded in memory."""

from collections.abc import Iterator

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler

from bot.tracing.spans import Spans
from bot.tracing.tracing import Tracing


class Recorded:
    """A tracer, and the spans that have ended."""

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(sampler, shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        tracer = provider.get_tracer("xumian")
        self.tracing = Tracing(tracer)
        self.spans = Spans(tracer)

    @property
    def ended(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [each for each in self.ended if each.name == name]

    def trace_of(self, span: ReadableSpan) -> list[ReadableSpan]:
        """Return all spans of the same trace."""
        return [each for each in self.ended if each.context.trace_id == span.context.trace_id]

    def path_to(self, span: ReadableSpan) -> list[str]:
        """Return the names of the spans from the beginning of the trace to this one."""
        names = [each.name for each in self._upwards(span)]
        return names[::-1]

    def _upwards(self, span: ReadableSpan) -> Iterator[ReadableSpan]:
        by_id = {each.context.span_id: each for each in self.ended}
        at: ReadableSpan | None = span
        while at is not None:
            yield at
            at = by_id.get(at.parent.span_id) if at.parent else None

    def clear(self) -> None:
        self._exporter.clear()


def attribute(span: ReadableSpan, name: str) -> object:
    return (span.attributes or {}).get(f"xumian.{name}")
