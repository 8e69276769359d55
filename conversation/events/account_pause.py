"""A pause of our account by colleagues."""

from conversation.events.base import Event


class Halted(Event, frozen=True, tag="halted"):
    """The candidate wrote during the pause. `told`: they were answered that everything is saved."""

    told: bool = False


class WentOn(Event, frozen=True, tag="went_on"):
    """The account works again. `asked`: the open question was asked again, and any prompt beside it has ended."""

    asked: bool = False
