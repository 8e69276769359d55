"""Calibration: the sample answers for one colleague to rate, and the comparison of what all gave."""

from typing import ClassVar

import msgspec

from conversation.script import Wording
from handlers.actions.calibration import Round, round_of, sample_items, samples_of, sees_comparison
from handlers.actions.context import Context, Refused
from handlers.organisation.calibration import has_finished, is_over
from handlers.organisation.rights import HIRES, READS
from handlers.organisation.state import NOT_RATED, UNASSESSED, Role
from handlers.queries.base import Answer, Query
from handlers.queries.interviews import Member, member


class SampleRater(msgspec.Struct, frozen=True):
    """A colleague who has begun, and how many samples they have rated. `departure`: how many points above (or
    below) the script's scores theirs are on average; None while the comparison is closed, or without a score."""

    by: Member
    given: int
    departure: float | None


class SampleToRate(msgspec.Struct, frozen=True):
    """A sample answer in the reader's own order, by its item; the fields are as in `BlindAnswer`. `own` is a sign
    as in `Calibration.scores`."""

    item: str
    position: int
    ask: Wording
    rubric: dict[str, Wording]
    text: Wording
    own: str
    previous: str


class SampleQueue(Answer, frozen=True):
    """The reader's queue of samples.

    - `sample`: the one to rate; None if they have rated all, or the round is over.
    - `raters`: who has begun. `over`: whether the comparison is open.
    """

    campaign: str
    title: Wording
    total: int
    rated: int
    raters: tuple[SampleRater, ...]
    sample: SampleToRate | None
    over: bool


class ShowSample(Query, frozen=True, omit_defaults=True, tag="show_sample"):
    """Show a sample answer to rate: the one named by `item`, or else the first unrated one after `after`, or the
    first of all unrated ones. Refused if `item` is none, or if what the reader gave is final."""

    campaign: str
    item: str = ""
    after: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> SampleQueue:
        found = await round_of(context, self.campaign, self.roles)
        calibration, me = found.calibration, context.person.id
        signs = calibration.scores.get(me, NOT_RATED * len(found.samples))
        sample = None
        if not calibration.opened and not has_finished(calibration, me):
            sample = self._sample(context, found, signs)
        elif self.item:
            raise Refused("calibrate.finished", campaign=found.campaign.id)
        rated = len(signs) - signs.count(NOT_RATED)
        over = is_over(context.organisation, calibration)
        return SampleQueue(
            found.campaign.id,
            found.script.title,
            len(signs),
            rated,
            _raters(context, found, over=False),
            sample,
            over,
        )

    def _sample(self, context: Context, found: Round, signs: str) -> SampleToRate:
        queue = sample_items(context, found)
        open_ = [at for at, (_, number) in enumerate(queue) if signs[number] == NOT_RATED]
        if self.item:
            at = next((at for at, (item, _) in enumerate(queue) if item == self.item), None)
            if at is None:
                raise Refused("calibrate.gone", campaign=found.campaign.id)
        else:
            at = next((at for at in open_ if queue[at][0] > self.after), open_[0])
        item, number = queue[at]
        sample = found.samples[number]
        previous = self.after or (queue[at - 1][0] if at else "")
        rubric = dict(sorted(sample.question.rubric.items()))
        return SampleToRate(item, at + 1, sample.question.ask, rubric, sample.text, signs[number], previous)


class SampleMark(msgspec.Struct, frozen=True):
    """A colleague's score of a sample; None: they could not assess it."""

    by: Member
    score: int | None


class SampleComparison(msgspec.Struct, frozen=True):
    """What colleagues gave to a sample of question `number`, which deserves `level` by the script. `spread`: the
    largest difference between two of them, in points; None for fewer than two scores."""

    number: int
    ask: Wording
    level: int
    text: Wording
    marks: tuple[SampleMark, ...]
    spread: int | None


class CalibrationTalk(msgspec.Struct, frozen=True):
    """A note on the talk about the comparison."""

    by: Member
    text: str


class CalibrationComparison(Answer, frozen=True):
    """The comparison. `samples` and `notes` are empty while it is closed to the reader, who then learns only who
    has begun. `outdated`: the campaign's script has other samples by now."""

    campaign: str
    title: Wording
    raters: tuple[SampleRater, ...]
    samples: tuple[SampleComparison, ...]
    notes: tuple[CalibrationTalk, ...]
    open: bool
    outdated: bool


class ShowCalibration(Query, frozen=True, tag="show_calibration"):
    """Compare what colleagues gave to the samples.

    It is open once all who have begun have finished, or a lead has opened it; to auditors, who do not rate, at
    once. Whoever may still rate in this round does not see it.
    """

    campaign: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CalibrationComparison:
        found = await round_of(context, self.campaign, self.roles)
        open_ = sees_comparison(context, found)
        now = samples_of(await context.tools.intake.script(found.campaign.script))
        return CalibrationComparison(
            found.campaign.id,
            found.script.title,
            _raters(context, found, over=open_),
            _comparison(context, found) if open_ else (),
            tuple(CalibrationTalk(member(context, each.by), each.text) for each in found.calibration.notes)
            if open_
            else (),
            open_,
            [*found.samples] != now,
        )


def _raters(context: Context, found: Round, *, over: bool) -> tuple[SampleRater, ...]:
    return tuple(
        SampleRater(
            member(context, person),
            len(signs) - signs.count(NOT_RATED),
            _departure(found, signs) if over else None,
        )
        for person, signs in sorted(found.calibration.scores.items())
    )


def _departure(found: Round, signs: str) -> float | None:
    pairs = [
        (score, each.level) for sign, each in zip(signs, found.samples, strict=True) if (score := _score(sign))
    ]
    return sum(score - level for score, level in pairs) / len(pairs) if pairs else None


def _comparison(context: Context, found: Round) -> tuple[SampleComparison, ...]:
    rows = []
    for at, sample in enumerate(found.samples):
        signs = sorted((person, each[at]) for person, each in found.calibration.scores.items())
        marks = tuple(
            SampleMark(member(context, person), _score(sign)) for person, sign in signs if sign != NOT_RATED
        )
        scores = [each.score for each in marks if each.score is not None]
        spread = max(scores) - min(scores) if len(scores) > 1 else None
        rows.append(SampleComparison(sample.number, sample.question.ask, sample.level, sample.text, marks, spread))
    return tuple(rows)


def _score(sign: str) -> int | None:
    return None if sign in (NOT_RATED, UNASSESSED) else int(sign)
