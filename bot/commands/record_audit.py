"""The command `audit`, which verifies records."""

from rich.console import Console

from bot.installation import Installation
from conversation.errors import ChainBroken
from handlers.maintenance.audit import Erasures, all_interviews
from handlers.maintenance.audit import audit as audit_one
from handlers.organisation.repository import audit_organisation


async def audit(app: Installation, out: Console, interview: str) -> int:
    """Verify one interview's record, or all records including the organisation's if none is named.

    Returns 1 if one of all records is broken, otherwise 0. Raises ChainBroken if the named interview's record is
    broken.
    """
    if interview:
        length = (await audit_one(app.store, interview)).version
        out.print(f"the record of {interview} holds: {length} entries", markup=False)
        return 0
    holding, broken = await _organisation(app, out)
    erasures = Erasures(app.store)
    async for each in all_interviews(app.store):
        try:
            await audit_one(app.store, each, erasures)
            holding += 1
        except ChainBroken as error:
            broken += 1
            out.print(str(error), markup=False)
        if (holding + broken) % 1000 == 0:
            out.print(f"… {holding + broken} records", style="dim")
    out.print(f"{holding} records hold, {broken} do not", markup=False)
    return int(bool(broken))


async def _organisation(app: Installation, out: Console) -> tuple[int, int]:
    """Verify the organisation's record, if it exists. Returns (intact records, broken records)."""
    try:
        length = await audit_organisation(app.store)
    except ChainBroken as error:
        out.print(str(error), markup=False)
        return 0, 1
    if not length:
        return 0, 0
    out.print(f"the organisation's record holds: {length} entries", markup=False)
    return 1, 0
