"""A collector that takes spans by OTLP over HTTP (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP", read 2026-12)."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True, slots=True)
class TakenSpan:
    name: str
    trace: bytes
    id: bytes
    parent: bytes
    instance: str
    """The process that recorded it."""
    service: str


class Collector:
    """Keeps all spans that it is sent. `raw` are the requests."""

    def __init__(self) -> None:
        self.spans: list[TakenSpan] = []
        self.raw: list[bytes] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/x-protobuf"
        self.raw.append(await request.read())
        for each in ExportTraceServiceRequest.FromString(self.raw[-1]).resource_spans:
            about = {known.key: known.value.string_value for known in each.resource.attributes}
            self.spans += [
                TakenSpan(
                    span.name,
                    span.trace_id,
                    span.span_id,
                    span.parent_span_id,
                    about["service.instance.id"],
                    about["service.name"],
                )
                for scope in each.scope_spans
                for span in scope.spans
            ]
        return web.Response(
            body=ExportTraceServiceResponse().SerializeToString(), content_type="application/x-protobuf"
        )
