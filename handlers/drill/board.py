"""How far a drill is: its steps with what came of each."""

from typing import Literal

import msgspec

Outcome = Literal["waiting", "running", "passed", "failed", "skipped"]

CHECKS = ("redis", "archive", "accounts", "links", "speech")
INTERVIEW = (
    "invitation",
    "start",
    "consent",
    "text",
    "exit",
    "notice",
    "return",
    "timers",
    "duplicate",
    "voice",
    "answers",
    "end",
    "record",
)
STEPS = (*CHECKS, *INTERVIEW)


class Failed(Exception):
    """A step did not do what it should; `why` is the catalogue's key behind `staff.drill.why.`."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


class Skipped(Exception):
    """There is nothing to try in this step; `why` as for Failed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Line(msgspec.Struct):
    """One step. `note` is a key behind `staff.drill.why.`, with its `values`; empty: nothing more to say."""

    name: str
    outcome: Outcome = "waiting"
    took_ms: int = 0
    note: str = ""
    values: dict[str, object] = {}


class Board(msgspec.Struct):
    """All steps, in order. `ended_ms` is 0 while the drill goes on."""

    lines: list[Line]
    started_ms: int
    ended_ms: int = 0
    interrupted: bool = False

    @classmethod
    def new(cls, now: int) -> "Board":
        return cls([Line(name) for name in STEPS], now)

    def line(self, name: str) -> Line:
        return next(each for each in self.lines if each.name == name)

    def number(self, outcome: Outcome) -> int:
        return sum(each.outcome == outcome for each in self.lines)
