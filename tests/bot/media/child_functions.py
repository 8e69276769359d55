"""What an honest function and a decoder taken over by its file do in the child process of `limited_process`."""

import ctypes
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path

from bot.media.limited_child import Rejected

LIMITS = ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CPU", "RLIMIT_AS")


def echo(data: bytes) -> bytes:
    return data


def reject(data: bytes) -> bytes:
    raise Rejected(data.decode())


def limits(data: bytes) -> bytes:
    return json.dumps([resource.getrlimit(getattr(resource, name)) for name in LIMITS]).encode()


def environment(data: bytes) -> bytes:
    return json.dumps(dict(os.environ)).encode()


def print_and_return(data: bytes) -> bytes:
    print("noise of a library", flush=True)
    os.write(1, b"noise of another")
    return data


def compute_without_end(data: bytes) -> bytes:
    while True:
        pass


def allocate(data: bytes) -> bytes:
    return str(len(bytearray(int(data)))).encode()


def flood(data: bytes) -> bytes:
    return bytes(int(data))


def crash(data: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def leave(data: bytes) -> bytes:
    os._exit(7)


def fail(data: bytes) -> bytes:
    raise ZeroDivisionError


def write_file(data: bytes) -> bytes:
    return _tried(lambda: Path(data.decode()).write_bytes(b"x"))


def open_many_files(data: bytes) -> bytes:
    return _tried(lambda: [os.open("/dev/null", os.O_RDONLY) for _ in range(1000)])


def connect(data: bytes) -> bytes:
    return _tried(lambda: socket.create_connection(("127.0.0.1", int(data)), timeout=10).close())


def read_parents_environment(data: bytes) -> bytes:
    return _tried(Path(f"/proc/{os.getppid()}/environ").read_bytes)


def priority(_data: bytes) -> bytes:
    """Return the process's niceness and scheduling policy as JSON."""
    return json.dumps([os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)]).encode()


def raise_limits(data: bytes) -> bytes:
    """Try to set each limit to none, and return the names of those for which that worked."""
    worked = []
    for name in LIMITS:
        try:
            resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (OSError, ValueError):
            continue
        worked.append(name)
    return " ".join(worked).encode()


def _tried(act: object) -> bytes:
    assert callable(act)
    try:
        act()
    except OSError as error:
        return type(error).__name__.encode() + b" " + os.strerror(error.errno or 0).encode()
    return b"done"


if __name__ == "__main__":  # exits with 0 if this system lets processes have namespaces of their own
    sys.exit(ctypes.CDLL(None).unshare(0x5000_0000) != 0)
