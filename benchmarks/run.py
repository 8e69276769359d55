"""Measures the bot, beside aiogram's own state machine with its Redis storage. See README.md in this folder."""

import argparse
import gc
from pathlib import Path

import uvloop
from bench.compare import compare, open_loop
from bench.hearing import hearing
from bench.lab import lab
from bench.lists import lists
from bench.memory import memory
from bench.profile import profile
from bench.stored import stored
from voice_beside_text import beside


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True)
    _mode(modes, "compare", "as fast as each bot can, interleaved", rounds=5, candidates=2000)
    _mode(modes, "memory", "bytes of Redis memory per finished interview", candidates=2000)
    mode = _mode(modes, "stored", "throughput with many interviews stored", rounds=7, candidates=2000)
    mode.add_argument("--interviews", type=int, default=100_000)
    mode = _mode(modes, "open", "latency at a given rate", rounds=3, in_flight=50)
    mode.add_argument("--rate", type=float, default=150, help="answers a second (default: %(default)s)")
    mode.add_argument("--seconds", type=float, default=20, help="of each run (default: %(default)s)")
    mode = _mode(
        modes, "beside", "latency of typed answers while recordings are transcribed", rounds=6, in_flight=50
    )
    mode.add_argument("--rate", type=float, default=60, help="typed answers a second (default: %(default)s)")
    mode.add_argument("--seconds", type=float, default=15, help="of each run (default: %(default)s)")
    mode.add_argument("--model", default="", help="the speech model: a name or a folder (default: the tests' own)")
    mode = _mode(modes, "lists", "lists of the REST API with many interviews stored", rounds=3, in_flight=50)
    mode.add_argument("--interviews", type=int, default=100_000)
    mode.add_argument("--rate", type=float, default=60, help="answers a second (default: %(default)s)")
    mode.add_argument("--seconds", type=float, default=40, help="of each run (default: %(default)s)")
    mode = _mode(modes, "profile", "where the time goes (py-spy)")
    mode.add_argument("--rate", type=float, default=0, help="answers a second; 0: as fast as it can")
    mode = modes.add_parser("hearing", help="transcription through the bot against the library's bare call")
    mode.add_argument("--rounds", type=int, default=15, help="of each (default: %(default)s)")
    mode.add_argument("--model", type=Path, help="a folder with a model (default: the tests' miniature)")
    return parser.parse_args()


def _mode(
    modes: "argparse._SubParsersAction[argparse.ArgumentParser]", title: str, what: str, **defaults: int
) -> argparse.ArgumentParser:
    mode = modes.add_parser(title, help=what)
    helps = {
        "rounds": "runs of each",
        "candidates": "of a run (a slow bot gets half as many)",
        "in_flight": "candidates at a time",
    }
    for option, default in ({"in_flight": 200} | defaults).items():
        name = f"--{option.replace('_', '-')}"
        mode.add_argument(name, type=int, default=default, help=f"{helps[option]} (default: %(default)s)")
    mode.add_argument("--realtime", action="store_true", help="go ahead of all other work on the machine (root)")
    return mode


async def main(chosen: argparse.Namespace) -> None:
    if chosen.mode == "hearing":
        await hearing(chosen.rounds, chosen.model)
        return
    async with lab(realtime=chosen.realtime) as here:
        match chosen.mode:
            case "compare":
                await compare(here, chosen.rounds, chosen.candidates, chosen.in_flight)
            case "memory":
                await memory(here, chosen.candidates)
            case "stored":
                await stored(here, chosen.interviews, chosen.rounds, chosen.candidates, chosen.in_flight)
            case "open":
                await open_loop(here, chosen.rounds, chosen.rate, chosen.seconds, chosen.in_flight)
            case "beside":
                await beside(here, chosen.rounds, chosen.rate, chosen.seconds, chosen.in_flight, chosen.model)
            case "lists":
                await lists(here, chosen.interviews, chosen.rounds, chosen.rate, chosen.seconds, chosen.in_flight)
            case "profile":
                await profile(here, chosen.in_flight, chosen.rate)


if __name__ == "__main__":
    chosen = arguments()
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)  # a garbage collection in the driver must not count as the bot's latency
    uvloop.run(main(chosen))
