"""One API call: who makes it, and asking queries and performing actions as them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple, TypeVar

from fastapi import Depends
from rfc9457 import Problem
from starlette.requests import Request
from starlette.responses import Response

from bot.api.access import CALLS_A_MINUTE, Caller, caller_of
from bot.api.answers import Once, reply
from bot.api.problems import language_of, refused
from bot.channels.shared.programs import place_of
from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Context, Refused, Tools
from handlers.actions.perform import RefusedBefore, perform, preview
from handlers.organisation.state import Person
from handlers.queries.base import Answer, Query, ask
from storage.ports import Kv

A = TypeVar("A", bound=Answer)
R = TypeVar("R", bound=Result)
P = TypeVar("P", bound=Preview)


class Api(NamedTuple):
    """What the API works with. `base_url` returns its public address; `kv` is shared by all processes."""

    tools: Tools
    kv: Kv
    base_url: Callable[[], str]


class Call:
    """A call in progress."""

    def __init__(self, api: Api, request: Request, caller: Caller, key: str = "") -> None:
        self.api = api
        self.request = request
        self._caller = caller
        self._once = Once(api.kv, request, caller.person.id, key)

    def keyed(self, key: str) -> "Call":
        """Return the same call with an idempotency key, for programs that send none."""
        return Call(self.api, self.request, self._caller, key)

    @property
    def person(self) -> Person:
        """Who calls."""
        return self._caller.person

    @property
    def headers(self) -> dict[str, str]:
        """Headers that say how many calls are left (IETF draft "RateLimit header fields for HTTP")."""
        left, most = self._caller.left, CALLS_A_MINUTE
        return {"ratelimit-limit": f"{most}", "ratelimit-remaining": f"{left}", "ratelimit-reset": "60"}

    def context(self) -> Context:
        """Return the context in which the caller asks."""
        person, place = self._caller.person, place_of(self._caller.person.id)
        return Context(self.api.tools, self._caller.organisation, person, self._once.cause, place)

    async def ask(self, query: Query, of: type[A]) -> A:
        """Answer a query. Raises a problem if it is refused."""
        try:
            answer = await ask(self.context(), query)
        except Refused as error:
            raise self._refused(error) from None
        assert isinstance(answer, of)
        return answer

    async def perform(self, action: Action, of: type[R]) -> R:
        """Perform an action, once for each `Idempotency-Key`. Raises a problem if it is refused."""
        person, place = self._caller.person.id, place_of(self._caller.person.id)
        try:
            result = await perform(self.api.tools, person, self._once.cause, action, place, self._sealed)
        except Refused as error:
            raise self._refused(error) from None
        except RefusedBefore as before:
            again = self._once.refused_before(before.sealed) or self._refused(Refused("repeat.refused"))
            raise again from None
        assert isinstance(result, of)
        return result

    async def done(self, action: Action, of: type[R], status: int = 200, *, at: str = "") -> Response:
        """Perform an action and answer with its result. `at` is as in `reply`."""

        async def make() -> Response:
            return self.reply(await self.perform(action, of), status, at=at)

        return await self.once(make)

    async def preview(self, action: Action, of: type[P]) -> P:
        """Return what an action would do. Raises a problem if it would be refused."""
        try:
            shown = await preview(self.context(), action)
        except Refused as error:
            raise self._refused(error) from None
        assert isinstance(shown, of)
        return shown

    async def preview_if_any(self, action: Action) -> Preview | None:
        """Return what an action would do. None if it needs no confirmation, or would be refused: performing it
        says why, and records it."""
        try:
            return await preview(self.context(), action)
        except Refused:
            return None

    def reply(self, value: object, status: int = 200, *, at: str = "") -> Response:
        """Answer with a result. `at`: the path of what was created, below `/api/v1`."""
        location = {"location": f"{self.api.base_url()}/api/v1{at}"} if at else {}
        return reply(self.request, value, status, location)

    async def once(self, make: Callable[[], Awaitable[Response]]) -> Response:
        """Answer as before if the request is repeated, else with what `make` returns."""
        return await self._once.answer(make)

    def _sealed(self, error: Refused) -> bytes:
        return self._once.sealed(self._refused(error))

    def _refused(self, error: Refused) -> Problem:
        return refused(error, language_of(self.request))


async def _calling(request: Request) -> Call:
    api: Api = request.app.state.api
    call = Call(api, request, await caller_of(request, api.tools, api.kv))
    request.state.headers = call.headers
    return call


Calling = Annotated[Call, Depends(_calling)]
