"""How candidates and their interviews are spoken of at the console."""

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
    """The candidate's name, or the beginning of the interview's id."""
    nameless = candidate_words(context).plain("notice.nameless", number=state.interview[:6].upper())
    return state.name or nameless


def state_name(context: CommandContext, state: State) -> str:
    return context.words.text(f"staff.state.{state.phase}")


def likely_cause(words: Words, away: Interruption) -> str:
    """What a time away looks like, where it looks like anything; a rule that this version does not know goes by
    its name."""
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
    """The reason for which a candidate left, or that none was given; an empty string where nobody left."""
    if state.phase == "exited" or (state.phase == "lapsed" and state.reason):
        return reason(state, script, candidate_words(context))
    return ""


def quoted(context: CommandContext, text: str) -> str:
    """Somebody's own words, to follow what is said of them; an empty string where there are none."""
    return f" · {context.words.plain('staff.card.note', note=text)}" if text else ""


def done(state: State) -> int:
    """How many questions are answered."""
    return state.done
