"""Actions that open, reopen and close campaigns."""

from collections.abc import Collection, Mapping
from typing import ClassVar, NamedTuple

from conversation.script import Script
from handlers.actions.base import Action, Preview, Result, command_line
from handlers.actions.context import Context, Refused, Unit
from handlers.actions.targets import campaign_of
from handlers.authoring import ScriptUnusable
from handlers.campaigns import CODE
from handlers.organisation.repository import has_acted_on
from handlers.organisation.rights import EVERYBODY, HIRES
from handlers.organisation.state import ROOT, Role
from storage.ports import Campaign

NEW = "new"
"""Stands for the version to replace if no campaign has the code."""
_AWAY = ("paused", "exited", "unreachable", "lapsed")
MOST_CHARACTERS = 2_500
"""How much is said of what is wrong with a script."""
_UNDER_WAY = ("guided", "running", "paused")


class Progress(NamedTuple):
    """The number of a campaign's candidates in each state.

    `unopened` ones have not opened their link; `away` ones are absent without having completed the interview: the
    sum of `paused`, `exited`, `unreachable` and `lapsed`.
    """

    invited: int
    unopened: int
    started: int
    completed: int
    away: int
    under_way: int
    paused: int
    exited: int
    unreachable: int
    lapsed: int


def progress(counts: Mapping[str, int]) -> Progress:
    """Compute the progress from a campaign's counters."""

    def of(*phases: str) -> int:
        return sum(counts.get(f"phase:{phase}", 0) for phase in phases)

    return Progress(
        invited=counts.get("interviews", 0),
        unopened=of("invited"),
        started=counts.get("started", 0),
        completed=of("completed"),
        away=of(*_AWAY),
        under_way=of(*_UNDER_WAY),
        paused=of("paused"),
        exited=of("exited"),
        unreachable=of("unreachable"),
        lapsed=of("lapsed"),
    )


# closing


class CampaignClosing(Preview, frozen=True):
    """The campaign to close, with the candidates still under way."""

    campaign: str
    progress: Progress


class CampaignClosed(Result, frozen=True):
    campaign: str
    unit: str
    closed_ms: int

    @property
    def undo(self) -> "ReopenCampaign":
        return ReopenCampaign(self.campaign, self.closed_ms)


