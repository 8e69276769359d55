"""Actions on colleagues' rights, the tree of units, and the rules of a unit."""

from typing import ClassVar

from handlers.actions.base import Action, Result, command_line
from handlers.actions.context import Context, Refused, Right, Unit
from handlers.organisation.audit import digest
from handlers.organisation.events import ChatLeft, CodeMade, LanguageSet, Revoked, RuleSet
from handlers.organisation.rights import EVERYBODY, LEADS, MEETS, Scope, may_give
from handlers.organisation.state import ROOT, Grant, Person, Role, Rule
from handlers.organisation.unit_events import UnitAdded, UnitRemoved

CODE_LIVES_S = 3 * 24 * 3600
"""How long a colleague's code is valid, in seconds."""
MOST_UNITS = 500
MOST_NAME = 40
_CODE_CHARACTERS = 32  # hex digits of `Context.nonce`: 128 bits


class ColleagueInvited(Result, frozen=True):
    """A code that gives the right to whoever first sends it to the staff's bot.

    `link` sends it, where there is one.
    """

    role: Role
    unit: str
    code: str
    link: str | None


class InviteColleague(Action, frozen=True, omit_defaults=True, tag="invite_colleague"):
    """Create a one-time code that grants a role in a unit."""

    role: Role
    unit: str = ROOT
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/staff", "invite", self.role, self.unit)

    async def execute(self, context: Context) -> ColleagueInvited:
        check_unit(context, self.unit)
        check_right(context, Grant(self.role, self.unit))
        code = context.nonce()[:_CODE_CHARACTERS]
        until_ms = context.now + CODE_LIVES_S * 1000
        context.record(CodeMade(digest(code), self.role, self.unit, until_ms, context.person.id))
        link = context.tools.staff_link(code) if context.tools.staff_link else None
        return ColleagueInvited(self.role, self.unit, code, link)


class RightRevoked(Result, frozen=True):
    """The revoked right. `name` is the person's name."""

    name: str
    role: Role
    unit: str


class RevokeRight(Action, frozen=True, omit_defaults=True, tag="revoke_right"):
    """Revoke a person's role in a unit. `person` is an id."""

    person: str
    role: Role
    unit: str = ROOT
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/staff", "revoke", self.person, self.role, self.unit)

    async def execute(self, context: Context) -> RightRevoked:
        check_unit(context, self.unit)
        grant, right = Grant(self.role, self.unit), Right(self.role, self.unit)
        check_right(context, grant)
        person = _visible(context, self.person)
        if grant not in person.grants:
            raise Refused("people.no_right", name=person.name, right=right)
        owner = Grant("owner", ROOT)
        owners = [each for each in context.organisation.people.values() if owner in each.grants]
        if grant == owner and len(owners) == 1:
            raise Refused("people.last_owner")
        context.record(Revoked(person.id, self.role, self.unit))
        silence(context, person)
        return RightRevoked(person.name, self.role, self.unit)


def silence(context: Context, person: Person) -> None:
    """Stop notices to the person's private chats about units in which they have no right any more."""
    left = context.organisation.people.get(person.id)
    scope = Scope(context.organisation, left or Person(person.id, person.name), MEETS)
    for chat in context.organisation.chats:
        if chat.address in person.addresses and not scope.covers(chat.unit):
            context.record(ChatLeft(chat.address))


def check_right(context: Context, grant: Grant) -> None:
    """Raise Refused if the person may not give the right."""
    if not may_give(context.organisation, context.person, grant):
        raise Refused("forbidden.right", right=Right(grant.role, grant.unit))


def _visible(context: Context, person: str) -> Person:
    """Return a person with a right in the units that the acting person leads. Raises Refused for others."""
    scope, found = context.scope(LEADS), context.organisation.people.get(person)
    if found is None or not any(scope.covers(grant.unit) for grant in found.grants):
        raise Refused("people.unknown", name=person[:60])
    return found


def check_unit(context: Context, unit: str) -> None:
    """Raise Refused if the unit does not exist, or is hidden from the person, who has no right in it."""
    if unit != ROOT and (unit not in context.organisation.units or not context.scope(EVERYBODY).covers(unit)):
        raise Refused("unit.unknown", unit=unit[:60])


# units


class UnitMade(Result, frozen=True):
    unit: str
    parent: str


