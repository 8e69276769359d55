"""Encoding AMR-WB with libvo-amrwbenc (Debian: libvo-amrwbenc0), because PyAV's FFmpeg can only read it."""

import ctypes

import numpy as np
import numpy.typing as npt

_LIBRARY = "libvo-amrwbenc.so.0"
_FRAME = 320  # samples, 20 ms
_MOST_BYTES = 128
_MODES = {"12650": 2, "23850": 8}


def amr_wb(samples: npt.NDArray[np.int16], bits_per_s: str) -> bytes:
    """Return a whole file from 16 kHz mono samples.

    Source: enc_if.h of libvo-amrwbenc (read 2026-11).
    """
    library = ctypes.CDLL(_LIBRARY)
    library.E_IF_init.restype = ctypes.c_void_p
    library.E_IF_encode.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    library.E_IF_exit.argtypes = [ctypes.c_void_p]
    state, written = library.E_IF_init(), ctypes.create_string_buffer(_MOST_BYTES)
    parts = [b"#!AMR-WB\n"]
    for frame in np.pad(samples, (0, -len(samples) % _FRAME)).reshape(-1, _FRAME):
        size = library.E_IF_encode(state, _MODES[bits_per_s], frame.ctypes.data, written, 0)
        parts.append(written.raw[:size])
    library.E_IF_exit(state)
    return b"".join(parts)
