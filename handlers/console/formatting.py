"""How candidates and their interviews are spoken of at the console."""

from conversation.schedule import at
from conversation.script import Script
from conversation.state import State
from conversation.transcript import Interruption
from conversation.words import Words
from handlers.console.context import Turn
from handlers.notices import reason


def candidate_words(turn: Turn) -> Words:
    return turn.tools.candidate_words[turn.language]


def named(turn: Turn, state: State) -> str:
    """The candidate's name, or the beginning of the interview's id."""
    nameless = candidate_words(turn).plain("notice.nameless", number=state.interview[:6].upper())
    return state.name or nameless


def state_name(turn: Turn, state: State) -> str:
    return turn.words.text(f"staff.state.{state.phase}")


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


def moment(turn: Turn, ms: int) -> str:
    return candidate_words(turn).moment(at(ms, turn.tools.zone))


def why(turn: Turn, state: State, script: Script) -> str:
    """The reason for which a candidate left, or that none was given; an empty string where nobody left."""
    if state.phase == "exited" or (state.phase == "lapsed" and state.reason):
        return reason(state, script, candidate_words(turn))
    return ""


def quoted(turn: Turn, text: str) -> str:
    """Somebody's own words, to follow what is said of them; an empty string where there are none."""
    return f" · {turn.words.plain('staff.card.note', note=text)}" if text else ""


def done(state: State) -> int:
    """How many questions are answered."""
    return state.done
