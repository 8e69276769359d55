"""What becomes of the open answer: its parts, and what of them was spoken."""

from collections.abc import Iterable

from msgspec.structs import replace

from conversation import events as e
from conversation.state import Awaited, Part, State


def added(state: State, part: Part) -> State:
    expecting = state.expecting if state.away else ""  # a straggler answers no other prompt
    return replace(state, parts=(*state.parts, part), expecting=expecting, on_screen=0, unsolved="")


def late(state: State) -> State:
    """Something joined an answer that is submitted: an addition, if one was asked for, is complete."""
    return replace(state, expecting="") if state.expecting.startswith("addition:") else state


def spoken(state: State, event: e.VoiceReceived) -> State:
    seconds = round(event.duration_ms / 1000)
    awaited = Awaited(event.voice, event.index, seconds, state.language)
    counted = replace(state, voices=event.voice, awaited=(*state.awaited, awaited))
    if event.late:
        return late(counted)
    return added(counted, Part(event.message, "voice", "", "", event.voice, seconds, "pending"))


def heard(state: State, event: e.Transcribed) -> State:
    number = state.heard + 1
    parts = with_voice(state.parts, event.voice, text=event.text, hearing="heard", transcript=number)
    on_screen = event.voice if event.shown else state.on_screen
    return replace(known(state, event.voice), parts=parts, on_screen=on_screen, heard=number)


NO_ANSWER = frozenset({"empty", "silence", "gone", "too_large", "expired"})
"""Why nothing was understood, where there is nothing that could be understood later, or by anybody else."""


def unheard(state: State, event: e.TranscriptFailed | e.AudioLost) -> State:
    nothing = event.why in NO_ANSWER
    if nothing:
        parts = tuple(part for part in state.parts if part.voice != event.voice)
    else:
        parts = with_voice(state.parts, event.voice, hearing="failed")
    missing = next((each for each in state.awaited if each.voice == event.voice), None) if nothing else None
    offered = missing is not None and asks_again(state, missing) and state.attentive and plain(state)
    expecting = f"unheard:{missing.index}" if missing and offered else state.expecting
    on_screen = still_on_screen(state, event.voice)
    number = state.unheard + 1
    return replace(
        known(state, event.voice), parts=parts, unheard=number, expecting=expecting, on_screen=on_screen
    )


def still_on_screen(state: State, voice: int) -> int:
    """`on_screen` after something was said of this voice message, where it belongs to the open answer."""
    return 0 if state.spoken(voice) else state.on_screen


def asks_again(state: State, missing: Awaited) -> bool:
    """Whether the candidate, of whose submitted answer this is missing, is offered to add to it. Nobody who has
    left is asked for more."""
    return missing.counts and missing.index < state.index and (state.attentive or state.phase == "completed")


def known(state: State, voice: int) -> State:
    """What becomes of this voice message is known now."""
    return replace(state, awaited=tuple(each for each in state.awaited if each.voice != voice))


def forgotten(state: State) -> State:
    """What was spoken to the open answer does not count any more, whatever becomes of it."""
    voices = {part.voice for part in state.parts}
    awaited = (replace(each, counts=each.counts and each.voice not in voices) for each in state.awaited)
    return replace(state, awaited=tuple(awaited))


def with_voice(parts: tuple[Part, ...], voice: int, **changes: str | int) -> tuple[Part, ...]:
    return tuple(replace(part, **changes) if part.voice == voice else part for part in parts)


def edited(parts: Iterable[Part], event: e.PartEdited) -> Iterable[Part]:
    for part in parts:
        yield replace(part, text=event.text) if part.message == event.message else part


def plain(state: State) -> bool:
    """Whether a plain message is (part of) the answer."""
    return state.expecting in ("", "informed") or state.expecting.startswith("unheard:")
