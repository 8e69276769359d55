"""Figures, protected as in the chat: whoever may not read names sees no small number."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Page
from bot.api.described import answers, titled
from handlers.queries.figures.advice import Advice, ShowAdvice
from handlers.queries.figures.alerts import Alerts, ListAlerts
from handlers.queries.figures.breakdowns import Breakdown, By, ShowBreakdown
from handlers.queries.figures.exits import Exits, ShowExits
from handlers.queries.figures.experiments import ExperimentResults, ShowExperiment
from handlers.queries.figures.fairness import Fairness, ShowFairness
from handlers.queries.figures.figure_tables import FigureTable, ShowFigureTable
from handlers.queries.figures.funnels import Funnel, ShowFunnel
from handlers.queries.figures.statistics import ShowStatistics, Statistics
from handlers.queries.figures.weekly import ShowWeekly, Weekly

router = APIRouter(prefix="/figures", tags=["figures"])
Of = Annotated[str, Query(max_length=200, description="a campaign or a unit; empty: all that the token sees")]

OfCampaign = Annotated[str, Query(max_length=200, description="a campaign's code")]


@router.get("", **answers(Statistics), summary=titled("how_many_started_and_finished"))
async def statistics(call: Calling, of: Of = "", page: Page = 1) -> Response:
    return call.reply(await call.ask(ShowStatistics(of, page), Statistics))


@router.get("/exits", **answers(Exits), summary=titled("why_people_left"))
async def exits(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowExits(of), Exits))


@router.get("/weekly", **answers(Weekly), summary=titled("the_last_week"))
async def weekly(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowWeekly(of), Weekly))


@router.get("/breakdown", **answers(Breakdown), summary=titled("where_people_left"))
async def breakdown(call: Calling, by: By, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowBreakdown(by, of), Breakdown))


@router.get("/fairness", **answers(Fairness), summary=titled("are_groups_treated_alike"))
async def fairness(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowFairness(of), Fairness))


@router.get("/advice", **answers(Advice), summary=titled("what_could_be_improved"))
async def advice(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ShowAdvice(of), Advice))


@router.get("/alerts", **answers(Alerts), summary=titled("what_is_unusual"))
async def alerts(call: Calling, of: Of = "") -> Response:
    return call.reply(await call.ask(ListAlerts(of), Alerts))


@router.get("/experiment", **answers(ExperimentResults), summary=titled("how_an_experiment_goes"))
async def experiment(call: Calling, campaign: OfCampaign) -> Response:
    return call.reply(await call.ask(ShowExperiment(campaign), ExperimentResults))


@router.get("/table", **answers(FigureTable), summary=titled("all_figures_of_a_campaign"))
async def table(call: Calling, campaign: OfCampaign) -> Response:
    return call.reply(await call.ask(ShowFigureTable(campaign), FigureTable))


@router.get("/funnel", **answers(Funnel), summary=titled("how_far_candidates_came"))
async def funnel(call: Calling, campaign: OfCampaign) -> Response:
    return call.reply(await call.ask(ShowFunnel(campaign), Funnel))
