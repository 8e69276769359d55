"""Who works here: the tree of units, and people's rights."""

from typing import get_args

from conversation.words import Styled
from handlers.staff.acts import ChatLeft, CodeMade, Revoked, UnitAdded, UnitRemoved
from handlers.staff.chain import digest
from handlers.staff.general import unit_named, unit_title
from handlers.staff.lines import Line
from handlers.staff.office import ROLES, ROOT, Grant, Person, Role
from handlers.staff.rights import EVERYBODY, LEADS, Scope, may_give
from handlers.staff.rules import rule, rules_of
from handlers.staff.turn import Command, Refusal, Turn, Usage

INVITED_S = 3 * 24 * 3600
"""So long a colleague's code is valid."""
MOST_UNITS = 500
_MOST_NAME = 40
_CODE_CHARACTERS = 32  # of the fresh text: 128 bits


async def staff(turn: Turn, line: Line) -> None:
    """`/staff`, `/staff invite ROLE UNIT`, `/staff revoke PERSON ROLE UNIT`."""
    match line.arguments:
        case ():
            _list(turn)
        case ("invite" | "邀请", role, *unit) if len(unit) <= 1:
            _invite(turn, role_named(turn, role), unit_named(turn, "".join(unit)))
        case ("revoke" | "撤销", person, role, *unit) if len(unit) <= 1:
            _revoke(turn, person, role_named(turn, role), unit_named(turn, "".join(unit)))
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


def _invite(turn: Turn, role: Role, unit: str) -> None:
    _check_right(turn, Grant(role, unit))
    code = turn.fresh()[:_CODE_CHARACTERS]
    turn.record(CodeMade(digest(code), role, unit, turn.now + INVITED_S * 1000, turn.person.id))
    said = turn.words.text(f"staff.role.{role}")
    link = turn.tools.way_in(code) if turn.tools.way_in else None
    way = turn.words.text("staff.people.way.link" if link else "staff.people.way.line")
    shown = f"\n{link}" if link else ""
    turn.say("staff.people.invited", role=said, unit=unit_title(turn, unit), code=code, way=way, link=shown)


def _revoke(turn: Turn, name: str, role: Role, unit: str) -> None:
    grant = Grant(role, unit)
    _check_right(turn, grant)
    person = _person(turn, name)
    if grant not in person.grants:
        raise Refusal("staff.people.no_right", name=person.name, right=_right(turn, grant))
    owners = [each for each in turn.office.people.values() if Grant("owner", ROOT) in each.grants]
    if grant == Grant("owner", ROOT) and len(owners) == 1:
        raise Refusal("staff.people.last_owner")
    turn.record(Revoked(person.id, role, unit))
    _silence(turn, person)
    turn.say("staff.people.revoked", name=person.name, right=_right(turn, grant))


def _silence(turn: Turn, person: Person) -> None:
    """No more notices, in the private chat, of units in which somebody has no right any more."""
    left = turn.office.people.get(person.id)
    scope = Scope(turn.office, left or Person(person.id, person.name), EVERYBODY)
    for chat in turn.office.chats:
        if chat.address in person.addresses and not scope.covers(chat.unit):
            turn.record(ChatLeft(chat.address))


def _check_right(turn: Turn, grant: Grant) -> None:
    if not may_give(turn.office, turn.person, grant):
        raise Refusal("staff.forbidden.right", right=_right(turn, grant))


def _person(turn: Turn, name: str) -> Person:
    """Among those with a right in the reader's units: others are not there."""
    scope = turn.scope(LEADS)
    seen = [each for each in turn.office.people.values() if any(scope.covers(grant.unit) for grant in each.grants)]
    found = [each for each in seen if name in (each.id, each.name)]
    if len(found) != 1:
        raise Refusal("staff.people.unknown" if not found else "staff.people.ambiguous", name=name[:60])
    return found[0]


# units


async def org(turn: Turn, line: Line) -> None:
    """`/org`, `/org add UNIT [PARENT]`, `/org remove UNIT`, `/org rule [UNIT] bulk|decisions on|off`."""
    match line.arguments:
        case ():
            turn.send(Styled.join([turn.words.say("staff.org.title"), "\n".join(_tree(turn))]))
        case ("add" | "增加" | "添加", unit, *parent) if len(parent) <= 1:
            _add(turn, unit, unit_named(turn, "".join(parent)))
        case ("remove" | "删除", unit):
            await _remove(turn, unit_named(turn, unit))
        case ("rule" | "规则", *words):
            rule(turn, tuple(words))
        case _:
            raise Usage


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


def _add(turn: Turn, unit: str, parent: str) -> None:
    name = " ".join(unit.split())
    if not name or len(name) > _MOST_NAME or name.startswith(("/", "-", "*")):
        raise Refusal("staff.org.name", most=_MOST_NAME)
    if name in turn.office.units:
        raise Refusal("staff.org.there", unit=name)
    if len(turn.office.units) >= MOST_UNITS:
        raise Refusal("staff.org.full", most=MOST_UNITS)
    if not turn.scope(LEADS).covers(parent):
        raise Refusal("staff.forbidden.unit", unit=unit_title(turn, parent))
    turn.record(UnitAdded(name, parent))
    turn.say("staff.org.added", unit=name, parent=unit_title(turn, parent))


async def _remove(turn: Turn, unit: str) -> None:
    if unit == ROOT or not turn.scope(LEADS).covers(turn.office.units[unit]):
        raise Refusal("staff.forbidden.unit", unit=unit_title(turn, unit))
    if unit in turn.office.units.values():
        raise Refusal("staff.org.not_empty", unit=unit)
    if any(grant.unit == unit for person in turn.office.people.values() for grant in person.grants):
        raise Refusal("staff.org.has_staff", unit=unit)
    directory = turn.tools.store.directory
    for campaign_id in await directory.campaigns():
        campaign = await directory.campaign(campaign_id)
        if campaign and campaign.unit == unit:
            raise Refusal("staff.org.has_campaigns", unit=unit, campaign=campaign_id)
    turn.record(UnitRemoved(unit))
    turn.say("staff.org.removed", unit=unit)


COMMANDS = (
    Command("staff", LEADS, staff),
    Command("org", LEADS, org),
)
