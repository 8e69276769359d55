"""What all actions have in common."""

from typing import ClassVar, NamedTuple

import msgspec

from handlers.actions.context import Context
from handlers.organisation.state import Role


def command_line(*words: str) -> str:
    """Words as the line of a command: empty ones are left out, those with spaces are quoted."""
    return " ".join(f'"{word}"' if " " in word else word for word in words if word)


class Reach(NamedTuple):
    """How many candidates of a unit an action reaches."""

    unit: str
    number: int


class Preview(msgspec.Struct, frozen=True):
    """What an action would do, for whoever has to confirm it."""

    @property
    def confirms(self) -> "Action | None":
        """The action with all that was shown in it, where the one that was asked for leaves something open."""
        return None

    @property
    def reach(self) -> Reach | None:
        """Of an action that reaches many candidates at once: units can want a second colleague for that."""
        return None


class Result(msgspec.Struct, frozen=True):
    """What came of an action."""


class Action(msgspec.Struct, frozen=True, tag_field="action", forbid_unknown_fields=True):
    """Something that staff can make happen. `roles` may do it, in the unit that it is about; `personal`: names or
    words of candidates are in it, so that a copy that waits for a confirmation lies in the archive."""

    roles: ClassVar[frozenset[Role]]
    personal: ClassVar[bool] = False

    @property
    def line(self) -> str:
        """How it stands in the organisation's record: without secrets and without what is said of candidates."""
        raise NotImplementedError

    async def preview(self, context: Context) -> Preview | None:  # noqa: ARG002 - for those that have one
        """What it would do, where that is worth a confirmation. Raises Refused as `execute` does."""
        return None

    async def execute(self, context: Context) -> Result:
        """Do it. The person's right is checked here, whatever was checked before. Carried out again with the same
        cause, it changes nothing twice. Raises Refused."""
        raise NotImplementedError
