"""Results as Markdown tables, and each run as a line of JSON in `benchmarks/results/`."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from bench.measure import Row

RESULTS = Path(__file__).parent.parent / "results"


def keep(what: str, row: Mapping[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{what}.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"at": round(time.time()), **row}, ensure_ascii=False) + "\n")


def spread(values: Iterable[float], digits: int = 0) -> str:
    """Return the median, with minimum and maximum if there are several values."""
    met = list(values)
    middle = f"{statistics.median(met):,.{digits}f}"
    return middle if len(met) == 1 else f"{middle} ({min(met):,.{digits}f}-{max(met):,.{digits}f})"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def say(row: Row) -> None:
    """Print one run's figures."""
    print(
        f"  {row.bot:32} {row.answers_per_s:7.0f} answers/s  p50 {row.p50_ms:6.1f} p99 {row.p99_ms:6.1f} ms  "
        f"{row.cpu_us:6.0f} µs  {row.round_trips:5.2f} trips  bot {row.core:.2f} side {row.side:.2f} "
        f"load {row.load:.1f}  {row.problems or ''}",
        flush=True,
    )


def load_table(rows: Sequence[Row], base: str) -> str:
    """Return the table of all bots. CPU per answer is compared with the bot `base`, round by round."""
    against = {row.round: row.cpu_us for row in rows if row.bot == base}
    columns: list[tuple[str, Callable[[Row], float], int]] = [
        ("CPU µs/answer", lambda row: row.cpu_us, 0),
        (f"CPU / {base}", lambda row: row.cpu_us / against[row.round], 2),
        ("answers/s", lambda row: row.answers_per_s, 0),
        ("p50 ms", lambda row: row.p50_ms, 1),
        ("p95 ms", lambda row: row.p95_ms, 1),
        ("p99 ms", lambda row: row.p99_ms, 1),
        ("Redis round trips/answer", lambda row: row.round_trips, 2),
        ("per update", lambda row: row.round_trips * row.answers / row.updates, 2),
        ("Redis CPU µs/answer", lambda row: row.redis_us, 0),
        ("bot's core", lambda row: row.core, 2),
        ("other core (of it the driver)", lambda row: row.side, 2),
    ]
    lines = []
    for bot in dict.fromkeys(row.bot for row in rows):
        own = [row for row in rows if row.bot == bot]
        cells = [spread((value(row) for row in own), digits) for _, value, digits in columns]
        cells[-1] += f" ({statistics.median(row.driver for row in own):.2f})"
        lines.append([bot, *cells, problems(own)])
    return table(["bot", *(name for name, _, _ in columns), "problems"], lines)


def problems(rows: Iterable[Row]) -> str:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.problems)
    return ", ".join(f"{count} {name}" for name, count in total.items()) or "none"
