"""Verifying records."""

from rich.console import Console

from bot.app import App
from conversation.errors import ChainBroken
from handlers.auditing import all_interviews
from handlers.auditing import audit as audit_one


async def audit(app: App, out: Console, interview: str) -> int:
    """One interview, or all where none is named; 1 if a record does not hold."""
    if interview:
        length = await audit_one(app.store, interview)
        out.print(f"the record of {interview} holds: {length} entries", markup=False)
        return 0
    holding = broken = 0
    async for each in all_interviews(app.store):
        try:
            await audit_one(app.store, each)
            holding += 1
        except ChainBroken as error:
            broken += 1
            out.print(str(error), markup=False)
        if (holding + broken) % 1000 == 0:
            out.print(f"… {holding + broken} records", style="dim")
    out.print(f"{holding} records hold, {broken} do not", markup=False)
    return int(bool(broken))
