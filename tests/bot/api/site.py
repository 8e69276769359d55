"""The API on a desk's organisation, called as a program calls it."""

from typing import Any

import httpx

from bot.api.application import PREFIX, application
from bot.api.call import Api
from conversation.inbound import Address
from handlers.actions.perform import perform
from handlers.actions.system.tokens import CreateToken, TokenCreated
from handlers.organisation.repository import load
from handlers.organisation.state import Role
from storage.memory.store import MemoryStore
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import Desk

URL = "http://api.example"
_NOWHERE = Address("api", "tests", "tests")


class Site:
    """Two units, each with a campaign and a candidate: `Mia` has finished in East, `Leo` has begun in South."""

    def __init__(self, desk: Desk, ids: dict[str, str]) -> None:
        self.desk = desk
        self.ids = ids
        self.kv = MemoryKv(lambda: desk.now / 1000)
        self.app = application(Api(desk.tools, self.kv, lambda: URL))
        self.web = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=("203.0.113.9", 1)), base_url=URL
        )
        self._numbers = 0

    async def token(self, who: str, role: Role = "recruiter", unit: str | None = None, days: int = 365) -> str:
        """Have a colleague make a token. Returns the token."""
        self._numbers += 1
        action = CreateToken(f"token {self._numbers}", role, unit, days)
        made = await perform(self.desk.tools, self.ids[who], f"make:{self._numbers}", action, _NOWHERE)
        assert isinstance(made, TokenCreated)
        return made.secret

    async def call(
        self, token: str, method: str, path: str, body: Any = None, *, key: str | None = "", **headers: str
    ) -> httpx.Response:
        """Call the API. `key` is the Idempotency-Key: a new one if empty, none if None."""
        self._numbers += 1
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        said |= {"authorization": f"Bearer {token}"} if token else {}
        if method != "GET" and key is not None:
            said["idempotency-key"] = key or f"key {self._numbers}"
        return await self.web.request(method, f"{_below(path)}", json=body, headers=said)

    async def get(self, token: str, path: str) -> Any:
        answer = await self.call(token, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def _below(path: str) -> str:
    return path.removeprefix(PREFIX)


async def site_of(store: MemoryStore) -> Site:
    desk = Desk(store, "en")
    await desk.claims()
    for unit, campaign, name in (("East", "spring", "Mia"), ("South", "autumn", "Leo")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        await desk.answers(name, campaign, 4 if unit == "East" else 1)
    for who, role in {"kim": "admin", "lee": "recruiter"}.items():
        await desk.joins(who, role, "East")
    people = (await load(desk.store)).state.people
    return Site(desk, {each.name: each.id for each in people.values()})
