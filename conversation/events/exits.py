"""Leaving, staying away, and coming back."""

from conversation.events.base import Event


class Continued(Event, frozen=True, tag="continued"):
    """The candidate chose to go on. `without_said`: the message that was kept aside does not count."""

    without_said: bool = False


class ExitWarned(Event, frozen=True, tag="exit_warned"):
    """The candidate was informed that all is saved, and asked whether to go on, pause or leave."""


class Paused(Event, frozen=True, tag="paused", rename={"sequence": "sq"}):
    """`by` is candidate (they asked for it), silence, or aside (they opened another interview).

    `sequence`: that of the inbound event by which they asked for it; 0: unknown."""

    by: str
    sequence: int = 0


class LaidAside(Event, frozen=True, tag="laid_aside"):
    """The candidate opened another interview at the same address. What they say there from now on belongs to that
    one."""


class Exited(Event, frozen=True, tag="exited", rename={"sequence": "sq"}):
    """The candidate left the interview.

    `sequence`: that of the inbound event by which they did; 0: unknown."""

    sequence: int = 0


class ReasonGiven(Event, frozen=True, tag="reason"):
    """The candidate chose a reason for leaving; `group` is the kind it belongs to."""

    reason: str
    group: str = ""


class ReasonDetailed(Event, frozen=True, tag="reason_detail"):
    """What the candidate added to the reason in their own words."""

    text: str


class ReasonAsked(Event, frozen=True, tag="reason_asked"):
    """The candidate was asked why they left."""


class Returned(Event, frozen=True, tag="returned"):
    """The candidate is back.

    - `said`: a first message that was not accepted as part of the answer; it is kept aside.
    - `via`: what was last done to win them back, as in `State.through`. `saved`: nothing lately, they came by
      themselves to what was saved. Empty: the record is older than this field.
    - `solved`: the technical reason for which they had left, if they were asked whether it is solved.
    """

    said: str = ""
    message: str = ""
    via: str = ""
    solved: str = ""


class Unsolved(Event, frozen=True, tag="unsolved"):
    """The problem for which the candidate had left is not solved."""

    reason: str


class SaidAdopted(Event, frozen=True, tag="said_adopted"):
    """The message that was kept aside was made part of the open answer after all."""

    message: str


class Reminded(Event, frozen=True, tag="reminded"):
    """The candidate was reminded; this covers all reminders up to `number`. `asked`: a recruiter asked for it, so
    a reminder that the candidate wants at a time of their own is still sent."""

    number: int
    asked: bool = False


class Lapsed(Event, frozen=True, tag="lapsed"):
    """The deadline passed before the interview was complete."""


class Unreachable(Event, frozen=True, tag="unreachable"):
    """Messages to the candidate no longer arrive, for instance because they blocked the bot."""

    why: str
