"""Units, colleagues, and the record of what was done."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, examples, posts, titled
from handlers.actions.people import AddUnit, UnitMade
from handlers.queries.audit import ActionPage, ListActions
from handlers.queries.organisation import Colleagues, ListColleagues, ListUnits, Units

router = APIRouter(tags=["organisation"])


class NewUnit(Body):
    """A unit to add below another; without `parent`, below the whole organisation."""

    model_config = ConfigDict(json_schema_extra=examples("NewUnit"))
    unit: str = Field(min_length=1, max_length=200)
    parent: str = Field("", max_length=200)


@router.get("/units", **answers(Units), summary=titled("the_tree_of_units"))
async def units(call: Calling) -> Response:
    return call.reply(await call.ask(ListUnits(), Units))


@router.post("/units", **posts(UnitMade, 201), summary=titled("add_a_unit"))
async def add_unit(call: Calling, new: NewUnit) -> Response:
    async def make() -> Response:
        return call.reply(await call.perform(AddUnit(new.unit, new.parent), UnitMade), 201, at="/units")

    return await call.once(make)


@router.get("/staff", **answers(Colleagues), summary=titled("colleagues_and_their_rights"))
async def staff(call: Calling) -> Response:
    return call.reply(await call.ask(ListColleagues(), Colleagues))


@router.get("/record", **answers(ActionPage), summary=titled("who_did_what_verified"))
async def record(
    call: Calling, before: Annotated[int, Query(ge=0, description="the `older` of the page before")] = 0
) -> Response:
    return call.reply(await call.ask(ListActions(before=before), ActionPage))
