"""Wording that the console uses for candidates and their interviews."""

from conversation.script import Script
from conversation.state import State
from conversation.timing.schedule import at
from conversation.views.answers import Interruption
from conversation.words import Words
from handlers.console.context import CommandContext
from handlers.notices.notices import reason


def candidate_words(context: CommandContext) -> Words:
    return context.tools.candidate_words[context.language]


def named(context: CommandContext, state: State) -> str:
    """Return the candidate's name, or a name made from the beginning of the interview's id."""
    nameless = candidate_words(context).plain("notice.nameless", number=state.interview[:6].upper())
    return state.name or nameless


def state_name(context: CommandContext, state: State) -> str:
    return context.words.text(f"staff.state.{state.phase}")


def likely_cause(words: Words, away: Interruption) -> str:
    """Return the likely cause of a time away, or an empty string if it is unknown. A rule that this version does
    not know is shown by its name."""
    if away.cause in ("", "unknown"):
        return ""
    try:
        what = words.text(f"staff.rule.{away.rule}")
    except KeyError:
        what = away.rule
    return words.plain("staff.page.likely", what=what)


def moment(context: CommandContext, ms: int) -> str:
    return candidate_words(context).moment(at(ms, context.tools.zone))


def why(context: CommandContext, state: State, script: Script) -> str:
    """Return why the candidate left, or that no reason was given. Empty if the candidate did not leave."""
    if state.phase == "exited" or (state.phase == "lapsed" and state.reason):
        return reason(state, script, candidate_words(context))
    return ""


def quoted(context: CommandContext, text: str) -> str:
    """Return a person's own words as a suffix for a line about them, or an empty string if there are none."""
    return f" · {context.words.plain('staff.card.note', note=text)}" if text else ""


def done(state: State) -> int:
    """Return how many questions are answered."""
    return state.done
