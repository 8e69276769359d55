"""The likely cause of an absence, derived by rules from the circumstances, never from what the candidate says.

The first rule that fits decides. If none fits, the cause is unknown: nothing is guessed.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from conversation.dropout.signals import RECENT_MS
from conversation.script import Script
from conversation.state import State

Cause = Literal["ours", "our_pause", "network", "content", "theirs", "unknown"]
CAUSES: tuple[Cause, ...] = ("ours", "our_pause", "network", "content", "theirs", "unknown")
BY_CHOICE = ("exit", "pause", "aside", "unreachable")
"""Interruptions that the candidate chose, at the time when the absence began."""
MOST_UNHEARD = 2
"""Number of failed transcripts at one question from which voice counts as the cause."""
MOST_LOSSES = 3
"""Number of lost connections at one question from which the network counts as unstable."""
MOST_RESTARTS = 2
"""Number of times an answer is begun anew from which the question's content counts as the cause."""
LONG_AT_QUESTION = 2.0
"""Working time at a question counts as long above this multiple of the minutes that the question suggests."""
LONG_INTERVIEW = 1.5
"""An interview counts as long above this multiple of the minutes that all questions so far suggest."""


class _Rule(NamedTuple):
    name: str
    cause: Cause
    fits: Callable[[State, Script], bool]


class Likely(NamedTuple):
    cause: Cause
    rule: str


def likely(state: State, script: Script) -> Likely:
    """Return the likely cause of the candidate's absence, with the rule that found it."""
    for rule in RULES:
        if rule.fits(state, script):
            return Likely(rule.cause, rule.name)
    return Likely("unknown", "nothing_known")


def goes_before(rule: str, known: str) -> bool:
    """Whether `rule` explains an absence better than the rule `known` so far (empty: none)."""
    return not known or _ORDER.get(rule, len(_ORDER)) < _ORDER.get(known, len(_ORDER))


def _other_interview(state: State, _: Script) -> bool:
    return state.interruption == "aside"


def _our_fault(state: State, _: Script) -> bool:
    return _may_explain(state, state.signs.ours_ms)


def _account_paused(state: State, _: Script) -> bool:
    return _may_explain(state, state.signs.paused_ms)


def _may_explain(state: State, at_ms: int) -> bool:
    """Whether what happened on our side at `at_ms` (0: nothing) may be why the candidate stopped.

    It is not if they had left of their own accord before."""
    if not at_ms or at_ms < state.last_ms - RECENT_MS:
        return False
    by_choice = state.interruption in BY_CHOICE or bool(state.reason)
    return not (by_choice and 0 < state.away_ms < at_ms)


def _voice_not_understood(state: State, _: Script) -> bool:
    return state.signs.unheard >= MOST_UNHEARD


def _connection_lost(state: State, _: Script) -> bool:
    return bool(state.signs.lost_ms)


def _unstable_connection(state: State, _: Script) -> bool:
    return state.signs.losses >= MOST_LOSSES


def _answer_restarted(state: State, _: Script) -> bool:
    return state.signs.restarts >= MOST_RESTARTS


def _long_at_question(state: State, script: Script) -> bool:
    if not 0 <= state.index < len(script.steps):
        return False
    minutes = script.steps[state.index].question.minutes
    return state.active_ms - state.signs.active_ms > LONG_AT_QUESTION * minutes * 60_000


def _long_interview(state: State, script: Script) -> bool:
    if not 0 <= state.index < len(script.steps):
        return False
    minutes = script.minutes_left[0] - script.minutes_left[state.index + 1]
    return state.active_ms > LONG_INTERVIEW * minutes * 60_000


def _left_channel(state: State, _: Script) -> bool:
    return state.interruption == "unreachable"


def _page_closed(state: State, _: Script) -> bool:
    return bool(state.signs.closed_ms)


def _page_hidden(state: State, _: Script) -> bool:
    return bool(state.signs.hidden_ms)


def _own_pause(state: State, _: Script) -> bool:
    return state.interruption == "pause"


RULES = (
    _Rule("other_interview", "theirs", _other_interview),
    _Rule("our_fault", "ours", _our_fault),
    _Rule("account_paused", "our_pause", _account_paused),
    _Rule("voice_not_understood", "ours", _voice_not_understood),
    _Rule("connection_lost", "network", _connection_lost),
    _Rule("unstable_connection", "network", _unstable_connection),
    _Rule("answer_restarted", "content", _answer_restarted),
    _Rule("long_at_question", "content", _long_at_question),
    _Rule("long_interview", "content", _long_interview),
    _Rule("left_channel", "theirs", _left_channel),
    _Rule("page_closed", "theirs", _page_closed),
    _Rule("page_hidden", "theirs", _page_hidden),
    _Rule("own_pause", "theirs", _own_pause),
)
_ORDER = {rule.name: place for place, rule in enumerate(RULES)}
