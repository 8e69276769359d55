"""The progress of a drill: its steps and their outcomes."""

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
    """A step failed. `why` is a catalogue key below `staff.drill.why.`."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


class Skipped(Exception):
    """There is nothing to test in this step. `why` is as for Failed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Line(msgspec.Struct):
    """One step. `note` is a catalogue key below `staff.drill.why.`, formatted with `values`; it may be empty."""

    name: str
    outcome: Outcome = "waiting"
    took_ms: int = 0
    note: str = ""
    values: dict[str, object] = {}


class Board(msgspec.Struct):
    """All steps, in order. `ended_ms` is 0 while the drill is running."""

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
