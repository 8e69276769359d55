"""Which application answers at the platforms' addresses: the same as a router would find, only sooner."""

import httpx
import pytest
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.web.http import say
from bot.web.routes import application
from storage.errors import StoreUnavailable
from storage.memory.store import MemoryStore


class Callback:
    """Says its name and the path that it was called with."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await say(send, f"{self._name} {scope['path']} {scope['path_params']}")


class Unavailable:
    async def __call__(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        raise StoreUnavailable("no Redis")


async def _no_problems() -> dict[str, str]:
    return {}


def _client() -> httpx.AsyncClient:
    routes = [
        Route("/webhooks/telegram/700002", Callback("staff")),
        Route("/webhooks/telegram/{bot_id}", Callback("candidates")),
        Route("/webhooks/dingtalk", Callback("dingtalk")),
        Route("/webhooks/dingtalk/{path_secret}", Callback("dingtalk")),
        Route("/webhooks/down/{account}", Unavailable()),
        Route("/other/{name}", Callback("other")),
    ]
    app = application(routes, _no_problems, MemoryStore().outbox, lambda: 0)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.example")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/webhooks/telegram/700001", "candidates /webhooks/telegram/700001 {'bot_id': '700001'}"),
        ("/webhooks/telegram/700002", "staff /webhooks/telegram/700002 {}"),
        ("/webhooks/telegram/70000%31", "candidates /webhooks/telegram/700001 {'bot_id': '700001'}"),
        ("/webhooks/dingtalk", "dingtalk /webhooks/dingtalk {}"),
        ("/webhooks/dingtalk/secret", "dingtalk /webhooks/dingtalk/secret {'path_secret': 'secret'}"),
        ("/other/name", "other /other/name {'name': 'name'}"),
    ],
)
async def test_each_address_has_its_application(path: str, says: str) -> None:
    async with _client() as client:
        for answer in (await client.get(path), await client.post(path, content=b"x")):
            assert (answer.status_code, answer.text) == (200, says)


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/telegram/", "/webhooks/telegram", "/webhooks/telegram/700001/", "/webhooks/telegram/1/more",
        "/webhooks/telegram/700002/", "/webhooks/dingtalk/", "/webhooks/dingtalk/secret/more", "/webhooks/",
        "/webhooks", "/webhooks/unknown", "/webhooks/unknown/1", "//webhooks/telegram/700001", "/webhooks//700001",
        "/webhooks/telegram/7%2f1", "/other/", "/other/a/b",
    ],
)  # fmt: skip
async def test_other_addresses_lead_nowhere(path: str) -> None:
    async with _client() as client:
        assert (await client.post(path)).status_code == 404


async def test_an_address_that_cannot_have_redis_says_when_to_try_again() -> None:
    async with _client() as client:
        answer = await client.post("/webhooks/down/1")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
