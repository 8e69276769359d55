"""The parent's side of speech recognition: a child process holds the model and gets one recording at a time.

It is a separate process because the model computes for seconds without pause, and its memory use grows over many
recordings. Recordings are decoded before, each in a process of its own, so that no file can end the process with
the model. Importing this module loads no model and none of its libraries.
"""

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from bot.logs import log
from bot.media.decoding import decoded
from bot.media.formats import Undecodable
from bot.media.limited_process import ChildFailed
from bot.speech import models
from bot.speech import recognizer_child as child
from bot.speech.models import ModelMissing
from bot.speech.whisper import Ear, Heard, HearingFailed, ModelBroken, ModelOptions, Speech, Task, Unheard

JOBS_OF_A_CHILD = 200
LOAD_LIMIT_S = 300.0
JOB_LIMIT_S = 60.0
JOB_LIMIT_PER_AUDIO_S = 20.0
"""A recording may take JOB_LIMIT_S plus this many times its own length; then the child counts as stuck."""
LOOK_AGAIN_S = 30.0
_POLL_S = 1.0
_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy locks held by the parent's threads

T = TypeVar("T")


class HearingCrashed(HearingFailed):
    """The child process died or took too long. The next recording gets a new one."""


class RecognizerProcess:
    """Transcribes recordings in a child process.

    `model` is the name or the folder of the model; empty: the default, see `models.choose`. `load` is called in
    the child to load it. `decode` returns a recording's samples, see `decoding.decoded`. The child is replaced
    after `jobs_of_a_child` recordings.
    """

    def __init__(
        self,
        model: str,
        data_dir: Path,
        *,
        device: str = "auto",
        compute_type: str = "auto",
        threads: int = 0,
        jobs_of_a_child: int = JOBS_OF_A_CHILD,
        load: Callable[[ModelOptions], child.Listener] = Ear,
        decode: Callable[[bytes], Awaitable[bytes]] = decoded,
        clock: Callable[[], float] = time.monotonic,
        poll_s: float = _POLL_S,
    ) -> None:
        self._model = model
        self._data_dir = data_dir
        self._device = device
        self._compute_type = compute_type
        self._threads = threads
        self._jobs_of_a_child = jobs_of_a_child
        self._load = load
        self._decode = decode
        self._clock = clock
        self._poll_s = poll_s
        self._child: _Child | None = None
        self._turn = asyncio.Lock()
        self._problem: str | None = None
        self._look_at = float("-inf")

    async def problem(self, *, again: bool = False) -> str | None:
        """Return why recordings cannot be transcribed now, as a sentence, or None if no problem is known.

        Checked at most every LOOK_AGAIN_S seconds, unless `again` is set.
        """
        if again or self._clock() >= self._look_at:
            try:
                await self._choice()
                self._note(None)
            except ModelMissing as error:
                self._note(str(error))
        return self._problem

    async def hear(self, task: Task, progress: Callable[[float], None]) -> Heard | Unheard:
        """Transcribe a recording. `progress` is called about once a second with the share done, from 0 to 1.

        Raises ModelMissing or HearingFailed, including its subclasses HearingCrashed and ModelBroken. If the call
        is cancelled, the child is killed.
        """
        try:
            speech = Speech(await self._decode(task.data), task.language, task.terms)
        except Undecodable as error:
            return Unheard(error.why)
        except ChildFailed as error:
            raise HearingFailed(f"a recording could not be decoded: {error}") from error
        async with self._turn:
            kept = self._child
            try:
                return await self._hear(speech, progress)
            except HearingCrashed:
                if kept is None or kept.begun:
                    raise
            return await self._hear(speech, progress)  # the child had died since the last recording

    async def close(self) -> None:
        """Kill the child, whatever it is doing."""
        await self._drop()

    async def _hear(self, speech: Speech, progress: Callable[[float], None]) -> Heard | Unheard:
        held = await self._ready()
        try:
            heard = await self._wait(held, lambda: held.hear(speech), _job_limit, progress)
        except BaseException as error:
            if isinstance(error, HearingCrashed) or not isinstance(error, HearingFailed):
                await self._drop()
            raise
        if held.jobs >= self._jobs_of_a_child:
            await self._drop()
        return heard

    async def _ready(self) -> "_Child":
        """Return the child with the model loaded, starting it if needed. Raises ModelMissing or HearingFailed."""
        if self._child is not None:
            return self._child
        try:
            choice = await self._choice()
            held = self._child = _Child()
            await self._wait(held, lambda: held.submit(child.load, self._load, choice), lambda _: LOAD_LIMIT_S)
        except (ModelMissing, ModelBroken) as error:
            self._note(str(error))
            await self._drop()
            raise
        except BaseException:
            await self._drop()
            raise
        self._note(None)
        return held

    async def _wait(
        self,
        held: "_Child",
        start: "Callable[[], Future[T]]",
        limit: Callable[[float], float],
        progress: Callable[[float], None] | None = None,
    ) -> T:
        """Submit work to the child with `start` and return its result.

        `limit` returns how many seconds it may take, given the recording's length in seconds.
        Raises HearingCrashed if it takes longer or the child dies.
        """
        future: asyncio.Future[T] | None = None
        begun = self._clock()
        try:
            future = asyncio.wrap_future(start())
            while not (await asyncio.wait({future}, timeout=self._poll_s))[0]:
                if progress is not None:
                    progress(held.board[child.PROGRESS])
                if self._clock() - begun > (most_s := limit(held.board[child.LENGTH])):
                    raise HearingCrashed(
                        f"hearing a recording took more than {most_s:.0f} s: the process is ended"
                    )
            return future.result()
        except HearingFailed:
            raise
        except Exception as error:  # the pool's error for a dead child, or an unexpected error in the child
            log.warning("hearing_crashed", kind=type(error).__name__)
            raise HearingCrashed(
                f"the process that hears recordings failed ({type(error).__name__}): the next gets a new one"
            ) from error
        finally:
            if future is not None:
                future.cancel()

    async def _choice(self) -> ModelOptions:
        name, folder = await asyncio.to_thread(models.choose, self._model, self._data_dir)
        return ModelOptions(name, folder, self._device, self._compute_type, self._threads)

    def _note(self, problem: str | None) -> None:
        self._problem = problem
        self._look_at = self._clock() + LOOK_AGAIN_S

    async def _drop(self) -> None:
        held, self._child = self._child, None
        if held is not None:
            held.kill()
            await asyncio.to_thread(held.join)


