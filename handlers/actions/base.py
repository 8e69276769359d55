"""Base classes of actions, previews and results."""

from typing import ClassVar, NamedTuple

import msgspec

from handlers.actions.context import Context
from handlers.organisation.state import Role


def command_line(*words: str) -> str:
    """Join words to a command line, leaving out empty ones and quoting those with spaces."""
    return " ".join(f'"{word}"' if " " in word else word for word in words if word)


class Reach(NamedTuple):
    """How many candidates of a unit an action reaches.

    `ruled`: whether a rule of a unit below, where some of them are, applies to the action.
    """

    unit: str
    number: int
    ruled: bool = False


class Preview(msgspec.Struct, frozen=True):
    """What an action would do, shown to the person who has to confirm it."""

    @property
    def confirms(self) -> "Action | None":
        """The action to execute on confirmation, if it differs from the one requested.

        It has the values shown in the preview in place of those that were left open.
        """
        return None

    @property
    def reach(self) -> Reach | None:
        """How many candidates a bulk action reaches, else None. Units may require a second colleague for it."""
        return None


class Result(msgspec.Struct, frozen=True):
    """Base class of action results."""

    @property
    def undo(self) -> "Action | None":
        """The action that takes back what was done, or None if there is none."""
        return None


class Action(msgspec.Struct, frozen=True, tag_field="action", forbid_unknown_fields=True):
    """Base class of actions. People with one of `roles` in the unit concerned may execute them.

    `personal` means that the action contains candidates' names or words, so it is kept in the archive, not in the
    record, while it awaits confirmation.
    """

    roles: ClassVar[frozenset[Role]]
    personal: ClassVar[bool] = False

    @property
    def line(self) -> str:
        """The action as shown in the organisation's record, without secrets or remarks on candidates."""
        raise NotImplementedError

    async def preview(self, context: Context) -> Preview | None:  # noqa: ARG002 - for those that have one
        """Return what the action would do, or None if it needs no confirmation. Raises Refused like `execute`."""
        return None

    async def execute(self, context: Context) -> Result:
        """Carry out the action, checking the person's right again.

        Executing it again with the same cause changes nothing a second time. Raises Refused.
        """
        raise NotImplementedError
