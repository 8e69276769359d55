"""The organisation: units, people and their rights, what waits, and where notices go."""

from typing import Literal, get_args

import msgspec

from conversation.inbound import Address
from conversation.timing.working_hours import Shift
from handlers.organisation.quiet_hours import NIGHT

NAME = "office"
"""The record's id: no interview has it, theirs are hexadecimal."""
ROOT = ""
"""The unit of the whole organisation, to which all others belong."""
LOCAL_ID = "local"
"""The person who sits at the machine of an installation without a public address: its owner."""
Role = Literal["owner", "admin", "recruiter", "support", "auditor"]
ROLES: tuple[Role, ...] = ("owner", "admin", "recruiter", "support", "auditor")


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """A role in a unit and all below it."""

    role: Role
    unit: str


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    name: str
    language: str = "zh"
    addresses: tuple[Address, ...] = ()
    grants: tuple[Grant, ...] = ()


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a one-time code gives to whoever sends it first, until `until_ms` (epoch), while `by` (empty: the
    command line) may still give that."""

    role: Role
    unit: str
    until_ms: int
    by: str = ""


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """An action that waits for its confirmation, as `handlers.actions.codec` writes it; or a command line that is
    too long for the button that means it. `second`: somebody else than `person` has to confirm it, who has rights
    for `unit`. They hear in `chat` what came of it. `number` is how many candidates it would reach. `taken` is the
    id of the message that confirmed it: what is to be done is being done by that one alone. Names and words of
    candidates lie in the archive: in place of them stands `file:` and the SHA-256."""

    line: str
    person: str
    until_ms: int
    second: bool = False
    unit: str = ""
    chat: Address | None = None
    number: int = 0
    taken: str = ""
    action: str = ""


DIGEST = 9 * 60
"""When the digest comes, in minutes of the day."""


class Chat(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the notices of a unit (and those below it) go: without a sound from `quiet_from` until `quiet_until`
    (minutes of the day; the same: always with one). A digest goes there at `digest` (likewise; negative: none), on
    working days, the first one after `since_ms`."""

    address: Address
    unit: str
    language: str = "zh"
    quiet_from: int = NIGHT.start
    quiet_until: int = NIGHT.end
    digest: int = DIGEST
    since_ms: int = 0


class Duty(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody answers in these hours who asks for help in the unit (or below it)."""

    person: str
    unit: str
    shift: Shift = Shift()


Rule = Literal["bulk", "decisions"]
RULES: tuple[Rule, ...] = get_args(Rule)
"""What takes a second colleague in a unit: whatever reaches many candidates at once; decisions."""
Audience = Literal["open", "unfinished", "completed", "all"]


class Broadcast(msgspec.Struct, frozen=True):
    """What a colleague writes to the candidates of a campaign at `at_ms` (epoch), if nobody takes it back before.
    The text lies in the archive under its SHA-256; they hear in `chat` what came of it."""

    campaign: str
    audience: Audience
    sha256: str
    at_ms: int
    person: str
    chat: Address
    language: str = "zh"


class AddedBot(msgspec.Struct, frozen=True, array_like=True):
    """A bot that was added by chat. Its token lies sealed in the note of this name; here is its SHA-256 (hex)
    only."""

    username: str
    token_sha256: str
    note: str


class Pause(msgspec.Struct, frozen=True, array_like=True):
    """One of our accounts was paused at `since_ms` and resumed at `until_ms` (epoch milliseconds)."""

    since_ms: int
    until_ms: int


ALERTED_MS = 14 * 86_400_000
"""How long an alert is not repeated, in milliseconds."""


class Organisation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The organisation now. `units` gives each unit's parent; codes are kept as SHA-256 (hex); `digests` gives, by
    place, until when the last digest told (epoch milliseconds). `bots` are those that were added by chat, by their
    number; `paused` gives, by account (`telegram:700001`), since when; the candidates of accounts that are
    `resuming` have not all been told yet. `rules` gives, by unit, what takes two there and in all units below;
    `broadcasts` are those that are not sent yet. `alerts` are those of the last weeks, by place, campaign and
    question, with when they were told."""

    units: dict[str, str] = {}
    people: dict[str, Person] = {}
    codes: dict[str, Code] = {}
    tickets: dict[str, Ticket] = {}
    chats: tuple[Chat, ...] = ()
    digests: dict[str, int] = {}
    alerts: dict[str, int] = {}
    bots: dict[str, AddedBot] = {}
    paused: dict[str, int] = {}
    resuming: dict[str, Pause] = {}
    duty: tuple[Duty, ...] = ()
    rules: dict[str, tuple[Rule, ...]] = {}
    broadcasts: dict[str, Broadcast] = {}

    @property
    def campaign(self) -> str:
        """Under which its counters are kept: it has none of its own."""
        return NAME

    def person_at(self, address: Address) -> Person | None:
        return next((each for each in self.people.values() if address in each.addresses), None)

    def is_paused(self, address: Address) -> bool:
        """Whether colleagues have paused our account there."""
        return bool(self.paused) and account_of(address.channel, address.account) in self.paused

    def takes_two(self, unit: str, rule: Rule) -> bool:
        """Whether the rule holds in the unit."""
        return any(rule in rules and self.within(unit, above) for above, rules in self.rules.items())

    def within(self, unit: str, above: str) -> bool:
        """Whether `unit` is `above` or somewhere below it. A unit that is not in the tree is the root's."""
        while unit != above:
            if unit == ROOT:
                return False
            unit = self.units.get(unit, ROOT)
        return True


def account_of(channel: str, account: str) -> str:
    """The name of one of our accounts among all: `telegram:700001`."""
    return f"{channel}:{account}"


class OrganisationRecord(msgspec.Struct, frozen=True):
    state: Organisation
    version: int
    head: bytes
