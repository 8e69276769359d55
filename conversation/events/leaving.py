"""Leaving, staying away, and coming back."""

from conversation.events.base import Event


class Continued(Event, frozen=True, tag="continued"):
    """The candidate chose to go on; `without_said`: what was said on returning does not count."""

    without_said: bool = False


class ExitWarned(Event, frozen=True, tag="exit_warned"):
    """The candidate was told that all is saved, and asked whether to go on, pause or leave."""


class Paused(Event, frozen=True, tag="paused"):
    """`by`: candidate (said so), silence, aside (opened another interview)."""

    by: str


class LaidAside(Event, frozen=True, tag="laid_aside"):
    """The candidate opened another interview at the same address; what is said there is said to that one."""


class Exited(Event, frozen=True, tag="exited"):
    pass


class ReasonGiven(Event, frozen=True, tag="reason"):
    reason: str
    group: str = ""


class ReasonDetailed(Event, frozen=True, tag="reason_detail"):
    text: str


class ReasonAsked(Event, frozen=True, tag="reason_asked"):
    pass


class Returned(Event, frozen=True, tag="returned"):
    """The candidate is back. `said` keeps a first message that was not taken as part of the answer. `via` is what
    was done last to win them back while they were away, as in `State.through`; saved: nothing lately, they came by
    themselves to what was saved; empty: a record from before that was noted. `solved` is the technical reason for
    which they had left, and of which they were asked whether it is solved; empty: they were not."""

    said: str = ""
    message: str = ""
    via: str = ""
    solved: str = ""


class Unsolved(Event, frozen=True, tag="unsolved"):
    """What the candidate had left for is not solved."""

    reason: str


class SaidAdopted(Event, frozen=True, tag="said_adopted"):
    """What the candidate said on returning was made part of the open answer after all."""

    message: str


class Reminded(Event, frozen=True, tag="reminded"):
    """`asked`: a recruiter wanted it; a reminder that the candidate wants at a time of their own comes besides."""

    number: int
    asked: bool = False


class Lapsed(Event, frozen=True, tag="lapsed"):
    pass


class Unreachable(Event, frozen=True, tag="unreachable"):
    why: str
