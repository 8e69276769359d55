"""Who works here: the tree of units, and people's rights."""

from typing import get_args

from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.people import (
    AddUnit,
    ColleagueInvited,
    InviteColleague,
    RemoveUnit,
    RevokeRight,
    RightRevoked,
    UnitGone,
    UnitMade,
)
from handlers.console.command_line import Line
from handlers.console.commands.system.general import unit_named, unit_title
from handlers.console.commands.system.rules import rule, rules_of
from handlers.console.context import Command, Form, Forms, Refusal, Turn, Usage
from handlers.organisation.rights import LEADS
from handlers.organisation.state import ROLES, ROOT, Grant, Role


async def staff(turn: Turn, line: Line) -> Action | None:
    """`/staff`, `/staff invite ROLE UNIT`, `/staff revoke PERSON ROLE UNIT`."""
    match line.arguments:
        case ():
            _list(turn)
            return None
        case ("invite" | "邀请", role, *unit) if len(unit) <= 1:
            return InviteColleague(role_named(turn, role), unit_named(turn, "".join(unit)))
        case ("revoke" | "撤销", person, role, *unit) if len(unit) <= 1:
            right = role_named(turn, role), unit_named(turn, "".join(unit))
            return RevokeRight(_person(turn, person), *right)
        case _:
            raise Usage


def _list(turn: Turn) -> None:
    scope = turn.scope(LEADS)
    lines = []
    for person in sorted(turn.office.people.values(), key=lambda each: each.name):
        rights = [grant for grant in person.grants if scope.covers(grant.unit)]
        if rights:
            said = turn.words.text("staff.list.joint").join(_right(turn, grant) for grant in rights)
            lines.append(f"{person.name} ({person.id}) · {said}")
    if not lines:
        turn.say("staff.people.none")
        return
    title = turn.words.say("staff.people.title", n=len(lines))
    turn.send(Styled.join([title, "\n".join(lines[:100])]))


def _right(turn: Turn, grant: Grant) -> str:
    return f"{turn.words.text(f'staff.role.{grant.role}')} {unit_title(turn, grant.unit)}"


def role_named(turn: Turn, name: str) -> Role:
    wanted = name.casefold()
    for role in ROLES:
        if wanted == role or wanted in (
            turn.tools.words[each].text(f"staff.role.{role}") for each in ("zh", "en")
        ):
            return role
    raise Refusal("staff.role.unknown", role=name[:40], roles=", ".join(get_args(Role)))


async def _invited(turn: Turn, result: ColleagueInvited) -> None:
    turn.say(
        "staff.people.invited",
        role=turn.words.text(f"staff.role.{result.role}"),
        unit=unit_title(turn, result.unit),
        code=result.code,
        way=turn.words.text("staff.people.way.link" if result.link else "staff.people.way.line"),
        link=f"\n{result.link}" if result.link else "",
    )


async def _revoked(turn: Turn, result: RightRevoked) -> None:
    turn.say("staff.people.revoked", name=result.name, right=_right(turn, Grant(result.role, result.unit)))


def _person(turn: Turn, name: str) -> str:
    """The id of the colleague who is meant. Raises Refusal: those without a right in the reader's units are not
    there."""
    scope = turn.scope(LEADS)
    seen = [each for each in turn.office.people.values() if any(scope.covers(grant.unit) for grant in each.grants)]
    found = [each for each in seen if name in (each.id, each.name)]
    if len(found) != 1:
        raise Refusal("staff.people.unknown" if not found else "staff.people.ambiguous", name=name[:60])
    return found[0].id


# units


async def org(turn: Turn, line: Line) -> Action | None:
    """`/org`, `/org add UNIT [PARENT]`, `/org remove UNIT`, `/org rule [UNIT] bulk|decisions on|off`."""
    match line.arguments:
        case ():
            turn.send(Styled.join([turn.words.say("staff.org.title"), "\n".join(_tree(turn))]))
            return None
        case ("add" | "增加" | "添加", unit, *parent) if len(parent) <= 1:
            return AddUnit(unit, unit_named(turn, "".join(parent)))
        case ("remove" | "删除", unit):
            return RemoveUnit(unit_named(turn, unit))
        case ("rule" | "规则", *words):
            return rule(turn, tuple(words))
        case _:
            raise Usage


async def _added(turn: Turn, result: UnitMade) -> None:
    turn.say("staff.org.added", unit=result.unit, parent=unit_title(turn, result.parent))


async def _removed(turn: Turn, result: UnitGone) -> None:
    turn.say("staff.org.removed", unit=result.unit)


def _tree(turn: Turn) -> list[str]:
    """The units that the reader may see, indented by their depth."""
    scope, lines = turn.scope(LEADS), list[str]()

    def visit(unit: str, depth: int) -> None:
        if scope.covers(unit):
            lines.append(f"{'　' * depth}· {unit_title(turn, unit)}{rules_of(turn, unit)}")
        below = sorted(name for name, parent in turn.office.units.items() if parent == unit)
        for name in below:
            visit(name, depth + 1)

    visit(ROOT, 0)
    return lines


COMMANDS = (
    Command("staff", LEADS, staff),
    Command("org", LEADS, org),
)
FORMS: Forms = {
    InviteColleague: Form(_invited),
    RevokeRight: Form(_revoked),
    AddUnit: Form(_added),
    RemoveUnit: Form(_removed),
}
