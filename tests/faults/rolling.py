"""A rolling upgrade: each process of an earlier release is replaced by one of this release, under load.

    git worktree add /tmp/earlier v0.2.0
    python -m tests.faults.rolling --from /tmp/earlier --minutes 3

Two `serve`, two `work delivery` and two `work timers` share one Redis. One after another is stopped by SIGTERM and
started from this tree, in the order of docs/upgrading.md. At the end everything must hold that a fault campaign
checks, and nothing may have come twice.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.fakes.running import SINGLE, own_server
from tests.faults.candidates import Crowd, Manner
from tests.faults.processes import CAMPAIGNS, ROOT, Process
from tests.faults.scenarios import START_S, World, world
from tests.faults.verifying import Findings

_MANNERS: tuple[Manner, ...] = ("waiting", "hasty", "fragments")
PROCESSES = ("work delivery", "work delivery", "work timers", "work timers", "serve", "serve")
"""In the order in which they are replaced: first those that read what others store."""
_LEASES_PASS_S = 6.0
_MOST_S = 5.0


async def run(folder: Path, earlier: Path, minutes: float, at_once: int, most_s: float = _MOST_S) -> Findings:
    """Upgrade once within so many minutes, with `at_once` candidates at any time.

    No update may wait longer than `most_s` seconds for its acknowledgement while its web server is replaced.

    Raises AssertionError if anything was lost, doubled or stuck.
    """
    with own_server(SINGLE[0]) as redis:
        async with world(folder, 1, redis_url=redis.url, root=earlier) as here:
            processes = await _started(here)
            crowd = Crowd(here.telegram, _MANNERS, here.chance, at_once)
            async with asyncio.TaskGroup() as group:
                upgrading = group.create_task(_upgrade(here, processes, minutes * 60 / (len(processes) + 1)))
                await here.all_through(crowd, crowd.come(at_once, while_=lambda: not upgrading.done()))
            await asyncio.sleep(_LEASES_PASS_S)  # what was left undone is done by another process
            return await _verified(here, crowd, processes, most_s)


async def _started(here: World) -> list[Process]:
    processes = [here.installation.process(*each.split()) for each in PROCESSES]
    for process in processes:
        process.start()
    servers = [each for each in processes if each.arguments == ("serve",)]
    for process in servers:
        await here.ready(process)
    here.telegram.addresses = [each.address for each in servers]
    return processes


async def _upgrade(here: World, processes: list[Process], every_s: float) -> None:
    """Replace one process every `every_s` seconds, and let all run for as long before and afterwards."""
    for process in processes:
        await asyncio.sleep(every_s)
        code, seconds = await process.stop(START_S)
        assert code == 0, f"{process.arguments} ended with {code}:\n{process.tail()}"
        process.renew(ROOT)
        process.start()
        if process.arguments == ("serve",):
            await here.ready(process)
        print(f"{' '.join(process.arguments)}: stopped in {seconds:.1f} s", flush=True)
    here.installation.renew(ROOT)
    await asyncio.sleep(every_s)


async def _verified(here: World, crowd: Crowd, processes: list[Process], most_s: float) -> Findings:
    found = await here.verify("rolling upgrade", crowd)
    for each in CAMPAIGNS:
        await here.installation.command("recount", each)
    assert not found.repeated, "a process that is stopped in good order repeats no message"
    for process in processes:
        assert process.running, process.tail()
        said = process.log.read_text(encoding="utf-8", errors="replace")
        assert '"level": "error"' not in said, said[-3000:]
    slowest_s = here.telegram.slowest_s
    print(f"an update waited {slowest_s:.2f} s at most for its acknowledgement")
    assert slowest_s <= most_s
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rolling", description=__doc__)
    parser.add_argument("--from", dest="earlier", type=Path, required=True, help="a tree of the earlier release")
    parser.add_argument("--minutes", type=float, default=3, help="how long the upgrade takes (default 3)")
    parser.add_argument("--candidates", type=int, default=20, help="how many are interviewed at once (default 20)")
    options = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="xumian-rolling-") as folder:
        try:
            asyncio.run(run(Path(folder), options.earlier.resolve(), options.minutes, options.candidates))
        except AssertionError as error:
            print(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
