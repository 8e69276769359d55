"""SILK v3, which FFmpeg does not know: voice messages of some WeChat and QQ clients.

Source: the SILK SDK's decoder program: after the magic word, packets of 20 ms, each after its length in two bytes,
little-endian; a negative length ends the file (read 2026-11).
"""

import contextlib
import io

from bot.logs import log
from bot.media.formats import Undecodable

SILK_RATE = 24_000
"""The highest that a recording can have inside: asked for less, the decoder writes past the end of its buffer."""
_PACKET_S = 0.02
_MOST_PACKET_BYTES = 1024  # MAX_ARITHM_BYTES of the SDK: nothing longer is a packet


def decode_silk(data: bytes, most_s: float) -> bytes:
    """Mono 16-bit samples at SILK_RATE. Raises Undecodable: unknown_format where no decoder is installed."""
    try:
        from pysilk import SilkError, decode  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        log.error("silk_not_installed", install="pip install 'xumian[silk]'")
        raise Undecodable("unknown_format") from None
    packets = _packets(data, int(most_s / _PACKET_S))
    decoded = io.BytesIO()
    with contextlib.suppress(SilkError):  # a broken packet ends it: what came before may be an answer
        decode(io.BytesIO(b"#!SILK_V3" + b"".join(packets)), decoded, SILK_RATE)
    if not decoded.tell():
        raise Undecodable("broken")
    return decoded.getvalue()


def _packets(data: bytes, most: int) -> list[bytes]:
    """The packets, each with its length before it: the decoder trusts lengths, so only right ones reach it."""
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
