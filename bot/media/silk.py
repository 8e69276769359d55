"""Decoding SILK v3, which some WeChat and QQ clients use for voice messages and FFmpeg does not support.

After the magic word come packets of 20 ms, each preceded by its length as two bytes, little-endian. A negative
length ends the file. Source: the SILK SDK's decoder program (read 2026-11).
"""

import contextlib
import io

from bot.media.formats import Undecodable

SILK_RATE = 24_000
"""The highest rate a recording can contain. At a lower output rate the decoder writes past its buffer."""
_PACKET_S = 0.02
_MOST_PACKET_BYTES = 1024  # MAX_ARITHM_BYTES of the SDK


def decode_silk(data: bytes, most_s: float) -> bytes:
    """Decode to mono 16-bit samples at SILK_RATE.

    Raises Undecodable, with "unknown_format" if no SILK decoder is installed.
    """
    try:
        from pysilk import SilkError, decode  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        raise Undecodable("unknown_format") from None
    packets = _packets(data, int(most_s / _PACKET_S))
    decoded = io.BytesIO()
    with contextlib.suppress(SilkError):  # keep what was decoded before a broken packet: it may be an answer
        decode(io.BytesIO(b"#!SILK_V3" + b"".join(packets)), decoded, SILK_RATE)
    if not decoded.tell():
        raise Undecodable("broken")
    return decoded.getvalue()


def _packets(data: bytes, most: int) -> list[bytes]:
    """Return the packets, each preceded by its length.

    Lengths are checked here because the decoder trusts them. Raises Undecodable for more than `most` packets.
    """
    at = data.index(b"#!SILK_V3", 0, 10) + 9
    packets: list[bytes] = []
    while at + 2 <= len(data):
        size = int.from_bytes(data[at : at + 2], "little", signed=True)
        if not 0 <= size <= _MOST_PACKET_BYTES or at + 2 + size > len(data):
            break
        if size:
            packets.append(data[at : at + 2 + size])
        at += 2 + size
        if len(packets) > most:
            raise Undecodable("too_long")
    return packets
