"""How many candidates of a campaign reached each step and stage."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

import msgspec

from conversation.script import Script, Wording
from handlers.actions.context import Context
from handlers.figures.rates import FEW
from handlers.figures.suppression import disclosed
from handlers.figures.suppression import steps as disclosed_steps
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, about, one_campaign, script_of, sees_names, total_of
from handlers.rounding import percent


class FunnelStep(msgspec.Struct, frozen=True):
    """One step of a funnel.

    - `name`: invited, opened or started, or the stage's id.
    - `title`: the stage's title; None for a step before the stages.
    - `reached`: how many reached it or, for a stage, completed it; None if suppressed.
    - `percent`: of all who were invited; None if these are too few or `reached` is suppressed.
    """

    name: str
    title: Wording | None
    reached: int | None
    percent: int | None


class Loss(msgspec.Struct, frozen=True):
    """The step (index from 0) with the largest loss: `missing` of the people at the step before did not reach it.

    They have left, or have not got that far yet.
    """

    step: int
    missing: int
    of: int


class Funnel(Answer, frozen=True):
    """The steps of a campaign; none if there are no candidates. `under_way` candidates are still going on (None if
    suppressed)."""

    subject: Subject
    steps: tuple[FunnelStep, ...]
    loss: Loss | None
    under_way: int | None


class ShowFunnel(Query, frozen=True, tag="show_funnel"):
    """Show how far the candidates of a campaign came."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Funnel:
        campaign = await one_campaign(context, self.campaign)
        script = await script_of(context, campaign)
        total = await total_of(context, [campaign])
        exact = sees_names(context, [campaign])
        steps = funnel_steps(script, total, exact=exact) if script and total["interviews"] else ()
        under_way = sum(total[f"phase:{phase}"] for phase in ("guided", "running", "paused"))
        return Funnel(about(campaign, script), steps, _loss(steps), disclosed(under_way, exact=exact))


def funnel_steps(script: Script, total: Counter[str], *, exact: bool) -> tuple[FunnelStep, ...]:
    invited = total["interviews"]
    reached: list[tuple[str, Wording | None, int]] = [
        ("invited", None, invited),
        ("opened", None, invited - total["phase:invited"]),
        ("started", None, total["started"]),
        *((stage.id, stage.title, total[f"stage:{stage.id}"]) for stage in script.stages),
    ]
    shown = disclosed_steps([number for _, _, number in reached], exact=exact)
    return tuple(
        FunnelStep(
            name, title, number, percent(number, invited) if number is not None and invited >= FEW else None
        )
        for (name, title, _), number in zip(reached, shown, strict=True)
    )


def _loss(steps: Sequence[FunnelStep]) -> Loss | None:
    """Return the largest loss between two steps of which both numbers are shown."""
    losses = [
        Loss(index, before.reached - after.reached, before.reached)
        for index, (before, after) in enumerate(pairwise(steps), start=1)
        if before.reached is not None and after.reached is not None
    ]
    most = max(losses, key=lambda each: each.missing, default=None)
    return most if most and most.missing > 0 else None
