"""Base classes of queries, and paging."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

import msgspec

from handlers.actions.archived import lost_refusals
from handlers.actions.context import Context, Refused
from handlers.organisation.state import Role

_Item = TypeVar("_Item")


class Answer(msgspec.Struct, frozen=True):
    """Base class of query results."""


class Query(msgspec.Struct, frozen=True, tag_field="query", forbid_unknown_fields=True):
    """Base class of queries. People with one of `roles` may ask; each sees only the units where they have it."""

    roles: ClassVar[frozenset[Role]]

    async def answer(self, context: Context) -> Answer:
        """Answer the query. Raises Refused."""
        raise NotImplementedError


async def ask(context: Context, query: Query) -> Answer:
    """Answer the query, if the person has one of its roles in any unit. Raises Refused, StoreUnavailable."""
    if not context.scope(query.roles):
        raise Refused("forbidden.action")
    with lost_refusals():
        return await query.answer(context)


def page_of(items: Sequence[_Item], page: int, size: int) -> tuple[Sequence[_Item], int, int]:
    """Return the items of a page, the page's number (from 1) and the number of pages.

    A page number out of range is replaced by the nearest one.
    """
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 1), pages)
    return items[(page - 1) * size : page * size], page, pages
