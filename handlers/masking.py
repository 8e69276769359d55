"""Masking a candidate's names in what they said, for raters who are not to know whose answer it is."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

MASK = "■■"
"""What stands in place of the name."""
_HAN = re.compile(r"[\u3400-\u9fff·]+")
_DOUBLE_SURNAMES = re.compile(
    "欧阳|司马|上官|诸葛|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|司空|端木|南宫|轩辕|独孤|百里|闻人|澹台"
)
_SHORTEST_PART = 3
_SHORTEST_NICKNAME = 2
_LATIN_NAME = r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+){0,2}(?![\w'])"
_END = r"(?=[\s,，。.、!！?？;；:：)）」”』]|$|吧|就好|就行|或|也)"
_IS_CALLED = re.compile(
    r"(?:我叫|我名叫|我的名字(?:叫|是)|(?:小名|昵称|外号|绰号|网名|笔名|艺名|英文名字?)(?:叫做?|是)?)[:：「“『\s]*"
    rf"({_LATIN_NAME}|[\u4e00-\u9fff]{{2,4}}?{_END})"
)
"""Who says so gives a name. It ends where the clause does, so that 我叫他去 is none."""
_CALL_ME = re.compile(
    r"(?:叫|喊|称呼|称)我(?:做|为)?[「“『\s]*"
    rf"({_LATIN_NAME}|[小老阿大][\u4e00-\u9fff]{_END}|([\u4e00-\u9fff])\2{_END}"
    rf"|[\u4e00-\u9fff][哥姐子儿]{_END}|(?<=[「“『])[\u4e00-\u9fff]{{2,4}}(?=[」”』]))"
)
"""叫我 may also be "they tell me to", so what follows must have the form of a nickname, or stand in quotes."""
_ENGLISH = re.compile(
    r"(?i:\bmy (?:full |english |chinese |nick)?name(?: is|'s|’s)|\bcalls? me|\bcalled me|\bknown as|\bgo by"
    r"|\bnicknamed|\bnickname(?: is|:)?)\s+[\"“'‘]?(" + _LATIN_NAME + ")"
)


def masked(text: str, name: str, nicknames: Iterable[str] = ()) -> str:
    """Return the text with `MASK` in place of the name, whole or in part, whatever its case and spacing.

    Parts are the words of a Latin name, of at least three letters and if capitalised in the text, and the given
    name of a Chinese one, of at least two characters. `nicknames` of at least two characters are masked as a
    whole, and the Chinese and the Latin words in them. A Chinese name is masked in pinyin, too, in either order.
    """
    pattern = _pattern(name, nicknames)
    return pattern.sub(MASK, text) if pattern else text


def introduced(text: str) -> list[str]:
    """Return the names that someone gives themselves in a text, such as 大家叫我阿强 or "call me Bobby"."""
    return [found[1] for each in (_IS_CALLED, _CALL_ME, _ENGLISH) for found in each.finditer(text)]


class _Alternative(NamedTuple):
    """What matches a name, or a part of one of `length` characters."""

    length: int
    pattern: str


def _pattern(name: str, nicknames: Iterable[str]) -> re.Pattern[str] | None:
    """Return what matches the names and their parts, longest first; None if there is no name."""
    found = [*_of_name(name.strip()), *(each for nickname in nicknames for each in _of_nickname(nickname.strip()))]
    longest_first = sorted(found, key=lambda each: each.length, reverse=True)
    return re.compile("|".join(each.pattern for each in longest_first)) if found else None


def _of_name(name: str) -> Iterator[_Alternative]:
    words = name.split()
    joined = "".join(words)
    if not _HAN.fullmatch(joined):
        yield from _latin(words)
        return
    yield _spaced(joined)
    surname = 2 if _DOUBLE_SURNAMES.match(joined) and len(joined) > 2 else 1
    if len(joined) > surname + 1:
        yield _spaced(joined[surname:])
    yield from _in_pinyin(joined, surname)


def _in_pinyin(name: str, surname: int) -> Iterator[_Alternative]:
    """Yield what matches a Chinese name spelled in Latin letters, with capitals, which tell it from words."""
    syllables = _syllables(name)
    if not surname < len(syllables) or not all(each.isalpha() for each in syllables):
        return
    family, given = (_spelled(each) for each in (syllables[:surname], syllables[surname:]))
    both = len(" ".join(syllables))
    yield _Alternative(both, rf"(?<!\w){family}[ ,]{{0,2}}{given}(?!\w)")
    yield _Alternative(both, rf"(?<!\w){given}[ ,]{{0,2}}{family}(?!\w)")
    if len(syllables) > surname + 1:
        yield _Alternative(len("".join(syllables[surname:])), rf"(?<!\w){given}(?!\w)")


@lru_cache(1024)
def _syllables(name: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # a large dictionary, which only a Chinese name needs

    return tuple(lazy_pinyin(name))


def _spelled(syllables: Iterable[str]) -> str:
    """Return what matches syllables in one word, or apart, the first one with a capital letter."""
    first, *others = (each.replace("v", "(?:v|u|\u00fc|yu)") for each in syllables)
    rest = "".join(rf"[ '-]?(?i:{each})" for each in others)
    return rf"{first[0].upper()}(?i:{first[1:]}){rest}"


def _of_nickname(nickname: str) -> Iterator[_Alternative]:
    if len(nickname) < _SHORTEST_NICKNAME:
        return
    words = nickname.split()
    runs = [run for run in _HAN.findall(nickname) if len(run) >= _SHORTEST_NICKNAME]
    yield from map(_spaced, runs)
    if not _HAN.fullmatch("".join(words)):
        yield from _latin(words)


def _latin(words: list[str]) -> Iterator[_Alternative]:
    if words:
        whole = r"\s+".join(map(re.escape, words))
        yield _Alternative(len(" ".join(words)), rf"(?i:(?<!\w){whole}(?!\w))")
    for word in words:
        if len(words) > 1 and len(word) >= _SHORTEST_PART:
            forms = "|".join(map(re.escape, (word, word.upper(), word.capitalize())))
            yield _Alternative(len(word), rf"(?<!\w)(?:{forms})(?!\w)")


def _spaced(name: str) -> _Alternative:
    """Return what matches a Chinese name, also with a space between two characters."""
    return _Alternative(len(name), r"[ \u3000]?".join(map(re.escape, name)))
