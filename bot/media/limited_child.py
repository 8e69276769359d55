"""Code run in the child process of `limited_process`: reads a file from stdin, sets limits, and works on the file.

Limits are set when the libraries are loaded and the file is read, but before anything in it is looked at. A limit
that the system refuses is an error on Linux; elsewhere the child goes on without it.
"""

import contextlib
import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

with contextlib.suppress(ImportError):  # Windows has none
    import resource

REJECTED = 3
"""The exit status if the function raised Rejected. The output is the reason."""
NOT_READY = 4
"""The exit status if the limits could not be set or the function not be loaded. The output is an error message."""
OPEN_FILES = 64
_NICENESS = 19
"""The lowest priority: whoever writes must not wait for what others upload."""
_ALARM_AFTER_S = 10
"""How long after its time limit the child ends by itself, in seconds, if its parent is not there to end it."""
_UNKNOWN_SIZE = 1 << 30
_NEW_USER_NAMESPACE, _NEW_NETWORK_NAMESPACE = 0x1000_0000, 0x4000_0000  # linux/sched.h
_NO_NEW_PRIVILEGES = 38  # linux/prctl.h


class Rejected(Exception):
    """Raised by a function run in the child if it cannot use the file. `reason` is a short word for its caller."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def main() -> None:
    """Run the function named by the first argument on the bytes in stdin, and write its result to stdout.

    The other arguments are the limits: memory in bytes, CPU time in seconds, and time in seconds.
    """
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # libraries that print must not write into the output
    status = 0
    with contextlib.suppress(OSError, AttributeError):
        os.setpgid(0, 0)  # but no session: Linux shares the cores among sessions, however nice they are
    try:
        name, memory_bytes, cpu_s, time_s = sys.argv[1:]
        function = _named(name)
        data = sys.stdin.buffer.read()
        restrict(int(memory_bytes), int(cpu_s), int(time_s))
    except Exception as error:
        status, made = NOT_READY, f"{type(error).__name__}: {error}".encode()
    else:
        try:
            made = function(data)
        except Rejected as rejected:
            status, made = REJECTED, rejected.reason.encode()
    with output:
        output.write(made)
    sys.exit(status)


def give_way(process: int) -> None:
    """Give a process the lowest priority: on Linux, it only runs while a core has little else to do.

    Its parent does so at once, because the interpreter takes longer to start than many a file to read.
    """
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, process, _NICENESS)
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))


def _named(name: str) -> Callable[[bytes], bytes]:
    module, _, function = name.partition(":")
    found: Callable[[bytes], bytes] = getattr(importlib.import_module(module), function)
    return found


def restrict(memory_bytes: int, cpu_s: int, time_s: int) -> None:
    """Limit this process for the rest of its life.

    `memory_bytes` comes on top of the address space in use now. Raises OSError or ValueError on Linux if a limit
    cannot be set.
    """
    with contextlib.suppress(AttributeError):
        signal.alarm(time_s + _ALARM_AFTER_S)
    _leave_network()
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NOFILE", OPEN_FILES)
    _limit("RLIMIT_NPROC", 0)  # no new processes and threads
    _limit("RLIMIT_CPU", cpu_s)
    _limit("RLIMIT_AS", _address_space_bytes() + memory_bytes)


def _limit(name: str, most: int) -> None:
    kind = getattr(sys.modules.get("resource"), name, None)
    if kind is None:
        return
    try:
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    except (OSError, ValueError):
        if sys.platform == "linux":
            raise


def _address_space_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, NameError):
        return _UNKNOWN_SIZE


def _leave_network() -> None:
    """Move this process into a network namespace without any network, where the system allows that.

    In a user namespace of its own it cannot read its parent's memory and environment either, though both run as
    the same user. No program that it might start gets more rights than it has.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.unshare(_NEW_USER_NAMESPACE | _NEW_NETWORK_NAMESPACE):
        libc.unshare(_NEW_NETWORK_NAMESPACE)  # a container's root may be allowed this alone


if __name__ == "__main__":
    # functions raise the class Rejected of the imported module, which is not that of `__main__`
    importlib.import_module("bot.media.limited_child").main()
