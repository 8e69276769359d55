"""A pause of our account by colleagues."""

from conversation.events.base import Event


class Halted(Event, frozen=True, tag="halted"):
    """The candidate wrote during the pause.

    - `told`: they were answered that everything is saved.
    - `as_pause`: it counts as a pause of ours. False in older records, which count it as a fault.
    """

    told: bool = False
    as_pause: bool = False


class WentOn(Event, frozen=True, tag="went_on"):
    """The account works again. `asked`: the open question was asked again, and any prompt beside it has ended."""

    asked: bool = False
