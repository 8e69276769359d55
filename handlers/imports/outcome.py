"""What was read in a file, as it is passed on from the process that read it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from handlers.imports.model import ImportedPerson, Likeness, Refusal, Summary


class Outcome(NamedTuple):
    """What was read in a file. People, refusals and likenesses come one at a time, as there may be very many; each
    call begins anew."""

    summary: Summary
    people: Callable[[], Iterator[ImportedPerson]]
    refusals: Callable[[], Iterator[Refusal]]
    likenesses: Callable[[], Iterator[Likeness]]
