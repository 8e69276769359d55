"""What all queries have in common."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

import msgspec

from handlers.actions.context import Context, Refused
from handlers.organisation.state import Role

_Item = TypeVar("_Item")


class Answer(msgspec.Struct, frozen=True):
    """What a query found."""


class Query(msgspec.Struct, frozen=True, tag_field="query", forbid_unknown_fields=True):
    """Something that staff may ask. `roles` may ask it, each for the units in which they have one of them."""

    roles: ClassVar[frozenset[Role]]

    async def answer(self, context: Context) -> Answer:
        """Raises Refused."""
        raise NotImplementedError


async def ask(context: Context, query: Query) -> Answer:
    """The answer, where the person has one of the query's roles anywhere. Raises Refused."""
    if not context.scope(query.roles):
        raise Refused("forbidden.action")
    return await query.answer(context)


def page_of(items: Sequence[_Item], page: int, size: int) -> tuple[Sequence[_Item], int, int]:
    """(the items of a page, its number from 1, how many pages there are). A page that there is not becomes the
    nearest one."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 1), pages)
    return items[(page - 1) * size : page * size], page, pages
