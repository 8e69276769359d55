"""Revoking invitations that nobody has opened, and issuing them again."""

import re

from conversation.words import Styled
from handlers.actions.invitations import (
    InvitationPreview,
    InvitationRevoked,
    Invited,
    ReissueInvitation,
    RevokeInvitation,
)
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.commands.system.general import offered
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.invitation_links import say_made, send_pictures
from handlers.console.invitation_texts import send_text
from handlers.organisation.rights import HIRES

_ID = re.compile(r"[0-9a-f]{16}")


async def revoke(context: CommandContext, line: Line) -> RevokeInvitation:
    """`/revoke NAME|ID` revokes an invitation."""
    return RevokeInvitation(await _interview(context, line, "/revoke"))


async def reissue(context: CommandContext, line: Line) -> ReissueInvitation:
    """`/reissue NAME|ID` revokes an invitation and makes a new one for the same candidate."""
    return ReissueInvitation(await _interview(context, line, "/reissue"))


async def _interview(context: CommandContext, line: Line, command: str) -> str:
    """Return the id of the named candidate. Of several, those who have not opened their invitation count first."""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    if _ID.fullmatch(name.lower()):
        return name.lower()
    state = await one(
        context, HIRES, name, lambda number: f"{command} {number}", acts=True, among=lambda each: not each.address
    )
    return state.interview


async def _revoking(context: CommandContext, preview: InvitationPreview) -> Styled:
    return context.words.say("staff.revoke.preview", name=preview.candidate.name, campaign=preview.campaign)


async def _revoked(context: CommandContext, result: InvitationRevoked) -> None:
    again = offered(context, (f"/reissue {result.candidate.interview}", "staff.invite.choice.reissue"))
    context.say("staff.revoke.done", again, name=result.candidate.name)


async def _reissuing(context: CommandContext, preview: InvitationPreview) -> Styled:
    return context.words.say("staff.reissue.preview", name=preview.candidate.name, campaign=preview.campaign)


async def _reissued(context: CommandContext, result: Invited) -> None:
    say_made(context, result.campaign, result.invitations)
    await send_text(context, result.campaign, result.invitations)
    await send_pictures(context, result.campaign, result.invitations)


COMMANDS = (
    Command("revoke", HIRES, revoke, personal=True),
    Command("reissue", HIRES, reissue, personal=True),
)
FORMS: Forms = {
    RevokeInvitation: Form(_revoked, _revoking),
    ReissueInvitation: Form(_reissued, _reissuing),
}
