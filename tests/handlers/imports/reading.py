"""Reading a file with earlier candidates without a process of its own."""

from handlers.imports.model import Request
from handlers.imports.outcome import Outcome
from handlers.imports.read import read


async def read_here(request: Request) -> Outcome:
    found = read(request)
    return Outcome(
        found.summary,
        lambda: iter(found.people),
        lambda: iter(found.refusals),
        lambda: iter(found.likenesses),
    )
