"""Play schedules: `python -m tests.interleavings --schedules 10000 --seed 1`, or one of them with its trace."""

import argparse
import sys
import time

import structlog

from tests.interleavings.planted import FAULTS
from tests.interleavings.world import Planted, play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.interleavings", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000, help="how many (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--trace", action="store_true", help="print what happened, moment by moment")
    parser.add_argument("--planted", choices=sorted(FAULTS), help="play them with a planted fault")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    planted = FAULTS.get(options.planted, Planted())
    started, failed, sent, repeated, faults = time.process_time(), 0, 0, 0, 0
    for seed in range(options.seed, options.seed + options.schedules):
        outcome = play(seed, planted, trace=options.trace)
        sent, repeated, faults = sent + outcome.sent, repeated + outcome.repeated, faults + outcome.faults
        if options.trace:
            print("\n".join(outcome.trace))
        if outcome.wrong:
            failed += 1
            print(f"seed {seed}: {'; '.join(outcome.wrong)}")
    spent_s = time.process_time() - started
    print(
        f"{options.schedules} schedules from seed {options.seed}: {failed} failed; {faults} faults, "
        f"{sent} messages, {repeated} of them repeats that a fault explains; {spent_s:.0f} s of CPU time"
    )
    if failed:
        print("Play one again with --schedules 1 --trace --seed N.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
