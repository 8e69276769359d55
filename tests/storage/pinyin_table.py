"""Makes `storage/pinyin.txt` from the dictionary of pypinyin: `python -m tests.storage.pinyin_table`."""

from collections import defaultdict
from importlib.resources import files

from pypinyin import Style, pinyin

_CHARACTERS = range(0x4E00, 0x9FA6)
_MOST_READINGS = 2
"""Of characters in GB 2312. Of rare ones, which have many archaic readings, only the first is taken."""
_OTHERS = (("piao", "朴"), ("qiu", "仇"), ("xie", "解"), ("shan", "单單"), ("yu", "尉"), ("o", "〇"))
"""Readings as a surname that the dictionary has late or not at all."""


def table() -> str:
    """Return the contents of the file."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for character in map(chr, _CHARACTERS):
        given = pinyin(character, heteronym=True, style=Style.NORMAL)[0]
        plain = [each for each in dict.fromkeys(given) if each.isascii() and each.isalpha()]
        for each in plain[: _MOST_READINGS if _is_common(character) else 1]:
            found[each][character] = None
    for syllable, characters in _OTHERS:
        found[syllable] |= dict.fromkeys(characters)
    return "".join(f"{syllable} {''.join(characters)}\n" for syllable, characters in sorted(found.items()))


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeError:
        return False
    return True


if __name__ == "__main__":
    with open(str(files("storage") / "pinyin.txt"), "w", encoding="utf-8") as file:
        file.write(table())
