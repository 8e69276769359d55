"""The plan of a fault campaign: what happens, to whom, when and for how long, all from one seed."""

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

Kind = Literal[
    "kill", "stop", "hang", "clock", "redis-kill", "redis-hang", "redis-cut", "redis-refuse", "redis-partition",
    "disk-full", "platform-down", "platform-429", "platform-5xx", "platform-hang", "platform-nonsense",
]  # fmt: skip
"""`kill`, `stop`, `hang`: SIGKILL, SIGTERM, and SIGSTOP with SIGCONT of a process. `clock`: its clock is wrong.
`redis-cut` loses everything, `redis-refuse` closes connections; `redis-partition` cuts a master off from the other
servers, but not from its clients."""
Redis = Literal["single", "sentinel", "cluster"]
PROCESSES = ("serve", "serve", "work delivery", "work delivery", "work timers", "work timers")
WEIGHTS: dict[Kind, int] = {
    "kill": 12, "hang": 5, "stop": 2, "clock": 2, "redis-kill": 2, "redis-hang": 1, "redis-cut": 2,
    "redis-refuse": 1, "redis-partition": 2, "disk-full": 1, "platform-down": 1, "platform-429": 2,
    "platform-5xx": 1, "platform-hang": 1, "platform-nonsense": 1,
}  # fmt: skip
"""How often each kind of fault happens, among all."""
_NOT_WITH: dict[Redis, tuple[Kind, ...]] = {
    "single": ("redis-partition",),
    "sentinel": ("redis-refuse", "disk-full"),
    "cluster": ("redis-refuse", "disk-full"),
}
_PAUSES_S = (0.3, 2.5)
_LASTS_S = (0.1, 1.0, 3.0, 8.0)
_FAILOVER_S = 8.0
"""Shorter faults of a master are over before another server takes its place."""
_CLOCK_S = 600.0


class Fault(NamedTuple):
    """A fault after `pause_s` seconds under load. `victim` is a place in PROCESSES, for faults of processes.
    `jump_s` is how wrong a clock is, in seconds."""

    pause_s: float
    kind: Kind
    victim: int
    lasts_s: float
    jump_s: float = 0.0

    def __str__(self) -> str:
        of_process = self.kind in ("kill", "stop", "hang", "clock")
        whom = f" {PROCESSES[self.victim]} {self.victim}" if of_process else ""
        by = f" by {self.jump_s:+.0f} s" if self.kind == "clock" else ""
        return f"{self.kind}{whom}{by} for {self.lasts_s:.2f} s"


def kinds(redis: Redis) -> list[Kind]:
    """Return what can happen to an installation with such a Redis."""
    return [kind for kind in WEIGHTS if kind not in _NOT_WITH[redis]]


def plan(
    seed: int, minutes: float, only: Sequence[str] = (), redis: Redis = "single", lasts_s: float | None = None
) -> list[Fault]:
    """Return the faults of about so many minutes, of all kinds or `only` these; each `lasts_s` seconds, if given.

    The same seed gives the same faults; more minutes add some.
    """
    chance, faults, spent_s = random.Random(seed), list[Fault](), 0.0
    weights = {kind: WEIGHTS[kind] for kind in kinds(redis) if kind in (only or WEIGHTS)}
    while spent_s < minutes * 60:
        pause_s = chance.uniform(*_PAUSES_S)
        kind = chance.choices(list(weights), list(weights.values()))[0]
        victim = chance.randrange(len(PROCESSES))
        length_s = chance.choice(_LASTS_S) * chance.uniform(0.5, 1.5)
        if redis != "single" and kind.startswith("redis"):
            length_s = max(length_s, _FAILOVER_S)
        jump_s = chance.uniform(-_CLOCK_S, _CLOCK_S)
        fault = Fault(pause_s, kind, victim, length_s if lasts_s is None else lasts_s, jump_s)
        faults.append(fault)
        spent_s += fault.pause_s + fault.lasts_s
    return faults
