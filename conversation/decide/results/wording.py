"""The message with which a candidate is told the result."""

from conversation.script import Script
from conversation.words import Styled, Words


def drafted(words: Words, script: Script, name: str, outcome: str, text: str = "") -> Styled:
    """Return the whole message for an outcome: the script's own, or the catalogue's.

    `text` is what a colleague adds.
    """
    if script.recruiter:
        words = words.naming(script.recruiter.in_(words.language))
    addressed = words.plain("addressed", name=name) if name else ""
    title = script.title.in_(words.language)
    if own := script.result_messages.get(outcome):
        said = Styled(own.in_(words.language).strip().format(name=addressed, title=title))
    else:
        said = words.say(f"result.tell.{outcome}", name=addressed, title=title)
    return Styled.join([said, text, words.say("result.tell.reply")], "\n\n")
