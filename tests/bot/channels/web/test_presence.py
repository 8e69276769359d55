"""What a tab reports by itself after the candidate has agreed, and how its connection ended."""

import json

import pytest

from bot.channels.web.frames import ClientFrame, address_of, client_of
from conversation import events as e
from conversation.inbound import Client
from conversation.record.audit import unseal
from tests.bot.whole_app import KEY, Visitor, WholeApp
from tests.fakes.waiting import until

pytestmark = pytest.mark.redis
PHONE = {"device": "phone", "browser": "Chrome", "version": "140", "network": "4g"}


async def shown(app: WholeApp) -> list[e.Event]:
    interview = await app.store.directory.who(address_of(KEY))
    stored = await app.store.interviews.entries(interview or "")
    kinds = e.ClientSeen | e.Noticed
    return [each for blob in stored for each in unseal(blob)[1].events if isinstance(each, kinds)]


async def seen(app: WholeApp, kind: str) -> list[e.Event]:
    """Wait until the last circumstance is of this kind. Returns everything that was recorded."""

    async def is_last() -> bool:
        last = (await shown(app))[-1:]
        return bool(last) and isinstance(last[0], e.Noticed) and last[0].kind == kind

    await until(is_last, f"{kind} was not recorded")
    return await shown(app)


async def agrees(page: Visitor) -> None:
    await page.say(id="agree", choice="agree@-1", label="Agree")
    assert await page.until("circumstances") is True


async def test_a_page_tells_once_it_may_and_what_it_tells_is_recorded(app: WholeApp) -> None:
    async with app.visitor() as page:
        await page.until("caughtup")
        await page.say(client=PHONE, noticed="hidden")
        await agrees(page)
        found = await shown(app)
        assert [each for each in found if isinstance(each, e.Noticed)] == [], "not before they agreed"
        await page.say(client={**PHONE, "network": "wifi"})
        await page.say(noticed="hidden")
        await page.say(noticed="shown")
        found = await seen(app, "shown")
        clients = [each for each in found if isinstance(each, e.ClientSeen)]
        assert clients[-1] == e.ClientSeen(clients[-1].language, "phone", "Chrome", "140", "wifi")


@pytest.mark.parametrize(("how", "kind"), [("aborts", "lost"), ("goes away", "closed")])
async def test_how_a_connection_ended(app: WholeApp, how: str, kind: str) -> None:
    async with app.visitor() as page:
        await agrees(page)
    async with app.page() as socket:
        await socket.send(json.dumps({"hello": {"key": KEY}}))
        while "caughtup" not in json.loads(await socket.recv()):
            pass
        await socket.send(json.dumps({"ping": 1}))
        while "pong" not in json.loads(await socket.recv()):
            pass
        if how == "aborts":
            socket.transport.abort()
        else:
            await socket.close(1001)
    await seen(app, kind)
    async with app.visitor() as page:
        await page.until("caughtup")
        await seen(app, "connected")


async def test_one_tab_of_two_is_no_loss(app: WholeApp) -> None:
    async with app.visitor() as page:
        await agrees(page)
        before = await shown(app)
        async with app.page() as other:
            await other.send(json.dumps({"hello": {"key": KEY}}))
            while "caughtup" not in json.loads(await other.recv()):
                pass
            for noticed in ("hidden", "closed"):
                await other.send(json.dumps({"noticed": noticed}))
            other.transport.abort()
        await page.say(ping=1)
        assert await page.until("pong") == 1
        assert [each for each in await shown(app) if each not in before] == []


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (ClientFrame("phone", "Chrome", "140", "4g"), Client("phone", "Chrome", "140", "4g")),
        (ClientFrame("Pixel 9 of Anna", "Netscape", "4", "home-wifi"), Client()),
        (ClientFrame("tablet", "Safari", "18.2", "wifi"), Client("tablet", "Safari", "", "wifi")),
        (ClientFrame("x" * 9_000, "y", "1" * 99, "z"), Client()),
    ],
)
def test_nothing_that_tells_more_of_somebody_is_taken_over(said: ClientFrame, known: Client) -> None:
    assert client_of(said) == known
