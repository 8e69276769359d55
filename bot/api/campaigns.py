"""Campaigns, and inviting candidates to them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Call, Calling
from bot.api.described import answers, examples, posts, titled
from bot.api.problems import problem
from bot.api.results import CampaignHere, CampaignList, InterviewList, InvitationMade, InvitationsMade
from conversation.contact import Contact
from handlers import rosters
from handlers.actions.campaigns import CampaignClosed, CampaignOpened, CloseCampaign, OpenCampaign, ReopenCampaign
from handlers.actions.deadlines import CampaignExtended, ExtendCampaign
from handlers.actions.invitations import InvitationsPreview, InviteCandidates, Invited, Invitee
from handlers.limits import MOST_NAME, PHONE_DIGITS
from handlers.queries.browsing import MOST_ITEMS, BrowseCampaigns, BrowseInterviews, CampaignPiece, InterviewPiece
from handlers.queries.campaigns import CampaignShown, ShowCampaign

router = APIRouter(prefix="/campaigns", tags=["campaigns"])
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="how many at most")]
After = Annotated[str, Query(max_length=200, description="from the `next` of the piece before")]


Page = Annotated[int, Query(ge=1, le=100_000, description="the page, from 1")]


class Body(BaseModel):
    """Base class of what is sent."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Opening(Body):
    """A campaign to open, or (with `replaces`) to move to a newer version of its script."""

    model_config = ConfigDict(json_schema_extra=examples("Opening"))
    script: str = Field(description="a name in the scripts folder, or a stored version", max_length=200)
    code: str = Field("", description="the campaign's code; default: made from the script's id", max_length=64)
    unit: str | None = Field(None, description="default: the token's unit", max_length=200)
    walk_in: bool = Field(False, description="one code for all, who register themselves")
    kiosk: bool = Field(False, description="walk-in candidates take turns on one device")
    cap: int = Field(0, ge=0, le=1_000_000, description="at most so many walk-in candidates; 0: no limit")
    replaces: str = Field("", description="the version that the open campaign has now", max_length=200)


class Person(Body):
    """Somebody to invite."""

    name: str = Field("", max_length=MOST_NAME)
    phone: str = Field("", max_length=40, description="in any usual form; stored as +86…")
    email: str = Field("", max_length=200)
    details: dict[str, str] = Field({}, description="whatever else is to be kept with the interview")


class Invitations(Body):
    """People to invite, in order."""

    model_config = ConfigDict(json_schema_extra=examples("Invitations"))
    people: list[Person] = Field(min_length=1, max_length=5_000)
    again: Literal["skip", "new", "link"] | None = Field(
        None, description="what to do about those who were invited before; without it, they are a conflict (409)"
    )


class Hours(Body):
    """More time, in hours."""

    model_config = ConfigDict(json_schema_extra=examples("Hours"))
    hours: int = Field(ge=1, le=24 * 365)


@router.get("", **answers(CampaignList), summary=titled("list_campaigns"))
async def list_campaigns(call: Calling, after: After = "", limit: Limit = 50, closed: bool = True) -> Response:
    piece = await call.ask(BrowseCampaigns(after, limit, closed), CampaignPiece)
    more = f"/api/v1/campaigns?after={piece.after}&limit={limit}&closed={str(closed).lower()}"
    return call.reply(CampaignList(piece.campaigns, more if piece.after else None))


@router.post("", **posts(CampaignHere, 201), summary=titled("open_a_campaign"))
async def open_campaign(call: Calling, opening: Opening) -> Response:
    async def make() -> Response:
        over = {"over": opening.replaces} if opening.replaces else {}
        action = OpenCampaign(
            opening.script,
            opening.unit,
            opening.code.lower(),
            opening.walk_in,
            opening.kiosk,
            cap=opening.cap,
            **over,
        )
        opened = await call.perform(action, CampaignOpened)
        return await _shown(call, opened.campaign, 201, at=f"/campaigns/{opened.campaign}")

    return await call.once(make)


