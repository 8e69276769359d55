"""What of a recognised text may be believed. Pure: nothing here knows the model.

Whisper writes something even where nobody spoke: phrases from the subtitles it learned from, the hints it was
given, or one word over and over. What is taken for such is left out, and silence never becomes text.
"""

import functools
import math
import re
from typing import Literal

import msgspec

from conversation.inbound import Segment

Why = Literal["silence", "noise", "unclear", "broken", "empty", "unknown_format", "too_long"]

QUIET_DBFS = -45.0
"""A recording without speech is noise when it is louder (mean level, full scale is 0), else silence: a phone in
a quiet room records about -60, speech lies at -30 to -15."""
NO_SPEECH = 0.6
NO_SPEECH_LOGPROB = -0.7
"""A piece that the model itself calls no speech, with more than the first, is left out when its words are also
less sure than the second. Whisper's own pair is 0.6 and -1.0; text invented on silence often lies between."""
LEAST_CONFIDENCE = 0.35
"""A transcript that is less sure is "unclear": a little below exp(-1), where Whisper itself tries anew."""
LOOP_LETTERS = 40
LOOP_TIMES = 5
SHORT_LOOP_TIMES = 8
"""What is repeated so often is a loop; of one or two letters (嗯嗯嗯, 对对对) people repeat more. The library's
own test is the compression ratio 2.4, which 嗯 ten times slips under."""
_SHORT = 2
LOOP_SHARE = 0.5
"""A text is not believed when so much of it is a loop."""
LEAST_ECHO = 3
"""A piece that is the first hints in their order, so many at least, is an echo of them."""

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
    """What the model made of one stretch: `logprob` is the mean of its words' logarithms of probability,
    `no_speech` how probable it thinks that nobody spoke."""

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
    """`text` is what the model wrote all the same."""

    why: Why
    text: str = ""


def without_speech(level_dbfs: float) -> Doubted:
    """The verdict on a recording in which no voice was found."""
    return Doubted("noise" if level_dbfs > QUIET_DBFS else "silence")


def judge(pieces: list[Piece], language: str, hints: tuple[str, ...] = ()) -> Believed | Doubted:
    """The pieces that may be believed, as text in the candidate's script; `hints` are the words that the model was
    told to expect."""
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
    """Whether the text is (nearly) nothing but a phrase that subtitles end with."""
    said = letters(text)
    return any(pattern.fullmatch(said) for pattern in _STOCK)


def loops(text: str) -> bool:
    """Whether most of the text is one thing over and over. Numbers may be: 八八八八八八八八."""
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
    """Letters and digits only, in lower case."""
    return "".join(each for each in text.casefold() if each.isalnum())


def joined(texts: list[str]) -> str:
    """Pieces as one text: with a space after a word, or where a pause stands for missing punctuation."""
    whole = ""
    for text in filter(None, texts):
        spaced = whole and (whole[-1].isascii() or whole[-1].isalnum())
        whole += f" {text}" if spaced else text
    return whole


def in_script(text: str, language: str) -> str:
    """Chinese in Simplified characters, as the candidate reads it; punctuation stays."""
    return _simplify()(text) if language == "zh" else text


@functools.cache
def _simplify() -> "functools.partial[str]":
    from opencc import OpenCC  # reads its dictionaries

    return functools.partial(OpenCC("t2s").convert)


def overall(segments: tuple[Segment, ...]) -> float:
    """The mean confidence, each segment for as long as it is."""
    weights = [max(each.end_ms - each.start_ms, 1) for each in segments]
    if not weights:
        return 0.0
    return sum(each.confidence * weight for each, weight in zip(segments, weights, strict=True)) / sum(weights)


def _confidence(piece: Piece) -> float:
    return min(1.0, math.exp(piece.logprob))
