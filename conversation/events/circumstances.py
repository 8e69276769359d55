"""The circumstances of an interview, as far as the candidate's channel shows them, and what is concluded from
them.

They are recorded only after consent. What a channel does not show stays empty and is never guessed.
"""

from conversation.events.base import Event


class ClientSeen(Event, frozen=True, tag="client", rename={"language": "lang"}):
    """The client with which the candidate writes, at the interview's address. Empty fields are unknown.

    - `language`: the client's language.

    Only in a browser, for the web messenger:

    - `device`: phone, tablet or computer.
    - `browser`, `version`: the browser and its main version.
    - `network`: wifi, cellular, ethernet or other; or its speed: slow-2g, 2g, 3g or 4g.
    """

    language: str = ""
    device: str = ""
    browser: str = ""
    version: str = ""
    network: str = ""


class Noticed(Event, frozen=True, tag="noticed"):
    """Something that the candidate's client showed without the candidate saying anything. `kind` is as in
    `inbound.CircumstanceNoticed`. `lasted_ms` is how long the circumstance that now ended had lasted."""

    kind: str
    lasted_ms: int = 0


class ArrivedLate(Event, frozen=True, tag="arrived_late"):
    """What the candidate sent reached us `late_ms` after it had reached their platform."""

    late_ms: int


class CauseDerived(Event, frozen=True, tag="cause"):
    """The likely cause of the present absence: ours, network, content, theirs or unknown, by `rule` (see
    `dropout.attribution`). It is not what the candidate says. The last such event counts."""

    cause: str
    rule: str
