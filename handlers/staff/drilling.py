"""The drill: a synthetic candidate goes through the live installation."""

import base64

from handlers.drill.order import Order
from handlers.staff.finding import button, campaign_named, campaigns
from handlers.staff.lines import Line
from handlers.staff.rights import LEADS
from handlers.staff.turn import Command, Refusal, Turn, Usage
from storage.ports import Campaign

_DEMO = "demo"
_MOST_OFFERED = 8


async def drill(turn: Turn, line: Line) -> None:
    """`/drill [CAMPAIGN]`: started here, reported by itself."""
    if len(line.arguments) > 1:
        raise Usage
    if turn.tools.drill is None:
        raise Refusal("staff.drill.not_here")
    campaign = await _campaign(turn, line.arguments[0] if line.arguments else "")
    order = Order(
        id=turn.fresh()[:32],
        token=base64.urlsafe_b64encode(bytes.fromhex(turn.fresh())[:16]).decode().rstrip("="),
        chat=turn.inbound.chat,
        language=turn.language,
        campaign=campaign.id,
        script=campaign.script_id,
        version=campaign.script,
        unit=campaign.unit,
        started_ms=turn.now,
    )
    if not await turn.tools.drill(order):
        raise Refusal("staff.drill.busy")
    turn.say("staff.drill.started", campaign=campaign.id)


async def _campaign(turn: Turn, name: str) -> Campaign:
    """The one that is named, or the demo, or the only one."""
    scope = turn.scope(LEADS)
    if named := await campaign_named(turn, scope, name or _DEMO):
        return named
    known = await campaigns(turn, scope)
    if not known:
        raise Refusal("staff.drill.no_campaign")
    if not name and len(known) == 1:
        return known[0]
    choices = [(button(turn, f"/drill {each.id}"), each.id) for each in known[:_MOST_OFFERED]]
    if name:
        raise Refusal("staff.candidates.campaign.unknown", choices, campaign=name[:60])
    raise Refusal("staff.drill.which", choices)


COMMANDS = (Command("drill", LEADS, drill),)
