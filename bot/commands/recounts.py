"""The command `recount`: compute campaigns' counters again from the records, compare, and repair them."""

from rich.console import Console

from bot.clock import now_ms
from bot.installation import Installation
from handlers.maintenance.recount import Recount, recount
from storage.errors import ArchivedRecordLost


async def compare(app: Installation, out: Console, campaign: str, *, repair: bool = False) -> int:
    """Compare the counters of one campaign, or of all campaigns if none is named.

    Returns 1 if an archived record is lost, or counters differ from the records and were not repaired, else 0.
    """
    names = [(await app.campaigns.find(campaign)).id] if campaign else await app.store.directory.campaigns()
    wrong = 0
    for name in names:
        try:
            found = await _recounted(app, out, name)
        except ArchivedRecordLost as lost:
            out.print(f"{name}: cannot be counted, since {lost.reason}", markup=False)
            wrong += 1
            continue
        differ = _say(out, name, found)
        if differ and repair:
            differ = not await _repair(app, out, name, found)
        wrong += differ
    return int(wrong > 0)


async def _recounted(app: Installation, out: Console, name: str) -> Recount:
    last = Recount(0, 0, {}, {})
    async for last in recount(app.store, name, app.settings.zone, now_ms()):
        if not last.counted and last.interviews:
            out.print(f"… {last.interviews} interviews", style="dim")
    return last


async def _repair(app: Installation, out: Console, name: str, found: Recount) -> bool:
    """Repair the counters if nothing has changed since they were compared. Returns whether they were repaired.

    With candidates active, a repair could undo what they have just counted.
    """
    again = await _recounted(app, out, name)
    if again != found:
        out.print(
            f"{name}: candidates are at work, nothing was changed; repair it at a quieter time", markup=False
        )
        return False
    await app.store.interviews.adjust(name, found.corrections())
    out.print(f"{name}: repaired", markup=False)
    return True


def _say(out: Console, name: str, found: Recount) -> bool:
    differences = found.differences()
    erased = f", {found.erased} of them erased" if found.erased else ""
    said = f"{len(differences)} counters differ" if differences else "the counters are what the records say"
    out.print(f"{name}: {found.interviews} interviews{erased}: {said}", markup=False)
    for counter, (counted, computed) in differences.items():
        out.print(f"  {counter}: counted {counted}, computed {computed}", markup=False)
    return bool(differences)
