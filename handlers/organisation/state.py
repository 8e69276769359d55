"""The organisation's state: units, people and rights, pending work, and chats for notices."""

from typing import Literal, get_args

import msgspec

from conversation.inbound import Address
from conversation.timing.working_hours import Shift
from handlers.organisation.import_events import Import
from handlers.organisation.open_slots import OpenSlot, Place
from handlers.organisation.quiet_hours import NIGHT
from handlers.organisation.sessions import Session, SignInLink
from handlers.organisation.unit_texts import TextsAbove, UnitTexts

NAME = "office"
"""The record's id. It cannot be an interview's: those are hexadecimal."""
ROOT = ""
"""The unit of the whole organisation, above all others."""
LOCAL_ID = "local"
"""The id of the person at the machine itself, who is the owner if the installation has no public address."""
Role = Literal["owner", "admin", "recruiter", "support", "auditor", "analyst"]
ROLES: tuple[Role, ...] = ("owner", "admin", "recruiter", "support", "auditor", "analyst")


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """A role in a unit and all units below it."""

    role: Role
    unit: str


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """A colleague. `addresses` are the accounts they write from."""

    id: str
    name: str
    language: str = "zh"
    addresses: tuple[Address, ...] = ()
    grants: tuple[Grant, ...] = ()


NOBODY = frozenset({"cli", "retention"})
"""Who acts besides colleagues: whoever has the command line, and the time after which interviews are erased."""
OPERATOR = Person("cli", "cli", "en", grants=(Grant("owner", ROOT),))
"""Whoever uses the command line on the machine itself. They are not among the organisation's people."""


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a one-time code grants to the first person who sends it, until `until_ms` (epoch).

    The code only works while `by`, who created it, may still grant that. `by` is empty for the command line.
    """

    role: Role
    unit: str
    until_ms: int
    by: str = ""


class Token(msgspec.Struct, frozen=True, omit_defaults=True):
    """A token with which a program uses the REST API, with one role in a unit and the units below, until
    `until_ms` (epoch; 0 if it was revoked).

    It only works while `by`, who made it, may still grant that. `by` is empty for the command line. Only the
    token's SHA-256 (hex) is kept.
    """

    name: str
    sha256: str
    role: Role
    unit: str
    until_ms: int
    by: str = ""


class Webhook(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where another system is sent the events of a unit's interviews and of those below.

    - `address`: the URL without its query, for display. The whole URL and the secrets are kept encrypted under
      `note`.
    - `both_until_ms`: until when the former secret signs, too (epoch milliseconds); 0: there is none.
    - `by`: who made it; empty for the command line.
    """

    name: str
    address: str
    unit: str
    note: str
    by: str = ""
    both_until_ms: int = 0


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """An action awaiting confirmation, or a command line too long to fit in a button.

    - `line`: the command line; empty for an action.
    - `second`: someone other than `person`, with rights for `unit`, has to confirm. The result is reported to
      `person` in `chat`.
    - `number`: how many candidates the action would reach.
    - `taken`: id of the message that confirmed it; only that message carries it out.
    - `action`: the action as encoded by `handlers.actions.codec`.
    - `told`: the person who asked is told if it expires, and only then it is removed.
    - `shared`: anyone who may carry out the action in `unit` may confirm it, such as an undo in a group.

    Text that names or quotes candidates is kept in the archive: the field then holds `file:` and its SHA-256.
    """

    line: str
    person: str
    until_ms: int
    second: bool = False
    unit: str = ""
    chat: Address | None = None
    number: int = 0
    taken: str = ""
    action: str = ""
    shared: bool = False
    told: bool = False


class TickList(msgspec.Struct, frozen=True, omit_defaults=True):
    """A list of interviews of which a person ticks some, until `until_ms` (epoch).

    `listed` is the SHA-256 (hex) of the list in the archive, `ticked` are the ids that are ticked.
    """

    person: str
    until_ms: int
    listed: str
    ticked: tuple[str, ...] = ()


DIGEST = 9 * 60
"""The default time of the digest, in minutes after midnight."""


