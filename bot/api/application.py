"""The application behind `/api/v1`."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from rfc9457 import Problem
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api import (
    accounts,
    audit,
    campaigns,
    candidates,
    figures,
    files,
    greenhouse,
    interviews,
    messages,
    organisation,
    ratings,
    scripts,
    slots,
    webhooks,
)
from bot.api.call import Api
from bot.api.described import described, document
from bot.api.problems import answered, problem
from bot.web.http import BodyTooLarge, BodyTooSlow, ClientGone, read_body

PREFIX = "/api/v1"
_ROOMS = (
    campaigns,
    candidates,
    interviews,
    ratings,
    messages,
    slots,
    figures,
    files,
    scripts,
    organisation,
    accounts,
    audit,
    webhooks,
    greenhouse,
)
_TITLES = {404: "Not found", 405: "Not with this method"}


class _Described(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, with the schemas of all results."""
        return document(self)


def application(api: Api | None) -> FastAPI:
    """Return the application. None: only to describe it."""
    app = _Described(
        title="Xumian",
        version="1",
        description=described(),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.api = api
    for room in _ROOMS:
        app.include_router(room.router)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(_Bounded)
    return app


def routes(api: Api) -> list[Mount]:
    mount = Mount(PREFIX, application(api))
    # Addresses with line breaks in them are for the application, too, whose errors are problems.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return [mount]


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answered(error, _limits(request))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [
        {"at": "/".join(str(each) for each in every["loc"]), "what": str(every["msg"])} for every in error.errors()
    ]
    unreadable = any(every["type"] == "json_invalid" for every in error.errors())
    title = "The request is not JSON" if unreadable else "The request is not valid"
    status, kind = (400, "not_json") if unreadable else (422, "not_valid")
    return answered(problem(status, kind, title, errors=wrong[:20]), _limits(request))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, "Not possible")
    headers = {"allow": _allowed(request)} if error.status_code == 405 else error.headers
    return answered(problem(error.status_code, f"http.{error.status_code}", title), headers)


def _allowed(request: Request) -> str:
    """Return the methods with which the address can be called."""
    found = set[str]()
    for method in ("GET", "POST", "DELETE"):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            found.add(method)
    return ", ".join(sorted(found))


def _limits(request: Request) -> Mapping[str, str]:
    return getattr(request.state, "headers", {})


class _Bounded:
    """Reads each request's body, of limited size, before anything looks at it; adds headers to each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(scope, receive)
        except BodyTooLarge:
            await answered(problem(413, "too_large", "The request is too large"))(scope, receive, send)
            return
        except BodyTooSlow:
            await answered(problem(408, "too_slow", "The request came too slowly"))(scope, receive, send)
            return
        except ClientGone:
            return
        given: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return given.pop() if given else await receive()

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                added: dict[str, Any] = {"x-content-type-options": "nosniff"}
                if message["status"] < 400:
                    added |= scope.get("state", {}).get("headers", {})
                there = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.encode(), str(value).encode())
                        for name, value in added.items()
                        if name.encode() not in there
                    ),
                ]
            await send(message)

        await self._app(scope, again, headed)
