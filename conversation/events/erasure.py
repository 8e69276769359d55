"""The erasure of a candidate's data."""

from conversation.events.base import Event


class Erased(Event, frozen=True, tag="erased"):
    """From here on nothing is known of the candidate: this event holds all that is left of the interview. What was
    recorded before is redacted afterwards.

    - `by`: the colleague's id, or `cli`.
    - `withdrawn`: the invitation had been taken back, so the interview is not counted anywhere.
    """

    interview: str
    campaign: str
    script: str
    unit: str = ""
    by: str = ""
    withdrawn: bool = False


class Redacted(Event, frozen=True, tag="redacted"):
    """Replaces all events of an erased entry. `kinds` names what kinds of events they were (the value of `e`)."""

    kinds: tuple[str, ...] = ()
