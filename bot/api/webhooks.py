"""Webhooks, by which the program itself is told what happens."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, examples, posts, titled
from handlers.actions.system.webhooks import (
    DEFAULT_HOURS,
    MOST_HOURS,
    MOST_URL,
    CreateWebhook,
    RemoveWebhook,
    ReplayWebhook,
    RotateWebhook,
    TryWebhook,
    WebhookGone,
    WebhookReady,
    WebhookReplayed,
    WebhookTried,
)
from handlers.queries.organisation import ListWebhooks, Webhooks

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


class NewWebhook(Body):
    """Where the events of a unit's interviews are sent; without `unit`, those of the token's own."""

    model_config = ConfigDict(json_schema_extra=examples("NewWebhook"))
    name: str = Field(min_length=1, max_length=200)
    url: str = Field(min_length=1, max_length=MOST_URL)
    unit: str | None = Field(None, max_length=200)


class Replay(Body):
    """Of how many hours events are sent again."""

    model_config = ConfigDict(json_schema_extra=examples("Replay"))
    hours: int = Field(DEFAULT_HOURS, ge=1, le=MOST_HOURS)


@router.get("", **answers(Webhooks), summary=titled("where_events_are_sent"))
async def list_webhooks(call: Calling) -> Response:
    return call.reply(await call.ask(ListWebhooks(), Webhooks))


@router.post("", **posts(WebhookReady, 201), summary=titled("send_events_to_a_url"))
async def create_webhook(call: Calling, new: NewWebhook) -> Response:
    return await call.done(CreateWebhook(new.name, new.url, new.unit), WebhookReady, 201, at="/webhooks")


@router.delete("/{webhook}", **posts(WebhookGone), summary=titled("send_no_more_events"))
async def remove_webhook(call: Calling, webhook: str) -> Response:
    return await call.done(RemoveWebhook(webhook), WebhookGone)


@router.post("/{webhook}/secret", **posts(WebhookReady), summary=titled("a_new_secret"))
async def rotate_webhook(call: Calling, webhook: str) -> Response:
    return await call.done(RotateWebhook(webhook), WebhookReady)


@router.post("/{webhook}/test", **posts(WebhookTried), summary=titled("send_a_test_event"))
async def test_webhook(call: Calling, webhook: str) -> Response:
    return await call.done(TryWebhook(webhook), WebhookTried)


@router.post("/{webhook}/replay", **posts(WebhookReplayed), summary=titled("send_past_events_again"))
async def replay_webhook(call: Calling, webhook: str, wanted: Replay) -> Response:
    return await call.done(ReplayWebhook(webhook, wanted.hours), WebhookReplayed)
