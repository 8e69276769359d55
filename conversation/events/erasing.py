"""A candidate's data are gone."""

from conversation.events.base import Event


class Erased(Event, frozen=True, tag="erased"):
    """From here on nothing is known of the candidate: all that the interview still is stands here. `by` is the
    colleague's id, or `cli`; `withdrawn`: the invitation had been taken back, and counts nowhere. What was
    recorded before is redacted after this."""

    interview: str
    campaign: str
    script: str
    unit: str = ""
    by: str = ""
    withdrawn: bool = False


class Redacted(Event, frozen=True, tag="redacted"):
    """In the place of all events of an entry that was erased: what kinds of events those were (as `e` named
    them)."""

    kinds: tuple[str, ...] = ()
