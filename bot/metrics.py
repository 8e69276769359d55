"""The counters and gauges of /metrics. No label holds personal data."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

INBOUND = Counter("xumian_inbound_total", "Inbound events by what became of them", ["result", "channel"])
SENDS = Counter("xumian_sends_total", "Messages handed to a platform, by result", ["result", "channel"])
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
WEBHOOKS = Counter("xumian_webhook_requests_total", "Webhook requests by status", ["channel", "status"])
VOICE_FETCHES = Counter("xumian_voice_fetches_total", "Attempts to fetch a recording", ["result", "channel"])
TRANSCRIPTS = Counter("xumian_transcripts_total", "Recordings listened to, by what came of it", ["result"])
VOICE_SECONDS = Counter("xumian_voice_seconds_total", "Seconds of speech that were listened to")
JOBS_WAITING = Gauge("xumian_voice_jobs_waiting", "Recordings to be fetched or transcribed", ["queue"])


_inbound = cache(INBOUND.labels)
sends = cache(SENDS.labels)
outbox_lag = cache(OUTBOX_LAG.labels)
voice_fetches = cache(VOICE_FETCHES.labels)
transcripts = cache(TRANSCRIPTS.labels)


def count_inbound(result: str, channel: str) -> None:
    _inbound(result, channel).inc()
