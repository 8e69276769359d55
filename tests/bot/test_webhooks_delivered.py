"""A webhook of the whole app is told of interviews, beside their candidates, until it is removed."""

from collections.abc import AsyncIterator, Mapping

import pytest
from standardwebhooks import Webhook

from bot.channels.shared.programs import place_of
from bot.channels.webhook.channel import WebhookChannel
from bot.channels.webhook.posting import Answered, Poster
from handlers.actions.perform import perform_at_machine
from handlers.actions.system.webhooks import CreateWebhook, RemoveWebhook, WebhookReady
from handlers.notices.webhooks import CHANNEL
from tests.bot.channels.webhook.receiver import PUBLIC
from tests.bot.whole_app import WholeApp, whole_app
from tests.fakes.waiting import until

pytestmark = pytest.mark.redis


@pytest.fixture
async def running(one_redis: str) -> AsyncIterator[WholeApp]:
    async with whole_app(one_redis, public=True, more={"secret_key": "k" * 32}) as running:
        yield running


async def test_an_interview_is_told_from_its_invitation_on(
    running: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, Mapping[str, str], str]] = []

    async def post(_: Poster, url: str, body: str, headers: Mapping[str, str]) -> Answered:
        heard.append((url, headers, body))
        return Answered(204)

    async def look_up(_host: str, _port: int) -> list[str]:
        return [PUBLIC]

    async def known() -> bool:
        return len(running.app.watch.organisation.webhooks) == 1

    async def added() -> bool:
        return any(each.name == CHANNEL for each in running.app.channels.all())

    async def told() -> bool:
        return len(heard) >= 3

    monkeypatch.setattr(Poster, "post", post)
    monkeypatch.setattr("bot.channels.webhook.public_addresses.resolve", look_up)
    url = "https://ats.example.com/events"
    assert running.app.channels.at(place_of("token:one")), "later news to programs are no dead letters"
    made = await perform_at_machine(await running.app.tools(), "make", CreateWebhook("ATS", url, ""))
    assert isinstance(made, WebhookReady)
    await until(known, "the process knows the webhook")
    await until(added, "the webhook is a channel")
    campaign = await running.app.campaigns.find("demo")
    invitation = await running.app.campaigns.invite(campaign, "Ann")
    async with running.visitor(start=invitation.token) as page:
        await page.begin()
    await until(told, "three events")
    bodies = [Webhook(made.secret).verify(body, dict(headers)) for _, headers, body in heard]
    assert [each["type"] for each in bodies][:3] == ["interview.invited", "interview.opened", "interview.started"]
    assert {each["data"]["interview"] for each in bodies} == {invitation.interview}
    assert {each[0] for each in heard} == {url}
    await perform_at_machine(await running.app.tools(), "remove", RemoveWebhook("ATS"))

    async def dropped() -> bool:
        channel = running.app.channels.get(CHANNEL, made.webhook)
        return isinstance(channel, WebhookChannel) and channel.removed

    await until(dropped, "what waits for the webhook is dropped")
