"""Writing to candidates: answers to those who ask for help, and broadcasts."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, examples, posts, titled
from handlers.actions.broadcasts import (
    BroadcastPreview,
    BroadcastTakenBack,
    BroadcastWaits,
    SendBroadcast,
    TakeBackBroadcast,
)
from handlers.actions.support import AnswerCandidate, Answered, FinishHelp, HandedOver, HandOver, HelpFinished
from handlers.organisation.state import Audience
from handlers.queries.broadcasts import ListBroadcasts, WaitingBroadcasts

router = APIRouter(tags=["messages"])
_MOST_TEXT = 3_000


class Message(Body):
    """An answer to a candidate who asks for help, as from a person."""

    model_config = ConfigDict(json_schema_extra=examples("Message"))
    text: str = Field(min_length=1, max_length=_MOST_TEXT)


class Broadcast(Body):
    """A message to many candidates of a campaign, by the state of their interview or the decision about them."""

    model_config = ConfigDict(json_schema_extra=examples("Broadcast"))
    text: str = Field(min_length=1, max_length=_MOST_TEXT)
    audience: Audience = "open"


@router.post("/interviews/{interview}/messages", **posts(Answered), summary=titled("answer_a_candidate"))
async def answer_candidate(call: Calling, interview: str, written: Message) -> Response:
    return await call.done(AnswerCandidate(interview, written.text), Answered)


@router.delete("/interviews/{interview}/help", **posts(HelpFinished), summary=titled("the_question_is_settled"))
async def finish_help(call: Calling, interview: str) -> Response:
    return await call.done(FinishHelp(interview), HelpFinished)


@router.post("/interviews/{interview}/desk", **posts(HandedOver), summary=titled("hand_over_to_the_desk"))
async def hand_over(call: Calling, interview: str) -> Response:
    return await call.done(HandOver(interview), HandedOver)


@router.get("/broadcasts", **answers(WaitingBroadcasts), summary=titled("broadcasts_that_wait"))
async def list_broadcasts(call: Calling) -> Response:
    return call.reply(await call.ask(ListBroadcasts(), WaitingBroadcasts))


@router.post(
    "/campaigns/{code}/broadcasts/preview",
    **answers(BroadcastPreview),
    summary=titled("preview_a_broadcast"),
)
async def preview_broadcast(call: Calling, code: str, wanted: Broadcast) -> Response:
    return call.reply(await call.preview(SendBroadcast(code, wanted.text, wanted.audience), BroadcastPreview))


@router.post("/campaigns/{code}/broadcasts", **posts(BroadcastWaits, 201), summary=titled("write_to_many"))
async def send_broadcast(call: Calling, code: str, wanted: Broadcast) -> Response:
    action = SendBroadcast(code, wanted.text, wanted.audience)
    return await call.done(action, BroadcastWaits, 201, at="/broadcasts")


@router.delete("/broadcasts/{broadcast}", **posts(BroadcastTakenBack), summary=titled("take_back_a_broadcast"))
async def take_back_broadcast(call: Calling, broadcast: str) -> Response:
    return await call.done(TakeBackBroadcast(broadcast), BroadcastTakenBack)
