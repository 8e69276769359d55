"""Opening campaigns and making invitations."""

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands import output
from bot.commands.actions import perform
from bot.commands.options import Again, ListForm
from bot.commands.script_files import find
from bot.commands.usage import check_unit
from bot.installation import Installation
from bot.media.spreadsheets import read_roster
from conversation.errors import BotError
from handlers import rosters
from handlers.actions import invitations as actions
from handlers.actions.campaigns import CampaignOpened, OpenCampaign
from handlers.actions.invitations import InviteCandidates, Invited, Invitee, before_of, invitees
from handlers.campaigns import Invitation
from handlers.catalogues import staff_vocabulary
from handlers.console.roster_words import listed
from handlers.limits import MOST_NAME
from handlers.organisation.repository import load
from handlers.rosters import MOST_ROWS
from handlers.sheets import guarded

_WIDE = 1_000
_SHOWN = 10


_DECIDED: dict[Again, actions.Again] = {Again.skip: "skip", Again.new: "new", Again.link: "link"}


class InvitedBefore(BotError):
    """Some of the people were invited to the campaign before, and it is not said what to do about them."""


class RosterUnreadable(BotError):
    """A roster file cannot be opened, or nobody in it can be invited."""


async def open_(
    app: Installation, out: Console, script: str, *, code: str, walk_in: bool, cap: int, unit: str, kiosk: bool
) -> None:
    found = await find(script, app.settings.scripts_dir)
    check_unit((await load(app.store)).state, unit)
    code = await app.campaigns.new_code(code, found.id)
    await app.store.directory.put_script(found)
    action = OpenCampaign(found.version, unit, code, walk_in, kiosk, script_id=found.id, cap=cap)
    await perform(app, action, CampaignOpened)
    out.print(f"campaign {code} is open on {found.id}, version {found.version}", markup=False)
    if walk_in:
        await app.learn_links()
        await app.prepare_links([code])
        for channel, link in app.links(code).items():
            out.print(f"  {channel}: {link}", markup=False)
    else:
        out.print(f"invite candidates with: xumian invite {code} --name …", markup=False)


async def invite(
    app: Installation,
    out: Console,
    campaign: str,
    name: str,
    file: Path | None,
    count: int,
    form: ListForm,
    again: Again | None = None,
) -> None:
    found = await app.campaigns.find(campaign)
    found_in = await roster(file) if file else None
    people = list(invitees(found_in)) if found_in else []
    people = people or [Invitee(name[:MOST_NAME])] * count
    before = await before_of(app.campaigns, found, people)
    if any(before) and again is None:
        raise InvitedBefore(_invited_before(people, before))
    await app.learn_links()
    made: list[Invitation] = []
    for start in range(0, len(people), MOST_ROWS):
        some = slice(start, start + MOST_ROWS)
        action = InviteCandidates(
            found.id, tuple(people[some]), again=_DECIDED[again or Again.new], before=before[some]
        )
        made += (await perform(app, action, Invited)).invitations
    rows = [_row(app, invitation) for invitation in made]
    if file and found_in:
        _say_left_out(file, found_in)
    match form:
        case ListForm.json:
            json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
            sys.stdout.write("\n")
        case ListForm.csv:
            flat = [_flat(row) for row in rows]
            writer = csv.DictWriter(sys.stdout, _headings(flat))
            writer.writeheader()
            writer.writerows({key: guarded(value) for key, value in row.items()} for row in flat)
        case ListForm.table:
            _table(out, [_flat(row) for row in rows])


async def roster(file: Path) -> rosters.Roster:
    """Return a roster in which somebody can be invited.

    Raises RosterUnusable or RosterUnreadable, which say what to correct.
    """
    try:
        with file.open("rb") as opened:
            blob = opened.read(rosters.MOST_BYTES + 1)
    except OSError as error:
        raise RosterUnreadable(f"{file} cannot be read: {error.strerror}") from None
    found = await read_roster(blob, str(file))
    if not found.good:
        raise RosterUnreadable(f"{file}: nobody can be invited ({_in_a_line(found.faulty)})")
    return found


def _in_a_line(rows: Sequence[rosters.Row]) -> str:
    return "; ".join(line.removeprefix("· ") for line in listed(staff_vocabulary()["en"], rows).splitlines())


def _invited_before(people: Sequence[Invitee], before: Sequence[str]) -> str:
    known = [each.name for each, interview in zip(people, before, strict=True) if interview]
    shown = ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else "")
    return (
        f"{len(known)} of {len(people)} were invited to this campaign before ({shown}); nobody was invited now. "
        "Add --again skip to leave them out, --again new to invite them to new interviews, or --again link to "
        "make new links to the interviews they have"
    )


def _say_left_out(file: Path, found: rosters.Roster) -> None:
    """Say on stderr which rows of the list are about nobody, and who in it was not invited."""
    if found.asides:
        output.remark(f"{file}: about no candidate: {_in_a_line(found.asides)}")
    if found.faulty:
        output.remark(f"{file}: not invited: {_in_a_line(found.faulty)}")


def _row(app: Installation, invitation: Invitation) -> dict[str, object]:
    return {
        "invitation": invitation.interview,
        "name": invitation.name,
        "token": invitation.token,
        "links": app.links(invitation.token),
    }


def _flat(row: dict[str, object]) -> dict[str, str]:
    links = row["links"]
    extra = {f"link {channel}": str(link) for channel, link in links.items()} if isinstance(links, dict) else {}
    return {key: str(value) for key, value in row.items() if key != "links"} | extra


def _headings(rows: list[dict[str, str]]) -> list[str]:
    """Return the headings of all rows, because not every invitation has a link in every channel."""
    return list(dict.fromkeys(heading for row in rows for heading in row))


def _table(out: Console, rows: list[dict[str, str]]) -> None:
    table = Table(box=None)
    for heading in _headings(rows):
        table.add_column(heading, no_wrap=True, overflow="ignore")
    for row in rows:
        table.add_row(*(Text(row.get(heading, "")) for heading in _headings(rows)))
    Console(file=out.file, width=_WIDE, highlight=False).print(
        table
    )  # a token cut off at the terminal's edge would be useless
