"""Running many inputs through one target, and keeping those on which it fails."""

import gc
import hashlib
import math
import resource
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import Target

MOST_S = 1.0
"""The longest that an input of at most `mutate.MOST_BYTES` may take, in seconds of processor time."""
_MOST_POOL = 300
_ROOT = str(Path(__file__).parents[2])


class TooSlow(Exception):
    """An input took longer than `MOST_S`."""


@dataclass(slots=True)
class Report:
    """What came of a run. `findings` holds the first input for each cause, `times` how often each came."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: dict[str, bytes] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    grown: int | None = None
    """How much memory the process needed more at the end than after a tenth of the inputs, in bytes."""


def fuzz(target: Target, inputs: int, rng: Random, most_s: float = MOST_S) -> Report:
    """Run mutations of the target's seeds. Inputs with a new outcome are mutated further."""
    report = Report(target.name, inputs)
    mutate = Mutator(rng, target.shape)
    pool = [*target.seeds(), *target.kept]
    for data in pool:
        _tried(target, data, report, math.inf)  # what is made once, such as patterns, counts for no input
    begun = time.perf_counter()
    early = None
    for number in range(inputs):
        data = mutate(rng.choice(pool), rng.choice(pool))
        outcome = _tried(target, data, report, most_s)
        if report.outcomes[outcome] == 0 and len(pool) < _MOST_POOL and len(data) < 20_000:
            pool.append(data)
        report.outcomes[outcome] += 1
        if number == inputs // 10:
            early = memory()
    report.seconds = time.perf_counter() - begun
    late = memory()
    report.grown = late - early if early is not None and late is not None else None
    return report


def _tried(target: Target, data: bytes, report: Report, most_s: float) -> str:
    try:
        outcome, took = _timed(target, data)
        if took > most_s:
            outcome, took = _timed(target, data)  # the machine may have been busy with garbage
        report.slowest_s = max(report.slowest_s, took if most_s < math.inf else 0)
        if took > most_s:
            raise TooSlow
    except Exception as error:
        cause = _cause(error)
        report.findings.setdefault(cause, data)
        report.times[cause] += 1
        return f"finding: {cause}"
    return outcome


def _timed(target: Target, data: bytes) -> tuple[str, float]:
    begun = time.process_time()
    return target.outcome(data), time.process_time() - begun


def _cause(error: Exception) -> str:
    """Return the error's type, and where in our own code it came from."""
    ours = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.startswith(_ROOT + "/")]
    ours = [each for each in ours if "/.venv/" not in each.filename]
    places = [f"{each.filename.removeprefix(_ROOT + '/')}:{each.lineno}" for each in ours[-2:]]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"


def keep(report: Report, folder: Path) -> list[Path]:
    """Write the inputs of the findings into the target's folder, and return their files."""
    written = []
    for data in report.findings.values():
        path = folder / report.target / hashlib.sha256(data).hexdigest()[:12]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    return written


def memory() -> int | None:
    """Return the memory in use in bytes, after collecting garbage. None where the system does not tell."""
    gc.collect()
    try:
        fields = Path("/proc/self/statm").read_text().split()
    except OSError:
        return None
    return int(fields[1]) * resource.getpagesize()
