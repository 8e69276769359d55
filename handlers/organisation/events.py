"""The events of the organisation's record. Only ever add events, or fields with a default."""

import msgspec

from conversation.inbound import Address
from conversation.timing.working_hours import Shift
from handlers.organisation.calibration_events import CalibrationEvent
from handlers.organisation.event_base import OrganisationEvent
from handlers.organisation.import_events import ImportEvent
from handlers.organisation.sessions import SessionEvent
from handlers.organisation.slot_events import SlotEvent
from handlers.organisation.state import Broadcast, Level, Role, Rule
from handlers.organisation.unit_events import UnitEvent
from handlers.organisation.webhook_events import WebhookEvent


class CodeMade(OrganisationEvent, frozen=True, tag="code"):
    """A one-time code was created, valid until `until_ms` (epoch). `by` is empty for the command line."""

    code_sha256: str
    role: Role
    unit: str
    until_ms: int
    by: str = ""


class CodeWithdrawn(OrganisationEvent, frozen=True, tag="code_withdrawn"):
    """A one-time code was withdrawn before anybody used it."""

    code_sha256: str


class TokenMade(OrganisationEvent, frozen=True, tag="token"):
    """A token of the REST API was made. Fields as in `Token`, `token` is its id."""

    token: str
    name: str
    sha256: str
    role: Role
    unit: str
    until_ms: int
    by: str = ""


class TokenRevoked(OrganisationEvent, frozen=True, tag="token_revoked"):
    """A token of the REST API was revoked."""

    token: str


class Joined(OrganisationEvent, frozen=True, tag="joined"):
    """Someone used a code: a new person, or a further address or right for a known one."""

    person: str
    address: Address
    name: str
    language: str
    role: Role
    unit: str
    code_sha256: str


class Granted(OrganisationEvent, frozen=True, tag="granted"):
    """A person got a role in a unit."""

    person: str
    role: Role
    unit: str


class Revoked(OrganisationEvent, frozen=True, tag="revoked"):
    """A person lost a role in a unit."""

    person: str
    role: Role
    unit: str


class LanguageSet(OrganisationEvent, frozen=True, tag="language"):
    """A person chose the language of the console."""

    person: str
    language: str


class ChatChosen(OrganisationEvent, frozen=True, tag="chat"):
    """A chat was chosen for a unit's notices, and digests after `since_ms` (epoch). `help_only`: as in `Chat`."""

    address: Address
    unit: str
    language: str
    since_ms: int = 0
    help_only: bool = False


class ChatTuned(OrganisationEvent, frozen=True, tag="chat_tuned"):
    """A chat's quiet hours and digest time were set; the fields are as in `Chat`."""

    address: Address
    quiet_from: int
    quiet_until: int
    digest: int


class ChatLevelSet(OrganisationEvent, frozen=True, tag="chat_level"):
    """Which of its unit's notices a chat gets; `level` is as in `Chat`."""

    address: Address
    level: Level


class Digested(OrganisationEvent, frozen=True, tag="digest"):
    """A digest covering the time until `until_ms` was sent to the chat, or there was nothing to report.

    `alerts` are the alerts it contained, each naming a campaign and a question.
    """

    address: Address
    until_ms: int
    alerts: tuple[str, ...] = ()


class HeadsReminded(OrganisationEvent, frozen=True, tag="heads_reminded"):
    """The heads of units were reminded of candidates who wait past the promised day, if there were any.
    `until_ms` is when (epoch milliseconds)."""

    until_ms: int


class ChatLeft(OrganisationEvent, frozen=True, tag="chat_left"):
    """A chat no longer gets notices."""

    address: Address


class ChatMoved(OrganisationEvent, frozen=True, tag="chat_moved"):
    """The platform has given a chat another address. Everything kept under the old one moves along."""

    old: Address
    new: Address


class DutySet(OrganisationEvent, frozen=True, tag="duty"):
    """A person's duty hours in the unit were set, replacing earlier ones."""

    person: str
    unit: str
    shift: Shift


class DutyEnded(OrganisationEvent, frozen=True, tag="duty_ended"):
    """A person is no longer on duty in the unit."""

    person: str
    unit: str


class BotAdded(OrganisationEvent, frozen=True, tag="bot"):
    """A bot for candidates was added, or got a new token. `bot` is its number; the rest is as in `AddedBot`."""

    bot: str
    username: str
    token_sha256: str
    note: str


