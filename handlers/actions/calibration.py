"""Calibration: colleagues rate a script's sample answers blind, then compare and talk about what they gave."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from conversation.script import Question, Script, Wording
from conversation.views.ratings import SCORES
from handlers.actions.base import Action, Preview, Result, command_line
from handlers.actions.blind_ratings import ITEM_DIGITS, keyed, privately
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of
from handlers.organisation.calibration import has_finished, is_over
from handlers.organisation.calibration_events import (
    CalibrationBegun,
    CalibrationNoted,
    CalibrationOpened,
    SampleRated,
)
from handlers.organisation.rights import HIRES, LEADS
from handlers.organisation.state import UNASSESSED, Calibration, Role
from storage.ports import Campaign

MOST_NOTE = 500
"""Maximum length of a note on the talk, in characters."""
MOST_NOTES = 5
"""How many notes a round can have."""


class Sample(NamedTuple):
    """A sample answer to the question `number` (from 1), and the score that the script says it deserves."""

    number: int
    question: Question
    level: int
    text: Wording


class Round(NamedTuple):
    """A campaign's present round of calibration, or the one that begins with the first rating."""

    campaign: Campaign
    script: Script
    samples: Sequence[Sample]
    calibration: Calibration


def samples_of(script: Script) -> list[Sample]:
    """Return a script's sample answers in its order."""
    return [
        Sample(number, step.question, int(level), text)
        for number, step in enumerate(script.steps, start=1)
        for level, text in sorted(step.question.anchors.items())
    ]


async def round_of(context: Context, name: str, roles: frozenset[Role]) -> Round:
    """Return the present round. Raises Refused if the person has none of the roles, if others read along, or if
    the script has no sample answers."""
    privately(context)
    campaign = await campaign_of(context, name, roles)
    calibration = context.organisation.calibrations.get(campaign.id) or Calibration(campaign.script)
    script = await context.tools.intake.script(calibration.script)
    samples = samples_of(script)
    if not samples:
        raise Refused("calibrate.no_samples", campaign=campaign.id)
    return Round(campaign, script, samples, calibration)


def sees_comparison(context: Context, found: Round) -> bool:
    """Return whether the person may see the comparison: whoever may still rate in this round may not, auditors
    always may."""
    if found.calibration.opened or not context.scope(HIRES).covers(found.campaign.unit):
        return True
    mine = has_finished(found.calibration, context.person.id)
    return mine and is_over(context.organisation, found.calibration)


def sample_items(context: Context, found: Round) -> list[tuple[str, int]]:
    """Return the person's item and the number (from 0) of each sample, in an order by chance that stays."""
    names = [f"{each.question.id}:{each.level}" for each in found.samples]
    parts = "sample", context.person.id, found.campaign.id, found.script.version
    return sorted((keyed(context, *parts, name)[:ITEM_DIGITS], number) for number, name in enumerate(names))


def _line(campaign: str, *words: str) -> str:
    return command_line("/calibrate", campaign, *words)


class SampleScored(Result, frozen=True):
    """The rated sample, by its item. `score` None means that it cannot be assessed."""

    campaign: str
    item: str
    score: int | None


class RateSample(Action, frozen=True, tag="rate_sample"):
    """Rate a sample answer. A rating can be changed until the person has rated all of them."""

    campaign: str
    item: str
    score: int | None
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return _line(self.campaign)

    async def execute(self, context: Context) -> SampleScored:
        if self.score is not None and self.score not in SCORES:
            raise Refused("rate.score", score=self.score)
        found = await round_of(context, self.campaign, self.roles)
        number = next((number for item, number in sample_items(context, found) if item == self.item), None)
        if number is None:
            raise Refused("calibrate.gone", campaign=found.campaign.id)
        if found.calibration.opened:
            raise Refused("calibrate.opened", campaign=found.campaign.id)
        if has_finished(found.calibration, context.person.id):
            raise Refused("calibrate.finished", campaign=found.campaign.id)
        sign = str(self.score or UNASSESSED)
        samples, script = len(found.samples), found.script.version
        context.record(SampleRated(found.campaign.id, script, context.person.id, number, samples, sign))
        return SampleScored(found.campaign.id, self.item, self.score)


class CalibrationPreview(Preview, frozen=True):
    """How many colleagues have begun to rate the samples, and how many of them have finished."""

    campaign: str
    begun: int
    finished: int


class CalibrationShown(Result, frozen=True):
    """The comparison of the campaign's round can be shown now."""

    campaign: str


class OpenCalibration(Action, frozen=True, tag="open_calibration"):
    """Open the comparison to everyone before all have finished. Nobody can rate in this round any more."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return _line(self.campaign, "results")

    async def preview(self, context: Context) -> Preview | None:
        found = await self._round(context)
        return None if sees_comparison(context, found) else _preview(found)

    async def execute(self, context: Context) -> CalibrationShown:
        found = await self._round(context)
        if not sees_comparison(context, found):
            context.record(CalibrationOpened(found.campaign.id))
        return CalibrationShown(found.campaign.id)

    async def _round(self, context: Context) -> Round:
        found = await round_of(context, self.campaign, self.roles)
        if not found.calibration.scores:
            raise Refused("calibrate.nobody", campaign=found.campaign.id)
        return found


class CalibrationStarted(Result, frozen=True):
    """A new round has begun, with so many sample answers to rate."""

    campaign: str
    samples: int


class StartCalibration(Action, frozen=True, tag="start_calibration"):
    """Begin a new round on the samples of the campaign's script. Earlier rounds stay in the record only."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return _line(self.campaign, "again")

    async def preview(self, context: Context) -> Preview | None:
        found = await round_of(context, self.campaign, self.roles)
        return _preview(found) if found.calibration.scores else None

    async def execute(self, context: Context) -> CalibrationStarted:
        campaign = await campaign_of(context, self.campaign, self.roles)
        samples = samples_of(await context.tools.intake.script(campaign.script))
        if not samples:
            raise Refused("calibrate.no_samples", campaign=campaign.id)
        context.record(CalibrationBegun(campaign.id, campaign.script))
        return CalibrationStarted(campaign.id, len(samples))


def _preview(found: Round) -> CalibrationPreview:
    scores = found.calibration.scores
    finished = sum(has_finished(found.calibration, person) for person in scores)
    return CalibrationPreview(found.campaign.id, len(scores), finished)


class NoteCalibration(Action, frozen=True, tag="note_calibration"):
    """Note what was said about the comparison. The organisation's record keeps it: it must name no candidate."""

    campaign: str
    text: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return _line(self.campaign, "note")

    async def execute(self, context: Context) -> CalibrationShown:
        text = self.text.strip()
        if not text or len(text) > MOST_NOTE:
            raise Refused("note.length", most=MOST_NOTE)
        found = await round_of(context, self.campaign, self.roles)
        if not sees_comparison(context, found):
            raise Refused("calibrate.open", campaign=found.campaign.id)
        if len(found.calibration.notes) >= MOST_NOTES:
            raise Refused("calibrate.notes", most=MOST_NOTES)
        context.record(CalibrationNoted(found.campaign.id, context.person.id, text))
        return CalibrationShown(found.campaign.id)
