"""Finding candidates, comparing them, what waits for somebody, and what is done to many of them at once."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body, Hours
from bot.api.described import answers, examples, posts, titled
from bot.api.results import Draft, ResultsShown
from handlers.actions.interviews import MOST_NOTE
from handlers.actions.many import MOST, DecideMany, ExtendMany, ManyDone, RemindMany
from handlers.actions.results.telling import MOST_QUOTES, MOST_TEXT, ResultPreview, ResultsGiven, TellResult
from handlers.queries.comparisons import MOST_COMPARED, CompareCandidates, Comparison
from handlers.queries.inbox import Inbox, ShowInbox
from handlers.queries.news import News, ShowNews
from handlers.queries.promises import Promises, ShowPromises
from handlers.queries.search import CandidateMatches, FindCandidates

router = APIRouter(tags=["candidates"])
Interview = Annotated[str, Field(max_length=40)]
_Q = "a name, an id or its beginning, a phone number, an e-mail address, or a part of one of them"
InUnit = Annotated[str, Query(max_length=200, description="a unit and those below it; empty: all")]


class Several(Body):
    """Interviews."""

    model_config = ConfigDict(json_schema_extra=examples("Several"))
    interviews: list[Interview] = Field(min_length=1, max_length=MOST)


class SeveralHours(Several, Hours):
    """More time for several candidates."""

    model_config = ConfigDict(json_schema_extra=examples("SeveralHours"))


class SeveralDecided(Several):
    """The same decision about several candidates, who are not told."""

    model_config = ConfigDict(json_schema_extra=examples("SeveralDecided"))
    decision: Literal["yes", "hold", "no", "withdrew"]
    note: str = Field("", max_length=MOST_NOTE)


class Telling(Body):
    """The result to tell: to these interviews, or to all of a campaign about whom this was decided. `text` is
    added to the message, after `quotes`, sentences of the only candidate's answers, word for word; `again`: also
    to the one candidate who was told before; `slots`: those who are invited to the next round are offered the
    campaign's times."""

    model_config = ConfigDict(json_schema_extra=examples("Telling"))
    outcome: Literal["yes", "hold", "no"]
    interviews: list[Interview] = Field([], max_length=MOST)
    campaign: str = Field("", max_length=64)
    text: str = Field("", max_length=MOST_TEXT)
    again: bool = False
    quotes: list[str] = Field([], max_length=MOST_QUOTES)
    slots: bool = False

    def action(self) -> TellResult:
        interviews, quotes = tuple(self.interviews), tuple(self.quotes)
        return TellResult(self.outcome, interviews, self.campaign, self.text, self.again, quotes, self.slots)


@router.get("/candidates", **answers(CandidateMatches), summary=titled("find_candidates"))
async def find_candidates(
    call: Calling, q: Annotated[str, Query(min_length=1, max_length=200, description=_Q)]
) -> Response:
    return call.reply(await call.ask(FindCandidates(q), CandidateMatches))


@router.get("/comparison", **answers(Comparison), summary=titled("candidates_side_by_side"))
async def compare_candidates(
    call: Calling, interview: Annotated[list[Interview], Query(min_length=2, max_length=MOST_COMPARED)]
) -> Response:
    return call.reply(await call.ask(CompareCandidates(tuple(interview)), Comparison))


@router.get("/inbox", **answers(Inbox), summary=titled("what_waits_for_somebody"))
async def show_inbox(call: Calling, unit: InUnit = "", since: AwareDatetime | None = None) -> Response:
    since_ms = int(since.timestamp() * 1000) if since else 0
    return call.reply(await call.ask(ShowInbox(unit, since_ms), Inbox))


@router.get("/promises", **answers(Promises), summary=titled("results_that_were_promised"))
async def show_promises(call: Calling, unit: InUnit = "") -> Response:
    return call.reply(await call.ask(ShowPromises(unit), Promises))


@router.get("/news", **answers(News), summary=titled("what_happened_lately"))
async def show_news(call: Calling, since: AwareDatetime) -> Response:
    return call.reply(await call.ask(ShowNews(int(since.timestamp() * 1000)), News))


@router.post("/decisions", **posts(ManyDone), summary=titled("decide_about_several"))
async def decide_several(call: Calling, wanted: SeveralDecided) -> Response:
    return await call.done(DecideMany(tuple(wanted.interviews), wanted.decision, wanted.note), ManyDone)


@router.post("/extensions", **posts(ManyDone), summary=titled("more_time_for_several"))
async def extend_several(call: Calling, wanted: SeveralHours) -> Response:
    return await call.done(ExtendMany(tuple(wanted.interviews), wanted.hours), ManyDone)


@router.post("/reminders", **posts(ManyDone), summary=titled("remind_several"))
async def remind_several(call: Calling, wanted: Several) -> Response:
    return await call.done(RemindMany(tuple(wanted.interviews)), ManyDone)


@router.post("/results/preview", **answers(ResultsShown), summary=titled("who_would_be_told_what"))
async def preview_results(call: Calling, wanted: Telling) -> Response:
    shown = await call.preview(wanted.action(), ResultPreview)
    drafts = tuple(
        Draft(
            each.text.text,
            each.name.name,
            each.language,
            each.number,
            each.source,
            each.unit.name if each.unit else None,
        )
        for each in shown.drafts
    )
    return call.reply(
        ResultsShown(
            shown.outcome,
            drafts,
            shown.recipients,
            shown.left_out,
            shown.before,
            shown.undecided,
            shown.more,
            shown.at_ms,
            shown.misquoted,
        )
    )


@router.post("/results", **posts(ResultsGiven), summary=titled("tell_candidates_the_result"))
async def tell_result(call: Calling, wanted: Telling) -> Response:
    return await call.done(wanted.action(), ResultsGiven)
