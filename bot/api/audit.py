"""The record: what was done, whether it is whole, and proofs for others that it was not rewritten."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.described import answers, titled
from handlers.queries.audit import (
    ActionPage,
    AllVerified,
    InterviewProof,
    InterviewVerified,
    ListActions,
    ProveInterview,
    VerifyAll,
    VerifyInterview,
)

router = APIRouter(tags=["record"])
Named = Annotated[str, Query(max_length=200)]


def _ms(time: datetime | None) -> int:
    return int(time.timestamp() * 1000) if time else 0


@router.get("/record", **answers(ActionPage), summary=titled("who_did_what_verified"))
async def list_actions(
    call: Calling,
    before: Annotated[int, Query(ge=0, description="the `older` of the page before")] = 0,
    by: Named = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    interview: Named = "",
    exports: bool = False,
) -> Response:
    query = ListActions(before, by, _ms(since), _ms(until), interview, exports)
    return call.reply(await call.ask(query, ActionPage))


@router.get("/record/verification", **answers(AllVerified), summary=titled("verify_all_records"))
async def verify_all(call: Calling) -> Response:
    return call.reply(await call.ask(VerifyAll(), AllVerified))


@router.get("/interviews/{interview}/audit", **answers(InterviewVerified), summary=titled("verify_its_record"))
async def verify_interview(call: Calling, interview: str) -> Response:
    return call.reply(await call.ask(VerifyInterview(interview), InterviewVerified))


@router.get("/interviews/{interview}/proof", **answers(InterviewProof), summary=titled("prove_it"))
async def prove_interview(
    call: Calling,
    interview: str,
    day: Annotated[
        str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="of the note; default: the last")
    ] = "",
) -> Response:
    return call.reply(await call.ask(ProveInterview(interview, day), InterviewProof))
