"""Sentences in an answer that speak to whoever rates it, by written rules. They are no evidence of anything.

A greeting is not among them: candidates are told that a program asks the questions.
"""

import re
import unicodedata
from collections.abc import Iterator

from conversation.assessment import addressed_chinese, addressed_english
from conversation.assessment.answer_text import AnswerText
from conversation.assessment.quotes import Span
from conversation.visible_text import without_hidden

_SENTENCE = re.compile(r"(?:[^.。！!？?；;\n]|\.(?=\S))*[.。！!？?；;\n]*[”’」』\"')）]*")
_LIKE_LATIN = str.maketrans("аеіорсухАВЕІКМНОРСТХαονικ", "aeiopcyxABEIKMHOPCTXaovik")
"""Cyrillic and Greek letters that look like Latin ones."""
_ROLE = re.compile(
    r"<\|?\s*/?\s*(?:im_start|im_end|system|assistant|user|endoftext|instructions?|prompt|answer|context)\b"
    r"|[\[【]\s*/?\s*(?:inst|sys|system|admin|assistant|系统|管理员|指令)\s*[\]】]"
    r"|#{2,4}\s*(?:system|instructions?|response|assistant|new|新?指令|系统)"
    r"|(?:^|(?<=[.。!！?？;；]))\s*(?:system|assistant|developer|admin|系统|助手|管理员|开发者|系统提示|系统消息)\s*[:：]"
    r"|(?:begin|end) (?:of )?(?:the )?(?:answer|instructions?|prompt|transcript)\b"
    r"|(?:回答|作答|答案|面试记录)(?:到此)?(?:结束|完毕)\s*[。:：—-]",
    re.IGNORECASE | re.MULTILINE,
)
"""Marks by which text pretends to come from somebody else. Everything after one in a message is suspect."""
_OUTPUT = re.compile(
    r"[{\[][^{}]{0,2000}[\"'“](?:levels?|scores?|quotes?|rating|competency|assessments?|等级|分数|引文)[\"'”]\s*[:：]"
    r"[^{}]{0,2000}(?:[}\]]|$)",
    re.IGNORECASE,
)
"""What looks like an output of the model."""
_NEXT = re.compile(
    r"[:：]\W*$|(?:\b(?:next|following|follows|below)\b|以下|下面|下一|下列|如下)[^:：]{0,24}$", re.IGNORECASE
)
"""Ways in which a sentence announces the next one."""
_OPENING, _CLOSING = '“「『"', {"“": "”", "「": "」", "『": "』", '"': '"'}


def addressed(answer: AnswerText) -> tuple[Span, ...]:
    """Return the stretches of the answer that speak to the rater, in order, without overlaps."""
    return tuple(
        Span(part, start, end)
        for part, passage in enumerate(answer.passages)
        for start, end in _merged(sorted(_in_text(passage.text)))
    )


def without(answer: AnswerText, spans: tuple[Span, ...]) -> tuple[str, ...]:
    """Return the text of each message with `spans` left out, for the model."""
    texts = [passage.text for passage in answer.passages]
    for span in reversed(spans):
        texts[span.part] = f"{texts[span.part][: span.start]}[…]{texts[span.part][span.end :]}"
    return tuple(texts)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each sentence that has something in it."""
    for found in _SENTENCE.finditer(text):
        if found[0].strip():
            yield found.span()


def speaks_to_rater(sentence: str) -> bool:
    """Return whether a sentence speaks to whoever rates the answer."""
    plain = " ".join(
        unicodedata.normalize("NFKC", without_hidden(sentence)).translate(_LIKE_LATIN).lower().split()
    )
    return addressed_english.matches(plain) or addressed_chinese.matches(plain)


def _in_text(text: str) -> Iterator[tuple[int, int]]:
    if role := _ROLE.search(text):
        yield role.start(), len(text)
    for found in _OUTPUT.finditer(text):
        yield found.span()
    until = 0
    follows = False
    for start, end in sentences(text):
        if speaks_to_rater(text[start:end]):
            until = max(end, _quote_end(text, start, end))
            yield start, until
            follows = bool(_NEXT.search(text[start:end]))
        elif follows:  # what the rater was told to read
            yield start, end
            follows = False


def _quote_end(text: str, start: int, end: int) -> int:
    """Return where the quotation ends that begins in a sentence; 0 if none is open at its end."""
    opened = ""
    for character in text[start:end]:
        if opened and character == _CLOSING[opened]:
            opened = ""
        elif not opened and character in _OPENING:
            opened = character
    return text.find(_CLOSING[opened], end) + 1 if opened else 0


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
