"""All assumptions about people. None of them was measured on candidates.

How the bot reacts is not assumed here.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

Trouble = Literal["network", "battery", "called_away", "too_long", "too_hard", "lost_interest"]
OUTSIDE: tuple[Trouble, ...] = ("network", "battery", "called_away")
"""Troubles in which people disappear without a word."""
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
    """Probabilities per minute while someone works on a question."""

    network: float = 0.003
    bad_network: float = 0.02
    """For people with a bad connection, as in a metro."""
    with_bad_network: float = 0.15
    battery: float = 0.05
    """For people who began with a low battery."""
    with_low_battery: float = 0.05
    called_away: float = 0.003
    lost_interest: float = 0.0015
    tired: float = 0.0003
    """Multiplied by the minutes worked so far: fatigue grows with length."""
    hard: float = 0.0003
    """Multiplied by the square of the question's difficulty."""


@dataclass(frozen=True)
class Responses:
    """Probabilities of people's reactions. Except for `says_so`, each is what one feature depends on."""

    comes_back: float = 0.45
    """Returning unprompted, after the trouble, to an interview that is as they left it."""
    begins_anew: float = 0.12
    """The same if everything must be answered again, multiplied by the share of questions not answered before."""
    to_reminder: float = 0.3
    """Following a reminder that arrives while they could continue."""
    stays: dict[Trouble, float] = field(
        default_factory=lambda: {
            "called_away": 0.2,
            "too_long": 0.35,
            "too_hard": 0.3,
            "lost_interest": 0.1,
        }
    )
    """Staying after the warning before an exit."""
    pauses: float = 0.25
    """Pausing instead of leaving, if the warning offers it."""
    taps_reason: float = 0.8
    """Giving a reason when asked on leaving."""
    answers_later: float = 0.45
    """Giving a reason when asked after the deadline."""
    says_so: float = 0.3
    """Leaving explicitly and with a reason when the connection or phone fails. No feature depends on it."""
    changes_device: float = 0.25
    """Accepting the offer of another device when the phone or connection failed."""


@dataclass(frozen=True)
class Assumptions:
    hazards: Hazards = Hazards()
    responses: Responses = field(default_factory=Responses)
    on_web: float = 0.4
    """The share of people on the web. The others are on Telegram, which does not show connection losses."""
    away_min: dict[Trouble, float] = field(
        default_factory=lambda: {"network": 25.0, "battery": 150.0, "called_away": 240.0}
    )
    """The median time until they could continue, in minutes."""
    spread: float = 1.0
    """The standard deviation of the logarithm of times away and answering times."""
    pace: float = 0.8
    """The median answering time, as a multiple of the minutes that a question suggests."""


def unmoved(assumed: Assumptions) -> Assumptions:
    """Return the same assumptions for people whom no feature influences.

    Once away they never return, whatever is saved, and they ignore reminders and warnings.
    """
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
