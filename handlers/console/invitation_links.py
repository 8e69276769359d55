"""Sending the links of new invitations to staff: as text, as a table, and as QR codes."""

import asyncio
from collections.abc import Sequence
from itertools import count
from pathlib import PurePosixPath

from conversation.words import Styled
from handlers import qr_codes
from handlers.campaigns import Invitation
from handlers.console import tables
from handlers.console.commands.campaigns.campaigns import channel_title, typed_ways
from handlers.console.commands.system.general import offered
from handlers.console.context import CommandContext
from handlers.console.invitation_texts import texts_for
from handlers.console.roster_words import listed, why
from handlers.console.tables import MEDIA_TYPES, QrPicture
from handlers.rosters import Roster, Row

SHOWN = 20
"""Most invitations whose links are written in the message itself."""
PICTURED = 200
"""Most candidates for whom QR codes are made."""
_MOST_CHARACTERS = 3_000


def say_made(
    context: CommandContext,
    campaign: str,
    made: Sequence[Invitation],
    roster: Roster | None = None,
    *,
    before: int = 0,
) -> None:
    """Say who was invited, with the links if there are few, and which rows of the list were left out.

    `before`: how many people were left out because they had been invited before.
    """
    parts: list[Styled | str] = [context.words.say("staff.invite.done", n=len(made), campaign=campaign)]
    room = _MOST_CHARACTERS if len(made) <= SHOWN else 0
    for number, invitation in enumerate(made, 1):
        lines = _lines(context, number, invitation)
        room -= len(lines.text)
        if room < 0:
            parts.append(context.words.say("staff.invite.in_file"))
            break
        parts.append(lines)
    if before:
        parts.append(context.words.say("staff.invite.again.left_out", n=before))
    if roster and roster.faulty:
        parts.append(context.words.say("staff.invite.left_out", n=len(roster.faulty)))
    if roster and roster.asides:
        parts.append(said_asides(context, roster.asides))
    revoke = (f"/revoke {made[0].interview}", "staff.invite.choice.revoke")
    context.send(Styled.join(parts), offered(context, revoke) if len(made) == 1 else ())


def said_asides(context: CommandContext, asides: Sequence[Row]) -> Styled:
    return context.words.say("staff.invite.asides", n=len(asides), rows=listed(context.words, asides))


def _lines(context: CommandContext, number: int, invitation: Invitation) -> Styled:
    """Return the candidate's name and the link for each channel."""
    links = context.tools.links(invitation.token)
    name = context.words.say("staff.invite.candidate", name=invitation.name or f"#{number}")
    typed = typed_ways(context, invitation.token)
    if len(links) == 1 and not typed:
        return Styled.join([name, *links.values()])
    told = [f"{channel_title(context, channel)}: {link}" for channel, link in links.items()]
    return Styled.join([name, *told, *typed])


async def send_table(
    context: CommandContext,
    campaign: str,
    made: Sequence[Invitation],
    roster: Roster | None = None,
    file: str = "",
    left_out: Sequence[int] = (),
) -> None:
    """Send a table of the candidates with their links and a text to send to each.

    It is the `roster` with columns added, under a name derived from `file`, or a new list of the names if there is
    no roster. `left_out` are the places of those among the roster's people who were not invited again.
    """
    roster = roster or _as_roster(context, made)
    channels = _channels(context, made)
    titles = [
        context.words.plain("staff.invite.column.link", channel=channel_title(context, each)) for each in channels
    ]
    titles.append(context.words.text("staff.invite.column.text"))
    texts = iter(await texts_for(context, campaign, made))
    width = max(len(roster.heading), *(len(row.cells) for row in roster.rows))
    heading = [*_padded(roster.heading, width), context.words.text("staff.invite.column.id"), *titles]
    if roster.faulty or roster.asides or left_out:
        heading.append(context.words.text("staff.invite.column.fault"))
    rows, invited, places = list[list[str]](), iter(made), count()
    for row in roster.rows:
        if row.fault or row.aside:
            added = [""] * (1 + len(titles)) + [why(context.words, row)]
        elif next(places) in left_out:
            added = [""] * (1 + len(titles)) + [context.words.text("staff.invite.again.cell")]
        else:
            invitation = next(invited)
            links = context.tools.links(invitation.token)
            added = [invitation.interview, *(links.get(each, "") for each in channels), next(texts)]
        rows.append([*_padded(row.cells, width), *added])
    data = await asyncio.to_thread(tables.table, heading, rows, roster.form)
    name = f"{stem_of(file) or campaign}-links.{roster.form}"
    await context.attach(context.words.say("staff.invite.table"), name, data, MEDIA_TYPES[roster.form])


def _as_roster(context: CommandContext, made: Sequence[Invitation]) -> Roster:
    heading = (context.words.text("staff.invite.column.name"),)
    return Roster(heading, tuple(Row(n, (each.name,), each.name) for n, each in enumerate(made, 2)))


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def stem_of(name: str) -> str:
    return tables.file_name(PurePosixPath(name.replace("\\", "/")).stem)


async def send_pictures(context: CommandContext, campaign: str, made: Sequence[Invitation]) -> None:
    several = len(_channels(context, made)) > 1
    wanted = [
        QrPicture(_file_name(number, each.name, channel, several=several), link)
        for number, each in enumerate(made, 1)
        for channel, link in context.tools.links(each.token).items()
    ]
    said = context.words.say("staff.invite.pictures", n=len(wanted))
    if len(wanted) == 1:
        name = f"{campaign}-{wanted[0].name}.png"
        await context.attach(
            said, name, await asyncio.to_thread(qr_codes.picture, wanted[0].link), MEDIA_TYPES["png"]
        )
        return
    data = await asyncio.to_thread(tables.pictures, wanted)
    await context.attach(said, f"{campaign}-qr.zip", data, MEDIA_TYPES["zip"])


def _channels(context: CommandContext, made: Sequence[Invitation]) -> list[str]:
    """Return the channels for which any of the invitations has a link."""
    return list(dict.fromkeys(channel for each in made for channel in context.tools.links(each.token)))


def _file_name(number: int, name: str, channel: str, *, several: bool) -> str:
    """Return a file name such as `001-name`, followed by the channel if there are several."""
    return "-".join(filter(None, [f"{number:03}", tables.file_name(name), tables.file_name(channel) * several]))
