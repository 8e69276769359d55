"""Inviting candidates: one, some, or a whole list."""

import asyncio
import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from conversation.state import State
from conversation.words import Styled
from handlers import rosters
from handlers.campaigns import MOST_NAME
from handlers.rosters import MOST_ROWS, Roster, RosterUnusable, Row
from handlers.staff import tables
from handlers.staff.campaigns import campaign_named, offered
from handlers.staff.elsewhere import invite_elsewhere
from handlers.staff.finding import one
from handlers.staff.lines import MOST_CHARACTERS, Line
from handlers.staff.links import PICTURED, Invitee, fault_of, make, say_made, send_pictures, send_table, stem_of
from handlers.staff.rights import HIRES
from handlers.staff.turn import Command, Reach, Refusal, StaffFile, Turn, Usage
from storage.ports import Campaign

ASKED_FROM = 101
"""So many invitations at once want a confirmation."""
_FAULTS_SHOWN = 15
_LISTED = re.compile(r"[\n、；;]|，")
_KEPT = "file:"
_LINE_ROOM = MOST_CHARACTERS - 100
"""A longer command line would be cut when it is confirmed."""


class Wanted(NamedTuple):
    """Who is to be invited: people by name, in a list that is sent back, or so many without a name."""

    people: tuple[Invitee, ...]
    roster: Roster | None = None
    file: StaffFile | None = None


# inviting


async def invite_preview(turn: Turn, line: Line) -> Styled | None:
    if await _candidate(turn, line):
        return None
    campaign, rest = await _campaign(turn, line)
    wanted = await _wanted(turn, campaign, rest)
    faulty = wanted.roster.faulty if wanted.roster else ()
    if wanted.people and not faulty and len(wanted.people) < ASKED_FROM:
        return None
    faults = _faults(turn, faulty)
    if not wanted.people:
        if not faulty:
            return None
        raise Refusal("staff.invite.nobody", n=len(faulty), faults=faults)
    turn.reach = Reach(campaign.unit, len(wanted.people))
    turn.waiting = f"/invite {campaign.id} {await _kept(turn, wanted)}"
    parts = [turn.words.say("staff.invite.preview", n=len(wanted.people), campaign=campaign.id)]
    if faulty:
        parts.append(turn.words.say("staff.invite.without", n=len(faulty), faults=faults))
    return Styled.join(parts)


async def invite(turn: Turn, line: Line) -> None:
    """`/invite CAMPAIGN [NAMES|NUMBER]`, with a list as a file; `/invite NAME|ID`: somebody who has begun."""
    if state := await _candidate(turn, line):
        await invite_elsewhere(turn, state)
        return
    campaign, rest = await _campaign(turn, line)
    wanted = await _wanted(turn, campaign, rest)
    if not wanted.people:
        one = offered(turn, (f"/invite {campaign.id} 1", "staff.invite.choice.one"))
        turn.say("staff.invite.how", one, campaign=campaign.id, most=MOST_ROWS)
        return
    if not turn.tools.links("-"):
        raise Refusal("staff.invite.nowhere")
    made = await make(turn, campaign, wanted.people)
    turn.recorded = f"/invite {campaign.id} +{len(made)}"
    say_made(turn, campaign, made, faulty=len(wanted.roster.faulty) if wanted.roster else 0)
    if wanted.roster or len(made) > 1:
        name = wanted.file.name if wanted.file else ""
        await send_table(turn, campaign, made, wanted.roster, name)
    if len(made) <= PICTURED:
        await send_pictures(turn, campaign, made)


async def _candidate(turn: Turn, line: Line) -> State | None:
    """The candidate who is meant, where the first word is no campaign. Raises Refusal where there are several."""
    turn.recorded = "/invite"
    name = line.rest.strip().strip('"“”')
    first = name.partition(" ")[0].lower()
    if not name or turn.inbound.file or await turn.tools.store.directory.campaign(first):
        return None
    try:
        return await one(turn, HIRES, name, lambda number: f"/invite {number}")
    except Refusal as refusal:
        if refusal.key != "staff.candidate.unknown":
            raise
        return None


