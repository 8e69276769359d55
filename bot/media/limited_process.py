"""Running a function on a stranger's file in a child process with limits: the parent's side.

Decoders and parsers have errors, and a small file can make them allocate gigabytes or compute for hours. In the
child, that ends the child. It has limits on memory, time and output, opens no network connection and writes no
file, as far as the system can forbid it, and its environment has no secrets. See `limited_child` for the limits.
"""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process
from typing import NamedTuple

from bot.logs import log
from bot.media.limited_child import NOT_READY, REJECTED, Rejected, give_way
from conversation.errors import BotError

__all__ = ["ChildFailed", "ChildNotReady", "LimitExceeded", "Limits", "Rejected", "TookTooLong", "run"]

_AT_ONCE = asyncio.Semaphore(2)
_CHILD = ("-s", "-P", "-m", "bot.media.limited_child")  # without the user's packages and the working directory
_KEPT = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")
"""Variables that the child's environment keeps: where programs and libraries are."""
_MOST_REASON = 200
_PIECE_BYTES = 1 << 16


class Limits(NamedTuple):
    """What a child may use.

    - `output_bytes`: the most bytes that the function may return.
    - `memory_bytes`: address space on top of what it has with its libraries loaded and the file read.
    - `cpu_s`: CPU time, including its start.
    - `time_s`: time from start to end, after which it is killed.
    """

    output_bytes: int
    memory_bytes: int = 512 << 20
    cpu_s: int = 60
    time_s: int = 90


class ChildFailed(BotError):
    """The child gave no result."""


class LimitExceeded(ChildFailed):
    """The child crashed, or used more than its limits allow."""


class TookTooLong(ChildFailed):
    """The child was killed because its time was over."""


class ChildNotReady(ChildFailed):
    """The child could not begin; the file has nothing to do with it."""


async def run(function: str, data: bytes, limits: Limits) -> bytes:
    """Return what the function, named like `package.module:function`, returns for `data`.

    Waits while two children are running. If the call is cancelled, the child is killed. Raises Rejected if the
    function does, or LimitExceeded, TookTooLong or ChildNotReady.
    """
    async with _AT_ONCE:
        child = await _started(function, limits)
        try:
            async with asyncio.timeout(limits.time_s):
                await _feed(child, data)
                made = await _output(child, function, limits.output_bytes)
                status = await child.wait()
        except TimeoutError:
            log.warning("limited_child_too_slow", function=function)
            raise TookTooLong(f"{function} took more than {limits.time_s} s: the process is ended") from None
        finally:
            await _end(child)
    return _result(function, status, made)


async def _started(function: str, limits: Limits) -> Process:
    arguments = (function, str(limits.memory_bytes), str(limits.cpu_s), str(limits.time_s))
    try:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, *_CHILD, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
        )
    except OSError as error:
        raise ChildNotReady(f"no process can be started for {function}: {error.strerror}") from None
    give_way(child.pid)
    return child


def _environment() -> dict[str, str]:
    """Return the child's environment. Libraries for matrices start no threads, which would take address space."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join(filter(None, sys.path))
    return {**kept, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


async def _feed(child: Process, data: bytes) -> None:
    """Write the file to the child, which reads it whole before it works on it."""
    assert child.stdin is not None
    with contextlib.suppress(ConnectionError):  # it has ended; its exit status says why
        child.stdin.write(data)
        await child.stdin.drain()
    child.stdin.close()


async def _output(child: Process, function: str, most_bytes: int) -> bytes:
    assert child.stdout is not None
    made = bytearray()
    while piece := await child.stdout.read(_PIECE_BYTES):
        made += piece
        if len(made) > most_bytes:
            log.warning("limited_child_says_too_much", function=function)
            raise LimitExceeded(f"{function} returned more than {most_bytes} bytes")
    return bytes(made)


async def _end(child: Process) -> None:
    """Kill the child if it is still running, and close its pipes."""
    assert child.stdin is not None
    assert child.stdout is not None
    _kill(child)
    child.stdin.close()
    while await child.stdout.read(_PIECE_BYTES):
        pass  # a pipe that holds something stays open
    await child.wait()


def _kill(child: Process) -> None:
    """Kill the child with all processes of its group, which it makes as soon as it runs."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError, AttributeError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            child.kill()


def _result(function: str, status: int, made: bytes) -> bytes:
    if status == 0:
        return made
    said = made[:_MOST_REASON].decode(errors="replace")
    if status == REJECTED:
        raise Rejected(said)
    if status == NOT_READY:
        raise ChildNotReady(f"the process for {function} cannot begin ({said}); check the installation")
    log.warning("limited_child_failed", function=function, status=status)
    raise LimitExceeded(f"the process for {function} crashed or exceeded its limits (status {status})")
