"""`python -m tests.simulation`: plays the study and prints its report."""

import argparse
import os
import sys
import time

from tests.simulation import report
from tests.simulation.assumptions import Assumptions, unmoved
from tests.simulation.features import ALL, NONE
from tests.simulation.study import TELLING, Result, Run, contributions, keeping, play_all


def main() -> None:
    chosen = _arguments()
    began = time.monotonic()
    assumed = Assumptions()
    whole = [
        Run(features, chosen.candidates, chosen.seed + 100 + number, assumed)
        for number, features in enumerate((NONE, TELLING, ALL))
    ]
    everybody = _play("people as assumed", [*whole, *keeping(assumed, chosen.candidates, chosen.seed)], chosen)
    still = _play(
        "people whom nothing moves", keeping(unmoved(assumed), chosen.candidates, chosen.seed + 1000), chosen
    )
    interviews = sum(each.candidates for each in (*everybody, *still))
    steps = sum(each.steps for each in (*everybody, *still))
    lines = [
        f"{interviews:,} candidates, {steps:,} steps of the engine, {time.monotonic() - began:.0f} s "
        f"(seed {chosen.seed}, {chosen.candidates:,} candidates in each run)",
        "",
        *report.table(everybody[: len(whole)]),
        "",
        *report.article(),
        "",
        *report.parts(contributions(everybody[len(whole) :])),
        "",
        *report.placebo(contributions(still)),
    ]
    print("\n".join(lines))


def _play(what: str, runs: list[Run], chosen: argparse.Namespace) -> list[Result]:
    print(f"{what}: {len(runs)} runs …", file=sys.stderr)
    return play_all(runs, chosen.processes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--candidates", type=int, default=4000, help="in each run (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20261125, help="(default: %(default)s)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="(default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
