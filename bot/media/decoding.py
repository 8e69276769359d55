"""Decoding recordings in a child process, because a malicious file may crash the decoder or fill the memory."""

from bot.logs import log
from bot.media.formats import MOST_S, RATE, Undecodable, sniff
from bot.media.limited_process import Limits, Rejected, run

SAMPLE_BYTES = 2
_REASONS = frozenset({"empty", "unknown_format", "broken", "too_long"})
_LIMITS = Limits(output_bytes=MOST_S * RATE * SAMPLE_BYTES)


async def decoded(data: bytes) -> bytes:
    """Return a recording of at most MOST_S seconds as 16-bit little-endian samples at 16 kHz, mono.

    Raises Undecodable, or ChildFailed if the decoder crashed or exceeded its limits.
    """
    if not data:
        raise Undecodable("empty")
    try:
        made = await run("bot.media.audio:decode_limited", data, _LIMITS)
    except Rejected as rejected:
        if rejected.reason == "unknown_format" and sniff(data) == "silk":
            log.error("silk_not_installed", install="pip install 'xumian[silk]'")
        raise Undecodable(rejected.reason if rejected.reason in _REASONS else "broken") from None
    return made[: len(made) // SAMPLE_BYTES * SAMPLE_BYTES]
