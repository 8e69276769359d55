"""Computing a campaign's counters anew, and comparing."""

from rich.console import Console

from bot.app import App
from bot.clock import now_ms
from handlers.recounting import Recount, recount


async def compare(app: App, out: Console, campaign: str) -> int:
    """One campaign's counters, or where none is named those of all; 1 if they are not what the records say."""
    names = [(await app.campaigns.find(campaign)).id] if campaign else await app.store.directory.campaigns()
    differ = 0
    for name in names:
        last = Recount(0, 0, {}, {})
        async for last in recount(app.store, name, app.settings.zone, now_ms()):
            if not last.counted and last.interviews:
                out.print(f"… {last.interviews} interviews", style="dim")
        differ += _say(out, name, last)
    return int(differ > 0)


def _say(out: Console, name: str, found: Recount) -> bool:
    differences = found.differences()
    erased = f", {found.erased} of them erased" if found.erased else ""
    said = f"{len(differences)} counters differ" if differences else "the counters are what the records say"
    out.print(f"{name}: {found.interviews} interviews{erased}: {said}", markup=False)
    for counter, (counted, computed) in differences.items():
        out.print(f"  {counter}: counted {counted}, computed {computed}", markup=False)
    return bool(differences)
