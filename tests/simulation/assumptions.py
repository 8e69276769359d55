"""All that is assumed of people, and nothing of what the bot does about it. None of it was measured on
candidates."""

from dataclasses import dataclass, field, replace
from typing import Literal

Trouble = Literal["network", "battery", "called_away", "too_long", "too_hard", "lost_interest"]
OUTSIDE: tuple[Trouble, ...] = ("network", "battery", "called_away")
"""They vanish without a word."""
REASONS: dict[Trouble, str] = {
    "network": "network",
    "battery": "device",
    "called_away": "no_time",
    "too_long": "too_long",
    "too_hard": "too_hard",
    "lost_interest": "not_interested",
}


@dataclass(frozen=True)
class Hazards:
    """Chances a minute, while somebody is at a question."""

    network: float = 0.003
    bad_network: float = 0.02
    """Of those with a bad connection, as in a metro."""
    with_bad_network: float = 0.15
    battery: float = 0.05
    """Of those who began with little of it left."""
    with_low_battery: float = 0.05
    called_away: float = 0.003
    lost_interest: float = 0.0015
    tired: float = 0.0003
    """Times the minutes that they have worked: fatigue grows with length."""
    hard: float = 0.0003
    """Times the difficulty of the question, squared."""


@dataclass(frozen=True)
class Responses:
    """What people do when they may, or are told that they may. Each is what one feature lives by."""

    comes_back: float = 0.45
    """By themselves, once the trouble is over, to an interview that is as they left it."""
    begins_anew: float = 0.12
    """The same, where all must be answered again: times the share that they had not answered yet."""
    to_reminder: float = 0.3
    """To each reminder that arrives while they could go on."""
    stays: dict[Trouble, float] = field(
        default_factory=lambda: {
            "called_away": 0.2,
            "too_long": 0.35,
            "too_hard": 0.3,
            "lost_interest": 0.1,
        }
    )
    """After the warning before an exit."""
    pauses: float = 0.25
    """Instead of leaving, where the warning offers it."""
    taps_reason: float = 0.8
    """When asked on leaving."""
    answers_later: float = 0.45
    """When asked after the deadline."""
    says_so: float = 0.3
    """Of those whose connection or phone gives out: they can still say that they leave, and why. (No
    feature's.)"""
    changes_device: float = 0.25
    """When offered, of those whose phone or connection gave out."""


@dataclass(frozen=True)
class Assumptions:
    hazards: Hazards = Hazards()
    responses: Responses = field(default_factory=Responses)
    on_web: float = 0.4
    """The rest are on Telegram, which shows nothing of a connection."""
    away_min: dict[Trouble, float] = field(
        default_factory=lambda: {"network": 25.0, "battery": 150.0, "called_away": 240.0}
    )
    """Until they could go on: the median, in minutes."""
    spread: float = 1.0
    """Of the time away and of the time that an answer takes: the standard deviation of its logarithm."""
    pace: float = 0.8
    """Times the minutes that a question suggests: the median time that an answer takes."""


def unmoved(assumed: Assumptions) -> Assumptions:
    """The same people, whom no feature moves: whoever has gone stays away, whatever is saved, and heeds no
    reminder and no warning."""
    still = replace(
        assumed.responses,
        comes_back=0.0,
        begins_anew=0.0,
        to_reminder=0.0,
        stays={},
        pauses=0.0,
        taps_reason=0.0,
        answers_later=0.0,
        changes_device=0.0,
    )
    return replace(assumed, responses=still)
