"""Run a fault campaign: `python -m tests.faults --seed 1 --minutes 10`. Needs two cores for itself."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import get_args

from tests.faults.campaign import run
from tests.faults.plan import WEIGHTS, Redis, plan
from tests.faults.private_network import enter


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="decides every fault (default 1)")
    parser.add_argument("--minutes", type=float, default=5, help="how long faults happen (default 5)")
    parser.add_argument("--candidates", type=int, default=20, help="how many are interviewed at once (default 20)")
    parser.add_argument("--plan", action="store_true", help="only print the faults")
    parser.add_argument("--only", action="append", choices=WEIGHTS, default=[], help="faults of these kinds only")
    parser.add_argument(
        "--redis", choices=get_args(Redis), default="single", help="which servers (default single)"
    )
    parser.add_argument(
        "--lasts", type=float, metavar="SECONDS", help="how long each fault lasts, instead of a chance"
    )
    options = parser.parse_args()
    faults = plan(options.seed, options.minutes, options.only, options.redis, options.lasts)
    if options.plan:
        for fault in faults:
            print(f"after {fault.pause_s:.2f} s: {fault}")
        return 0
    if options.redis != "single":
        enter("tests.faults", sys.argv[1:])
    load = os.getloadavg()[0]
    print(f"seed {options.seed}, {options.minutes:g} minutes, load average before: {load:.1f}")
    with tempfile.TemporaryDirectory(prefix="xumian-faults-") as folder:
        try:
            asyncio.run(run(Path(folder), options.seed, faults, options.candidates, options.redis))
        except AssertionError as error:
            print(f"seed {options.seed}: {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
