"""The command `doctor`: what is wrong with this installation, and what to do about it."""

from collections.abc import AsyncIterator

from rich.console import Console

from bot.app import App
from bot.clock import now_ms
from bot.commands import output
from bot.doctor import machine, public_address, service
from bot.doctor.findings import Finding, problem
from bot.settings import Settings
from bot.store import opened
from conversation.errors import BotError
from handlers.catalogues import staff_vocabulary
from storage.errors import StoreUnavailable


async def doctor(settings: Settings, out: Console) -> int:
    """Look at everything, and print what is found, each with its remedy. Returns 1 if there is a problem."""
    words = staff_vocabulary()[output.language()]
    worst = 0
    async for found in _look(settings):
        out.print(found.worded(words), markup=False)
        worst = max(worst, int(found.level == "problem"))
    out.print(words.plain("staff.doctor.end.problem" if worst else "staff.doctor.end"), markup=False)
    return worst


async def _look(settings: Settings) -> AsyncIterator[Finding]:
    for found in machine.look(settings):
        yield found
    if settings.public_url:
        async for found in public_address.look(settings.public_url, now_ms()):
            yield found
    try:
        async with opened(settings) as store:
            async for found in service.look_at_redis(store, now_ms()):
                yield found
            app = App(settings, store)
            try:
                await app.add_channels()
                for looks in (
                    service.look_at_queues(app, now_ms()),
                    service.look_at_accounts(app, now_ms()),
                    service.look_at_staff(app),
                    service.look_at_assessor(app),
                ):
                    async for found in looks:
                        yield found
            finally:
                await app.close()
    except StoreUnavailable as error:
        yield problem("redis.away", why=error.reason)
    except BotError as error:
        yield problem("start", why=str(error))
