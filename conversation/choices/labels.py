"""The labels of choices."""

from datetime import tzinfo

from conversation.choices.offered import NUMBERED
from conversation.script import Script
from conversation.state import State
from conversation.timing import slots
from conversation.words import Words


def label(state: State, script: Script, words: Words, zone: tzinfo, choice: str) -> str:
    """Return the label of the choice in the language of `words`, with times in `zone`."""
    family, _, name = choice.partition(".")
    options = script.steps[state.index].question.options if 0 <= state.index < len(script.steps) else ()
    if family == "change" and state.reviewing:
        return words.plain("review.change", number=int(name) + 1)
    if family == "option":
        return options[int(name)].label.in_(state.language) if int(name) < len(options) else ""
    if family == "reason" and (reason := script.reason(name)) and reason.label:
        return reason.label.in_(state.language)
    if family == "group" and name.isdecimal() and script.group_question:
        return script.group_question.options[int(name)].label.in_(state.language)
    if choice == "skip" and state.follow_up:
        return words.text("follow_up.pass")
    if choice == "skip" and state.index in state.revisited:
        return words.text("choice.skip.again")
    if family in slots.FAMILIES and state.appointment:
        return slots.label(words, state.appointment, choice, zone)
    return words.text(f"choice.{family if family in NUMBERED else choice}")
