"""The phonemes that espeak-ng speaks, and which of them belong to which part of a text."""

import itertools
import re
import subprocess
from collections.abc import Sequence

_VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us"}
_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+")
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")
_MARKS = "',%="  # marks of stress


def phonemes(text: str, language: str) -> list[list[str]]:
    """Return the phonemes of a text, by syllable in Chinese and by word in English."""
    command = ["espeak-ng", "-v", _VOICES[language], "-q", "-x", "--sep=_", text]
    said = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout
    return parsed(said, language)


def parsed(said: str, language: str) -> list[list[str]]:
    """Parse espeak-ng's own notation. A tone is a unit of its own."""
    groups = re.split(r"\|" if language == "zh" else r"\s+", _LANGUAGE_SWITCH.sub("_", said))
    units = ([part for unit in re.split(r"[_\s|]+", group) for part in _parts(unit)] for group in groups)
    return [group for group in units if group]


def _parts(unit: str) -> list[str]:
    bare = unit.lstrip(_MARKS)
    toned = re.fullmatch(r"(.+?)(\d{2,3})", bare)
    return list(toned.groups()) if toned else [bare] if bare else []


def places(groups: Sequence[Sequence[str]], text: str, offsets: Sequence[tuple[int, int]]) -> list[float]:
    """Return for each token the number of the phoneme at which it is spoken. `offsets` are the tokens' ranges.

    If espeak-ng speaks more or fewer words than the text has, tokens are spread evenly over the phonemes.
    """
    words = [found.span() for found in _WORD.finditer(text)]
    count = sum(map(len, groups))
    if len(words) != len(groups):
        evenly = ((number + 0.5) / len(offsets) * count - 0.5 for number in range(len(offsets)))
        return [min(count - 1.0, max(0.0, place)) for place in evenly]
    ends = [after - 1 for after in itertools.accumulate(map(len, groups))]
    found, last = [], 0.0
    for start, end in offsets:
        inside = [number for number, (first, after) in enumerate(words) if first < end and start < after]
        if inside:
            last = ends[inside[-1]]
        found.append(ends[inside[0]] - (len(groups[inside[0]]) - 1) / 2 if inside else last)
    return found
