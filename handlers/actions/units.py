"""Renaming a unit, and moving it to another place in the tree."""

from typing import ClassVar

from handlers.actions.base import Action, Result, command_line
from handlers.actions.context import Context, Refused, Term, Unit
from handlers.actions.people import check_unit, silence, unit_name
from handlers.organisation.rights import LEADS
from handlers.organisation.state import ROOT, Organisation, Role, Rule
from handlers.organisation.unit_events import UnitMoved, UnitRenamed


class UnitCalled(Result, frozen=True):
    """The renamed unit: the name under which it is recorded, the name it had, and the one that is shown now."""

    unit: str
    before: str
    title: str


class RenameUnit(Action, frozen=True, tag="rename_unit"):
    """Give a unit another name.

    Records keep the name that it was added with, which can still be typed and which no other unit can get.
    """

    unit: str
    title: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/org", "rename", self.unit, self.title)

    async def execute(self, context: Context) -> UnitCalled:
        check_unit(context, self.unit)
        if self.unit == ROOT or not context.scope(self.roles).covers(self.unit):
            raise Refused("forbidden.unit", unit=Unit(self.unit))
        before = context.organisation.unit_title(self.unit)
        title = unit_name(context, self.title, self.unit)
        context.record(UnitRenamed(self.unit, title))
        return UnitCalled(self.unit, before, title)


class UnitPlaced(Result, frozen=True):
    unit: str
    parent: str


class MoveUnit(Action, frozen=True, tag="move_unit"):
    """Move a unit, with everything below it, under another one."""

    unit: str
    parent: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/org", "move", self.unit, self.parent or "*")

    async def execute(self, context: Context) -> UnitPlaced:
        check_unit(context, self.unit)
        check_unit(context, self.parent)
        organisation, leads = context.organisation, context.scope(self.roles)
        if self.unit == ROOT:
            raise Refused("forbidden.unit", unit=Unit(ROOT))
        for place in (organisation.units[self.unit], self.parent):
            if not leads.covers(place):
                raise Refused("forbidden.unit", unit=Unit(place))
        if organisation.within(self.parent, self.unit):
            raise Refused("org.circle", unit=Unit(self.unit), parent=Unit(self.parent))
        for above, rule in _rules_left(organisation, self.unit, self.parent):
            if not leads.covers(organisation.units[above]):
                raise Refused("org.rule_left", unit=Unit(above), rule=Term("rule", rule))
        context.record(UnitMoved(self.unit, self.parent))
        for person in list(context.organisation.people.values()):
            silence(context, person)
        return UnitPlaced(self.unit, self.parent)


def _rules_left(organisation: Organisation, unit: str, parent: str) -> list[tuple[str, Rule]]:
    """Return the rules of units above that no longer apply to a unit after its move. Only those who could switch
    them off may leave them behind."""
    here = organisation.units[unit]
    return [
        (above, rule)
        for above, rules in organisation.rules.items()
        for rule in rules
        if organisation.within(here, above) and not organisation.takes_two(parent, rule)
    ]
