"""The counters of what happens with each message, as a scraper reads them."""

from prometheus_client import CollectorRegistry, generate_latest

from bot.metrics import EventCounter


def test_a_counter_as_it_is_scraped() -> None:
    registry = CollectorRegistry()
    counter = EventCounter("xumian_tests_total", "What tests did", ("result", "channel"), registry)
    for result, channel in (("passed", "web"), ("passed", "web"), ('"', "line\n")):
        counter.count(result, channel)
    assert generate_latest(registry).decode() == (
        "# HELP xumian_tests_total What tests did\n"
        "# TYPE xumian_tests_total counter\n"
        'xumian_tests_total{channel="web",result="passed"} 2.0\n'
        'xumian_tests_total{channel="line\\n",result="\\""} 1.0\n'
    )
    assert counter.value("passed", "web") == 2
    assert counter.value("failed", "web") == 0


def test_reading_a_value_adds_no_line() -> None:
    registry = CollectorRegistry()
    counter = EventCounter("xumian_tests_total", "What tests did", ("result",), registry)
    counter.value("failed")
    assert b"failed" not in generate_latest(registry)
