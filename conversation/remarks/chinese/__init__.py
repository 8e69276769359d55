"""Rules for remarks in Chinese: Simplified characters, no spaces, no punctuation.

A rule is a regular expression for one whole remark. `<name>` stands for an entry of `SLOTS`. Quantifiers must have
an upper bound.
"""

from conversation.remarks.chinese.asides import (
    ACKNOWLEDGEMENT,
    JUST_WAIT,
    PRESENCE,
    TECHNICAL,
    TROUBLE,
    UNCLEAR,
    WAIT,
)
from conversation.remarks.chinese.looser import ANSWERS, LOOSE, OTHERS, ROLES
from conversation.remarks.chinese.questions import CONSENT, HELP, IDENTITY, QUESTION, RESULT, SKIP, TIME
from conversation.remarks.chinese.words import FILLERS, SLOTS, SPELLING, TRADITIONAL

__all__ = [
    "ACKNOWLEDGEMENT",
    "ANSWERS",
    "CONSENT",
    "FILLERS",
    "HELP",
    "IDENTITY",
    "JUST_WAIT",
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
    "TRADITIONAL",
    "TROUBLE",
    "UNCLEAR",
    "WAIT",
]
