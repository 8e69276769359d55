"""Upgrades states that were stored before the prompt was a value, when a string said what the next words were
about."""

from typing import Any

import msgspec
from msgspec.structs import replace

from conversation import prompt as p
from conversation.state import State
from conversation.state_parts import Listed

FIELD = "expecting"
_WORDS: dict[str, p.AnyPrompt] = {
    "name": p.NamePrompt(),
    "later": p.TimePrompt(),
    "leaving": p.LeavePrompt(),
    "reason": p.ReasonPrompt(),
    "detail": p.DetailPrompt(),
    "feedback": p.FeedbackPrompt(),
    "support": p.SupportPrompt(),
    "returned": p.ReturnPrompt(),
    "unsolved": p.TroublePrompt(),
}


def upcast(state: State, raw: dict[str, Any]) -> State:
    """Return the state in its present form. `raw` contains its fields as they were stored."""
    expecting = str(raw.get(FIELD, ""))
    if "prompt" in raw or (not expecting and raw.get("phase", "invited") == "invited"):
        return state
    today = replace(
        state,
        reached=state.index - 1 if state.phase == "completed" else state.index,
        lost_at=state.index if raw.get("lost") else -1,
    )
    if expecting == "informed":
        return replace(today, prompt=today.underlying, listed=Listed(("continue", "leave")))
    return replace(today, prompt=_prompt(today, expecting))


def _prompt(state: State, expecting: str) -> p.AnyPrompt:
    kind, _, rest = expecting.partition(":")
    match kind:
        case "correction":
            return p.CorrectionPrompt(int(rest))
        case "addition":
            return p.AdditionPrompt(int(rest))
        case "unheard":
            return p.UnheardPrompt(int(rest))
        case "request" if rest == "delete":  # that question is no longer asked
            return state.underlying
        case "request":
            return p.RequestPrompt(rest)
        case _:
            return _WORDS.get(kind, state.underlying)


decode_fields = msgspec.msgpack.Decoder(dict[str, Any]).decode
