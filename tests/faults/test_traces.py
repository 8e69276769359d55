"""Traces of real processes: one over all of them, and nothing waits for a collector that is gone."""

import random
import time
from collections import defaultdict
from pathlib import Path

import pytest

from tests.fakes.otlp_collector import Collector, TakenSpan
from tests.fakes.running import SINGLE, own_server
from tests.faults.candidates import Crowd
from tests.faults.platform import SECRET, TOKEN, Telegram
from tests.faults.processes import Installation, Process
from tests.faults.scenarios import World, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(600)]

_NOBODY = "http://127.0.0.1:9"
_STOPS_WITHIN_S = 15.0
_PATH = ("POST /webhooks/telegram", "receive", "apply", "commit", "deliver", "send")


async def _interviewed(folder: Path, endpoint: str, candidates: int) -> tuple[World, list[Process]]:
    """Have candidates interviewed by a web server and a delivery, and stop both. Raises AssertionError."""
    with own_server(SINGLE[0]) as server:
        async with Telegram(random.Random(1)) as telegram:
            traced = {
                "XUMIAN_TRACES": "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
                "OTEL_SERVICE_NAME": "interviews",
                "OTEL_BSP_SCHEDULE_DELAY": "200",
                "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
            }
            installation = Installation(folder, telegram.url, server.url, **traced)
            here = World(telegram, installation, random.Random(1))
            try:
                await installation.open_campaigns()
                processes = [installation.process("serve"), installation.process("work", "delivery")]
                for each in processes:
                    each.start()
                await here.ready(processes[0])
                telegram.addresses = [processes[0].address]
                crowd = Crowd(telegram, ("waiting",), here.chance, at_once=candidates)
                await here.all_through(crowd, crowd.come(candidates))
                await here.verify("traces", crowd)
                for each in processes:
                    code, seconds = await each.stop(_STOPS_WITHIN_S)
                    assert code == 0, each.tail()
                    assert seconds < _STOPS_WITHIN_S
            finally:
                installation.end()
            return here, processes


async def test_a_trace_goes_through_all_processes(tmp_path: Path) -> None:
    async with Collector() as collector:
        here, _ = await _interviewed(tmp_path, collector.url, 3)
        await wait_for(lambda: len(_complete(collector.spans)) >= 3 * 7, "traces of all answers", 10)
    for spans in _complete(collector.spans):
        by_id = {each.id: each for each in spans}
        ends = [each for each in spans if each.name == "send"]
        for each in ends:
            names = [each.name]
            while each.parent:
                each = by_id[each.parent]
                names.append(each.name)
            assert tuple(reversed(names)) == _PATH
        web, delivery = ({each.instance for each in spans if each.name == name} for name in ("receive", "send"))
        assert len(web) == len(delivery) == 1
        assert web != delivery
    assert {each.service for each in collector.spans} == {"interviews"}
    sent = b"".join(collector.raw)
    assert here.telegram.chats
    secrets = [TOKEN.partition(":")[2], SECRET, *map(str, here.telegram.chats), "订单系统"]
    assert [each for each in secrets if each.encode() in sent] == []


def _complete(spans: list[TakenSpan]) -> list[list[TakenSpan]]:
    """Return the spans of each trace that reaches from a callback to the platform's answer."""
    traces: defaultdict[bytes, list[TakenSpan]] = defaultdict(list)
    for each in spans:
        traces[each.trace].append(each)
    return [each for each in traces.values() if set(_PATH) <= {span.name for span in each}]


async def test_nothing_waits_for_a_collector_that_is_gone(tmp_path: Path) -> None:
    began = time.monotonic()
    _, processes = await _interviewed(tmp_path, _NOBODY, 3)
    assert time.monotonic() - began < 120
    for each in processes:
        said = each.log.read_text()
        assert "traces_not_taken" in said
        assert "opentelemetry" not in said
