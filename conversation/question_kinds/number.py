"""Questions that are answered with one number."""

import math
import re
import unicodedata
from decimal import Decimal
from typing import Literal

from conversation.question_kinds.base import Reading
from conversation.script import Question
from conversation.words import Styled, Words

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+)(?![\d,])")
_MULTIPLIED = re.compile(r"[十千万亿]|百(?!分)|\d\s*(?:k\b|hundred|thousand|million|billion)", re.IGNORECASE)
_DIGITS = str.maketrans("零〇一二两三四五六七八九", "001223456789")
_SAMPLE = 15.0
_BARE = re.compile(
    r"[-+]?[\d.,]+\s*"
    r"(?:[%‰°$€£¥]|(?!左右|上下|吧|多|几)[\u4e00-\u9fff]{1,4}(?<!吧)(?<!左右)|[a-z]+(?: [a-z]+)?)?\s*[.。!]*"
)
"""A number, optionally followed by a unit such as `%`, `年`, `个百分点` or `days`."""


class Number:
    name = "number"
    keys = frozenset({"min", "max", "expect"})
    needs: frozenset[str] = frozenset()
    at_once = True
    by_press = False
    free = False
    digits: Literal["always"] = "always"

    def options(self, question: Question) -> tuple[str, ...]:
        return ()

    def read(self, question: Question, text: str, language: str) -> Reading | None:
        """Recognise one number within the bounds. It is sure only if it stands alone or with a unit."""
        value, low, high = number_in(text), question.minimum, question.maximum
        if value is None or (low is not None and value < low) or (high is not None and value > high):
            return None
        return Reading(text, digits(value), sure=_is_bare(text))

    def hint(self, question: Question, words: Words) -> Styled:
        low, high = question.minimum, question.maximum
        bounds = (
            ("between" if high is not None else "from") if low is not None else "upto" if high is not None else ""
        )
        key = f"question.hint.number.{bounds}" if bounds else "question.hint.number"
        return words.say(key, low=digits(low), high=digits(high))

    def refused(self, question: Question, words: Words) -> Styled:
        """Return the reply. It gives no number as an example, which could be the answer or suggest one."""
        return Styled.join([words.say("number.again"), self.hint(question, words)])

    def sample(self, question: Question) -> str:
        low = -math.inf if question.minimum is None else question.minimum
        high = math.inf if question.maximum is None else question.maximum
        return digits(min(max(_SAMPLE, low), high))

    def as_expected(self, question: Question, text: str, value: str) -> bool | None:
        number = number_in(text)
        if question.expect is None or number is None:
            return None
        if value not in (digits(number), f"{number:g}"):  # earlier releases kept six digits of a number
            return None
        return question.expect.allows(number)

    def read_back(self, text: str, value: str, words: Words) -> Styled:
        return words.say("answer.taken.number", text=value)


def number_in(said: str) -> float | None:
    """Return the one number in a text, such as `3`, `３ 年`, `1,500`, `about 2.5` or `三`.

    Returns None if there is none, there are several, or it would be misread (`五十`, `3万`).
    """
    plain = unicodedata.normalize("NFKC", said).replace("\N{MINUS SIGN}", "-").replace("负", "-")
    if not _NUMBER.search(plain):
        plain = plain.translate(_DIGITS)
    if _MULTIPLIED.search(plain):
        return None
    found = _NUMBER.findall(_THOUSANDS.sub(lambda match: match[1].replace(",", ""), plain))
    return float(found[0].replace(",", ".")) if len(found) == 1 and len(found[0]) <= 15 else None


def _is_bare(said: str) -> bool:
    """Whether the text is nothing but a number, optionally followed by a unit."""
    plain = (
        unicodedata.normalize("NFKC", said).replace("\N{MINUS SIGN}", "-").replace("负", "-").translate(_DIGITS)
    )
    return _BARE.fullmatch(plain.strip().casefold()) is not None


def digits(value: float | None) -> str:
    """Return the number with all of its digits and without an exponent; empty for None."""
    if value is None:
        return ""
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
