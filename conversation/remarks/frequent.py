"""Finding what a candidate asks among the questions that the script answers.

Two questions are compared by what remains of them without courtesies and small words: pairs of Chinese
characters, and English words without their endings. Questions that differ in a number, in a negation, or in what
they ask for (when, where, who, how much) are different, and if two entries fit almost equally well, none does;
between the script and units, or a unit and those above it, the nearer one counts then.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from conversation.remarks import Subject, about
from conversation.remarks.chinese import TRADITIONAL
from conversation.script import Faq, Script
from conversation.visible_text import compatible

Topic = Subject | Literal["faq"]
"""What a remark to the bot is about: also one of the script's frequent questions."""
NEARLY = 0.62
"""How much of two questions must be the same (0 to 1), where it is clear that the candidate asks something."""
SURELY = 0.8
"""The same while an answer is expected, which may look like a question."""
_APART = 0.08  # by so much the best entry must fit better than the next
_LONGEST = 120  # characters
_COURTESIES = re.compile(
    r"请问一下|请问下|请问|麻烦问一下|您好|你好|我?想问一下|我?想问问|我?想问|问一下|我?想知道|我?想了解一下|我?想了解"
    r"|能不能告诉我|能告诉我|可以告诉我|告诉我|说一下|老师|那个|那么|那"
)
_SMALL_CHINESE = re.compile(
    r"可不可以|能不能|有没有|是不是|要不要|会不会|是否|可以|一共|总共|大概|大约|[是的了在有能会要]"
)
_TAIL = re.compile(r"(?:吗|呢|啊|呀|嘛|吧|哈|哦|的)+$")
_PIECES = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:'[a-z]+)?")
_WORDS = (
    "a about also am an and any are at be been by can could did do does excuse for from get go going has "
    "have hello hey hi i if in is it its just know like ll many may me my of ok on one or our please re s "
    "sir so some tell thank thanks that the their them there these they this to us ve want was we were "
    "will with would you your wondering question madam"
)
_SMALL = frozenset(_WORDS.split())
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "y", "e")
_NOT = re.compile(r"不|没|无需|无须|别|\b(?:no|not|never|without|none)\b|n't\b")
_OR_NOT = re.compile(r"(.)不\1|有没有|是否|是不是|能不能|可不可以|要不要|会不会")
_ASKS = {
    "when": re.compile(r"什么时候|何时|几点|哪天|几号|哪一天|\bwhen\b|what time|what day|which day"),
    "long": re.compile(r"多久|多长|几天|几个月|how long"),
    "where": re.compile(r"哪里|哪儿|什么地方|在哪|\bwhere\b"),
    "who": re.compile(r"谁|哪位|\bwho\b|\bwhom\b"),
    "why": re.compile(r"为什么|为何|\bwhy\b"),
    "much": re.compile(r"多少|几个|几轮|几次|几人|how (?:much|many)"),
}
_QUESTION = re.compile(
    r"[?？]\s*$|(?:吗|呢|么)\W*$|什么|怎么|怎样|如何|多少|多久|哪|谁|为何|几[点天轮个次号]|是否|有没有|能不能|可不可以|要不要|会不会"
    r"|^(?:what|when|where|who|why|how|which|is|are|do|does|can|could|will|would|may)\b"
)


def frequent_question(text: str, faq: Sequence[Faq], least: float = NEARLY) -> Faq | None:
    """Return the entry that answers the text, or None if there is none or it is unclear which.

    `least` is how much of the question must be the same, from 0 to 1.
    """
    if not faq:
        return None
    said = _plain(text)
    if not said or len(said) > _LONGEST or not _QUESTION.search(said):
        return None
    scored = [(max((_alike(said, _plain(asked)) for asked in each.phrasings), default=0.0), each) for each in faq]
    best = max(score for score, _ in scored)
    if best < least:
        return None
    close = [each for score, each in scored if score == best or (best < 1 and best - score < _APART)]
    nearest = [each for each in close if each.level == min(entry.level for entry in close)]
    return nearest[0] if best == 1 or len(nearest) == 1 else None


def subject_of(text: str, script: Script) -> Topic | None:
    """Return what the message is about if it is a remark to the bot, or None if it looks like an answer."""
    return about(text) or ("faq" if frequent_question(text, script.faq, SURELY) else None)


def _plain(text: str) -> str:
    plain = compatible(text.strip()).casefold().replace("’", "'")
    return plain if plain.isascii() else plain.translate(TRADITIONAL)


@lru_cache(maxsize=4_000)
def _features(said: str) -> frozenset[str]:
    """Return what the question consists of: stems of English words and pairs of Chinese characters."""
    found = set[str]()
    plain = _TAIL.sub("", _COURTESIES.sub(" ", said).rstrip(" ?!.,。、~"))
    for piece in _PIECES.findall(_SMALL_CHINESE.sub("", re.sub("哪里|哪儿|什么地方", "哪", plain))):
        if piece[0] <= "z":
            word = piece.partition("'")[0]
            if word not in _SMALL:
                found.add(_stem(word))
        else:
            found |= {piece[at : at + 2] for at in range(len(piece) - 1)} or {piece}
    return frozenset(found)


def _stem(word: str) -> str:
    ending = next((each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= 3), "")
    return word.removesuffix(ending)


def _alike(said: str, asked: str) -> float:
    """Return how much the two questions have in common, from 0 to 1 (Dice's coefficient)."""
    one, other = _features(said), _features(asked)
    if not one or not other or _differ(said, asked):
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def _differ(said: str, asked: str) -> bool:
    """Return whether the questions differ in a number, a negation, or what they ask for."""
    if set(re.findall(r"\d+", said)) != set(re.findall(r"\d+", asked)) or _denies(said) != _denies(asked):
        return True
    one, other = _wanted(said), _wanted(asked)
    return bool(one and other and not one & other)


def _denies(said: str) -> bool:
    return bool(_NOT.search(_OR_NOT.sub("", said)))


def _wanted(said: str) -> set[str]:
    return {name for name, pattern in _ASKS.items() if pattern.search(said)}
