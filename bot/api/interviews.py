"""Single interviews: their record and report, and what is decided about them."""

from typing import Literal

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body, Hours
from bot.api.described import answers, examples, posts, titled
from bot.api.results import InterviewRecord, InvitationMade
from handlers.actions.deadlines import CandidateReminded, ExtendDeadline, MoreTime, RemindCandidate
from handlers.actions.interviews import (
    MOST_NOTE,
    AnswerClaim,
    ClaimSettled,
    Decide,
    Decided,
    EraseCandidate,
    ErasureOrdered,
    SwitchMessenger,
    WayElsewhere,
)
from handlers.actions.invitations import InvitationRevoked, Invited, ReissueInvitation, RevokeInvitation
from handlers.actions.notes import CandidateNoted, NoteCandidate
from handlers.actions.ratings import AnswerRated, RateAnswer
from handlers.queries.answers import ListSentences, Sentences
from handlers.queries.browsing import DescribeInterview, InterviewDescribed
from handlers.queries.interviews import CandidateCard, ShowCandidate
from handlers.queries.profiles import Profile, ShowProfile
from handlers.queries.reports import Report, ShowReport

router = APIRouter(prefix="/interviews", tags=["interviews"])


class Decision(Body):
    """A decision about a candidate, who is not told."""

    model_config = ConfigDict(json_schema_extra=examples("Decision"))
    decision: Literal["yes", "hold", "no", "withdrew"]
    note: str = Field("", max_length=MOST_NOTE)


class Rating(Body):
    """A rating of one answer."""

    model_config = ConfigDict(json_schema_extra=examples("Rating"))
    question: str = Field(max_length=100)
    score: int | None = Field(ge=1, le=5, description="null: cannot be assessed")
    note: str = Field("", max_length=MOST_NOTE)


class Claim(Body):
    """The answer to somebody at another account who says that they are the candidate. `mark`: which claim, as the
    candidate's card has it; empty: the present one."""

    model_config = ConfigDict(json_schema_extra=examples("Claim"))
    accepted: bool
    mark: str = Field("", max_length=100)


class Note(Body):
    """A note for colleagues, which the candidate never sees."""

    model_config = ConfigDict(json_schema_extra=examples("Note"))
    text: str = Field(min_length=1, max_length=MOST_NOTE)


@router.get("/{interview}", **answers(InterviewRecord), summary=titled("the_whole_interview"))
async def show_interview(call: Calling, interview: str) -> Response:
    found = await call.ask(DescribeInterview(interview), InterviewDescribed)
    return call.reply(InterviewRecord(found.interview))


@router.get("/{interview}/report", **answers(Report), summary=titled("the_report_on_it"))
async def show_report(call: Calling, interview: str) -> Response:
    return call.reply(await call.ask(ShowReport(interview), Report))


@router.get("/{interview}/card", **answers(CandidateCard), summary=titled("a_candidate_s_card"))
async def show_card(call: Calling, interview: str) -> Response:
    return call.reply(await call.ask(ShowCandidate(interview), CandidateCard))


@router.get("/{interview}/profile", **answers(Profile), summary=titled("ability_profile"))
async def show_profile(call: Calling, interview: str) -> Response:
    return call.reply(await call.ask(ShowProfile(interview), Profile))


@router.get("/{interview}/sentences", **answers(Sentences), summary=titled("what_can_be_quoted"))
async def list_sentences(call: Calling, interview: str) -> Response:
    return call.reply(await call.ask(ListSentences(interview), Sentences))


@router.post("/{interview}/claim", **posts(ClaimSettled), summary=titled("answer_a_change_of_account"))
async def answer_claim(call: Calling, interview: str, given: Claim) -> Response:
    return await call.done(AnswerClaim(interview, given.accepted, given.mark), ClaimSettled)


@router.post("/{interview}/messenger", **posts(WayElsewhere), summary=titled("go_on_in_another_messenger"))
async def switch_messenger(call: Calling, interview: str) -> Response:
    return await call.done(SwitchMessenger(interview), WayElsewhere)


@router.post("/{interview}/decision", **posts(Decided), summary=titled("decide"))
async def decide(call: Calling, interview: str, made: Decision) -> Response:
    return await call.done(Decide(interview, made.decision, made.note), Decided)


@router.post("/{interview}/ratings", **posts(AnswerRated), summary=titled("rate_an_answer"))
async def rate_answer(call: Calling, interview: str, given: Rating) -> Response:
    return await call.done(RateAnswer(interview, given.question, score=given.score, note=given.note), AnswerRated)


@router.post("/{interview}/notes", **posts(CandidateNoted), summary=titled("write_a_note"))
async def note_candidate(call: Calling, interview: str, written: Note) -> Response:
    return await call.done(NoteCandidate(interview, written.text), CandidateNoted)


@router.post("/{interview}/extension", **posts(MoreTime), summary=titled("give_more_time"))
async def extend_deadline(call: Calling, interview: str, more: Hours) -> Response:
    return await call.done(ExtendDeadline(interview, more.hours), MoreTime)


@router.post("/{interview}/reminder", **posts(CandidateReminded), summary=titled("remind_now"))
async def remind_candidate(call: Calling, interview: str) -> Response:
    return await call.done(RemindCandidate(interview), CandidateReminded)


@router.post("/{interview}/invitation", **posts(InvitationMade, 201), summary=titled("a_new_link"))
async def reissue_invitation(call: Calling, interview: str) -> Response:
    async def make() -> Response:
        (new,) = (await call.perform(ReissueInvitation(interview), Invited)).invitations
        made = InvitationMade(new.interview, new.name, new.token, call.api.tools.links(new.token))
        return call.reply(made, 201, at=f"/interviews/{new.interview}")

    return await call.once(make)


@router.delete("/{interview}/invitation", **posts(InvitationRevoked), summary=titled("take_back_the_link"))
async def revoke_invitation(call: Calling, interview: str) -> Response:
    return await call.done(RevokeInvitation(interview), InvitationRevoked)


@router.delete("/{interview}", **posts(ErasureOrdered, 202), summary=titled("erase_for_good"))
async def erase_candidate(call: Calling, interview: str) -> Response:
    return await call.done(EraseCandidate(interview), ErasureOrdered, 202)