class AddUnit(Action, frozen=True, omit_defaults=True, tag="add_unit"):
    """Add a unit below another."""

    unit: str
    parent: str = ROOT
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/org", "add", self.unit, self.parent)

    async def execute(self, context: Context) -> UnitMade:
        check_unit(context, self.parent)
        name = unit_name(context, self.unit)
        if len(context.organisation.units) >= MOST_UNITS:
            raise Refused("org.full", most=MOST_UNITS)
        if not context.scope(self.roles).covers(self.parent):
            raise Refused("forbidden.unit", unit=Unit(self.parent))
        context.record(UnitAdded(name, self.parent))
        return UnitMade(name, self.parent)


def unit_name(context: Context, name: str, unit: str = "") -> str:
    """Return a new name for a unit, or for `unit`, without spare spaces. Raises Refused if it is no name, or if
    another unit has it or had it first."""
    plain = " ".join(name.split())
    if not plain or len(plain) > MOST_NAME or plain.startswith(("/", "-", "*")):
        raise Refused("org.name", most=MOST_NAME)
    if (known := context.organisation.unit_called(plain)) not in (None, unit):
        assert known is not None
        now = context.organisation.unit_title(known)
        seen = now == plain or not context.scope(EVERYBODY).covers(known)
        raise Refused("org.there" if seen else "org.was", unit=plain, now=now)
    return plain


class UnitGone(Result, frozen=True):
    """The removed unit. `title` is the name that it had last."""

    unit: str
    title: str


class RemoveUnit(Action, frozen=True, tag="remove_unit"):
    """Remove a unit that has no units below it, no staff and no campaigns."""

    unit: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/org", "remove", self.unit)

    async def execute(self, context: Context) -> UnitGone:
        check_unit(context, self.unit)
        unit = self.unit
        if unit == ROOT or not context.scope(self.roles).covers(context.organisation.units[unit]):
            raise Refused("forbidden.unit", unit=Unit(unit))
        if unit in context.organisation.units.values():
            raise Refused("org.not_empty", unit=Unit(unit))
        if any(grant.unit == unit for person in context.organisation.people.values() for grant in person.grants):
            raise Refused("org.has_staff", unit=Unit(unit))
        directory = context.tools.store.directory
        for campaign_id in await directory.campaigns():
            campaign = await directory.campaign(campaign_id)
            if campaign and campaign.unit == unit:
                raise Refused("org.has_campaigns", unit=Unit(unit), campaign=campaign_id)
        title = context.organisation.unit_title(unit)
        context.record(UnitRemoved(unit))
        return UnitGone(unit, title)


class RuleChanged(Result, frozen=True):
    unit: str
    rule: Rule
    on: bool


class SetRule(Action, frozen=True, tag="set_rule"):
    """Switch on or off a rule for a unit and all below: whether something requires a second colleague."""

    unit: str
    rule: Rule
    on: bool
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/org", "rule", self.unit, self.rule, "on" if self.on else "off")

    async def execute(self, context: Context) -> RuleChanged:
        check_unit(context, self.unit)
        if not context.scope(self.roles).covers(self.unit):
            raise Refused("forbidden.unit", unit=Unit(self.unit))
        if not self.on and not self._from_above(context):
            raise Refused("rule.above", unit=Unit(self.unit))
        context.record(RuleSet(self.unit, self.rule, self.on))
        return RuleChanged(self.unit, self.rule, self.on)

    def _from_above(self, context: Context) -> bool:
        """Return whether the person leads the unit above, or is an owner of the whole organisation.

        Nobody may exempt themselves from a rule.
        """
        if self.unit == ROOT:
            return Grant("owner", ROOT) in context.person.grants
        return context.scope(self.roles).covers(context.organisation.units[self.unit])


class LanguageChanged(Result, frozen=True):
    language: str


class SetLanguage(Action, frozen=True, tag="set_language"):
    """Set the language in which the console speaks to the person."""

    language: str
    roles: ClassVar[frozenset[Role]] = EVERYBODY

    @property
    def line(self) -> str:
        return f"/language {self.language}"

    async def execute(self, context: Context) -> LanguageChanged:
        if self.language not in ("zh", "en"):
            raise Refused("language.unknown", language=self.language[:40])
        if context.person.id not in context.organisation.people:
            raise Refused("language.local")
        context.record(LanguageSet(context.person.id, self.language))
        context.person = context.organisation.people[context.person.id]
        return LanguageChanged(self.language)
