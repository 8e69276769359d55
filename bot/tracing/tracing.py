"""All that an installation needs to record traces."""

from collections.abc import Iterable

from opentelemetry.trace import Tracer
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.tracing.parts import traced_delivery, traced_intake, traced_job_worker
from bot.tracing.spans import Spans
from bot.tracing.store import trace_store
from bot.tracing.web import traced_web
from storage.redis.store import RedisStore


class Tracing:
    """The classes and applications that record spans with this tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self._spans = Spans(tracer)
        self.intake = traced_intake(self._spans)
        self.delivery = traced_delivery(self._spans)
        self.job_worker = traced_job_worker(self._spans)

    def store(self, store: RedisStore) -> None:
        """Have the store record traces."""
        trace_store(store, self._spans)

    def web(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> ASGIApp:
        """Return the application with a span for every callback to one of these routes."""
        return traced_web(app, routes, self._spans)