Level = Literal["all", "important", "digest"]
LEVELS: tuple[Level, ...] = get_args(Level)


class Chat(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chat that receives the notices of a unit and all units below it.

    - `quiet_from`, `quiet_until`: when notices are silent, in minutes after midnight; equal values mean never.
    - `digest`: when the digest is sent on working days, in minutes after midnight; negative means never.
    - `since_ms`: the first digest comes after this time (epoch).
    - `help_only`: only notices for support staff come here, and no digest.
    - `level`: `important` leaves out notices with nothing to do; with `digest`, only the digest comes.
    """

    address: Address
    unit: str
    language: str = "zh"
    quiet_from: int = NIGHT.start
    quiet_until: int = NIGHT.end
    digest: int = DIGEST
    since_ms: int = 0
    help_only: bool = False
    level: Level = "all"


class Duty(msgspec.Struct, frozen=True, omit_defaults=True):
    """The hours in which a person answers help requests from candidates of the unit and all units below it."""

    person: str
    unit: str
    shift: Shift = Shift()


Rule = Literal["bulk", "decisions"]
RULES: tuple[Rule, ...] = get_args(Rule)
"""What can require a second colleague in a unit: reaching many candidates at once (`bulk`), or decisions."""
Audience = Literal[
    "open", "unfinished", "completed", "all",
    "guided", "running", "paused", "exited", "lapsed", "undecided", "yes", "hold", "no", "withdrew",
]  # fmt: skip
"""Whom a broadcast goes to: candidates by the state of their interview or by the decision about them."""


class Broadcast(msgspec.Struct, frozen=True):
    """A message to the candidates of a campaign, to be sent at `at_ms` (epoch) unless it is taken back.

    Its text is in the archive under `sha256`. The result is reported to `chat`.
    """

    campaign: str
    audience: Audience
    sha256: str
    at_ms: int
    person: str
    chat: Address
    language: str = "zh"


class AddedBot(msgspec.Struct, frozen=True, array_like=True):
    """A bot added by chat. Its token is stored encrypted in the note `note`; only its SHA-256 (hex) is here."""

    username: str
    token_sha256: str
    note: str


class Pause(msgspec.Struct, frozen=True, array_like=True):
    """When an account was paused and resumed, in epoch milliseconds."""

    since_ms: int
    until_ms: int


NOT_RATED, UNASSESSED = ".", "-"
"""Signs of a sample answer that a colleague has yet to rate, and of one that they cannot assess."""


class CalibrationNote(msgspec.Struct, frozen=True, array_like=True):
    """What the person `by` noted of the talk about a calibration."""

    by: str
    text: str


class Calibration(msgspec.Struct, frozen=True, omit_defaults=True):
    """The present round in which colleagues rate the sample answers of a campaign's script.

    - `script`: the version of the script whose samples they rate.
    - `scores`: by the person's id, a sign for each sample in the script's order: a score, `NOT_RATED` or
      `UNASSESSED`.
    - `opened`: the comparison was opened to all, and the round is over.
    """

    script: str
    scores: dict[str, str] = {}
    opened: bool = False
    notes: tuple[CalibrationNote, ...] = ()


ALERTED_MS = 14 * 86_400_000
"""How long an alert is not repeated, in milliseconds."""


class Organisation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The organisation's current state.

    - `units`: each unit's parent. Units are kept under the names that they were added with.
    - `calibrations`: the present round of each campaign that had one.
    - `titles`: the names of units that were renamed since, by the name that they were added with.
    - `codes`: one-time codes, keyed by SHA-256 (hex).
    - `digests`: the time until which the last digest reported (epoch milliseconds), by chat.
    - `heads_reminded_ms`: when the heads of units were last reminded of late results (epoch milliseconds).
    - `alerts`: when each recent alert was reported (epoch milliseconds), by chat, campaign and question.
    - `bots`: bots added by chat, by their number.
    - `paused`: since when an account is paused (epoch milliseconds), by account (`telegram:700001`).
    - `resuming`: resumed accounts some of whose candidates have yet to be told.
    - `rules`: what requires a second colleague in a unit and all units below it.
    - `broadcasts`: those not sent yet.
    - `tick_lists`: lists in which somebody is ticking candidates.
    - `tokens`: tokens of the REST API, by id.
    - `webhooks`, `imports`: by id.
    - `sign_ins`, `sessions`: links to sign in by browser, and sessions, as in `Signed`.
    - `slots`: the times for the next round, by id; `places`: who holds a place in one, by the interview's id.
    - `texts`: what units say to candidates in their own words.
    - `moved`: where chats are now that had another id before, by their former address.
    """

    units: dict[str, str] = {}
    people: dict[str, Person] = {}
    codes: dict[str, Code] = {}
    tickets: dict[str, Ticket] = {}
    chats: tuple[Chat, ...] = ()
    digests: dict[str, int] = {}
    alerts: dict[str, int] = {}
    heads_reminded_ms: int = 0
    bots: dict[str, AddedBot] = {}
    paused: dict[str, int] = {}
    resuming: dict[str, Pause] = {}
    duty: tuple[Duty, ...] = ()
    rules: dict[str, tuple[Rule, ...]] = {}
    broadcasts: dict[str, Broadcast] = {}
    moved: dict[str, Address] = {}
    tick_lists: dict[str, TickList] = {}
    titles: dict[str, str] = {}
    tokens: dict[str, Token] = {}
    calibrations: dict[str, Calibration] = {}
    webhooks: dict[str, Webhook] = {}
    sign_ins: dict[str, SignInLink] = {}
    sessions: dict[str, Session] = {}
    imports: dict[str, Import] = {}
    slots: dict[str, OpenSlot] = {}
    places: dict[str, Place] = {}
    texts: dict[str, UnitTexts] = {}

    @property
    def campaign(self) -> str:
        """The name under which its counters are kept, as it belongs to no campaign."""
        return NAME

    def person_at(self, address: Address) -> Person | None:
        return next((each for each in self.people.values() if address in each.addresses), None)

    def whereabouts(self, address: Address) -> Address:
        """Return where a chat is now, which may have moved from this address, or have been a thread there."""
        if not self.moved:
            return address
        whole = str(address)
        return self.moved.get(whole) or self.moved.get(whole.partition("/")[0]) or address

    def is_staff(self, address: Address) -> bool:
        """Return whether a colleague, or a chat that gets notices, has this address."""
        return self.person_at(address) is not None or any(each.address == address for each in self.chats)

    def is_paused(self, address: Address) -> bool:
        """Return whether staff have paused our account at this address."""
        return bool(self.paused) and account_of(address.channel, address.account) in self.paused

    def unit_title(self, unit: str) -> str:
        """Return the name that a unit has now."""
        return self.titles.get(unit, unit)

    def unit_called(self, name: str) -> str | None:
        """Return the unit that has this name now or had it first, under the name that it was added with."""
        renamed = next((unit for unit, title in self.titles.items() if title == name), None)
        return renamed or (name if name in self.units else None)

    def texts_in(self, unit: str) -> TextsAbove:
        """Return the texts that apply in a unit."""
        return TextsAbove(self.units, self.texts, unit)

    def takes_two(self, unit: str, rule: Rule) -> bool:
        """Return whether the rule applies in the unit."""
        return any(rule in rules and self.within(unit, above) for above, rules in self.rules.items())

    def within(self, unit: str, above: str) -> bool:
        """Return whether `unit` is `above` or below it. Unknown units are taken to be below the root."""
        while unit != above:
            if unit == ROOT:
                return False
            unit = self.units.get(unit, ROOT)
        return True


def account_of(channel: str, account: str) -> str:
    """Return the full name of one of our accounts: `telegram:700001`."""
    return f"{channel}:{account}"


class OrganisationRecord(msgspec.Struct, frozen=True):
    """The organisation with the number of entries (`version`) and the hash of the last one (`head`)."""

    state: Organisation
    version: int
    head: bytes
