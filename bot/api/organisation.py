"""Units, colleagues, and who is on duty."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body, Page
from bot.api.described import answers, examples, posts, titled
from conversation.decide.results.telling import Outcome
from conversation.script import Language
from conversation.timing.working_hours import EVERY_DAY, Shift
from handlers.actions.people import (
    AddUnit,
    ColleagueInvited,
    InviteColleague,
    RemoveUnit,
    RevokeRight,
    RightRevoked,
    RuleChanged,
    SetRule,
    UnitGone,
    UnitMade,
)
from handlers.actions.support import DutyChanged, EndDuty, SetDuty
from handlers.actions.system.unit_texts import (
    MOST_ANSWER,
    MOST_MESSAGE,
    MOST_WAY,
    MOST_WAYS,
    SetUnitFaq,
    SetUnitMessage,
    TextSet,
)
from handlers.actions.units import MoveUnit, RenameUnit, UnitCalled, UnitPlaced
from handlers.organisation.state import Role, Rule
from handlers.queries.organisation import (
    Colleagues,
    Duties,
    ListColleagues,
    ListDuties,
    ListUnits,
    ShowUnitTexts,
    Units,
    UnitTextsShown,
)

router = APIRouter(tags=["organisation"])


class NewUnit(Body):
    """A unit to add below another; without `parent`, below the whole organisation."""

    model_config = ConfigDict(json_schema_extra=examples("NewUnit"))
    unit: str = Field(min_length=1, max_length=200)
    parent: str = Field("", max_length=200)


class UnitTitle(Body):
    """What a unit is called from now on."""

    model_config = ConfigDict(json_schema_extra=examples("UnitTitle"))
    title: str = Field(min_length=1, max_length=200)


class UnitParent(Body):
    """The unit below which a unit is put; empty: the whole organisation."""

    model_config = ConfigDict(json_schema_extra=examples("UnitParent"))
    parent: str = Field(max_length=200)


class UnitRule(Body):
    """Whether two have to agree in a unit: to reach many candidates at once (`bulk`), or to decide."""

    model_config = ConfigDict(json_schema_extra=examples("UnitRule"))
    rule: Rule
    on: bool


class UnitMessage(Body):
    """The message with which the unit's candidates are told an outcome, in one language.

    `{name}` is the name as it follows a greeting, `{title}` the position. An empty text takes the message away.
    """

    model_config = ConfigDict(json_schema_extra=examples("UnitMessage"))
    outcome: Outcome
    language: Language
    text: str = Field(max_length=MOST_MESSAGE)


class UnitAnswer(Body):
    """The unit's answer to a question of candidates, in one language, with ways to ask it.

    An empty answer takes it away.
    """

    model_config = ConfigDict(json_schema_extra=examples("UnitAnswer"))
    language: Language
    asked: list[Annotated[str, Field(max_length=MOST_WAY)]] = Field(min_length=1, max_length=MOST_WAYS)
    answer: str = Field(max_length=MOST_ANSWER)


class NewColleague(Body):
    """The right of a colleague who joins with the code that is the answer."""

    model_config = ConfigDict(json_schema_extra=examples("NewColleague"))
    role: Role
    unit: str = Field("", max_length=200)


class NewDuty(Body):
    """Hours in which a colleague answers candidates who ask for help, in minutes of the day (1440: midnight)."""

    model_config = ConfigDict(json_schema_extra=examples("NewDuty"))
    person: str = Field(max_length=200)
    unit: str = Field(max_length=200)
    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        list(EVERY_DAY), min_length=1, max_length=7, description="weekdays, 1 is Monday"
    )
    from_min: int = Field(0, ge=0, le=1439)
    until_min: int = Field(1440, ge=1, le=1440)


@router.get("/units", **answers(Units), summary=titled("the_tree_of_units"))
async def list_units(call: Calling) -> Response:
    return call.reply(await call.ask(ListUnits(), Units))


@router.post("/units", **posts(UnitMade, 201), summary=titled("add_a_unit"))
async def add_unit(call: Calling, new: NewUnit) -> Response:
    return await call.done(AddUnit(new.unit, new.parent), UnitMade, 201, at="/units")


@router.get("/staff", **answers(Colleagues), summary=titled("colleagues_and_their_rights"))
async def list_staff(call: Calling) -> Response:
    return call.reply(await call.ask(ListColleagues(), Colleagues))


@router.delete("/units/{unit}", **posts(UnitGone), summary=titled("remove_a_unit"))
async def remove_unit(call: Calling, unit: str) -> Response:
    return await call.done(RemoveUnit(unit), UnitGone)


@router.post("/units/{unit}/title", **posts(UnitCalled), summary=titled("call_a_unit_something_else"))
async def rename_unit(call: Calling, unit: str, new: UnitTitle) -> Response:
    return await call.done(RenameUnit(unit, new.title), UnitCalled)


@router.post("/units/{unit}/parent", **posts(UnitPlaced), summary=titled("put_a_unit_below_another"))
async def move_unit(call: Calling, unit: str, new: UnitParent) -> Response:
    return await call.done(MoveUnit(unit, new.parent), UnitPlaced)


@router.post("/units/{unit}/rules", **posts(RuleChanged), summary=titled("when_two_have_to_agree"))
async def set_rule(call: Calling, unit: str, new: UnitRule) -> Response:
    return await call.done(SetRule(unit, new.rule, new.on), RuleChanged)


@router.get("/units/{unit}/texts", **answers(UnitTextsShown), summary=titled("what_a_unit_says_to_candidates"))
async def show_unit_texts(call: Calling, unit: str) -> Response:
    return call.reply(await call.ask(ShowUnitTexts(unit), UnitTextsShown))


@router.post("/units/{unit}/texts", **posts(TextSet), summary=titled("how_a_unit_tells_a_result"))
async def set_unit_message(call: Calling, unit: str, new: UnitMessage) -> Response:
    return await call.done(SetUnitMessage(unit, new.outcome, new.language, new.text), TextSet)


@router.post("/units/{unit}/answers", **posts(TextSet), summary=titled("what_a_unit_answers_to_a_question"))
async def set_unit_faq(call: Calling, unit: str, new: UnitAnswer) -> Response:
    return await call.done(SetUnitFaq(unit, new.language, tuple(new.asked), new.answer), TextSet)


@router.post("/staff/invitations", **posts(ColleagueInvited, 201), summary=titled("invite_a_colleague"))
async def invite_colleague(call: Calling, new: NewColleague) -> Response:
    return await call.done(InviteColleague(new.role, new.unit), ColleagueInvited, 201, at="/staff")


@router.delete("/staff/{person}/rights", **posts(RightRevoked), summary=titled("take_back_a_right"))
async def revoke_right(
    call: Calling, person: str, role: Role, unit: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    return await call.done(RevokeRight(person, role, unit), RightRevoked)


@router.get("/duties", **answers(Duties), summary=titled("who_is_on_duty_when"))
async def list_duties(call: Calling, page: Page = 1) -> Response:
    return call.reply(await call.ask(ListDuties(page), Duties))


@router.post("/duties", **posts(DutyChanged), summary=titled("put_somebody_on_duty"))
async def set_duty(call: Calling, new: NewDuty) -> Response:
    shift = Shift(tuple(new.days), new.from_min, new.until_min)
    return await call.done(SetDuty(new.person, new.unit, shift), DutyChanged)


@router.delete("/duties", **posts(DutyChanged), summary=titled("end_somebody_s_duty"))
async def end_duty(
    call: Calling, person: Annotated[str, Query(max_length=200)], unit: Annotated[str, Query(max_length=200)]
) -> Response:
    return await call.done(EndDuty(person, unit), DutyChanged)
