"""Units, colleagues, and the record of what was done."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, posts
from handlers.actions.people import AddUnit, UnitMade
from handlers.queries.audit import ActionPage, ListActions
from handlers.queries.organisation import Colleagues, ListColleagues, ListUnits, Units

router = APIRouter(tags=["organisation"])


class NewUnit(Body):
    """A unit to add below another; without `parent`, below the whole organisation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"unit": "华东"}]})
    unit: str = Field(min_length=1, max_length=200)
    parent: str = Field("", max_length=200)


@router.get("/units", **answers(Units), summary="The tree of units · 单位")
async def units(call: Calling) -> Response:
    return call.reply(await call.ask(ListUnits(), Units))


@router.post("/units", **posts(UnitMade, 201), summary="Add a unit · 新增单位")
async def add_unit(call: Calling, new: NewUnit) -> Response:
    async def make() -> Response:
        return call.reply(await call.perform(AddUnit(new.unit, new.parent), UnitMade), 201, at="/units")

    return await call.once(make)


@router.get("/staff", **answers(Colleagues), summary="Colleagues and their rights · 同事")
async def staff(call: Calling) -> Response:
    return call.reply(await call.ask(ListColleagues(), Colleagues))


@router.get("/record", **answers(ActionPage), summary="Who did what, verified · 操作记录")
async def record(
    call: Calling, before: Annotated[int, Query(ge=0, description="the `older` of the page before")] = 0
) -> Response:
    return call.reply(await call.ask(ListActions(before=before), ActionPage))
