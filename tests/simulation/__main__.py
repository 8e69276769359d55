"""Play the whole study and print its report."""

import argparse
import os
import sys
import time

from tests.simulation import report
from tests.simulation.assumptions import Assumptions, unmoved
from tests.simulation.features import ALL, NONE
from tests.simulation.study import KEPT, TELLING, TOLD, Result, Run, contributions, play_all


def main() -> None:
    chosen = _arguments()
    began = time.monotonic()
    assumed = Assumptions()
    whole = [
        Run(features, chosen.candidates, chosen.seed + 100 + number, assumed)
        for number, features in enumerate((NONE, TELLING, ALL))
    ]
    first = _play("all off, all on", whole, chosen)
    moved, still = (
        {
            question: _play(what, question.runs(people, chosen.candidates, chosen.seed + offset + more), chosen)
            for more, question in ((0, KEPT), (200, TOLD))
        }
        for what, people, offset in (
            ("people as assumed", assumed, 0),
            ("people whom nothing moves", unmoved(assumed), 1000),
        )
    )
    every = [*first, *(each for some in (moved, still) for results in some.values() for each in results)]
    candidates, steps = sum(each.candidates for each in every), sum(each.steps for each in every)
    took_s = time.monotonic() - began
    lines = [
        f"{candidates:,} candidates, {steps:,} steps of the engine, {took_s:.0f} s",
        f"(seed {chosen.seed}, {chosen.candidates:,} candidates in each run)",
        *("", *report.table(first)),
        *("", *report.article()),
        *("", *report.parts(contributions(KEPT, moved[KEPT]), "direct exits")),
        *("", *report.parts(contributions(TOLD, moved[TOLD]), "nothing known")),
        *("", *report.placebo(contributions(KEPT, still[KEPT]), "direct exits")),
        *("", *report.placebo(contributions(TOLD, still[TOLD]), "nothing known")),
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
