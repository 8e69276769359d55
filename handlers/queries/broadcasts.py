"""Messages to many candidates that have not been sent yet."""

from typing import ClassVar

import msgspec

from handlers.actions.context import Context
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Audience, Role
from handlers.queries.base import Answer, Query


class WaitingBroadcast(msgspec.Struct, frozen=True):
    """A broadcast by its name. It is sent at `at_ms` (epoch milliseconds) unless it is taken back."""

    name: str
    campaign: str
    audience: Audience
    at_ms: int


class WaitingBroadcasts(Answer, frozen=True):
    broadcasts: tuple[WaitingBroadcast, ...]


class ListBroadcasts(Query, frozen=True, tag="list_broadcasts"):
    """List the reader's own broadcasts that have not been sent yet. The reader can take back no others."""

    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> WaitingBroadcasts:
        return WaitingBroadcasts(
            tuple(
                WaitingBroadcast(name, each.campaign, each.audience, each.at_ms)
                for name, each in context.organisation.broadcasts.items()
                if each.person == context.person.id
            )
        )
