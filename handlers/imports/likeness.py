"""Finding people who may be the same, without comparing everybody with everybody.

People are compared if they share a key: phone number, e-mail address, how the name sounds, or parts of these.
Nobody is merged here: what is found is for a person to decide.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from conversation.words import normal
from handlers.imports.model import Evidence, Known, Likeness

_SURNAMES = {
    "曾": "zeng", "单": "shan", "單": "shan", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou",
    "區": "ou", "朴": "piao", "翟": "zhai", "盖": "ge", "覃": "qin", "尉": "yu", "华": "hua", "華": "hua",
    "洗": "xian", "冼": "xian",
}  # fmt: skip
"""Surnames that are read otherwise than the same character in a word."""
MOST_SHARING = 40
"""If more people have the same phone number or e-mail address, it is somebody else's and says nothing."""
MOST_NAMESAKES = 300
"""People with one name are all compared with each other up to this number; of more, those who share something."""
_FEW_NAMESAKES = 10
"""Up to this number of people with one name, the name alone is a reason to ask, if nothing speaks against it."""
_NEAR_NAME = 80
_NEAR_PHONE = 1
_NEAR_EMAIL = 2
_LEAST_EMAIL = 8
_HALF = 6
_WEIGHTS: dict[Evidence, int] = {
    "phone": 45, "email": 45, "phone_near": 25, "email_near": 25, "name": 35, "sound": 28, "name_near": 20,
    "birth": 20, "school": 8, "position": 7,
}  # fmt: skip
_Key = tuple[str, ...]


class Found(NamedTuple):
    """`likenesses` in the order of the people; `common` as in `Summary`."""

    likenesses: list[Likeness]
    common: tuple[tuple[Evidence, int], ...]


class _Print(NamedTuple):
    """What is compared of a person. `letters`: the name in Latin letters; `sound`: the same, sorted."""

    id: str
    name: str
    letters: str
    sound: str
    phone: str
    email: str
    birth: str
    school: str
    positions: frozenset[str]


def find(people: Sequence[Known], known: Sequence[Known]) -> Found:
    """Return who of `people` may be the same as another of them, or as somebody `known`."""
    everybody = (*known, *people)
    phones = _too_common(each.phone for each in everybody)
    emails = _too_common(each.email.casefold() for each in everybody)
    prints = [_print(each, phones, emails) for each in everybody]
    blocks = defaultdict[_Key, list[int]](list)
    for number, each in enumerate(prints):
        for key in _keys(each):
            blocks[key].append(number)
    namesakes = {key[1]: len(block) for key, block in blocks.items() if key[0] == "name"}
    met = set[int]()
    found: list[tuple[int, int, Likeness]] = []
    for key, block in blocks.items():
        if len(block) < 2 or (key[0] != "name" and len(block) > MOST_SHARING):
            continue
        for one, other in _pairs(key, block, prints, len(known)):
            pair = one * len(prints) + other
            if pair in met:
                continue
            met.add(pair)
            if likeness := _likeness(prints[one], prints[other], namesakes):
                found.append((other, one, likeness))
    found.sort(key=lambda each: each[:2])
    common: tuple[tuple[Evidence, int], ...] = (("phone", len(phones)), ("email", len(emails)))
    return Found([each for *_, each in found], tuple(each for each in common if each[1]))


def _too_common(values: Iterable[str]) -> frozenset[str]:
    """Return the values that more people have than can be one."""
    return frozenset(value for value, number in Counter(values).items() if value and number > MOST_SHARING)


def letters_of(name: str) -> str:
    """Return a name in Latin letters: Chinese in pinyin without tones, others without accents and spaces."""
    plain = normal(name)
    said = [_said(each) if each > "\u2e7f" else each for each in plain]
    if plain[:1] in _SURNAMES and len(said) > 1:
        said[0] = _SURNAMES[plain[0]]
    joined = (
        unicodedata.normalize("NFKD", "".join(said)).replace("lyu", "lu").replace("nyu", "nu").replace("v", "u")
    )
    return "".join(each for each in joined if each.isalnum())


@lru_cache(1 << 15)
def _said(character: str) -> str:
    return "".join(lazy_pinyin(character))


