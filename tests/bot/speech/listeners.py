"""Stand-ins for the speech model, run in the child process. The "samples" say what to do."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from bot.speech.whisper import Heard, HearingFailed, ModelBroken, ModelOptions, Speech, Task, Unheard


class Scripted:
    """A model that does what the samples say.

    - `echo:TEXT`: return the text, with the model's name.
    - `pid`, `nice`: return the id or the niceness of the process.
    - `die`: kill the process.
    - `stop:SECONDS`: report this length of audio, and never end.
    - `told:FILE`: report progress, and end when the file exists.
    - `fail`: raise HearingFailed.
    - `break`, and anything else: raise RuntimeError.
    """

    def __init__(self, choice: ModelOptions) -> None:
        self._choice = choice

    def hear(
        self, speech: Speech, progress: Callable[[float], None], length: Callable[[float], None]
    ) -> Heard | Unheard:
        what, _, argument = speech.samples.decode().partition(":")
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


async def undecoded(data: bytes) -> bytes:
    """Stand in for the decoder."""
    return data


def task(what: str) -> Task:
    return Task(what.encode(), "zh", ())
