"""How Chinese characters are read, without tones: enough to find a name by its pinyin.

`pinyin.txt` has a line for each syllable, with the characters that are read so. `tests/storage/pinyin_table.py`
makes it from the dictionary of pypinyin, which takes half a second and 60 MB to load: too much for processes that
only store a name.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import islice, product

_MOST_SPELLINGS = 6
"""Names of characters with several readings are spelled in this many ways at most."""
_U_UMLAUT = ("v", "u", "yu")
"""How ü is typed: 吕 is lv, lu or lyu."""


@cache
def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in (files("storage") / "pinyin.txt").read_text(encoding="utf-8").splitlines():
        syllable, _, characters = line.partition(" ")
        spelled = tuple(syllable.replace("v", each) for each in _U_UMLAUT) if "v" in syllable else (syllable,)
        for character in characters:
            found[character] = (*found[character], *spelled) if character in found else spelled
    return found


def readings(character: str) -> tuple[str, ...]:
    """Return how a character can be read, in the order of the syllables; empty if it is not Chinese."""
    return _table().get(character, ()) if character > "\u3000" else ()


def spelled(name: str) -> tuple[str, ...]:
    """Return what a name that has Chinese characters begins with when it is typed in Latin letters, and each part
    of it from one of its characters to the end, such as zhangsan, san and zs for 张三. Empty for other names.

    Initials are given of the whole name, if it has at least two Chinese characters.
    """
    read = [(each, readings(each)) for each in name]
    if not any(syllables for _, syllables in read):
        return ()
    options = [syllables or (each,) for each, syllables in read]
    whole = _ways(options)
    found = dict.fromkeys(whole)
    for at in range(1, len(read)):
        if read[at][1]:
            found |= dict.fromkeys(_ways(options[at:]))
    initials = [tuple(dict.fromkeys(each[0] for each in syllables)) for _, syllables in read if syllables]
    if len(initials) > 1:
        found |= dict.fromkeys(_ways(initials))
    return tuple(found)


def _ways(options: Sequence[Sequence[str]]) -> list[str]:
    return ["".join(each) for each in islice(product(*options), _MOST_SPELLINGS)]