def _print(person: Known, phones: Collection[str], emails: Collection[str]) -> _Print:
    """Return what is compared of a person, without phone numbers and e-mail addresses that are too common."""
    email = person.email.casefold()
    letters = letters_of(person.name)
    return _Print(
        person.id,
        normal(person.name),
        letters,
        "".join(sorted(letters)),
        "" if person.phone in phones else person.phone.removeprefix("+"),
        "" if email in emails else email,
        person.birth,
        normal(person.school),
        frozenset(map(normal, person.positions)),
    )


def _keys(each: _Print) -> Iterator[_Key]:
    if each.sound:
        yield "name", each.sound
    if each.phone:
        yield "phone", each.phone
        yield "start", each.phone[:-4]
        yield "end", each.phone[-_HALF:]
    if each.email:
        yield "email", each.email
        yield "local", each.email.partition("@")[0]
    if each.birth and each.letters:
        yield "birth", each.birth, each.letters[:1]


def _pairs(key: _Key, block: list[int], prints: Sequence[_Print], known: int) -> Iterator[tuple[int, int]]:
    """Yield who of a block is compared with whom. Two people who were known before are not."""
    if key[0] == "name" and len(block) > MOST_NAMESAKES:
        parts = defaultdict[_Key, list[int]](list)
        for number in block:
            for part in _parts(prints[number]):
                parts[part].append(number)
        for sharing in parts.values():
            if len(sharing) <= MOST_NAMESAKES:
                yield from _pairs_of(sharing, known)
        return
    yield from _pairs_of(block, known)


def _parts(each: _Print) -> Iterator[_Key]:
    """Yield what those with a very frequent name must share to be compared."""
    if each.phone:
        yield "start", each.phone[:-4]
        yield "end", each.phone[-4:]
    if each.email:
        yield "local", each.email[:4]
    if each.birth:
        yield "birth", each.birth
    for position in each.positions:
        yield "place", each.school, position


def _pairs_of(block: list[int], known: int) -> Iterator[tuple[int, int]]:
    for at, other in enumerate(block):
        if other >= known:
            for one in block[:at]:
                yield one, other


def _likeness(one: _Print, other: _Print, namesakes: dict[str, int]) -> Likeness | None:
    """Return what speaks for two people being the same, or None if it is not enough to ask about."""
    name, phone, email = _names(one, other), _phones(one.phone, other.phone), _emails(one.email, other.email)
    more = _more(one, other)
    evidence = tuple(each for each in (phone, email, name, *more) if each)
    if not _is_enough(one, other, name, phone, email, more, namesakes.get(one.sound, 0)):
        return None
    return Likeness(one.id, other.id, evidence, min(sum(map(_WEIGHTS.__getitem__, evidence)), 100))


def _is_enough(
    one: _Print,
    other: _Print,
    name: Evidence | None,
    phone: Evidence | None,
    email: Evidence | None,
    more: tuple[Evidence, ...],
    namesakes: int,
) -> bool:
    if phone == "phone" or email == "email" or (phone and email):
        return True
    if (_differ(one.birth, other.birth) and len(one.birth) == len(other.birth)) or not name:
        return False
    if phone or email:
        return True
    if name == "name_near":
        return False
    against = (bool(one.phone and other.phone), bool(one.email and other.email)).count(True)
    if not against:
        return namesakes <= _FEW_NAMESAKES or bool(more)
    return len(more) > against or ("birth" in more and against < 2 + len(more))


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _names(one: _Print, other: _Print) -> Evidence | None:
    if not one.letters or not other.letters:
        return None
    if one.name == other.name:
        return "name"
    if one.sound == other.sound:
        return "sound"
    return "name_near" if ratio(one.letters, other.letters) >= _NEAR_NAME else None


def _phones(one: str, other: str) -> Evidence | None:
    if not one or not other:
        return None
    if one == other:
        return "phone"
    near = OSA.distance(one, other, score_cutoff=_NEAR_PHONE) <= _NEAR_PHONE
    return "phone_near" if near else None


def _emails(one: str, other: str) -> Evidence | None:
    if not one or not other:
        return None
    if one == other:
        return "email"
    if min(len(one), len(other)) < _LEAST_EMAIL:
        return None
    same_local = one.partition("@")[0] == other.partition("@")[0]
    near = OSA.distance(one, other, score_cutoff=_NEAR_EMAIL) <= _NEAR_EMAIL
    return "email_near" if same_local or near else None


def _more(one: _Print, other: _Print) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    if one.birth and one.birth == other.birth:
        found.append("birth")
    if one.school and one.school == other.school:
        found.append("school")
    if one.positions & other.positions:
        found.append("position")
    return tuple(found)
