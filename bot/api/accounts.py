"""The installation: our accounts on the platforms, its health, and drills."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body, Page
from bot.api.described import answers, examples, posts, titled
from handlers.actions.system.accounts import (
    AccountChanged,
    AddBot,
    BotReady,
    PauseAccount,
    RemoveBot,
    ResumeAccount,
)
from handlers.actions.system.drills import DrillStarted, StartDrill
from handlers.queries.accounts import Accounts, CheckHealth, HealthReport, ListAccounts

router = APIRouter(tags=["installation"])


class NewBot(Body):
    """A Telegram bot for candidates, by its token."""

    model_config = ConfigDict(json_schema_extra=examples("NewBot"))
    token: str = Field(min_length=1, max_length=200)


@router.get("/accounts", **answers(Accounts), summary=titled("our_accounts"))
async def list_accounts(call: Calling, page: Page = 1) -> Response:
    return call.reply(await call.ask(ListAccounts(page), Accounts))


@router.post("/accounts/{account}/pause", **posts(AccountChanged), summary=titled("pause_an_account"))
async def pause_account(call: Calling, account: str) -> Response:
    return await call.done(PauseAccount(account), AccountChanged)


@router.post("/accounts/{account}/resume", **posts(AccountChanged), summary=titled("resume_an_account"))
async def resume_account(call: Calling, account: str) -> Response:
    return await call.done(ResumeAccount(account), AccountChanged)


@router.post("/bots", **posts(BotReady, 201), summary=titled("add_a_bot"))
async def add_bot(call: Calling, new: NewBot) -> Response:
    return await call.done(AddBot(new.token), BotReady, 201, at="/accounts")


@router.delete("/bots/{bot}", **posts(AccountChanged), summary=titled("remove_a_bot"))
async def remove_bot(call: Calling, bot: str) -> Response:
    return await call.done(RemoveBot(bot), AccountChanged)


@router.get("/health", **answers(HealthReport), summary=titled("does_everything_work"))
async def check_health(call: Calling) -> Response:
    return call.reply(await call.ask(CheckHealth(), HealthReport))


@router.post("/campaigns/{code}/drill", **posts(DrillStarted, 202), summary=titled("rehearse_an_interview"))
async def start_drill(call: Calling, code: str) -> Response:
    return await call.done(StartDrill(code), DrillStarted, 202)
