"""The model as the assistant asks it, whatever serves it."""

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from conversation.assessment.prompt import Request

Form = Literal["json_schema", "tool", "json_object"]
FORMS: tuple[Form, ...] = ("json_schema", "tool", "json_object")
"""The ways to ask for an output of a certain form, from the strictest."""
Why = Literal["slow", "busy", "unavailable", "refused", "cut", "malformed", "rejected"]
PASSING: frozenset[Why] = frozenset({"slow", "busy", "unavailable"})
"""What may be over if the same is asked again later."""
TEMPERATURE, MOST_TOKENS = 0.0, 1200


class Output(NamedTuple):
    """What the model wrote, and how it was asked."""

    text: str
    form: Form


class NoOutput(NamedTuple):
    """Why there is nothing to go by.

    - slow: no answer in time; busy: too many requests; unavailable: the endpoint cannot be reached or fails.
    - refused: the model does not want to; cut: it ran out of tokens; malformed: it wrote something else.
    - rejected: the endpoint does not take the request.
    """

    why: Why
    text: str = ""


class Model(Protocol):
    """A language model behind an endpoint."""

    name: str

    async def ask(self, request: Request, valid: Callable[[str], bool]) -> Output | NoOutput:
        """Return the model's output, which is `valid`, or why there is none. Raises StoreUnavailable."""

    async def close(self) -> None: ...
