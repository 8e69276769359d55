"""Ratings beyond a single one: what colleagues gave, blind rating of one question, calibration on samples."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, examples, posts, titled
from handlers.actions.blind_ratings import BlindlyRated, RateBlind
from handlers.actions.calibration import (
    CalibrationShown,
    CalibrationStarted,
    NoteCalibration,
    OpenCalibration,
    RateSample,
    SampleScored,
    StartCalibration,
)
from handlers.actions.interviews import MOST_NOTE
from handlers.actions.ratings import LookAtRatings, RatingsShown
from handlers.queries.agreement import CampaignAgreement, ShowAgreement
from handlers.queries.blind_ratings import BlindQuestions, BlindQueue, ShowBlindAnswer, ShowBlindQuestions
from handlers.queries.calibration import CalibrationComparison, SampleQueue, ShowCalibration, ShowSample
from handlers.queries.rankings import Ranking, ShowRanking
from handlers.queries.ratings import RatingResults, RatingSheet, ShowRatings, ShowRatingSheet

router = APIRouter(tags=["ratings"])
Named = Annotated[str, Query(max_length=200)]


class BlindRating(Body):
    """A rating of an answer of unknown origin. `item` is from the answer that was shown."""

    model_config = ConfigDict(json_schema_extra=examples("BlindRating"))
    question: str = Field(max_length=100)
    item: str = Field(max_length=200)
    score: int | None = Field(ge=1, le=5, description="null: cannot be assessed")
    note: str = Field("", max_length=MOST_NOTE)


class SampleRating(Body):
    """A rating of a sample answer. `item` is from the sample that was shown."""

    model_config = ConfigDict(json_schema_extra=examples("SampleRating"))
    item: str = Field(max_length=200)
    score: int | None = Field(ge=1, le=5, description="null: cannot be assessed")


class CalibrationNote(Body):
    """What was agreed on about the samples."""

    model_config = ConfigDict(json_schema_extra=examples("CalibrationNote"))
    text: str = Field(min_length=1, max_length=MOST_NOTE)


@router.get("/interviews/{interview}/ratings", **answers(RatingResults), summary=titled("its_ratings"))
async def show_ratings(call: Calling, interview: str) -> Response:
    return call.reply(await call.ask(ShowRatings(interview), RatingResults))


@router.get("/interviews/{interview}/rating-sheet", **answers(RatingSheet), summary=titled("what_to_rate"))
async def show_rating_sheet(call: Calling, interview: str) -> Response:
    return call.reply(await call.ask(ShowRatingSheet(interview), RatingSheet))


@router.post("/interviews/{interview}/ratings/shown", **posts(RatingsShown), summary=titled("show_others_ratings"))
async def look_at_ratings(call: Calling, interview: str) -> Response:
    return await call.done(LookAtRatings(interview), RatingsShown)


@router.get("/campaigns/{code}/ranking", **answers(Ranking), summary=titled("its_candidates_by_rating"))
async def show_ranking(call: Calling, code: str) -> Response:
    return call.reply(await call.ask(ShowRanking(code), Ranking))


@router.get("/campaigns/{code}/agreement", **answers(CampaignAgreement), summary=titled("do_raters_agree"))
async def show_agreement(call: Calling, code: str) -> Response:
    return call.reply(await call.ask(ShowAgreement(code), CampaignAgreement))


@router.get("/campaigns/{code}/blind", **answers(BlindQuestions), summary=titled("questions_for_blind_rating"))
async def blind_questions(call: Calling, code: str) -> Response:
    return call.reply(await call.ask(ShowBlindQuestions(code), BlindQuestions))


@router.get("/campaigns/{code}/blind/answer", **answers(BlindQueue), summary=titled("next_blind_answer"))
async def blind_answer(call: Calling, code: str, question: Named, item: Named = "", after: Named = "") -> Response:
    return call.reply(await call.ask(ShowBlindAnswer(code, question, item, after), BlindQueue))


@router.post("/campaigns/{code}/blind/ratings", **posts(BlindlyRated), summary=titled("rate_blindly"))
async def rate_blindly(call: Calling, code: str, given: BlindRating) -> Response:
    return await call.done(
        RateBlind(code, given.question, given.item, score=given.score, note=given.note), BlindlyRated
    )


@router.get("/campaigns/{code}/samples", **answers(SampleQueue), summary=titled("the_next_sample_to_rate"))
async def show_sample(call: Calling, code: str, item: Named = "", after: Named = "") -> Response:
    return call.reply(await call.ask(ShowSample(code, item, after), SampleQueue))


@router.post("/campaigns/{code}/samples/ratings", **posts(SampleScored), summary=titled("rate_a_sample"))
async def rate_sample(call: Calling, code: str, given: SampleRating) -> Response:
    return await call.done(RateSample(code, given.item, given.score), SampleScored)


@router.get("/campaigns/{code}/calibration", **answers(CalibrationComparison), summary=titled("samples_compared"))
async def show_calibration(call: Calling, code: str) -> Response:
    return call.reply(await call.ask(ShowCalibration(code), CalibrationComparison))


@router.post("/campaigns/{code}/calibration", **posts(CalibrationStarted), summary=titled("start_calibration"))
async def start_calibration(call: Calling, code: str) -> Response:
    return await call.done(StartCalibration(code), CalibrationStarted)


@router.post("/campaigns/{code}/calibration/shown", **posts(CalibrationShown), summary=titled("compare_now"))
async def open_calibration(call: Calling, code: str) -> Response:
    return await call.done(OpenCalibration(code), CalibrationShown)


@router.post("/campaigns/{code}/calibration/notes", **posts(CalibrationShown), summary=titled("note_agreement"))
async def note_calibration(call: Calling, code: str, written: CalibrationNote) -> Response:
    return await call.done(NoteCalibration(code, written.text), CalibrationShown)