@router.get("/{code}", **answers(CampaignHere), summary=titled("a_campaign_with_its_figures"))
async def show_campaign(call: Calling, code: str) -> Response:
    return await _shown(call, code)


async def _shown(call: Call, code: str, status: int = 200, *, at: str = "") -> Response:
    found = (await call.ask(ShowCampaign(code), CampaignShown)).campaign
    links = call.api.tools.links(found.code) if found.code else {}
    return call.reply(CampaignHere(found, links), status, at=at)


@router.post("/{code}/close", **posts(CampaignClosed), summary=titled("let_nobody_new_in"))
async def close_campaign(call: Calling, code: str) -> Response:
    async def make() -> Response:
        return call.reply(await call.perform(CloseCampaign(code), CampaignClosed))

    return await call.once(make)


@router.post("/{code}/reopen", **posts(CampaignOpened), summary=titled("let_people_in_again"))
async def reopen_campaign(call: Calling, code: str) -> Response:
    async def make() -> Response:
        return call.reply(await call.perform(ReopenCampaign(code), CampaignOpened))

    return await call.once(make)


@router.post("/{code}/extension", **posts(CampaignExtended), summary=titled("more_time_for_all_under_way"))
async def extend_campaign(call: Calling, code: str, more: Hours) -> Response:
    async def make() -> Response:
        return call.reply(await call.perform(ExtendCampaign(code, more.hours), CampaignExtended))

    return await call.once(make)


@router.get("/{code}/interviews", **answers(InterviewList), summary=titled("its_interviews"))
async def list_interviews(
    call: Calling,
    code: str,
    after: After = "",
    limit: Limit = 50,
    state: Annotated[str, Query(max_length=40, description="a state or a decision, as in `/candidates`")] = "",
) -> Response:
    piece = await call.ask(BrowseInterviews(code, state, after, limit), InterviewPiece)
    more = f"/api/v1/campaigns/{code}/interviews?after={piece.after}&limit={limit}&state={state}"
    return call.reply(InterviewList(piece.interviews, more if piece.after else None))


@router.post("/{code}/invitations", **posts(InvitationsMade, 201), summary=titled("invite_candidates"))
async def invite_candidates(call: Calling, code: str, wanted: Invitations) -> Response:
    async def make() -> Response:
        action = InviteCandidates(code, tuple(_invitee(number, each) for number, each in enumerate(wanted.people)))
        before = await _invited_before(call, action)
        if any(before) and wanted.again is None:
            places = [place for place, each in enumerate(before) if each]
            detail = "Some were invited to this campaign before: say in `again` what to do (skip, new, link)."
            raise problem(409, "invite.before", "Invited before", detail, errors=[{"people": places}])
        if wanted.again and any(before):
            action = replace(action, again=wanted.again, before=before)
        done = await call.perform(action, Invited)
        made = [InvitationMade(each.interview, each.name, each.token, call.api.tools.links(each.token))
                for each in done.invitations]  # fmt: skip
        result = InvitationsMade(done.campaign, tuple(made), done.left_out)
        only = f"/interviews/{made[0].interview}" if len(made) == 1 else f"/campaigns/{done.campaign}/interviews"
        return call.reply(result, 201, at=only)

    return await call.once(make)


async def _invited_before(call: Call, action: InviteCandidates) -> tuple[str, ...]:
    shown = await call.preview_if_any(action)
    return shown.before if isinstance(shown, InvitationsPreview) else ()


def _invitee(number: int, person: Person) -> Invitee:
    phone = rosters.parse_phone(person.phone) if person.phone else None
    if person.phone and phone is None:
        at = f"body/people/{number}/phone"
        raise problem(422, "not_valid", "The request is not valid", errors=[{"at": at, "what": "no phone number"}])
    e164 = phone.e164 if phone else ""
    details: Any = tuple(person.details.items())
    return Invitee(person.name, e164[-PHONE_DIGITS:], Contact(e164, person.email, details))
