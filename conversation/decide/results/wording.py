"""The message with which a candidate is told the result."""

import re
from collections.abc import Sequence

from conversation.assessment.answer_text import AnswerText, Passage
from conversation.assessment.quotes import find
from conversation.script import Script, Wording
from conversation.words import Styled, Words

MESSAGE_PLACEHOLDERS = ("name", "title")
"""What stands in braces in a message: the candidate's name as it follows a greeting, and the position."""
_QUOTES = re.compile('\u300c([^\u300d]{1,300})\u300d|\u201c([^\u201d]{1,300})\u201d|"([^"]{1,300})"')


def with_quotes(words: Words, quotes: Sequence[str], text: str) -> str:
    """Return what a colleague adds to the message: sentences of the candidate's own, then `text`."""
    if not quotes:
        return text
    said = [words.plain("result.quote", text=each) for each in quotes]
    return "\n\n".join(filter(None, ("\n".join([words.text("result.quotes"), *said]), text)))


def drafted(
    words: Words,
    script: Script,
    name: str,
    outcome: str,
    text: str = "",
    *,
    unit: Wording | None = None,
    times: bool = False,
) -> Styled:
    """Return the whole message for an outcome: the script's own, else the unit's, else the catalogue's.

    `text` is what a colleague adds. `unit`: the unit's message; a language that it lacks has the catalogue's.
    `times`: the times for the next round follow.
    """
    if own := own_message(script, outcome, unit, words.language):
        return with_own_words(words, own, name, script.title.in_(words.language), text)
    if script.recruiter:
        words = words.naming(script.recruiter.in_(words.language))
    addressed = words.plain("addressed", name=name) if name else ""
    key = "result.tell.yes.times" if times and outcome == "yes" else f"result.tell.{outcome}"
    said = words.say(key, name=addressed, title=script.title.in_(words.language))
    return Styled.join([said, text, words.say("result.tell.reply")], "\n\n")


def with_own_words(words: Words, own: str, name: str, title: str, text: str = "") -> Styled:
    """Return the whole message with a script's or a unit's words, for a candidate called `name` and the position
    `title`."""
    addressed = words.plain("addressed", name=name) if name else ""
    said = own.strip().format(name=addressed, title=title)
    return Styled.join([said, text, words.say("result.tell.reply")], "\n\n")


def own_message(script: Script, outcome: str, unit: Wording | None, language: str) -> str:
    """Return the message of the script, else of the unit, before its placeholders are filled in. Empty: the
    catalogue's applies."""
    if own := script.result_messages.get(outcome):
        return own.in_(language)
    return str(getattr(unit, language)) if unit else ""


def misquoted(text: str, said: Sequence[str]) -> tuple[str, ...]:
    """Return the quotes in a text that are not found, word for word, in what was `said`."""
    quotes = [next(filter(None, each)) for each in _QUOTES.findall(text)]
    known = AnswerText(tuple(map(Passage, said)))
    return tuple(each for each in quotes if find(each, known) is None)