class CloseCampaign(Action, frozen=True, tag="close_campaign"):
    """Close a campaign: nobody new is admitted, and candidates under way can finish."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/close {self.campaign}"

    async def preview(self, context: Context) -> Preview | None:
        campaign = await campaign_of(context, self.campaign, self.roles)
        if campaign.closed_ms:
            raise Refused("close.already", about=campaign, campaign=campaign.id)
        return CampaignClosing(campaign.id, progress(await context.tools.store.interviews.counts(campaign.id)))

    async def execute(self, context: Context) -> CampaignClosed:
        closed = await context.tools.campaigns.close(await campaign_of(context, self.campaign, self.roles))
        return CampaignClosed(closed.id, closed.unit, closed.closed_ms)


# opening


class CampaignOpened(Result, frozen=True):
    """An open campaign. `code` is the code of a walk-in campaign; empty for others."""

    campaign: str
    script: str
    version: str
    unit: str
    code: str
    reopened: bool = False


class ReopenCampaign(Action, frozen=True, omit_defaults=True, tag="reopen_campaign"):
    """Admit new candidates to a closed campaign again. `closed_ms` (epoch) says which closing is undone; 0: the
    last one."""

    campaign: str
    closed_ms: int = 0
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/open {self.campaign}"

    async def execute(self, context: Context) -> CampaignOpened:
        campaign = await campaign_of(context, self.campaign, self.roles)
        # A repeated execution must not reopen a campaign that was closed again meanwhile.
        if not await has_acted_on(context.tools.store, context.cause):
            if self.closed_ms and campaign.closed_ms != self.closed_ms:
                raise Refused("close.undone", about=campaign, campaign=campaign.id)
            campaign = await context.tools.campaigns.reopen(campaign)
        return _opened(campaign, reopened=True)


class CampaignOpening(Preview, frozen=True):
    """What would be opened. `replaces` is the campaign's current version; empty for a new campaign.

    `settled` is the action with every open choice filled in.
    """

    script: str
    version: str
    unit: str
    code: str
    walk_in: bool
    kiosk: bool
    replaces: str
    settled: "OpenCampaign"

    @property
    def confirms(self) -> "OpenCampaign":
        return self.settled


class _Plan(NamedTuple):
    """What would be opened. `there` is the existing campaign with this code, if any."""

    script: Script
    unit: str
    code: str
    walk_in: bool
    kiosk: bool
    there: Campaign | None

    @property
    def open_already(self) -> bool:
        """Whether the existing campaign is already as planned."""
        there = self.there
        if there is None or there.closed_ms or there.script != self.script.version:
            return False
        return self.walk_in == bool(there.code) and self.kiosk == there.kiosk


class OpenCampaign(Action, frozen=True, omit_defaults=True, tag="open_campaign"):
    """Open a campaign on a script, or move an existing campaign to a newer version of it.

    - `script`: a stored version or a script's name.
    - `unit`: None for the person's own unit.
    - `code`: the campaign's id; if empty, derived from the script's id.
    - `cap`: the maximum number of walk-in candidates of a new campaign, 0 for no limit.
    - `over`: the version to be replaced, as shown in the preview.
    - `script_id`: only shown in the record.
    """

    script: str
    unit: str | None = None
    code: str = ""
    walk_in: bool = False
    kiosk: bool = False
    over: str = NEW
    script_id: str = ""
    cap: int = 0
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return command_line("/open", self.script_id, self.script, self.code)

    async def preview(self, context: Context) -> Preview | None:
        plan = await self._plan(context)
        if plan.open_already:
            raise Refused("open.same", about=plan.there, campaign=plan.code)
        await context.tools.store.directory.put_script(plan.script)
        over = plan.there.script if plan.there else NEW
        version = plan.script.version
        confirms = OpenCampaign(
            version, plan.unit, plan.code, plan.walk_in, plan.kiosk, over, plan.script.id, self.cap
        )
        return CampaignOpening(
            plan.script.id,
            version,
            plan.unit,
            plan.code,
            plan.walk_in,
            plan.kiosk,
            plan.there.script if plan.there else "",
            confirms,
        )

    async def execute(self, context: Context) -> CampaignOpened:
        plan = await self._plan(context)
        campaigns, there = context.tools.campaigns, plan.there
        if there and plan.open_already:
            return _opened(there)
        if (there.script if there else NEW) != self.over:
            raise Refused("open.changed", campaign=plan.code)
        if there:
            opened = await campaigns.renew(there, plan.script, walk_in=plan.walk_in, kiosk=plan.kiosk)
        else:
            opened = await campaigns.open(
                plan.script,
                code=plan.code,
                walk_in=plan.walk_in,
                cap=self.cap,
                unit=plan.unit,
                kiosk=plan.kiosk,
            )
        return _opened(opened)

    async def _plan(self, context: Context) -> _Plan:
        script = await script_named(context, self.script)
        if self.code and not CODE.fullmatch(self.code):
            raise Refused("open.word", word=self.code[:40])
        code = self.code or await context.tools.campaigns.free_code(script.id)
        there = await context.tools.store.directory.campaign(code)
        if there is None:
            _check_kiosk(self.kiosk, self.walk_in, script)
            return _Plan(script, self._unit(context), code, self.walk_in, self.kiosk, None)
        if not context.scope(self.roles).covers(there.unit) or there.script_id != script.id:
            raise Refused("open.taken", campaign=code, script=script.id)
        if self.unit not in (None, there.unit):
            raise Refused("open.unit", campaign=code, unit=Unit(there.unit))
        walk_in = self.walk_in or bool(there.code)
        _check_kiosk(self.kiosk, walk_in, script)
        return _Plan(script, there.unit, code, walk_in, self.kiosk or there.kiosk, there)

    def _unit(self, context: Context) -> str:
        if self.unit is None:
            return own_unit(context, self.roles)
        unit = ROOT if self.unit == ROOT else context.organisation.unit_called(self.unit)
        if unit is None or not context.scope(EVERYBODY).covers(unit):
            raise Refused("unit.unknown", unit=self.unit[:60])
        if not context.scope(self.roles).covers(unit):
            raise Refused("forbidden.unit", unit=Unit(unit))
        return unit


def _opened(campaign: Campaign, *, reopened: bool = False) -> CampaignOpened:
    return CampaignOpened(
        campaign.id, campaign.script_id, campaign.script, campaign.unit, campaign.code or "", reopened
    )


def _check_kiosk(kiosk: bool, walk_in: bool, script: Script) -> None:
    if kiosk and not walk_in:
        raise Refused("open.kiosk_alone", script=script.id)


def own_unit(context: Context, roles: Collection[Role]) -> str:
    """Return the unit where the person has one of the roles. Raises Refused if there are several."""
    scope = context.scope(roles)
    if scope.whole:
        return ROOT
    if len(scope.units) != 1:
        raise Refused("open.which", units=tuple(Unit(each) for each in scope.units))
    return scope.units[0]


async def script_named(context: Context, name: str) -> Script:
    """Return the stored version of this name, else the script with this name. Raises Refused."""
    if stored := await context.tools.store.directory.script(name):
        return stored
    try:
        return await context.tools.script(name)
    except ScriptUnusable as error:
        raise Refused("open.script", why=error.worded(context.language)[:MOST_CHARACTERS]) from None
