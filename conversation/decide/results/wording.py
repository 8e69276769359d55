"""The message with which a candidate is told the result."""

from conversation.script import Script
from conversation.words import Styled, Words


def drafted(words: Words, script: Script, name: str, outcome: str, text: str = "") -> Styled:
    """Return the whole message for an outcome. `text` is what a colleague adds."""
    if script.recruiter:
        words = words.naming(script.recruiter.in_(words.language))
    said = words.say(
        f"result.tell.{outcome}",
        name=words.plain("addressed", name=name) if name else "",
        title=script.title.in_(words.language),
    )
    return Styled.join([said, text, words.say("result.tell.reply")], "\n\n")
