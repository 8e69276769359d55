"""The command `audit`, which verifies records."""

from collections.abc import Awaitable, Callable

from rich.console import Console

from bot.commands.usage import WrongUsage
from bot.installation import Installation
from conversation.errors import ChainBroken
from handlers.maintenance.audit import Erasures, all_interviews, was_there
from handlers.maintenance.audit import audit as audit_one
from handlers.organisation.repository import audit_organisation
from handlers.organisation.state import NAME

_SHOWN = 60  # characters of an unknown id


async def nothing_else(_record: str) -> None:
    """Check nothing besides the chain."""


async def audit(
    app: Installation,
    out: Console,
    interview: str,
    check: Callable[[str], Awaitable[None]] = nothing_else,
) -> int:
    """Verify one interview's record, or all records including the organisation's if none is named.

    `check` is called for each record whose chain holds, and may raise ChainBroken, too. Returns 1 if one of all
    records is broken, otherwise 0. Raises ChainBroken if the named interview's record is broken, and WrongUsage if
    there never was such an interview.
    """
    if interview:
        await _known(app, interview)
        length = (await audit_one(app.store, interview)).version
        await check(interview)
        out.print(f"the record of {interview} holds: {length} entries", markup=False)
        return 0
    holding, broken = await _organisation(app, out, check)
    erasures = Erasures(app.store)
    async for each in all_interviews(app.store):
        try:
            await audit_one(app.store, each, erasures)
            await check(each)
            holding += 1
        except ChainBroken as error:
            broken += 1
            out.print(str(error), markup=False)
        if (holding + broken) % 1000 == 0:
            out.print(f"… {holding + broken} records", style="dim")
    out.print(f"{holding} records hold, {broken} do not", markup=False)
    return int(bool(broken))


async def _known(app: Installation, interview: str) -> None:
    """Raise WrongUsage if there never was such an interview."""
    if await was_there(app.store, interview):
        return
    raise WrongUsage(
        f"there is no interview {interview[:_SHOWN]!r}: its id is on the candidate's card (/candidate NAME at the "
        "staff console) and in xumian export; xumian audit --all verifies all records"
    )


async def _organisation(
    app: Installation, out: Console, check: Callable[[str], Awaitable[None]]
) -> tuple[int, int]:
    """Verify the organisation's record, if it exists. Returns (intact records, broken records)."""
    try:
        length = await audit_organisation(app.store)
        await check(NAME)
    except ChainBroken as error:
        out.print(str(error), markup=False)
        return 0, 1
    if not length:
        return 0, 0
    out.print(f"the organisation's record holds: {length} entries", markup=False)
    return 1, 0
