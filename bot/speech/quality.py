"""Deciding which parts of a recognised text can be trusted. Pure functions, independent of the model.

Whisper produces text even where nobody spoke: phrases from the subtitles it was trained on, the hints it was
given, or one word repeated. Such text is left out, so that silence never becomes an answer.
"""

import functools
import math
import re
from typing import Literal

import msgspec

from conversation.inbound import Segment

Why = Literal["silence", "noise", "unclear", "broken", "empty", "unknown_format", "too_long"]

QUIET_DBFS = -45.0
"""Mean level above which a recording without speech is called noise rather than silence (full scale is 0).

A phone in a quiet room records about -60, and speech is at -30 to -15.
"""
NO_SPEECH = 0.6
NO_SPEECH_LOGPROB = -0.7
"""A piece is left out if its `no_speech` is above NO_SPEECH and its `logprob` below NO_SPEECH_LOGPROB.

Whisper's own limits are 0.6 and -1.0; text invented on silence often has a log probability between -1.0 and -0.7.
"""
LEAST_CONFIDENCE = 0.35
"""A transcript with less confidence is "unclear". Slightly below exp(-1), at which Whisper itself retries."""
LOOP_LETTERS = 40
LOOP_TIMES = 5
SHORT_LOOP_TIMES = 8
"""Up to LOOP_LETTERS letters repeated LOOP_TIMES times are a loop.

Units of one or two letters (嗯嗯嗯, 对对对) need SHORT_LOOP_TIMES, because people do repeat them. The library's
own test, a compression ratio above 2.4, misses ten times 嗯.
"""
_SHORT = 2
LOOP_SHARE = 0.5
"""A text is not believed if at least this share of it consists of loops."""
LEAST_ECHO = 3
"""A piece that consists of at least this many hints, from the first on and in order, is an echo of them."""

_LOOP = re.compile(rf"(\D{{1,{LOOP_LETTERS}}}?)\1{{{LOOP_TIMES - 1},}}")
_ZH_DIGITS = re.compile("[零〇一二两三四五六七八九十幺百千万]+")
_STOCK = [
    re.compile(pattern)
    for pattern in (
        r"(谢谢|感谢)(大家|您|你|各位)?(的)?(观看|收看).{0,6}",
        r"(请|欢迎)?(不吝)?点赞.{0,3}(订阅|转发|打赏|关注).{0,20}",
        r"(请|欢迎)(大家)?(订阅|关注).{0,6}频道.{0,12}",
        r"(本)?(中文)?字幕(由|提供|制作|志愿者|组|by).{0,24}",
        r"(由)?amaraorg(社区|社群)?.{0,12}(字幕)?",
        r"(优优独播剧场|明镜与点点栏目).{0,40}",
        r"(thanks|thankyou)(somuch|verymuch|all)?forwatching.{0,30}",
        r"(please)?(like(and|share))?subscribe(to)?(my|our|the|this)?channel.{0,20}",
        r"(subtitles|captions|subtitled|transcription|translation|transcribed)by.{1,40}",
    )
]


class Piece(msgspec.Struct, frozen=True):
    """The text that the model recognised in one stretch of a recording.

    `logprob` is the mean log probability of its words. `no_speech` is the model's probability that nobody spoke.
    """

    start_ms: int
    end_ms: int
    text: str
    logprob: float
    no_speech: float


class Believed(msgspec.Struct, frozen=True):
    text: str
    confidence: float
    segments: tuple[Segment, ...]


class Doubted(msgspec.Struct, frozen=True):
    """Text that cannot be trusted, and why. `text` is what the model recognised anyway."""

    why: Why
    text: str = ""


def without_speech(level_dbfs: float) -> Doubted:
    """Return the verdict on a recording in which no voice was found: noise or silence."""
    return Doubted("noise" if level_dbfs > QUIET_DBFS else "silence")


def judge(pieces: list[Piece], language: str, hints: tuple[str, ...] = ()) -> Believed | Doubted:
    """Return the trustworthy pieces as one text, in the candidate's writing system, or why there are none.

    `hints` are the words that the model was told to expect.
    """
    written = [msgspec.structs.replace(piece, text=in_script(piece.text.strip(), language)) for piece in pieces]
    whole = joined([piece.text for piece in written])
    spoken = [piece for piece in written if not _invented(piece, hints)]
    kept = [piece for piece in spoken if not loops(piece.text)]
    if not spoken:
        return Doubted("silence", whole)
    text = joined([piece.text for piece in kept])
    segments = tuple(Segment(piece.start_ms, piece.end_ms, piece.text, _confidence(piece)) for piece in kept)
    confidence = overall(segments)
    if not kept or loops(text) or confidence < LEAST_CONFIDENCE:
        return Doubted("unclear", whole)
    return Believed(text, confidence, segments)


def _invented(piece: Piece, hints: tuple[str, ...]) -> bool:
    said = letters(piece.text)
    if not said or (piece.no_speech > NO_SPEECH and piece.logprob < NO_SPEECH_LOGPROB):
        return True
    echoes = (letters("".join(hints[:number])) for number in range(LEAST_ECHO, len(hints) + 1))
    return said in echoes or is_stock(piece.text)


def is_stock(text: str) -> bool:
    """Return whether the text is little more than a phrase with which subtitles typically end."""
    said = letters(text)
    return any(pattern.fullmatch(said) for pattern in _STOCK)


def loops(text: str) -> bool:
    """Return whether most of the text is repetition. Repeated digits such as 八八八八八八八八 don't count."""
    said = letters(text)
    if not said:
        return False
    looped = sum(len(found.group()) for found in _LOOP.finditer(said) if _is_loop(found))
    return looped >= LOOP_SHARE * len(said)


def _is_loop(found: re.Match[str]) -> bool:
    unit = found.group(1)
    least = SHORT_LOOP_TIMES if len(unit) <= _SHORT else LOOP_TIMES
    return len(found.group()) >= least * len(unit) and not _ZH_DIGITS.fullmatch(unit)


def letters(text: str) -> str:
    """Return only the letters and digits of the text, case-folded."""
    return "".join(each for each in text.casefold() if each.isalnum())


def joined(texts: list[str]) -> str:
    """Join pieces to one text, with a space unless a piece ends in non-ASCII punctuation.

    After a Chinese character, the space marks the pause in place of missing punctuation.
    """
    whole = ""
    for text in filter(None, texts):
        spaced = whole and (whole[-1].isascii() or whole[-1].isalnum())
        whole += f" {text}" if spaced else text
    return whole


def in_script(text: str, language: str) -> str:
    """Return the text, with Chinese converted to Simplified characters. Punctuation is unchanged."""
    return _simplify()(text) if language == "zh" else text


@functools.cache
def _simplify() -> "functools.partial[str]":
    from opencc import OpenCC  # slow to import: it reads its dictionaries

    return functools.partial(OpenCC("t2s").convert)


def overall(segments: tuple[Segment, ...]) -> float:
    """Return the mean confidence of the segments, weighted by their duration."""
    weights = [max(each.end_ms - each.start_ms, 1) for each in segments]
    if not weights:
        return 0.0
    return sum(each.confidence * weight for each, weight in zip(segments, weights, strict=True)) / sum(weights)


def _confidence(piece: Piece) -> float:
    return min(1.0, math.exp(piece.logprob))
