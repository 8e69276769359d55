"""A way in for programs, as small as one can be: an action as JSON goes in, its result as JSON comes out.

What it is for: to show that everything that staff can make happen needs no chat, with the same rights, record and
idempotency.
"""

from typing import Any

import msgspec

from conversation.inbound import Address
from handlers.actions.codec import ActionUnreadable, decode
from handlers.actions.context import Refused, Tools
from handlers.actions.perform import perform
from handlers.organisation.repository import has_acted_on


class JsonWayIn:
    """`answers` are kept by request, so that the same request has the same answer."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}

    async def post(self, person: str, key: str, body: bytes) -> dict[str, Any]:
        """`key` names the request: sent again under the same name it changes nothing and is answered likewise."""
        cause = f"json:{person}:{key}"
        if cause_known := self._answers.get((person, key)):
            return cause_known
        try:
            action = decode(body)
        except ActionUnreadable as error:
            return {"status": 400, "why": str(error)}
        if await has_acted_on(self._tools.store, cause):
            return {"status": 409, "why": "this request was carried out before"}
        place = Address("api", "tests", person)
        try:
            answer = {"status": 200, **_plain(await perform(self._tools, person, cause, action, place))}
        except Refused as refused:
            answer = {"status": 403, "why": refused.reason, **_plain(refused.values)}
        self._answers[person, key] = answer
        return answer


def _plain(value: object) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return found
