"""Who is writing to the console: a known colleague, or someone who joins with a one-time code."""

from typing import NamedTuple

from conversation.inbound import Address
from conversation.words import plain_name
from handlers.actions.context import Tools
from handlers.console.command_line import Line
from handlers.console.context import CommandContext, StaffInbound
from handlers.organisation.audit import digest
from handlers.organisation.events import Acted, Joined
from handlers.organisation.rights import may_give
from handlers.organisation.state import LOCAL_ID, ROOT, Code, Grant, Organisation, Person

LOCAL = Address("web", "staff", "recruiter")
"""The address of the recruiter's pane in the local web page."""
_CODES = ("claim", "start")


def local_owner(organisation: Organisation, language: str) -> Person:
    """Return the owner of an installation without a public address: the user of its local page, in `language`."""
    known = organisation.people.get(LOCAL_ID)
    spoken = known.language if known else ("en" if language.startswith("en") else "zh")
    return Person(LOCAL_ID, LOCAL_ID, spoken, (LOCAL,), (Grant("owner", ROOT),))


def person_of(tools: Tools, organisation: Organisation, inbound: StaffInbound) -> Person | None:
    """Return the colleague who sent the message, or None for a stranger."""
    if tools.local and inbound.sender == LOCAL:
        return local_owner(organisation, inbound.language)
    return organisation.person_at(inbound.sender)


def joining_of(
    tools: Tools, organisation: Organisation, inbound: StaffInbound, line: Line | None
) -> Joined | None:
    """Return the event by which the sender joins with a valid one-time code, or None if the line has none."""
    if line is None or line.name not in _CODES or len(line.arguments) != 1:
        return None
    sha256 = digest(line.arguments[0])
    code = organisation.codes.get(sha256)
    if code is None or code.until_ms <= tools.now() or not _holds(tools, organisation, code):
        return None
    known = organisation.person_at(inbound.sender)
    person = known.id if known else digest(str(inbound.sender))[:8]
    name = plain_name(inbound.name) or inbound.sender.user
    language = "en" if inbound.language.lower().startswith("en") else "zh"
    return Joined(person, inbound.sender, name, language, code.role, code.unit, sha256)


class Standing(NamedTuple):
    """Who gives a command: a colleague, or someone who joins with a valid one-time code.

    - `language`: the person's language.
    - `owners_code`: they join with a code from the command line or from an owner of the whole organisation.
    """

    language: str
    owners_code: bool = False


def standing_of(
    tools: Tools, organisation: Organisation, inbound: StaffInbound, line: Line | None
) -> Standing | None:
    """Return who sent the message, or None for a stranger."""
    joining = joining_of(tools, organisation, inbound, line)
    if joining is None:
        person = person_of(tools, organisation, inbound)
        return Standing(person.language) if person else None
    maker = organisation.people.get(organisation.codes[joining.code_sha256].by)
    by_owner = maker is None or may_give(organisation, maker, Grant("owner", ROOT))
    return Standing(joining.language, by_owner)


def _holds(tools: Tools, organisation: Organisation, code: Code) -> bool:
    """Whether the code's unit still exists and its maker may still give the code's right."""
    if code.unit != ROOT and code.unit not in organisation.units:
        return False
    maker = organisation.people.get(code.by)
    if maker is None:
        return not code.by or (code.by == LOCAL_ID and tools.local)
    return may_give(organisation, maker, Grant(code.role, code.unit))


def join(context: CommandContext, joining: Joined) -> None:
    """Give the sender the code's right and welcome them."""
    context.record(joining, Acted("/claim", "done"))
    context.person = context.organisation.people[joining.person]
    unit = context.organisation.unit_title(joining.unit) or context.words.text("staff.unit.root")
    role = context.words.text(f"staff.role.{joining.role}")
    context.say("staff.welcome", (("/help", "staff.choice.help"),), name=context.person.name, role=role, unit=unit)


def nobody(inbound: StaffInbound) -> Person:
    """Return a person without rights, for a sender who is not a colleague yet."""
    return Person("", plain_name(inbound.name), "en" if inbound.language.startswith("en") else "zh")
