"""What needs the store: Redis itself, what waits in it, our accounts, and who may use the console."""

import asyncio
import time
from collections.abc import AsyncIterator

from bot.channels.base import Channel, SendError
from bot.doctor.findings import Finding, ok, problem, warning
from bot.doctor.public_address import MOST_APART_S
from bot.installation import Installation
from bot.runtime.space import MOST_MEMORY_PERCENT
from handlers.organisation.repository import load
from handlers.organisation.state import ROOT, Grant
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS
from storage.redis.store import RedisStore

_PATIENCE_S = 15
_SLOW_MS = 20
_PINGS = 5
_LATE_S = 120
"""How long a message may wait to be sent before that is mentioned. Send limits of platforms can take as long."""
_RECENT_MS = 3600_000
_MIB = 1024 * 1024


async def look_at_redis(store: RedisStore, now_ms: int) -> AsyncIterator[Finding]:
    """Look at the server. `now_ms`: epoch milliseconds, the time when it was called."""
    began = time.perf_counter()
    theirs_ms = await store.clock_ms()
    for _ in range(_PINGS):
        await store.ping()
    took_ms = (time.perf_counter() - began) * 1000 / (_PINGS + 1)
    yield ok("redis", ms=f"{took_ms:.1f}") if took_ms < _SLOW_MS else warning("redis.slow", ms=f"{took_ms:.0f}")
    if theirs_ms and abs(theirs_ms - now_ms) > MOST_APART_S * 1000:
        yield warning("clock", n=round(abs(theirs_ms - now_ms) / 1000), whose="Redis")
    used, most = await store.memory()
    if most and used * 100 > most * MOST_MEMORY_PERCENT:
        yield problem("redis.full", used=used // _MIB, most=most // _MIB)
    for line in await store.check():
        yield warning("durability", what=line)


async def look_at_queues(app: Installation, now_ms: int) -> AsyncIterator[Finding]:
    """Look at what waits to be sent and to be transcribed."""
    outbox, jobs = app.store.outbox, app.store.jobs
    oldest = [each for each in await asyncio.gather(*map(outbox.oldest_ms, range(PARTITIONS))) if each]
    waits_s = (now_ms - min(oldest)) // 1000 if oldest else 0
    if waits_s > _LATE_S:
        yield problem("outbox.waits", n=waits_s)
    else:
        yield ok("outbox")
    if dead := await outbox.dead_letters():
        yield warning("dead_letters", n=dead)
    if waiting := await jobs.length("transcribe"):
        yield warning("transcripts", n=waiting)


async def look_at_accounts(app: Installation, now_ms: int) -> AsyncIterator[Finding]:
    """Ask each platform about our account there, as far as it can be asked."""
    channels = [each for each in app.channels.all() if not (each.capabilities.kept or each.capabilities.internal)]
    for found in await asyncio.gather(*(_account(each, now_ms) for each in channels)):
        yield found
    if not channels:
        yield warning("accounts.none")


async def _account(channel: Channel, now_ms: int) -> Finding:
    name = f"{channel.name}:{channel.account}"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await channel.learn_link()
    except TimeoutError:
        return problem("account", account=name, why=f"{_PATIENCE_S} s")
    except (SendError, StoreUnavailable) as error:
        return problem("account", account=name, why=str(error))
    figures = await channel.figures()
    if figures.error and now_ms - figures.error_ms < _RECENT_MS:
        return warning("account.error", account=name, why=figures.error)
    return ok("account.works", account=name)


async def look_at_staff(app: Installation) -> AsyncIterator[Finding]:
    """Look whether anybody is in charge."""
    people = (await load(app.store)).state.people.values()
    owners = sum(Grant("owner", ROOT) in each.grants for each in people)
    if owners:
        yield ok("owners", n=owners)
    elif not app.settings.local:
        yield warning("owners.none")


async def look_at_assessor(app: Installation) -> AsyncIterator[Finding]:
    """Look whether the model that is set may read answers."""
    if endpoint := app.admission.endpoint:
        await app.admission.look()
        if app.admission.admitted:
            yield ok("assessor", model=endpoint.model)
        else:
            yield warning("assessor.not_admitted", model=endpoint.model)
        if waiting := await app.store.jobs.length("assess"):
            yield warning("assessor.waits", n=waiting)
