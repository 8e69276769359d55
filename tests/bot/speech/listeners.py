"""Stand-ins for the model, which do in the child process what a test needs. A task's data says what."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from bot.speech.whisper import Heard, HearingFailed, ModelBroken, ModelOptions, Task, Unheard


class Scripted:
    """`echo:TEXT`, `pid`, `nice`, `die`, `stop:SECONDS` (of audio; never ends), `told:FILE` (ends when the file is
    there), `fail`, `break`."""

    def __init__(self, choice: ModelOptions) -> None:
        self._choice = choice

    def hear(
        self, task: Task, progress: Callable[[float], None], length: Callable[[float], None]
    ) -> Heard | Unheard:
        what, _, argument = task.data.decode().partition(":")
        match what:
            case "echo":
                return _said(argument, self._choice.name)
            case "pid":
                return _said(str(os.getpid()))
            case "nice":
                return _said(str(os.nice(0)))
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "stop":
                length(float(argument))
                threading.Event().wait()
            case "told":
                progress(0.5)
                while not Path(argument).exists():
                    threading.Event().wait(0.01)
                return _said("told")
            case "fail":
                raise HearingFailed("this one not")
        raise RuntimeError("nobody expected this")


def broken(choice: ModelOptions) -> Scripted:
    raise ModelBroken(f"the speech model {choice.name} is broken")


def never_loads(choice: ModelOptions) -> Scripted:
    threading.Event().wait()
    raise AssertionError


def _said(text: str, model: str = "") -> Heard:
    return Heard(text, 1.0, model, 0, ())


def task(what: str) -> Task:
    return msgspec.convert({"data": what.encode(), "language": "zh", "terms": (), "most_s": 60.0}, Task)
