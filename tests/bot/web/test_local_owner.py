"""The recruiter's pane over real sockets: who may open it, and who merely connects from this machine."""

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect

from bot.channels.web.frames import PANE
from bot.web.local_owner import LocalOwner
from tests.bot.whole_app import WholeApp
from tests.fakes.kv import MemoryKv
from tests.fakes.owners import owners_cookie
from tests.fakes.scanning import all_bytes

pytestmark = pytest.mark.redis
DENIED = {"denied": "not_here"}


async def _pane(app: WholeApp, cookie: str, **headers: str) -> dict[str, Any]:
    """Return the first frame that is sent to a tab that asks for the pane."""
    given = {"Cookie": cookie, **headers} if cookie else headers
    async with connect(f"ws://127.0.0.1:{app.app.port}/ws", additional_headers=given) as socket:
        await socket.send(json.dumps({"hello": {"pane": "recruiter"}}))
        return dict(json.loads(await socket.recv()))


async def test_a_connection_from_this_machine_is_not_enough(app: WholeApp) -> None:
    await app.store.mailboxes.append(PANE, "1", b'{"from":"bot","at":1,"text":"for recruiters only"}')
    name = app.cookie.partition("=")[0]
    for cookie in ("", f"{name}=", f"{name}=guessed", f"other={app.cookie.partition('=')[2]}"):
        assert await _pane(app, cookie) == DENIED
    assert "welcome" in await _pane(app, app.cookie)


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"],
)
async def test_nothing_that_went_through_a_proxy_is_the_owner(app: WholeApp, header: str) -> None:
    assert await _pane(app, app.cookie, **{header: "127.0.0.1"}) == DENIED
    opened = await app.web.get(await app.app.local_owner.address(""), headers={header: "127.0.0.1"})
    assert opened.status_code == 403
    assert "set-cookie" not in opened.headers


async def test_the_address_works_once_and_leads_to_the_page(app: WholeApp) -> None:
    address = await app.app.local_owner.address("")
    first = await app.web.get(address)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    given = first.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {each.strip() for each in given.split(";")}
    assert "welcome" in await _pane(app, given.partition(";")[0])
    app.web.cookies.clear()  # another browser
    second = await app.web.get(address)
    assert second.status_code == 403
    assert "xumian pane" in second.text
    again = await app.web.get(address, headers={"cookie": given.partition(";")[0]})
    assert again.status_code == 303  # the same browser, from its history


@pytest.mark.parametrize("secret", ["", "x", "x" * 10_000, "%00", "a&pane=b"])
async def test_a_wrong_secret_admits_nobody(app: WholeApp, secret: str) -> None:
    answer = await app.web.get(f"/?pane={secret}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_the_page_for_candidates_needs_no_secret(app: WholeApp) -> None:
    assert (await app.web.get("/")).status_code == 200
    async with connect(f"ws://127.0.0.1:{app.app.port}/ws") as socket:
        await socket.send(json.dumps({"hello": {"key": "a-key-of-a-stranger", "language": "en"}}))
        assert json.loads(await socket.recv())["welcome"]["recruiter"] is False


async def test_with_a_public_address_there_is_no_pane(public_app: WholeApp) -> None:
    foreign = await owners_cookie(LocalOwner(MemoryKv(), local=True), public_app.app.port)
    assert await _pane(public_app, foreign) == DENIED
    answer = await public_app.web.get(await public_app.app.local_owner.address(""))
    assert answer.status_code == 403


async def test_the_store_has_only_hashes(app: WholeApp) -> None:
    address = await app.app.local_owner.address("")
    stored = await all_bytes(app.store)
    for secret in (address.partition("=")[2], app.cookie.partition("=")[2]):
        assert secret.encode() not in stored
