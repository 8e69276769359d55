"""The message with which a candidate is told the result."""

from collections.abc import Sequence

from conversation.script import Script
from conversation.words import Styled, Words


def with_quotes(words: Words, quotes: Sequence[str], text: str) -> str:
    """Return what a colleague adds to the message: sentences of the candidate's own, then `text`."""
    if not quotes:
        return text
    said = [words.plain("result.quote", text=each) for each in quotes]
    return "\n\n".join(filter(None, ("\n".join([words.text("result.quotes"), *said]), text)))


def drafted(
    words: Words, script: Script, name: str, outcome: str, text: str = "", *, times: bool = False
) -> Styled:
    """Return the whole message for an outcome: the script's own, or the catalogue's.

    `text` is what a colleague adds. `times`: the times for the next round follow.
    """
    if script.recruiter:
        words = words.naming(script.recruiter.in_(words.language))
    addressed = words.plain("addressed", name=name) if name else ""
    title = script.title.in_(words.language)
    if own := script.result_messages.get(outcome):
        said = Styled(own.in_(words.language).strip().format(name=addressed, title=title))
    else:
        key = "result.tell.yes.times" if times and outcome == "yes" else f"result.tell.{outcome}"
        said = words.say(key, name=addressed, title=title)
    return Styled.join([said, text, words.say("result.tell.reply")], "\n\n")
