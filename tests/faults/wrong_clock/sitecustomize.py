"""Lets the clock of a process be wrong by what a file says. Python imports this module when it starts."""

import mmap
import os
import struct
import time

_NS = 1_000_000_000
if name := os.environ.get("WRONG_CLOCK"):
    with open(name, "r+b") as file:
        _offset = mmap.mmap(file.fileno(), 8)
    _right_ns = time.time_ns

    def _time_ns() -> int:
        (by_ns,) = struct.unpack("<q", _offset)
        return _right_ns() + int(by_ns)

    time.time_ns = _time_ns
    time.time = lambda: _time_ns() / _NS
