"""Inviting candidates: by name, by number, or from a list in a file."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from conversation.state import State
from conversation.words import Styled
from handlers import rosters
from handlers.actions.base import Action
from handlers.actions.interviews import SwitchMessenger
from handlers.actions.invitations import (
    InvitationsPreview,
    InviteCandidates,
    Invited,
    Invitee,
    Roster,
    invitees,
)
from handlers.actions.targets import campaign_of
from handlers.console.candidate_search import one
from handlers.console.command_line import MOST_CHARACTERS, Line
from handlers.console.commands.system.general import offered
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, StaffFile, Usage
from handlers.console.formatting import named, state_name
from handlers.console.invitation_links import PICTURED, said_asides, say_made, send_pictures, send_table
from handlers.console.invitation_texts import send_text
from handlers.console.roster_words import listed
from handlers.limits import MOST_NAME
from handlers.organisation.rights import HIRES
from handlers.queries.campaigns import campaign_seen
from handlers.rosters import MOST_ROWS, RosterUnusable
from storage.ports import Campaign

_KNOWN_SHOWN = 15
_LISTED = re.compile(r"[\n、；;]|，")
_LINE_ROOM = MOST_CHARACTERS - 100
"""Longest list of typed names, in characters. With the command before it, a longer one could be cut off."""


async def invite(context: CommandContext, line: Line) -> Action | None:
    """`/invite CAMPAIGN [NAMES|NUMBER]`, or `/invite CAMPAIGN` with a list as a file. `/invite NAME|ID` makes a
    code with which an existing candidate can continue in another messenger."""
    if state := await _candidate(context, line):
        return SwitchMessenger(state.interview)
    campaign, rest = await _campaign(context, line)
    if context.inbound.file is not None:
        if rest:
            raise Usage
        return await _of_file(context, campaign, context.inbound.file)
    people = _people(context, campaign, rest)
    if people:
        return InviteCandidates(campaign.id, people)
    one_ = offered(context, (f"/invite {campaign.id} 1", "staff.invite.choice.one"))
    context.say("staff.invite.how", one_, campaign=campaign.id, most=MOST_ROWS)
    return None


async def _candidate(context: CommandContext, line: Line) -> State | None:
    """Return the candidate named by the line, or None if its first word is a campaign or no candidate has that
    name. Raises Refusal if several have."""
    context.recorded = "/invite"
    name = line.rest.strip().strip('"“”')
    first = name.partition(" ")[0].lower()
    if not name or context.inbound.file or await campaign_seen(context, first, HIRES):
        return None
    try:
        return await one(context, HIRES, name, lambda number: f"/invite {number}", acts=True)
    except Refusal as refusal:
        if refusal.key != "staff.candidate.unknown":
            raise
        return None


async def _campaign(context: CommandContext, line: Line) -> tuple[Campaign, str]:
    """Return the campaign and the text after its code. Raises Refusal if the campaign is unknown or closed."""
    context.recorded = "/invite"  # candidates' names must not be recorded
    if not line.rest:
        raise Usage
    code, *rest = line.rest.split(maxsplit=1)
    campaign = await campaign_of(context, code.strip('"“”'), HIRES)
    context.recorded = f"/invite {campaign.id}"
    if campaign.closed_ms:
        reopen = offered(context, (f"/open {campaign.id}", "staff.campaigns.choice.reopen"))
        raise Refusal("staff.invite.closed", reopen, campaign=campaign.id)
    return campaign, "".join(rest).strip()


def _people(context: CommandContext, campaign: Campaign, rest: str) -> tuple[Invitee, ...]:
    """Return the people to invite: by name, or a number of people without names. Raises Refusal if any name is
    unusable, because the person who typed it can correct it at once."""
    if rest.isdecimal() and "\n" not in rest:
        return _nameless(rest)
    if len(rest) > _LINE_ROOM - len(campaign.id) or len(context.inbound.text) > MOST_CHARACTERS:
        raise Refusal("staff.invite.long", most=MOST_ROWS)
    names = [" ".join(each.strip().strip('"“”').split()) for each in _LISTED.split(rest)]
    names = [name for name in names if name]
    for name in names:
        if len(name) > MOST_NAME:
            raise Refusal("staff.invite.name", most=MOST_NAME, name=name[:MOST_NAME])
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise Refusal("staff.invite.twice", name=twice[0])
    return tuple(map(Invitee, names))


def _nameless(number: str) -> tuple[Invitee, ...]:
    if len(number) > 6 or not 1 <= int(number) <= MOST_ROWS:
        raise Refusal("staff.invite.number", most=MOST_ROWS)
    return (Invitee(""),) * int(number)


async def _of_file(context: CommandContext, campaign: Campaign, file: StaffFile) -> InviteCandidates | None:
    """Return the action that invites everybody in the list who can be invited. Raises Refusal if the file is no
    list or nobody in it can be invited; an empty list is answered with help."""
    roster = await _read(context, file.data, file.name)
    if not roster.good:
        if roster.faulty:
            raise Refusal("staff.invite.nobody", n=len(roster.faulty), faults=listed(context.words, roster.faulty))
        one_ = offered(context, (f"/invite {campaign.id} 1", "staff.invite.choice.one"))
        context.say("staff.invite.how", one_, campaign=campaign.id, most=MOST_ROWS)
        return None
    kept = Roster(file.name, await context.lent(file.data), len(roster.faulty))
    return InviteCandidates(campaign.id, invitees(roster), kept)


async def _read(context: CommandContext, data: bytes, name: str) -> rosters.Roster:
    try:
        return await context.tools.read_roster(data, name)
    except RosterUnusable as error:
        mib = rosters.MOST_BYTES // 2**20
        raise Refusal(f"staff.roster.{error.reason}", name=name[:60], most=MOST_ROWS, mib=mib) from None


async def _inviting(context: CommandContext, preview: InvitationsPreview) -> Styled:
    words, before = context.words, sum(map(bool, preview.before))
    parts: list[Styled | str] = [words.say("staff.invite.preview", n=preview.number, campaign=preview.campaign)]
    if before:
        parts.append(words.say("staff.invite.again", n=before, total=preview.number))
        parts.append(await _known(context, preview.before))
    roster = await _kept(context, preview.roster) if preview.roster else None
    if roster and roster.asides:
        parts.append(said_asides(context, roster.asides))
    if roster and roster.faulty:
        faults = listed(words, roster.faulty)
        parts.append(words.say("staff.invite.without", n=len(roster.faulty), faults=faults))
    return Styled.join(parts)


async def _known(context: CommandContext, before: Sequence[str]) -> str:
    """Return a line for each candidate who was invited before, with the state of that interview."""
    interviews = list(filter(None, before))
    records = await context.tools.store.interviews.load_many(interviews[:_KNOWN_SHOWN])
    lines = [
        context.words.plain(
            "staff.invite.again.line", name=named(context, each.state), state=state_name(context, each.state.phase)
        )
        for each in records
    ]
    if len(interviews) > len(lines):
        lines.append(context.words.plain("staff.invite.again.more", n=len(interviews) - len(lines)))
    return "\n".join(lines)


def _ways(
    context: CommandContext, action: InviteCandidates, preview: InvitationsPreview
) -> Sequence[tuple[Action, str]]:
    """Return what can be done about candidates who were invited before. Nobody is left out without a choice."""
    if not preview.before:
        return ()
    fresh = preview.before.count("")
    words, decided = context.words, replace(action, before=preview.before)
    links = words.plain("staff.invite.again.both", n=fresh) if fresh else words.text("staff.invite.again.link")
    new = words.plain("staff.invite.again.new", n=len(preview.before))
    ways = ((replace(decided, again="link"), links), (replace(decided, again="new"), new))
    only_new = (replace(decided, again="skip"), words.plain("staff.invite.again.skip", n=fresh))
    return (only_new, *ways) if fresh else ways


async def _kept(context: CommandContext, kept: Roster) -> rosters.Roster:
    """Read the list again from the archive."""
    return await _read(context, await context.tools.get_file(kept.sha256), kept.name)


async def _invited(context: CommandContext, result: Invited) -> None:
    made, kept = result.invitations, result.roster
    roster = await _kept(context, kept) if kept else None
    say_made(context, result.campaign, made, roster, before=len(result.left_out))
    if kept:
        await send_table(context, result.campaign, made, roster, kept.name, result.left_out)
    elif len(made) > 1:
        await send_table(context, result.campaign, made)
    await send_text(context, result.campaign, made)
    if len(made) <= PICTURED:
        await send_pictures(context, result.campaign, made)


COMMANDS = (Command("invite", HIRES, invite),)
FORMS: Forms = {InviteCandidates: Form(_invited, _inviting, _ways)}
