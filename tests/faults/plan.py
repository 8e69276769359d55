"""The plan of a fault campaign: what happens, to whom, when and for how long, all from one seed."""

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

Kind = Literal[
    "kill", "stop", "hang", "redis-kill", "redis-hang", "redis-cut", "redis-refuse", "disk-full",
    "platform-down", "platform-429", "platform-5xx", "platform-hang", "platform-nonsense",
]  # fmt: skip
"""`kill`, `stop`, `hang`: SIGKILL, SIGTERM, and SIGSTOP with SIGCONT of a process. `redis-cut` loses everything,
`redis-refuse` closes connections."""
PROCESSES = ("serve", "serve", "work delivery", "work delivery", "work timers", "work timers")
WEIGHTS: dict[Kind, int] = {
    "kill": 12, "hang": 5, "stop": 2, "redis-kill": 2, "redis-hang": 1, "redis-cut": 2, "redis-refuse": 1,
    "disk-full": 1, "platform-down": 1, "platform-429": 2, "platform-5xx": 1, "platform-hang": 1,
    "platform-nonsense": 1,
}  # fmt: skip
"""How often each kind of fault happens, among all."""
_PAUSES_S = (0.3, 2.5)
_LASTS_S = (0.1, 1.0, 3.0, 8.0)


class Fault(NamedTuple):
    """A fault after `pause_s` seconds under load. `victim` is a place in PROCESSES, for faults of processes."""

    pause_s: float
    kind: Kind
    victim: int
    lasts_s: float

    def __str__(self) -> str:
        whom = f" {PROCESSES[self.victim]} {self.victim}" if self.kind in ("kill", "stop", "hang") else ""
        return f"{self.kind}{whom} for {self.lasts_s:.2f} s"


def plan(seed: int, minutes: float, only: Sequence[str] = ()) -> list[Fault]:
    """Return the faults of about so many minutes, of all kinds or `only` these.

    The same seed gives the same faults; more minutes add some.
    """
    chance, faults, spent_s = random.Random(seed), list[Fault](), 0.0
    weights = {kind: weight for kind, weight in WEIGHTS.items() if kind in (only or WEIGHTS)}
    while spent_s < minutes * 60:
        fault = Fault(
            chance.uniform(*_PAUSES_S),
            chance.choices(list(weights), list(weights.values()))[0],
            chance.randrange(len(PROCESSES)),
            chance.choice(_LASTS_S) * chance.uniform(0.5, 1.5),
        )
        faults.append(fault)
        spent_s += fault.pause_s + fault.lasts_s
    return faults
