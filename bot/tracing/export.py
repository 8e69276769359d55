"""Sending spans to a collector (OTLP over HTTP), by a thread, without anybody waiting for it.

All is set by the standard variables `OTEL_…`, which the SDK reads. Spans that do not fit into its queue while the
collector cannot be reached are dropped.
"""

import logging
import threading
import time
from collections.abc import Sequence
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from bot.logs import log

_FLUSH_S = 2.0
_SAID_AGAIN_S = 60.0


class Collector(SpanExporter):
    """A collector that says once a minute at most, in a log line of ours, that it takes no spans."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._lost = 0
        self._said_at = -_SAID_AGAIN_S

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            self._lost += len(spans)
            if (now := time.monotonic()) - self._said_at >= _SAID_AGAIN_S:
                log.warning("traces_not_taken", spans=self._lost)
                self._said_at, self._lost = now, 0
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def new_provider(instance: str) -> TracerProvider:
    """Return a provider whose spans go to the collector. `instance` names this process."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # `Collector` says it
    own = {"service.name": "xumian", "service.version": version("xumian"), "service.instance.id": instance}
    provider = TracerProvider(
        resource=Resource.create(own).merge(OTELResourceDetector().detect()), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(Collector(OTLPSpanExporter())))
    return provider


def end(provider: TracerProvider) -> None:
    """Send what is left, for two seconds at most: a daemon thread is not waited for when the process exits."""
    ending = threading.Thread(target=provider.shutdown, daemon=True)
    ending.start()
    ending.join(_FLUSH_S)
