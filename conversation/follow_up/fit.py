"""Whether a follow-up question that a model has worded may be asked, by written rules of their own.

The rules are strict: whatever they turn down is replaced by the fixed wording, which costs little. They know usual
words, not all of them.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from conversation.assessment.addressed import speaks_to_rater
from conversation.follow_up import banned
from conversation.visible_text import without_hidden

Fault = Literal[
    "form",
    "language",
    "length",
    "several",
    "closed",
    "leading",
    "promise",
    "judging",
    "private",
    "addressed",
    "invented",
    "unrelated",
    "repeated",
]
"""What speaks against a wording.

- form: markup, a link, a number that could be a contact, line breaks, hidden characters, or 你 instead of 您.
- language: it is not in the interview's language; length: it is too short or too long.
- several: it is not exactly one question; closed: yes or no would answer it.
- leading: it suggests an answer; promise: it speaks of the outcome of the application; judging: it praises or
  criticises.
- private: it asks for what is nobody's business, or for data about the person.
- addressed: it speaks to, or of, whoever rates, or of instructions and models.
- invented: a number, a quotation or a foreign word in it is nowhere in the question or the answer.
- unrelated: it has no word in common with them, or asks how things are in general instead of what the candidate
  did. repeated: it is nearly the question that was asked.
"""
LENGTHS = {"zh": (8, 60), "en": (20, 180)}
"""Least and most characters, by language."""
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]*")
_FORM = re.compile(
    r"[\n\r\t<>{}\[\]`*_|\\#@~^]|https?:|www\.|\.(?:com|cn|net|org|io)\b|\d[\d -]{6,}\d|你|\s[?？]", re.IGNORECASE
)
_ENDS = re.compile(r"[?？。！!；;…]|\.(?=\s|$)")
_ASKING = {
    "zh": re.compile("为什么|什么|怎么|怎样|如何|哪|多少|多久|多大|几|谁"),
    "en": re.compile(r"\b(?:what|how|which|why)\b", re.IGNORECASE),
}
_ANOTHER = re.compile(
    r"\b(?:what|how|which|why)\b.*(?:[,;:]|\b(?:and|or)\b)\s*(?:when|where|who|whom)\b", re.IGNORECASE
)
_INVITING = {
    "zh": re.compile("(?:能|可以|可否|能否|愿意|方便).*[吗？?]"),
    "en": re.compile(r"\b(?:could|can|would|will) you\b|^(?:when|where|who|whom)\b", re.IGNORECASE),
}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTED = re.compile("[“「『\"']([^”」』\"']{2,})[”」』\"']")
_SMALL = {
    "zh": re.compile(
        "为什么|什么|怎么样|怎么|怎样|如何|哪些|哪|多少|多久|几|谁|您|我|们|能不能|能否|能|可以|可否|请|讲讲|说说|谈谈"
        "|讲|说|谈|举|提到|提|具体|一下|一点|一个|一件|一次|当时|后来|最后|其中|这个|那个|这些|那些|这|那|次|件|个|的|了|吗"
        "|呢|过|是|在|和|与|对|把|被|时候|时|有|做|事情|情况|例子|方面|部分|更|再|还|里|中|上|下"
    ),
    "en": re.compile(
        r"\b(?:what|how|when|where|which|who|why|could|can|would|will|you|your|yours|yourself|tell|please|more"
        r"|about|that|this|these|those|they|them|their|there|then|than|with|from|into|have|had|has|were|was|did"
        r"|does|done|doing|make|made|some|something|thing|things|particular|case|example|specific|exactly|bit"
        r"|little|after|before|during|while|time|kind|sort|give|describe|explain|walk|through|share|mentioned"
        r"|said|part|like|want|work|working|job|people|anything|know|feel|think|important|best|business)\b",
        re.IGNORECASE,
    ),
}
_STEM = 5  # letters
_STRAIGHT_QUOTE = re.compile(r"(?<![^\W_])[\"']|[\"'](?![^\W_])")
_PERSONAL = re.compile(
    r"\b(?:you|your|yours|yourself|did|was|were|had|happened|made|led|came|went|turned|changed)\b", re.IGNORECASE
)
"""In English, words of a question about what was: what it was, or what the candidate does."""
_REPEATED = 0.7
"""From this similarity to the question that was asked a wording repeats it: 1 if they are the same."""
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


def fault(text: str, language: str, question: str, answer: Sequence[str]) -> Fault | None:
    """Return what speaks against asking `text` after this answer to this question; None: nothing does."""
    source = "\n".join((question, *answer))
    if _FORM.search(text) or len(_STRAIGHT_QUOTE.findall(text)) % 2:
        return "form"
    if text != text.strip() or without_hidden(text) != text:
        return "form"
    if not _in_language(text, language, source):
        return "language"
    least, most = LENGTHS[language]
    if not least <= len(text) <= most:
        return "length"
    if not _is_one(text, language):
        return "several"
    if not (_ASKING[language].search(text) or _INVITING[language].search(text)):
        return "closed"
    if found := banned.found(text, language, source):
        return found
    if speaks_to_rater(text):
        return "addressed"
    if _invents(text, language, source):
        return "invented"
    if not _related(text, language, source):
        return "unrelated"
    return "repeated" if _likeness(text, question) >= _REPEATED else None


def _likeness(text: str, question: str) -> float:
    said, asked = ([str(word) for word in _TOKEN.findall(each.lower())] for each in (text, question))
    return SequenceMatcher(None, said, asked, autojunk=False).ratio()


def _in_language(text: str, language: str, source: str) -> bool:
    """Return whether the text is Chinese or English as wanted. A Chinese one may have words of the source."""
    han = len(_HAN.findall(text))
    if language == "en":
        return not han and bool(_LATIN.search(text))
    foreign = (word for word in _LATIN.findall(text) if word.lower() not in source.lower())
    return han > sum(map(len, foreign))


def _is_one(text: str, language: str) -> bool:
    """Return whether the text is one sentence that asks for one thing."""
    several = len(_ASKING[language].findall(text)) > 1 or _ANOTHER.search(text)
    return len(_ENDS.findall(text)) == 1 and text[-1] in "?？" and not several


def _invents(text: str, language: str, source: str) -> bool:
    known = "".join(source.split()).lower()
    quoted = ("".join(each.split()).lower() for each in _QUOTED.findall(text))
    words = (each.lower() for each in _LATIN.findall(text)) if language == "zh" else ()
    numbers = set(_NUMBER.findall(source))
    return any(each not in known for each in (*quoted, *words)) or not set(_NUMBER.findall(text)) <= numbers


def _related(text: str, language: str, source: str) -> bool:
    rest = _SMALL[language].sub(" ", text)
    if language == "zh":
        pairs = (run[at : at + 2] for run in re.findall(f"{_HAN.pattern}+", rest) for at in range(len(run) - 1))
        words = (each for each in _LATIN.findall(rest))
        return any(pair in source for pair in pairs) or any(word.lower() in source.lower() for word in words)
    if not _PERSONAL.search(text):
        return False
    known = {each.lower()[:_STEM] for each in _LATIN.findall(source) if len(each) > 2}
    return any(each.lower()[:_STEM] in known for each in _LATIN.findall(rest) if len(each) > 3)
