"""The mode `lists`: how long the REST API takes for a list of 50 of many interviews, beside a loaded bot.

Each list is asked for again and again over one connection while candidates answer at a given rate. The first page,
pages from anywhere deep in the list, one state only, a search, and one interview are measured in turn, so that all
meet the same load.
"""

import asyncio
import random
import statistics
import sys
import time
from pathlib import Path

import httpx

from bench import report
from bench.bots import CAMPAIGN, Ours
from bench.invite import name_of
from bench.lab import BOT_CORE, SIDE_CORE, Lab, Running, Store
from bench.measure import warm_up
from bench.stored import populate

AIM_MS = 50
LIMIT = 50
_PAUSE_S = 0.12
"""Between two calls of one kind, so that a token's 600 calls a minute are enough."""
_PAGES = 40
_ONE_IN = 50
"""One in so many candidates has come; the others are invited."""
_INVITE = Path(__file__).parent / "invite.py"
_PATH = f"/api/v1/campaigns/{CAMPAIGN}/interviews?limit={LIMIT}"


async def lists(lab: Lab, interviews: int, rounds: int, rate: float, seconds: float, in_flight: int) -> None:
    async with lab.redis() as store:
        await populate(lab, store, max(400, interviews // _ONE_IN))
        await _invite(lab, store, interviews - interviews // _ONE_IN)
        async with lab.bot(Ours(), store) as running:
            await warm_up(running)
            token = await _token(lab, running)
            headers = {"authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{running.around.port}", headers=headers, timeout=30
            ) as web:
                deep = await _deep(web)
                took: dict[str, list[list[float]]] = {}
                for number in range(rounds):
                    here: dict[str, list[float]] = {}
                    answers = asyncio.create_task(running.play(running.open(rate, seconds, in_flight)))
                    await _measure(web, deep, here, answers, random.Random(number), interviews // 2)
                    _, played = await answers
                    for name, each in here.items():
                        took.setdefault(name, []).append(sorted(each))
                    print(
                        f"  round {number + 1}: {played.answers / played.seconds:.0f} answers/s beside", flush=True
                    )
    lines = [_line(name, each, interviews, rate) for name, each in took.items()]
    print(report.table(("list", "calls", "p50 ms", "p95 ms", "longest ms", ""), lines))


def _line(name: str, rounds: list[list[float]], interviews: int, rate: float) -> list[str]:
    """Return a line of the table: medians of the rounds, with the least and the most."""
    p50, p95 = ([each[int((len(each) - 1) * part)] for each in rounds] for part in (0.5, 0.95))
    calls, middle = sum(map(len, rounds)), statistics.median(p95)
    measured = {"calls": calls, "p50_ms": statistics.median(p50), "p95_ms": middle}
    report.keep("lists", {"list": name, "interviews": interviews, "rate": rate, **measured})
    longest = max(each[-1] for each in rounds)
    verdict = "kept" if middle < AIM_MS else "MISSED"
    return [name, f"{calls}", report.spread(p50, 1), report.spread(p95, 1), f"{longest:.0f}", verdict]


async def _invite(lab: Lab, store: Store, number: int) -> None:
    """Invite candidates by name, using both cores."""
    fillers, begun = [], time.monotonic()
    for first, core in ((0, BOT_CORE), (number // 2, SIDE_CORE)):
        share = number // 2 if first == 0 else number - number // 2
        command = [sys.executable, str(_INVITE), store.url, CAMPAIGN, str(first), str(share)]
        fillers.append(lab.start(command, core, measured=False))
    for filler in fillers:
        if await asyncio.to_thread(filler.popen.wait):
            raise RuntimeError(f"the store could not be filled: {filler.log.read_text()[-2000:]}")
    print(f"{number:,} candidates invited in {time.monotonic() - begun:.0f} s", flush=True)


async def _token(lab: Lab, running: Running) -> str:
    command = [*running.bot.command()[:-1], "token", "create", "--name", "bench", "--role", "auditor"]
    process = lab.start(command, SIDE_CORE, running.bot.environment(running.around), measured=False)
    await asyncio.to_thread(process.popen.wait)
    return next(word for word in process.log.read_text().split() if word.startswith("xum_"))


async def _deep(web: httpx.AsyncClient) -> list[str]:
    """Return addresses of pages from the middle of the list on, 400 interviews apart."""
    found, path = list[str](), _PATH.replace(f"limit={LIMIT}", "limit=100")
    for number in range(_PAGES * 4):
        piece = (await _got(web, path)).json()
        if piece["next"] is None:
            break
        path = piece["next"]
        if number % 4 == 3:
            found.append(path.replace("limit=100", f"limit={LIMIT}"))
        await asyncio.sleep(_PAUSE_S / 4)
    return found


async def _measure(
    web: httpx.AsyncClient,
    deep: list[str],
    took: dict[str, list[float]],
    beside: asyncio.Task,
    draw: random.Random,
    invited: int,
) -> None:
    first = (await _got(web, _PATH)).json()["interviews"]
    while not beside.done():
        one = draw.choice(first)
        for name, path in {
            "first page": _PATH,
            "deep page": draw.choice(deep),
            "completed only": f"{_PATH}&state=completed",
            "exited only (none)": f"{_PATH}&state=exited",
            "campaigns": f"/api/v1/campaigns?limit={LIMIT}",
            "one interview": f"/api/v1/interviews/{one['interview']}",
            "search by id": f"/api/v1/candidates?q={one['interview'][:8]}",
            "search by name": f"/api/v1/candidates?q={name_of(draw.randrange(invited))}",
        }.items():
            began = time.perf_counter()
            await _got(web, path)
            took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(_PAUSE_S)


async def _got(web: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await web.get(path)
    answer.raise_for_status()
    return answer
