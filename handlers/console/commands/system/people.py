"""Commands about the organisation: its people and their rights, and the tree of units."""

from typing import get_args

from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.context import Right
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
from handlers.actions.units import MoveUnit, RenameUnit, UnitCalled, UnitPlaced
from handlers.console.command_line import Line
from handlers.console.commands.system.general import colleague_named, unit_named, unit_title
from handlers.console.commands.system.rules import rule, rules_said
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant
from handlers.organisation.rights import LEADS
from handlers.organisation.state import ROLES, Role
from handlers.queries.organisation import Colleagues, ListColleagues, ListUnits, Units


async def staff(context: CommandContext, line: Line) -> Action | None:
    """`/staff` lists the colleagues. `/staff invite ROLE UNIT` makes a one-time code for a new one, and `/staff
    revoke PERSON ROLE UNIT` takes a right away."""
    match line.arguments:
        case ():
            _list(context, await ListColleagues().answer(context))
            return None
        case ("invite" | "邀请", role, *unit) if len(unit) <= 1:
            return InviteColleague(role_named(context, role), unit_named(context, "".join(unit)))
        case ("revoke" | "撤销", person, role, *unit) if len(unit) <= 1:
            right = role_named(context, role), unit_named(context, "".join(unit))
            return RevokeRight(await colleague_named(context, person), *right)
        case _:
            raise Usage


def _list(context: CommandContext, found: Colleagues) -> None:
    if not found.colleagues:
        context.say("staff.people.none")
        return
    joint = context.words.text("staff.list.joint")
    lines = [
        f"{each.name} ({each.person}) · {joint.join(str(spoken(context, right)) for right in each.rights)}"
        for each in found.colleagues[:100]
    ]
    title = context.words.say("staff.people.title", n=len(found.colleagues))
    context.send(Styled.join([title, "\n".join(lines)]))


def role_named(context: CommandContext, name: str) -> Role:
    if role := meant(context, name, ROLES, "staff.role"):
        return role
    raise Refusal("staff.role.unknown", role=name[:40], roles=", ".join(get_args(Role)))


async def _invited(context: CommandContext, result: ColleagueInvited) -> None:
    context.say(
        "staff.people.invited",
        role=context.words.text(f"staff.role.{result.role}"),
        unit=unit_title(context, result.unit),
        code=result.code,
        way=context.words.text("staff.people.way.link" if result.link else "staff.people.way.line"),
        link=f"\n{result.link}" if result.link else "",
    )


async def _revoked(context: CommandContext, result: RightRevoked) -> None:
    context.say("staff.people.revoked", name=result.name, right=spoken(context, Right(result.role, result.unit)))


# units


async def org(context: CommandContext, line: Line) -> Action | None:
    """`/org` shows the tree of units. `/org add UNIT [PARENT]`, `/org remove UNIT`, `/org rename UNIT NAME`, `/org
    move UNIT PARENT` and `/org rule [UNIT] bulk|decisions on|off` change it."""
    match line.arguments:
        case ():
            context.send(
                Styled.join(
                    [
                        context.words.say("staff.org.title"),
                        "\n".join(_tree(context, await ListUnits().answer(context))),
                    ]
                )
            )
            return None
        case ("add" | "增加" | "添加", unit, *parent) if len(parent) <= 1:
            return AddUnit(unit, unit_named(context, "".join(parent)))
        case ("remove" | "删除", unit):
            return RemoveUnit(unit_named(context, unit))
        case ("rename" | "改名" | "重命名", unit, *title) if title:
            return RenameUnit(unit_named(context, unit), " ".join(title))
        case ("move" | "移动" | "移到", unit, parent):
            return MoveUnit(unit_named(context, unit), unit_named(context, parent))
        case ("rule" | "规则", *words):
            return rule(context, tuple(words))
        case _:
            raise Usage


async def _added(context: CommandContext, result: UnitMade) -> None:
    context.say("staff.org.added", unit=result.unit, parent=unit_title(context, result.parent))


async def _removed(context: CommandContext, result: UnitGone) -> None:
    context.say("staff.org.removed", unit=result.title)


async def _renamed(context: CommandContext, result: UnitCalled) -> None:
    context.say("staff.org.renamed", before=result.before, unit=result.title)


async def _moved(context: CommandContext, result: UnitPlaced) -> None:
    unit, parent = unit_title(context, result.unit), unit_title(context, result.parent)
    context.say("staff.org.moved", unit=unit, parent=parent)


def _tree(context: CommandContext, found: Units) -> list[str]:
    """Return a line for each unit, indented by its depth."""
    return [
        f"{'　' * each.depth}· {unit_title(context, each.unit)}{rules_said(context, each.rules)}"
        for each in found.units
    ]


COMMANDS = (
    Command("staff", LEADS, staff),
    Command("org", LEADS, org),
)
FORMS: Forms = {
    InviteColleague: Form(_invited),
    RevokeRight: Form(_revoked),
    AddUnit: Form(_added),
    RemoveUnit: Form(_removed),
    RenameUnit: Form(_renamed),
    MoveUnit: Form(_moved),
}
