"""`python -m tests.fuzz --inputs 1000000 --seed 1 [--target NAME]` fuzzes all parsers or one.

Inputs on which a parser fails are written into `corpus/`, where the tests find them. With `--webhooks N`, N
messages are also posted to each channel's webhook; with `--sockets N`, N connections are made to the page's
WebSocket. Returns 1 if anything was found.
"""

import argparse
import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Sequence
from random import Random

from tests.bot.whole_app import whole_app
from tests.fuzz.run import fuzz, keep, memory
from tests.fuzz.sockets import send_many
from tests.fuzz.targets import CORPUS, TARGETS, Target
from tests.fuzz.webhooks import DOORS, post_many
from tests.servers import ServerProcess, available_servers


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description="Fuzz all parsers of strangers' bytes."
    )
    parser.add_argument("--inputs", type=int, default=100_000, help="how many in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=[each.name for each in TARGETS], help="only this parser")
    parser.add_argument("--webhooks", type=int, default=0, help="how many messages to each channel's webhook")
    parser.add_argument("--sockets", type=int, default=0, help="how many connections to the page's WebSocket")
    told = parser.parse_args()
    begun = time.perf_counter()
    findings = _parsers([each for each in TARGETS if told.target in (None, each.name)], told.inputs, told.seed)
    findings += _webhooks(told.webhooks, told.seed)
    findings += asyncio.run(_sockets(told.sockets, told.seed)) if told.sockets else 0
    print(f"{findings} findings in {time.perf_counter() - begun:.0f} s")
    return 1 if findings else 0


def _parsers(targets: Sequence[Target], inputs: int, seed: int) -> int:
    """Run all targets, print what came of it, and return the number of findings."""
    shares, findings, done = sum(each.share for each in targets), 0, 0
    early: int | None = None
    for target in targets:
        report = fuzz(target, max(1, round(inputs * target.share / shares)), Random(f"{seed} {target.name}"))
        print(
            f"{target.name:16}{report.inputs:>9} inputs {report.inputs / report.seconds:>7.0f}/s"
            f"{len(report.outcomes):>6} outcomes  slowest {1000 * report.slowest_s:>6.1f} ms"
            f"  memory {_mib(report.grown):>10}  {len(report.findings)} findings",
            flush=True,
        )
        for (cause, data), path in zip(report.findings.items(), keep(report, CORPUS), strict=True):
            print(
                f"    {report.times[cause]}x {cause}  {data[:80]!r}  {path.relative_to(CORPUS.parent)}", flush=True
            )
        findings += len(report.findings)
        done += report.inputs
        early = memory() if early is None and done >= inputs // 10 else early
    late = memory()
    grown = late - early if early is not None and late is not None else None
    print(f"{done} inputs; memory since a tenth of them: {_mib(grown)}")
    return findings


def _mib(size: int | None) -> str:
    return "unknown" if size is None else f"{size / 2**20:+.1f} MiB"


def _webhooks(inputs: int, seed: int) -> int:
    """Post messages to all webhooks, print what came of it, and return the number of faults."""
    found = 0
    for door in DOORS if inputs else ():
        statuses, faults = asyncio.run(post_many(door, inputs, Random(f"{seed} {door.name}")))
        print(
            f"webhook of {door.name}: {inputs} messages, answered {statuses}, {len(faults)} findings", flush=True
        )
        for fault, data in faults.items():
            print(f"    {fault}  {data!r}")
        found += len(faults)
    return found


async def _sockets(inputs: int, seed: int) -> int:
    """Open connections to a whole app, print what came of it, and return the number of faults."""
    logging.disable(logging.WARNING)  # the web server says of each malformed request that it was one
    with contextlib.ExitStack() as stack:
        server = ServerProcess(next(iter(available_servers().values())))
        stack.callback(server.stop)
        async with whole_app(server.start().url) as app:
            outcomes, faults = await send_many(app, inputs, Random(f"{seed} sockets"))
    print(f"WebSocket: {inputs} connections, {outcomes}, {len(faults)} findings", flush=True)
    for fault in faults[:20]:
        print(f"    {fault}")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
