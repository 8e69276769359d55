"""Rules for remarks in English: lower case, one space between words, no punctuation, contractions spelled out.

A rule is a regular expression for one whole remark. `<name>` stands for an entry of `SLOTS`; `~` is a space, or up
to six small words (`GLUE`) with spaces around them. Small words may also follow a remark, unless it is unclear, an
acknowledgement or a filler. Quantifiers must have an upper bound, and no character class may contain a space.
"""

from conversation.remarks.english.asides import ACKNOWLEDGEMENT, PRESENCE, TECHNICAL, TROUBLE, UNCLEAR, WAIT
from conversation.remarks.english.looser import ANSWERS, LOOSE, OTHERS, ROLES
from conversation.remarks.english.questions import CONSENT, HELP, IDENTITY, QUESTION, RESULT, SKIP, TIME
from conversation.remarks.english.words import FILLERS, GLUE, GLUE_PAIRS, SLOTS, SPELLING

__all__ = [
    "ACKNOWLEDGEMENT",
    "ANSWERS",
    "CONSENT",
    "FILLERS",
    "GLUE",
    "GLUE_PAIRS",
    "HELP",
    "IDENTITY",
    "LOOSE",
    "OTHERS",
    "PRESENCE",
    "QUESTION",
    "RESULT",
    "ROLES",
    "SKIP",
    "SLOTS",
    "SPELLING",
    "TECHNICAL",
    "TIME",
    "TROUBLE",
    "UNCLEAR",
    "WAIT",
]
