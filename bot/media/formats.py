"""Detecting the format of a recording from its first bytes, because names and declared types are often wrong.

Sources: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg), RFC 4867 section 5 (AMR), RFC 8794 (EBML), ISO/IEC 14496-12 (MP4),
ISO/IEC 11172-3 (MP3), ISO/IEC 14496-3 (ADTS), id3.org (ID3v2), RFC 9639 (FLAC) (read 2026-11).
"""

from conversation.errors import BotError

MEDIA_TYPES = {
    "ogg-opus": ("ogg", "audio/ogg"),
    "ogg-speex": ("spx", "audio/ogg"),
    "ogg-vorbis": ("ogg", "audio/ogg"),
    "ogg-flac": ("oga", "audio/ogg"),
    "amr-nb": ("amr", "audio/amr"),
    "amr-wb": ("awb", "audio/amr-wb"),
    "webm": ("webm", "audio/webm"),
    "mp4": ("m4a", "audio/mp4"),
    "mp3": ("mp3", "audio/mpeg"),
    "aac": ("aac", "audio/aac"),
    "wav": ("wav", "audio/wav"),
    "flac": ("flac", "audio/flac"),
    "silk": ("silk", "audio/silk"),
}
"""The file suffix and the media type of each format."""

RATE = 16_000
"""The rate to which recordings are decoded, in samples per second, mono."""
MOST_S = 20 * 60
"""The longest recording that is decoded, in seconds. Longer ones are archived only."""

_STARTS = (
    (b"#!AMR\n", "amr-nb"),
    (b"#!AMR-WB\n", "amr-wb"),
    (b"#!SILK_V3", "silk"),
    (b"\x02#!SILK_V3", "silk"),  # written by Tencent's programs
    (b"\x1aE\xdf\xa3", "webm"),
    (b"fLaC", "flac"),
)
_IN_OGG = (
    (b"OpusHead", "ogg-opus"),
    (b"Speex   ", "ogg-speex"),
    (b"\x01vorbis", "ogg-vorbis"),
    (b"\x7fFLAC", "ogg-flac"),
)
_BOXES = (
    b"ftyp",
    b"moov",
    b"mdat",
    b"wide",
    b"free",
    b"skip",
)  # those after ftyp occur in QuickTime files without one
_MOST_STREAMS = 8
_KBIT_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBIT_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = (44_100, 48_000, 32_000)


class Undecodable(BotError):
    """A recording cannot be decoded. `why` is "empty", "unknown_format", "broken" or "too_long"."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the recording cannot be decoded ({why}); the candidate must send it again")
        self.why = why


def sniff(data: bytes) -> str:
    """Return the format: a key of MEDIA_TYPES, "text", or "" if it is unknown.

    "text" stands for JSON, XML or HTML, which platforms send instead of a recording to report an error.
    """
    for start, name in _STARTS:
        if data.startswith(start):
            return name
    if data.startswith(b"OggS"):
        return _in_ogg(data)
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] in _BOXES:
        return "mp4"
    if data.startswith(b"ID3"):
        return _behind_tag(data)
    return _by_frames(data, 0) or ("text" if _is_text(data) else "")


def _in_ogg(data: bytes) -> str:
    """Return the format of the first audio stream. In Ogg, the headers of all streams precede any content."""
    at = 0
    for _ in range(_MOST_STREAMS):
        if data[at : at + 4] != b"OggS" or len(data) < at + 27 or not data[at + 5] & 2:
            break
        sizes = data[at + 27 : at + 27 + data[at + 26]]
        content = at + 27 + len(sizes)
        for start, name in _IN_OGG:
            if data.startswith(start, content):
                return name
        at = content + sum(sizes)
    return ""


def _behind_tag(data: bytes) -> str:
    """Return the format of what follows an ID3 tag: MP3 unless it is clearly something else."""
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    at = 10 + size
    if data.startswith(b"fLaC", at):
        return "flac"
    return _by_frames(data, at) or "mp3"


def _by_frames(data: bytes, at: int) -> str:
    """Detect MP3 or ADTS, which have no magic word, by two consecutive frames, or by one at the end of data."""
    for name, length in (("mp3", _mp3_frame), ("aac", _adts_frame)):
        first = length(data[at : at + 8])
        if first and (len(data) < at + first + 8 or length(data[at + first : at + first + 8])):
            return name
    return ""


def _mp3_frame(head: bytes) -> int:
    """Return the length in bytes of the MPEG layer III frame with this header, or 0 if it is not one."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, hertz = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or hertz == 3:
        return 0
    kbit = (_KBIT_MPEG1 if version == 3 else _KBIT_MPEG2)[rate]
    divided = {3: 1, 2: 2, 0: 4}[version]
    return (144_000 if version == 3 else 72_000) * kbit // (_HERTZ[hertz] // divided) + (head[2] >> 1 & 1)


def _adts_frame(head: bytes) -> int:
    """Return the length in bytes of the ADTS frame with this header, or 0 if it is not one."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0


def _is_text(data: bytes) -> bool:
    start = data[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"{", b"[", b"<") and start.isascii() and b"\x00" not in start
