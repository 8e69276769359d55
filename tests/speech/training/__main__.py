"""Make the speech model again: `python -m tests.speech.training all`, or a single stage."""

import argparse
import os
from pathlib import Path

STAGES = ("speak", "fit", "export", "evaluate")


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.speech.training", description=__doc__)
    parser.add_argument("stage", choices=[*STAGES, "all"])
    parser.add_argument(
        "--work", type=Path, default=Path("data/speech-training"), help="where what lies between is kept"
    )
    parser.add_argument("--out", type=Path, help="where the model goes; default: `model` in the work folder")
    parser.add_argument("--speakers", type=int, default=1600, help="each says twelve sentences")
    parser.add_argument("--short-steps", type=int, default=3200, help="with windows of 4 to 16 seconds")
    parser.add_argument("--late-steps", type=int, default=800, help="some with windows of 30 seconds")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    chosen.out = chosen.out or chosen.work / "model"
    for stage in STAGES if chosen.stage == "all" else (chosen.stage,):
        _run(stage, chosen)


def _run(stage: str, chosen: argparse.Namespace) -> None:
    """Run a stage. Imports only what the stage needs: speaking and evaluating do not need torch."""
    match stage:
        case "speak":
            from tests.speech.training import speaking

            chosen.work.mkdir(parents=True, exist_ok=True)
            speaking.speak(chosen.work, chosen.speakers, chosen.threads)
        case "fit":
            import torch

            from tests.speech.training.fitting import Fitting

            torch.set_num_threads(chosen.threads)
            Fitting(chosen.work).run(chosen.short_steps, chosen.late_steps)
        case "export":
            from tests.speech.training.exporting import export

            export(chosen.work, chosen.out)
        case "evaluate":
            from tests.speech.training.evaluating import evaluate

            evaluate(chosen.out, chosen.threads)


if __name__ == "__main__":
    main()
