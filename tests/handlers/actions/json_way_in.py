"""A minimal entrance for programs: an action or a query goes in as JSON, and its result comes out.

It shows that staff actions need no chat and keep the same rights, record and idempotency without one.
"""

from typing import Any

import msgspec

from conversation.inbound import Address
from handlers.actions.codec import ActionUnreadable, decode
from handlers.actions.context import Context, Refused, Tools
from handlers.actions.perform import perform
from handlers.organisation.repository import has_acted_on, load
from handlers.queries import codec as queries
from handlers.queries.base import ask


class JsonWayIn:
    """The entrance. It keeps answers by person and request key, to answer a repeated request in the same way."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}

    async def post(self, person: str, key: str, body: bytes) -> dict[str, Any]:
        """Perform an action. A request repeated with the same `key` changes nothing and gets the same answer.

        If that answer is no longer known (another instance gave it), the status is 409.
        """
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

    async def get(self, person: str, body: bytes) -> dict[str, Any]:
        """Answer a query."""
        try:
            query = queries.decode(body)
        except ActionUnreadable as error:
            return {"status": 400, "why": str(error)}
        organisation = (await load(self._tools.store)).state
        known = organisation.people.get(person)
        if known is None:
            return {"status": 403, "why": "forbidden.person"}
        context = Context(self._tools, organisation, known, "", Address("api", "tests", person))
        try:
            return {"status": 200, **_plain(await ask(context, query))}
        except Refused as refused:
            return {"status": 403, "why": refused.reason, **_plain(refused.values)}


def _plain(value: object) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return found
