"""What the child process does that `hearer` keeps: it holds the model, and hears one recording after another."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Protocol

from bot import logs
from bot.speech.whisper import Choice, Heard, Task, Unheard

NICENESS = 10
"""Answers in text come before transcripts."""


class Listener(Protocol):
    """What `hearing.Ear` is, and a test's stand-in."""

    def hear(
        self, task: Task, progress: Callable[[float], None], length: Callable[[float], None]
    ) -> Heard | Unheard: ...


class Board(Protocol):
    """Memory that parent and child share: whether the child has begun with a recording (0 or 1), how far it is (0
    to 1), and how many seconds the recording lasts."""

    def __getitem__(self, place: int) -> float: ...
    def __setitem__(self, place: int, value: float) -> None: ...


PLACES = 3
BEGUN, PROGRESS, LENGTH = range(PLACES)
_held: dict[str, Listener] = {}
_board: list[Board] = []


def begin(board: Board) -> None:
    """Before all else: give way to others, and never outlive the parent, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    logs.configure()
    _board.append(board)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def load(make: Callable[[Choice], Listener], choice: Choice) -> None:
    """Raises ModelBroken."""
    _held["ear"] = make(choice)


def hear(task: Task) -> Heard | Unheard:
    """Raises HearingFailed."""
    (board,) = _board
    board[BEGUN] = 1
    return _held["ear"].hear(
        task,
        lambda share: board.__setitem__(PROGRESS, share),
        lambda length_s: board.__setitem__(LENGTH, length_s),
    )
