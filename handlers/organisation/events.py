"""What happens in the organisation: the words of its record. Only ever add an act, or a field with a default."""

import msgspec

from conversation.inbound import Address
from conversation.timing.working_hours import Shift
from handlers.organisation.state import Broadcast, Role, Rule


class OrganisationEvent(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="e"):
    """Base of all; `e` names the event in the record."""


class CodeMade(OrganisationEvent, frozen=True, tag="code"):
    code_sha256: str
    role: Role
    unit: str
    until_ms: int
    by: str = ""


class CodeWithdrawn(OrganisationEvent, frozen=True, tag="code_withdrawn"):
    code_sha256: str


class Joined(OrganisationEvent, frozen=True, tag="joined"):
    """Somebody used a code: a new person, or a further address or right of one who is there already."""

    person: str
    address: Address
    name: str
    language: str
    role: Role
    unit: str
    code_sha256: str


class Granted(OrganisationEvent, frozen=True, tag="granted"):
    person: str
    role: Role
    unit: str


class Revoked(OrganisationEvent, frozen=True, tag="revoked"):
    person: str
    role: Role
    unit: str


class UnitAdded(OrganisationEvent, frozen=True, tag="unit"):
    unit: str
    parent: str


class UnitRemoved(OrganisationEvent, frozen=True, tag="unit_removed"):
    unit: str


class LanguageSet(OrganisationEvent, frozen=True, tag="language"):
    person: str
    language: str


class ChatChosen(OrganisationEvent, frozen=True, tag="chat"):
    """Notices of the unit go here from now on; digests, too, after `since_ms`."""

    address: Address
    unit: str
    language: str
    since_ms: int = 0


class ChatTuned(OrganisationEvent, frozen=True, tag="chat_tuned"):
    """When notices make no sound there, and when a digest comes: as in `Chat`."""

    address: Address
    quiet_from: int
    quiet_until: int
    digest: int


class Digested(OrganisationEvent, frozen=True, tag="digest"):
    """What happened until then was told there, or there was nothing to tell; and these `alerts`, each of a
    campaign and a question."""

    address: Address
    until_ms: int
    alerts: tuple[str, ...] = ()


class ChatLeft(OrganisationEvent, frozen=True, tag="chat_left"):
    address: Address


class DutySet(OrganisationEvent, frozen=True, tag="duty"):
    """In these hours, and no others, this person answers who asks for help in the unit."""

    person: str
    unit: str
    shift: Shift


class DutyEnded(OrganisationEvent, frozen=True, tag="duty_ended"):
    person: str
    unit: str


class BotAdded(OrganisationEvent, frozen=True, tag="bot"):
    """Candidates may talk to this bot from now on, or it has a new token. `bot` is its number; the rest as in
    `AddedBot`."""

    bot: str
    username: str
    token_sha256: str
    note: str


class BotRemoved(OrganisationEvent, frozen=True, tag="bot_removed"):
    """`channel` is the bot's platform. Earlier records lack it: there was one platform then."""

    bot: str
    channel: str = "telegram"


class AccountPaused(OrganisationEvent, frozen=True, tag="paused"):
    """`account` as in `Organisation`."""

    account: str


class AccountResumed(OrganisationEvent, frozen=True, tag="resumed"):
    account: str


class CaughtUp(OrganisationEvent, frozen=True, tag="caught_up"):
    """All candidates of an account that was resumed know it."""

    account: str


class RuleSet(OrganisationEvent, frozen=True, tag="rule"):
    """From now on this takes two colleagues in the unit and below, or one again."""

    unit: str
    rule: Rule
    on: bool


class BroadcastOrdered(OrganisationEvent, frozen=True, tag="broadcast"):
    broadcast: str
    what: Broadcast


class BroadcastDropped(OrganisationEvent, frozen=True, tag="broadcast_dropped"):
    """It was taken back before it was sent."""

    broadcast: str


class BroadcastSent(OrganisationEvent, frozen=True, tag="broadcast_sent"):
    """How many candidates were written to (`sent`), and how many could not be reached (`left_out`)."""

    broadcast: str
    sent: int
    left_out: int


class Erased(OrganisationEvent, frozen=True, tag="erased"):
    """A candidate's data were erased: what is left of the interview's first `entries` entries has the SHA-256
    `kept` (hex), and the last of them the hash `head`."""

    interview: str
    entries: int
    head: str
    kept: str


class Asked(OrganisationEvent, frozen=True, tag="asked"):
    """An action waits for its confirmation, or a command line for the button that means it; the rest as in
    `Ticket`."""

    ticket: str
    person: str
    line: str
    until_ms: int
    second: bool = False
    unit: str = ""
    chat: Address | None = None
    number: int = 0
    action: str = ""


class Taken(OrganisationEvent, frozen=True, tag="taken"):
    """The message `cause` confirms a command: nobody else's does any more."""

    ticket: str
    cause: str


class Confirmed(OrganisationEvent, frozen=True, tag="confirmed"):
    ticket: str


class Withdrawn(OrganisationEvent, frozen=True, tag="withdrawn"):
    ticket: str


class Acted(OrganisationEvent, frozen=True, tag="acted"):
    """A command was given. `line` is it, without secrets; `outcome`: done, asked, refused, failed."""

    line: str
    outcome: str


AnyOrganisationEvent = (
    CodeMade
    | CodeWithdrawn
    | Joined
    | Granted
    | Revoked
    | UnitAdded
    | UnitRemoved
    | LanguageSet
    | ChatChosen
    | ChatLeft
    | ChatTuned
    | Digested
    | DutySet
    | DutyEnded
    | BotAdded
    | BotRemoved
    | AccountPaused
    | AccountResumed
    | CaughtUp
    | RuleSet
    | BroadcastOrdered
    | BroadcastDropped
    | BroadcastSent
    | Erased
    | Asked
    | Taken
    | Confirmed
    | Withdrawn
    | Acted
)


class OrganisationEntry(msgspec.Struct, frozen=True, omit_defaults=True, rename={"at_ms": "at", "events": "ev"}):
    """One step: what one command (or the command line: `by` is then `cli`) caused."""

    n: int
    at_ms: int
    by: str
    cause: str
    events: tuple[AnyOrganisationEvent, ...]
    v: int = 1
