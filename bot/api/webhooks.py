"""Webhooks, by which the program itself is told what happens."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, examples, posts, titled
from handlers.actions.system.webhooks import MOST_URL, CreateWebhook, RemoveWebhook, WebhookGone, WebhookReady
from handlers.queries.organisation import ListWebhooks, Webhooks

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


class NewWebhook(Body):
    """Where the events of a unit's interviews are sent; without `unit`, those of the token's own."""

    model_config = ConfigDict(json_schema_extra=examples("NewWebhook"))
    name: str = Field(min_length=1, max_length=200)
    url: str = Field(min_length=1, max_length=MOST_URL)
    unit: str | None = Field(None, max_length=200)


@router.get("", **answers(Webhooks), summary=titled("where_events_are_sent"))
async def webhooks(call: Calling) -> Response:
    return call.reply(await call.ask(ListWebhooks(), Webhooks))


@router.post("", **posts(WebhookReady, 201), summary=titled("send_events_to_a_url"))
async def create(call: Calling, new: NewWebhook) -> Response:
    async def make() -> Response:
        made = await call.perform(CreateWebhook(new.name, new.url, new.unit), WebhookReady)
        return call.reply(made, 201, at="/webhooks")

    return await call.once(make)


@router.delete("/{webhook}", **posts(WebhookGone), summary=titled("send_no_more_events"))
async def remove(call: Calling, webhook: str) -> Response:
    async def make() -> Response:
        return call.reply(await call.perform(RemoveWebhook(webhook), WebhookGone))

    return await call.once(make)
