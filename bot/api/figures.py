"""Figures, protected as in the chat: whoever may not read names sees no small number."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.described import answers, titled
from handlers.queries.figures.exits import Exits, ShowExits
from handlers.queries.figures.funnels import Funnel, ShowFunnel
from handlers.queries.figures.statistics import ShowStatistics, Statistics
from handlers.queries.figures.weekly import ShowWeekly, Weekly

router = APIRouter(prefix="/figures", tags=["figures"])
Of = Annotated[str, Query(max_length=200, description="a campaign or a unit; empty: all that the token sees")]


@router.get("", **answers(Statistics), summary=titled("how_many_started_and_finished"))
async def statistics(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowStatistics(of), Statistics))


@router.get("/exits", **answers(Exits), summary=titled("why_people_left"))
async def exits(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowExits(of), Exits))


@router.get("/weekly", **answers(Weekly), summary=titled("the_last_week"))
async def weekly(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowWeekly(of), Weekly))


@router.get("/funnel", **answers(Funnel), summary=titled("how_far_candidates_came"))
async def funnel(call: Calling, campaign: Annotated[str, Query(max_length=200)]) -> Response:
    return call.reply(await call.ask(ShowFunnel(campaign), Funnel))
