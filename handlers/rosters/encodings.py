"""Decoding lists whose encoding nobody names."""

import re
from collections.abc import Iterator
from unicodedata import category, normalize

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CHINESE = ("gb18030", "big5hkscs")
_NOT_WESTERN = re.compile("[^\\x00-\\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸ’‘“”–—«»°ªº]")
_WESTERN_LETTER = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ]")
_IN_A_WORD = re.compile(f"(?<=[A-Za-z]){_WESTERN_LETTER.pattern}{{1,2}}|{_WESTERN_LETTER.pattern}{{1,2}}(?=[a-z])")
_LEVEL_1 = {"gb2312": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}
"""The lead bytes of the frequently used characters in each Chinese standard."""
_MOST_LOOKED_AT = 1 << 16


def readings(data: bytes) -> Iterator[str]:
    """Yield the texts that the bytes may be, the likeliest first."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield from _decoded(data, encoding)
            return
    if b"\x00" in data:
        yield from _of_two_bytes(data)
    for text in _decoded(data, "utf-8"):
        yield text
        return
    chinese = {encoding: text for encoding in _CHINESE for text in _decoded(data, encoding)}
    western = next(_decoded(data, "cp1252"), "")
    if western and _is_western(western):
        yield western
    yield from (chinese[each] for each in _likeliest_first(chinese, data))


def _decoded(data: bytes, encoding: str) -> Iterator[str]:
    """Yield the text, or nothing if the bytes are no text in this encoding."""
    try:
        yield data.decode(encoding)
    except UnicodeDecodeError:
        return


def _of_two_bytes(data: bytes) -> Iterator[str]:
    """Yield the text as UTF-16 without a mark. Of line ends and delimiters the first or second byte is zero."""
    big_endian = data[::2].count(0) > data[1::2].count(0)
    for text in _decoded(data, "utf-16-be" if big_endian else "utf-16-le"):
        if "\x00" not in text:
            yield text


def _is_western(text: str) -> bool:
    """Return whether all letters beyond ASCII stand inside words, as in European names."""
    letters = len(_WESTERN_LETTER.findall(text))
    inside = sum(len(each) for each in _IN_A_WORD.findall(text))
    return 0 < letters == inside and not _NOT_WESTERN.search(text)


def _likeliest_first(texts: dict[str, str], data: bytes) -> list[str]:
    """Return the encodings, ordered by how usual the characters are that each reading has."""
    gb, big5 = (_is_usual(texts.get(each, ""), each) for each in _CHINESE)
    if len(texts) < 2 or gb != big5:
        return sorted(texts, key=lambda encoding: not {"gb18030": gb, "big5hkscs": big5}[encoding])
    from charset_normalizer import from_bytes  # seldom needed, in the process that reads a list

    best = from_bytes(data[:_MOST_LOOKED_AT], cp_isolation=list(_CHINESE), language_threshold=0.0).best()
    return sorted(texts, key=lambda encoding: best is None or encoding != best.encoding)


def _is_usual(text: str, encoding: str) -> bool:
    """Return whether all letters and signs of the text are ASCII or frequently used Chinese characters."""
    standard = "gb2312" if encoding == "gb18030" else "big5"
    first, last = _LEVEL_1[standard]
    others = {each for each in set(normalize("NFKC", text)) if each > "\x7f" and category(each)[0] in "LSC"}
    return bool(text) and all(
        len(written := each.encode(standard, "replace")) == 2 and first <= written[0] <= last for each in others
    )
