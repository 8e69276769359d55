"""The circumstances of an interview, as far as they show by themselves; and what is concluded from them.

Only after consent, and only what the candidate's channel shows: what it does not is empty, and never guessed.
"""

from conversation.events.base import Event


class ClientSeen(Event, frozen=True, tag="client", rename={"language": "lang"}):
    """What the candidate writes with, at the interview's address: their client's language, and where it is a
    browser of the web messenger, the `device` (phone, tablet, computer), `browser` with its main `version`, and
    `network` (wifi, cellular, ethernet, other, or how fast it is: slow-2g, 2g, 3g, 4g). Empty: not known."""

    language: str = ""
    device: str = ""
    browser: str = ""
    version: str = ""
    network: str = ""


class Noticed(Event, frozen=True, tag="noticed"):
    """Something that the candidate did not say: `kind` as in `inbound.CircumstanceNoticed`. `lasted_ms`: of what
    is over, how long it was."""

    kind: str
    lasted_ms: int = 0


class ArrivedLate(Event, frozen=True, tag="arrived_late"):
    """What the candidate sent was with their platform at once, and with us so much later."""

    late_ms: int


class CauseDerived(Event, frozen=True, tag="cause"):
    """The likely cause of this time away, by `rule` (see `causes`): ours, network, content, theirs, or unknown.
    Not what the candidate says. The last one counts."""

    cause: str
    rule: str