class _Child:
    """One child process.

    The pool's own `max_tasks_per_child` is not used because it can hang (python/cpython#115634).
    """

    def __init__(self) -> None:
        self.board: child.Board = _SPAWN.RawArray("d", child.PLACES)
        self.jobs = 0
        self._pool = ProcessPoolExecutor(1, _SPAWN, child.begin, (self.board,))
        self._process: multiprocessing.process.BaseProcess | None = None

    def submit(self, function: Callable[..., T], *arguments: object) -> "Future[T]":
        """Submit a call to the child. The pool starts the process on the first call."""
        others = set() if self._process else set(multiprocessing.active_children())
        working = self._pool.submit(function, *arguments)
        if self._process is None:
            (self._process,) = set(multiprocessing.active_children()) - others
        return working

    def hear(self, speech: Speech) -> "Future[Heard | Unheard]":
        self.jobs += 1
        for place in range(child.PLACES):
            self.board[place] = 0
        return self.submit(child.hear, speech)

    @property
    def begun(self) -> bool:
        """Whether the child has begun the last recording submitted."""
        return bool(self.board[child.BEGUN])

    def kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ValueError):  # already closed
                self._process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        self._pool.shutdown(wait=True)


def _job_limit(length_s: float) -> float:
    return JOB_LIMIT_S + JOB_LIMIT_PER_AUDIO_S * length_s