class BotRemoved(OrganisationEvent, frozen=True, tag="bot_removed"):
    """`channel` is the bot's platform. Earlier records lack it: there was one platform then."""

    bot: str
    channel: str = "telegram"


class AccountPaused(OrganisationEvent, frozen=True, tag="paused"):
    """An account was paused. `account` is its full name, as in `Organisation.paused`."""

    account: str


class AccountResumed(OrganisationEvent, frozen=True, tag="resumed"):
    """A paused account was resumed; its candidates have yet to be told."""

    account: str


class CaughtUp(OrganisationEvent, frozen=True, tag="caught_up"):
    """All candidates of a resumed account have been told."""

    account: str


class RuleSet(OrganisationEvent, frozen=True, tag="rule"):
    """A rule was switched on or off for the unit and all below: whether it takes two colleagues."""

    unit: str
    rule: Rule
    on: bool


class BroadcastOrdered(OrganisationEvent, frozen=True, tag="broadcast"):
    """A broadcast to many candidates was ordered."""

    broadcast: str
    what: Broadcast


class BroadcastDropped(OrganisationEvent, frozen=True, tag="broadcast_dropped"):
    """A broadcast was taken back before it was sent."""

    broadcast: str


class BroadcastSent(OrganisationEvent, frozen=True, tag="broadcast_sent"):
    """A broadcast was sent to `sent` candidates; `left_out` could not be reached."""

    broadcast: str
    sent: int
    left_out: int


class Erased(OrganisationEvent, frozen=True, tag="erased"):
    """A candidate's data were erased.

    What remains of the interview's first `entries` entries has the SHA-256 `kept` (hex), and the last of them has
    the hash `head`.
    """

    interview: str
    entries: int
    head: str
    kept: str


class Asked(OrganisationEvent, frozen=True, tag="asked"):
    """A ticket was created for an action to confirm or for a long command line. Fields as in `Ticket`."""

    ticket: str
    person: str
    line: str
    until_ms: int
    second: bool = False
    unit: str = ""
    chat: Address | None = None
    number: int = 0
    action: str = ""
    shared: bool = False
    told: bool = False


class TickListMade(OrganisationEvent, frozen=True, tag="tick_list_made"):
    """A list was sent in which a person ticks interviews. Fields as in `TickList`."""

    name: str
    person: str
    until_ms: int
    listed: str


class Ticked(OrganisationEvent, frozen=True, tag="ticked"):
    """Interviews of a list were ticked, or unticked if not `on`."""

    name: str
    interviews: tuple[str, ...]
    on: bool = True


class Taken(OrganisationEvent, frozen=True, tag="taken"):
    """The message `cause` confirmed the ticket; no other message can any more."""

    ticket: str
    cause: str


class Confirmed(OrganisationEvent, frozen=True, tag="confirmed"):
    """The action of the ticket was confirmed."""

    ticket: str


class Withdrawn(OrganisationEvent, frozen=True, tag="withdrawn"):
    """The action of the ticket was dropped."""

    ticket: str


class Acted(OrganisationEvent, frozen=True, tag="acted"):
    """A command was given. `line` leaves out secrets; `outcome` is done, asked, refused or failed."""

    line: str
    outcome: str


AnyOrganisationEvent = (
    CodeMade
    | CodeWithdrawn
    | TokenMade
    | TokenRevoked
    | Joined
    | Granted
    | Revoked
    | LanguageSet
    | ChatChosen
    | ChatLeft
    | ChatTuned
    | ChatMoved
    | ChatLevelSet
    | Digested
    | HeadsReminded
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
    | TickListMade
    | Ticked
    | CalibrationEvent
    | WebhookEvent
    | SessionEvent
    | ImportEvent
    | SlotEvent
    | UnitEvent
    | Taken
    | Confirmed
    | Withdrawn
    | Acted
)


class OrganisationEntry(msgspec.Struct, frozen=True, omit_defaults=True, rename={"at_ms": "at", "events": "ev"}):
    """One entry of the record: all events of one command. `by` is a person's id, or `cli` for the command line."""

    n: int
    at_ms: int
    by: str
    cause: str
    events: tuple[AnyOrganisationEvent, ...]
    v: int = 1
