"""The counters and gauges of /metrics. No label holds personal data."""

import collections
from collections.abc import Iterator
from functools import cache

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector


class EventCounter(Collector):
    """A counter for what happens several times with each message: counting adds to a dictionary.

    To be used from one thread.
    """

    def __init__(
        self,
        name: str,
        documentation: str,
        labels: tuple[str, ...],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        self._name = name
        self._documentation = documentation
        self.label_names = labels
        self._counts: collections.Counter[tuple[str, ...]] = collections.Counter()
        registry.register(self)

    def count(self, *labels: str) -> None:
        self._counts[labels] += 1

    def value(self, *labels: str) -> int:
        return self._counts[labels]

    def describe(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(self._name, self._documentation, labels=self.label_names)

    def collect(self) -> Iterator[CounterMetricFamily]:
        for family in self.describe():
            for labels, number in self._counts.items():
                family.add_metric(labels, number)
            yield family


INBOUND = EventCounter("xumian_inbound_total", "Inbound events by what became of them", ("result", "channel"))
SENDS = EventCounter("xumian_sends_total", "Messages handed to a platform, by result", ("result", "channel"))
OUTBOX_LAG = Histogram(
    "xumian_outbox_lag_seconds",
    "From the commit of a message to its delivery",
    ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)
IN_HAND = Gauge("xumian_outbox_in_hand", "Messages read from the outbox and not yet delivered")
OLDEST = Gauge("xumian_outbox_oldest_seconds", "Age of the oldest message that waits to be delivered")
PARTITIONS = Gauge("xumian_partitions_held", "Partitions that this process reads", ["role"])
DEAD = Counter("xumian_dead_letters_total", "What was put away unhandled", ["kind"])
WEBHOOKS = EventCounter("xumian_webhook_requests_total", "Webhook requests by status", ("channel", "status"))
VOICE_FETCHES = Counter("xumian_voice_fetches_total", "Attempts to fetch a recording", ["result", "channel"])
TRANSCRIPTS = Counter("xumian_transcripts_total", "Recordings listened to, by what came of it", ["result"])
VOICE_SECONDS = Counter("xumian_voice_seconds_total", "Seconds of speech that were listened to")
JOBS_WAITING = Gauge("xumian_voice_jobs_waiting", "Recordings to be fetched or transcribed", ["queue"])


outbox_lag = cache(OUTBOX_LAG.labels)
voice_fetches = cache(VOICE_FETCHES.labels)
transcripts = cache(TRANSCRIPTS.labels)