async def _campaign(turn: Turn, line: Line) -> tuple[Campaign, str]:
    """The campaign, and what stands after it."""
    turn.recorded = "/invite"  # names of candidates are no part of the organisation's record
    if not line.rest:
        raise Usage
    code, *rest = line.rest.split(maxsplit=1)
    campaign = await campaign_named(turn, code.strip('"“”'), HIRES)
    turn.recorded = f"/invite {campaign.id}"
    if campaign.closed_ms:
        reopen = offered(turn, (f"/open {campaign.id}", "staff.campaigns.choice.reopen"))
        raise Refusal("staff.invite.closed", reopen, campaign=campaign.id)
    return campaign, "".join(rest).strip()


async def _wanted(turn: Turn, campaign: Campaign, rest: str) -> Wanted:
    if turn.confirmed and rest.startswith(_KEPT):
        sha256, _, name = rest.removeprefix(_KEPT).partition(" ")
        return await _of_file(StaffFile(name, await turn.tools.kept(sha256)))
    if turn.inbound.file is not None and not turn.confirmed:
        if rest:
            raise Usage
        return await _of_file(turn.inbound.file)
    if rest.isdecimal() and "\n" not in rest:
        return _nameless(rest)
    if len(rest) > _LINE_ROOM - len(campaign.id) or len(turn.inbound.text) > MOST_CHARACTERS:
        raise Refusal("staff.invite.long", most=MOST_ROWS)
    names = [" ".join(each.strip().strip('"“”').split()) for each in _LISTED.split(rest)]
    return _typed([name for name in names if name])


def _nameless(number: str) -> Wanted:
    if len(number) > 6 or not 1 <= int(number) <= MOST_ROWS:
        raise Refusal("staff.invite.number", most=MOST_ROWS)
    return Wanted((Invitee(""),) * int(number))


def _typed(names: Sequence[str]) -> Wanted:
    """Typed names are checked whole: who typed them is still there to mend them."""
    for name in names:
        if len(name) > MOST_NAME:
            raise Refusal("staff.invite.name", most=MOST_NAME, name=name[:MOST_NAME])
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise Refusal("staff.invite.twice", name=twice[0])
    return Wanted(tuple(map(Invitee, names)))


async def _of_file(file: StaffFile) -> Wanted:
    try:
        roster = await asyncio.to_thread(rosters.read, file.data, file.name)
    except RosterUnusable as error:
        raise Refusal(
            f"staff.roster.{error.reason}",
            name=file.name[:60],
            most=MOST_ROWS,
            mib=rosters.MOST_BYTES // 2**20,
        ) from None
    return Wanted(tuple(Invitee(row.name, row.phone) for row in roster.good), roster, file)


async def _kept(turn: Turn, wanted: Wanted) -> str:
    """What stands for these people until the confirmation. Names are kept in the archive, not in the record."""
    file = wanted.file
    if file is None and not any(each.name for each in wanted.people):
        return str(len(wanted.people))
    if file is None:
        heading = [turn.words.text("staff.invite.column.name")]
        file = StaffFile("", tables.table(heading, [[each.name] for each in wanted.people], "csv"))
    return f"{_KEPT}{await turn.lent(file.data)} {stem_of(file.name)}".strip()


def _faults(turn: Turn, faulty: Sequence[Row]) -> str:
    lines = [
        turn.words.plain("staff.roster.row", row=row.number, fault=fault_of(turn, row))
        for row in islice(faulty, _FAULTS_SHOWN)
    ]
    if len(faulty) > _FAULTS_SHOWN:
        lines.append(turn.words.plain("staff.roster.more", n=len(faulty) - _FAULTS_SHOWN))
    return "\n".join(lines)


COMMANDS = (Command("invite", HIRES, invite, invite_preview),)
