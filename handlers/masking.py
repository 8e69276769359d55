"""Masking a candidate's name in what they said, for raters who are not to know whose answer it is."""

import re
from collections.abc import Iterator

MASK = "■■"
"""What stands in place of the name."""
_HAN = re.compile(r"[\u3400-\u9fff·]+")
_DOUBLE_SURNAMES = re.compile(
    "欧阳|司马|上官|诸葛|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|司空|端木|南宫|轩辕|独孤|百里|闻人|澹台"
)
_SHORTEST_PART = 3


def masked(text: str, name: str) -> str:
    """Return the text with `MASK` in place of the name, whole or in part, whatever its case and spacing.

    Parts are the words of a Latin name, of at least three letters and if capitalised in the text, and the given
    name of a Chinese one, of at least two characters. Nicknames and a name in another script are not recognised.
    """
    pattern = _pattern(name)
    return pattern.sub(MASK, text) if pattern else text


def _pattern(name: str) -> re.Pattern[str] | None:
    """Return what matches the name and its parts, longest first; None if there is no name."""
    found = list(_alternatives(name.strip()))
    return re.compile("|".join(found)) if found else None


def _alternatives(name: str) -> Iterator[str]:
    words = name.split()
    joined = "".join(words)
    if not joined:
        return
    if _HAN.fullmatch(joined):
        yield _spaced(joined)
        given = joined[2:] if _DOUBLE_SURNAMES.match(joined) else joined[1:]
        if len(given) > 1:
            yield _spaced(given)
        return
    whole = r"\s+".join(map(re.escape, words))
    yield rf"(?i:(?<!\w){whole}(?!\w))"
    for word in words:
        if len(words) > 1 and len(word) >= _SHORTEST_PART:
            yield rf"(?<!\w)(?:{re.escape(word)}|{re.escape(word.upper())}|{re.escape(word.capitalize())})(?!\w)"


def _spaced(name: str) -> str:
    """Return what matches a Chinese name, also with a space between two characters."""
    return r"[ \u3000]?".join(map(re.escape, name))
