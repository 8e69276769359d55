"""Invitations that nobody has opened: taken back, or made anew."""

import re

from conversation.inbound import Inbound, InvitationWithdrawn
from conversation.state import State
from conversation.words import Styled
from handlers.staff.campaigns import campaign_named, offered
from handlers.staff.lines import Line
from handlers.staff.links import Invitee, make, say_made, send_pictures
from handlers.staff.rights import HIRES
from handlers.staff.turn import Command, Refusal, Turn, Usage
from storage.ports import Campaign

_INTERVIEW = re.compile(r"[0-9a-f]{16}")


async def revoke_preview(turn: Turn, line: Line) -> Styled | None:
    state = await _unopened(turn, line)
    if state.withdrawn:
        raise Refusal("staff.revoke.already", name=_name(state))
    return turn.words.say("staff.revoke.preview", name=_name(state), campaign=state.campaign)


async def revoke(turn: Turn, line: Line) -> None:
    state = await _withdraw(turn, await _unopened(turn, line))
    again = offered(turn, (f"/reissue {state.interview}", "staff.invite.choice.reissue"))
    turn.say("staff.revoke.done", again, name=_name(state))


async def reissue_preview(turn: Turn, line: Line) -> Styled | None:
    """Who has taken an invitation back already knows that its link is dead."""
    state = await _unopened(turn, line)
    await _still_open(turn, state)
    if state.withdrawn:
        return None
    return turn.words.say("staff.reissue.preview", name=_name(state), campaign=state.campaign)


async def reissue(turn: Turn, line: Line) -> None:
    """Another interview, that nobody has opened either, takes the place of the old one."""
    state = await _unopened(turn, line)
    campaign = await _still_open(turn, state)
    await _withdraw(turn, state)
    made = await make(turn, campaign, [Invitee(state.name, state.phone)])
    say_made(turn, campaign, made)
    await send_pictures(turn, campaign, made)


async def _unopened(turn: Turn, line: Line) -> State:
    """The interview, where nobody has opened its invitation. Raises Refusal."""
    if len(line.arguments) != 1:
        raise Usage
    interview = line.arguments[0].lower()
    found = _INTERVIEW.fullmatch(interview)  # other records are stored beside them
    record = await turn.tools.store.interviews.load(interview) if found else None
    if record is None or not turn.scope(HIRES).covers(record.state.unit):
        raise Refusal("staff.revoke.unknown", interview=line.arguments[0][:40])
    turn.found = interview
    if record.state.address is not None:
        raise Refusal("staff.revoke.opened", name=_name(record.state))
    return record.state


async def _withdraw(turn: Turn, state: State) -> State:
    """Raises Refusal where the candidate was first."""
    inbound = Inbound(f"{turn.inbound.id}:withdraw", InvitationWithdrawn())
    await turn.tools.intake.apply(state.interview, inbound)
    record = await turn.tools.store.interviews.load(state.interview)
    if record is None or not record.state.withdrawn:
        raise Refusal("staff.revoke.opened", name=_name(state))
    return record.state


async def _still_open(turn: Turn, state: State) -> Campaign:
    campaign = await campaign_named(turn, state.campaign, HIRES)
    if campaign.closed_ms:
        reopen = offered(turn, (f"/open {campaign.id}", "staff.campaigns.choice.reopen"))
        raise Refusal("staff.invite.closed", reopen, campaign=campaign.id)
    return campaign


def _name(state: State) -> str:
    return state.name or state.interview


COMMANDS = (
    Command("revoke", HIRES, revoke, revoke_preview, personal=True),
    Command("reissue", HIRES, reissue, reissue_preview, personal=True),
)
