"""Times for the next round: opening, listing, offering and withdrawing them."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, examples, posts, titled
from handlers.actions.appointments.offers import MOST, OfferSlots, SlotsSent
from handlers.actions.appointments.slots import (
    LONGEST,
    MOST_PLACES,
    MOST_WHERE,
    OpenSlots,
    SlotGone,
    SlotsMade,
    WithdrawSlot,
)
from handlers.queries.appointments.slots import ListSlots, SlotPage

router = APIRouter(tags=["slots"])
Interview = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Times(Body):
    """Times on one day, in the installation's time zone. `minutes`: how long each one is; 0: one for all."""

    model_config = ConfigDict(json_schema_extra=examples("Times"))
    day: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    starts: str = Field(pattern=r"^\d\d:\d\d$")
    ends: str = Field(pattern=r"^\d\d:\d\d$")
    minutes: int = Field(0, ge=0, le=LONGEST)
    places: int = Field(1, ge=1, le=MOST_PLACES)
    where: str = Field("", max_length=MOST_WHERE)


class Offer(Body):
    """Who is offered the times; nobody named: all who were told that they are invited, and have none."""

    model_config = ConfigDict(json_schema_extra=examples("Offer"))
    interviews: list[Interview] = Field([], max_length=MOST)


@router.get("/slots", **answers(SlotPage), summary=titled("times"))
async def times(
    call: Calling,
    campaign: Annotated[str, Query(max_length=64)] = "",
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> Response:
    return call.reply(await call.ask(ListSlots(campaign, page), SlotPage))


@router.post("/campaigns/{code}/slots", **posts(SlotsMade, 201), summary=titled("open_times"))
async def open_times(call: Calling, code: str, wanted: Times) -> Response:
    action = OpenSlots(code, wanted.day, wanted.starts, wanted.ends, wanted.minutes, wanted.places, wanted.where)
    return await call.done(action, SlotsMade, 201, at="/slots")


@router.post("/campaigns/{code}/slots/offers", **posts(SlotsSent), summary=titled("offer_times"))
async def offer(call: Calling, code: str, wanted: Offer) -> Response:
    return await call.done(OfferSlots(code, tuple(wanted.interviews)), SlotsSent)


@router.delete("/slots/{slot}", **posts(SlotGone), summary=titled("withdraw_a_time"))
async def withdraw(call: Calling, slot: str) -> Response:
    return await call.done(WithdrawSlot(slot), SlotGone)
