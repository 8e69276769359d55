"""Completion and exit rates by variant of a campaign, and whether they differ significantly."""

from typing import ClassVar, Literal

import msgspec

from conversation.script import Script, Variant
from handlers.actions.context import Context, Refused
from handlers.figures.experiments import Experiment, Outcome, experiment
from handlers.figures.rates import FEW, Difference, Share
from handlers.figures.suppression import disclosed, share_of
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, about, one_campaign, script_of, sees_names, total_of


class VariantResult(msgspec.Struct, frozen=True):
    """The result of one variant, and how it differs from the script.

    - `started`: how many started; None if suppressed.
    - `over`, `completion`, `exit`: how many interviews are over, and how; None with too few.
    - `apart`: the difference of its completion rate from the first variant's.
    - `verdict`: whether it is significantly better or worse than the first variant; empty if not.
    - `reminders`: how many it has, if they differ; `exit_warning`: its own, if it differs.
    """

    name: str
    started: int | None
    over: int | None
    completion: Share | None
    exit: Share | None
    apart: Difference | None
    verdict: Literal["", "better", "worse"]
    reminders: int | None
    exit_warning: str
    reordered: bool


class ExperimentResults(Answer, frozen=True):
    """The results of an experiment.

    - `verdict`: whether it is too early to tell, or the variants are the same or differ as far as can be told.
    - `needed`: how many interviews each variant needs to detect an effect worth seeing.
    - `over`: how many interviews are over in all; None if too few.
    """

    subject: Subject
    name: str
    variants: tuple[VariantResult, ...]
    verdict: Literal["early", "same", "apart"]
    needed: int
    over: int | None


class ShowExperiment(Query, frozen=True, tag="show_experiment"):
    """Show the results of a campaign's experiment. Refused if it has none."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> ExperimentResults:
        campaign = await one_campaign(context, self.campaign)
        script = await script_of(context, campaign)
        if script is None or not campaign.variants:
            raise Refused("experiment.none", campaign=campaign.id)
        found = experiment(await total_of(context, [campaign]), campaign.variants)
        exact = sees_names(context, [campaign])
        over = sum(each.over for each in found.outcomes)
        return ExperimentResults(
            about(campaign, script),
            script.experiment,
            tuple(
                _result(script, variant, outcome, found, exact=exact)
                for variant, outcome in zip(script.variants, found.outcomes, strict=True)
            ),
            "early" if found.early else "apart" if found.shown else "same",
            found.needed,
            over if over >= FEW else None,
        )


def _result(
    script: Script, variant: Variant, outcome: Outcome, found: Experiment, *, exact: bool
) -> VariantResult:
    completion, exit_ = (
        share_of(number, outcome.over, exact=exact) for number in (outcome.completed, outcome.stopped)
    )
    few = completion is None or exit_ is None
    warning, reminders = variant.exit_warning, variant.reminders
    return VariantResult(
        variant.id,
        disclosed(outcome.started, exact=exact),
        None if few else outcome.over,
        completion,
        exit_,
        None if few else outcome.apart,
        _verdict(outcome) if outcome in found.shown else "",
        len(reminders) if reminders is not None and reminders != script.reminders else None,
        warning if warning and warning != script.exit_warning else "",
        bool(variant.order),
    )


def _verdict(outcome: Outcome) -> Literal["better", "worse"]:
    return "better" if outcome.apart and outcome.apart.points > 0 else "worse"
