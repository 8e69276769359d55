"""Code run in the child process of `recognizer_process`: holds the model and transcribes recordings one by one."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Protocol

from bot import logs
from bot.speech.whisper import Heard, ModelOptions, Speech, Unheard

NICENESS = 10
"""Lowers the child's priority, because replying to messages matters more than transcribing."""


class Listener(Protocol):
    """A loaded speech model: `whisper.Ear`, or a test's stand-in."""

    def hear(
        self, speech: Speech, progress: Callable[[float], None], length: Callable[[float], None]
    ) -> Heard | Unheard: ...


class Board(Protocol):
    """Memory shared by parent and child, with these values:

    `BEGUN`: whether the child has begun the current recording (0 or 1).
    `PROGRESS`: the share of it that is done (0 to 1).
    `LENGTH`: its duration in seconds.
    """

    def __getitem__(self, place: int) -> float: ...
    def __setitem__(self, place: int, value: float) -> None: ...


PLACES = 3
BEGUN, PROGRESS, LENGTH = range(PLACES)
_held: dict[str, Listener] = {}
_board: list[Board] = []


def begin(board: Board) -> None:
    """Initialise the child: lower its priority, and make it end with its parent, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole process group; the parent handles it
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


def load(make: Callable[[ModelOptions], Listener], choice: ModelOptions) -> None:
    """Load the model with `make`, for use by `hear`. Raises ModelBroken."""
    _held["ear"] = make(choice)


def hear(speech: Speech) -> Heard | Unheard:
    """Transcribe one decoded recording and write the progress to the shared memory. Raises HearingFailed."""
    (board,) = _board
    board[BEGUN] = 1
    return _held["ear"].hear(
        speech,
        lambda share: board.__setitem__(PROGRESS, share),
        lambda length_s: board.__setitem__(LENGTH, length_s),
    )
