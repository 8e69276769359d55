"""Starting a drill: a synthetic candidate goes through the live installation."""

import base64
from typing import ClassVar

from handlers.actions.base import Action, Result
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of
from handlers.drill.request import DrillRequest
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role


class DrillStarted(Result, frozen=True):
    campaign: str


class StartDrill(Action, frozen=True, tag="start_drill"):
    """Start a drill, which takes about a minute and reports its result itself."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return f"/drill {self.campaign}"

    async def execute(self, context: Context) -> DrillStarted:
        if context.tools.drill is None:
            raise Refused("drill.not_here")
        campaign = await campaign_of(context, self.campaign, self.roles)
        order = DrillRequest(
            id=context.nonce()[:32],
            token=base64.urlsafe_b64encode(bytes.fromhex(context.nonce())[:16]).decode().rstrip("="),
            chat=context.reply_to,
            language=context.language,
            campaign=campaign.id,
            script=campaign.script_id,
            version=campaign.script,
            unit=campaign.unit,
            started_ms=context.now,
        )
        if not await context.tools.drill(order):
            raise Refused("drill.busy")
        return DrillStarted(campaign.id)
