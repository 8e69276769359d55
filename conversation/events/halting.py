"""Our account stood still because colleagues had paused it."""

from conversation.events.base import Event


class Halted(Event, frozen=True, tag="halted"):
    """The candidate wrote meanwhile; `told`: and was told that all is saved."""

    told: bool = False


class WentOn(Event, frozen=True, tag="went_on"):
    """It works again. `asked`: the open question was asked again, and nothing that was asked beside it counts."""

    asked: bool = False
