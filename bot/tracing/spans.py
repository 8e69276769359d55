"""Spans without personal data: their attributes are ids of our own making, kinds and counts.

An error is recorded by its type only, because its message may quote anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import bound_contextvars

_HEADER = "traceparent"
_LENGTH = 55
"""The length of a `traceparent`. Longer ones are of no version that is known."""
_propagator = TraceContextTextMapPropagator()


class Spans:
    """Begins spans. Those of a task that is within a span become its children."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def span(
        self,
        name: str,
        kind: SpanKind = SpanKind.INTERNAL,
        after: str | None = None,
        **attributes: str | int,
    ) -> Iterator[Span]:
        """Record the work that is done meanwhile, and name its trace in log lines.

        `after` is the `traceparent` of the span that this one follows, which may be another process's. If it is
        empty or cannot be read, a new trace begins; None: the span belongs to the task's present one.
        """
        with (
            self._tracer.start_as_current_span(
                name,
                None if after is None else _context(after),
                kind,
                {f"xumian.{key}": value for key, value in attributes.items()},
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            bound_contextvars(**_log_fields(span)),
        ):
            try:
                yield span
            except BaseException as error:
                failed(span, type(error).__qualname__)
                raise


def failed(span: Span, kind: str) -> None:
    """Mark a span as failed, with the kind of error."""
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR))


def traceparent() -> str:
    """Return the task's present span as W3C Trace Context names it, in 55 characters. Empty: there is none."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(_HEADER, "")


def _context(after: str) -> Context:
    return _propagator.extract({_HEADER: after} if len(after) == _LENGTH else {}, Context())


def _log_fields(span: Span) -> dict[str, str]:
    context = span.get_span_context()
    return {"trace_id": f"{context.trace_id:032x}"} if context.trace_flags.sampled else {}
