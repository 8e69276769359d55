"""`/drill`: sends a synthetic candidate through the live installation."""

from handlers.actions.system.drills import DrillStarted, StartDrill
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.organisation.rights import LEADS
from handlers.queries.campaigns import campaign_seen, visible_campaigns
from storage.ports import Campaign

_DEMO = "demo"
_MOST_OFFERED = 8


async def drill(context: CommandContext, line: Line) -> StartDrill:
    """`/drill [CAMPAIGN]` starts a drill, which later reports its result by itself."""
    if len(line.arguments) > 1:
        raise Usage
    if context.tools.drill is None:
        raise Refusal("staff.drill.not_here")
    return StartDrill((await _campaign(context, line.arguments[0] if line.arguments else "")).id)


async def _started(context: CommandContext, result: DrillStarted) -> None:
    context.say("staff.drill.started", campaign=result.campaign)


async def _campaign(context: CommandContext, name: str) -> Campaign:
    """Return the named campaign or, without a name, the demo or the only campaign. Raises Refusal."""
    if seen := await campaign_seen(context, name or _DEMO, LEADS):
        return seen
    known = await visible_campaigns(context, LEADS)
    if not known:
        raise Refusal("staff.drill.no_campaign")
    if not name and len(known) == 1:
        return known[0]
    choices = [(button(context, f"/drill {each.id}"), each.id) for each in known[:_MOST_OFFERED]]
    if name:
        raise Refusal("staff.candidates.campaign.unknown", choices, campaign=name[:60])
    raise Refusal("staff.drill.which", choices)


COMMANDS = (Command("drill", LEADS, drill),)
FORMS: Forms = {StartDrill: Form(_started)}
