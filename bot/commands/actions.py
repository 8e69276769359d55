"""Executing staff actions for whoever uses the command line."""

import contextlib
from collections.abc import Iterator
from typing import TypeVar

from bot.clock import nonce
from bot.installation import Installation
from conversation.errors import BotError
from handlers.actions.base import Action, Result
from handlers.actions.context import Progress, Refused
from handlers.actions.perform import perform_at_machine
from handlers.catalogues import staff_vocabulary

R = TypeVar("R", bound=Result)


class ActionRefused(BotError):
    """The action cannot be done; the message says why."""


async def perform(app: Installation, action: Action, of: type[R], progress: Progress | None = None) -> R:
    """Execute an action and return its result, which is of the type `of`. `progress` is told how far it is.

    Raises ActionRefused.
    """
    with refusals():
        result = await perform_at_machine(await app.tools(), f"cli:{nonce()}", action, progress)
    assert isinstance(result, of)
    return result


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Raise ActionRefused, with the refusal in words, in place of Refused."""
    try:
        yield
    except Refused as refused:
        words = staff_vocabulary()["en"]
        values = {name: str(value) for name, value in refused.values.items()}
        raise ActionRefused(words.plain(f"staff.{refused.reason}", **values)) from None
