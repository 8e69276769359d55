"""How events change the open answer: its parts, what was spoken, answers that are changed, questions that are put
off."""

from typing import assert_never

from msgspec.structs import replace

from conversation import events as e
from conversation.dropout import signals
from conversation.events.follow_ups import OfFollowUp
from conversation.prompt import (
    AdditionPrompt,
    AnswerPrompt,
    LeavePrompt,
    RemarkPrompt,
    ReviewPrompt,
    UnheardPrompt,
    ValuePrompt,
)
from conversation.state import State
from conversation.state_parts import Awaited, AwaitedFile, Detour, OpenFollowUp, Part, Previous

_NOTHING_SAID: dict[str, object] = {"parts": (), "said": None, "on_screen": 0, "dropped": (), "full": False}
"""What the state contains of an open answer to which nothing was said."""
_ASKS: dict[str, object] = {"prompt": AnswerPrompt(), "listed": None}
"""As `State.asked` with the open question. Used where a second copy of the state would take time."""


def added(state: State, part: Part) -> State:
    asks = {} if state.away else _ASKS  # a late message answers no other prompt
    parts = (*state.parts, part)
    return replace(state, parts=parts, on_screen=0, unsolved="", dropped=(), full=False, **asks)


def late(state: State) -> State:
    """Return the state after something was added to a submitted answer. If an addition was asked for, it is now
    complete."""
    return state.resumed() if isinstance(state.prompt, AdditionPrompt) else state


def remarked(state: State, event: e.Remarked) -> State:
    """Keep a message aside until the candidate says whether it is an answer."""
    kept = replace(state, said=Part(event.message, "text", event.text), said_at=len(state.parts))
    return kept.asked(ValuePrompt(event.value) if event.value else RemarkPrompt(event.about))


def adopted(state: State) -> State:
    """Make the message that was kept aside part of the answer, at the place where it was said."""
    before, after = state.parts[: state.said_at], state.parts[state.said_at :]
    parts = (*before, state.said, *after) if state.said else state.parts
    return replace(state, parts=parts, said=None, unsolved="", dropped=()).asked(AnswerPrompt())


def beside(state: State) -> State:
    """Return the state after something else was shown: a prompt that was asked beside the question ends, and the
    message that was kept aside stays aside."""
    over = isinstance(state.prompt, LeavePrompt | RemarkPrompt | ValuePrompt) and state.answering
    return state.resumed() if over else state


# asking and handing in


def asked(state: State, event: e.QuestionAsked, at_ms: int) -> State:
    revisited = (*state.revisited, event.index) if event.index in state.skipped else state.revisited
    return replace(
        state,
        **_NOTHING_SAID,
        **_ASKS,
        index=event.index,
        question=event.question,
        reached=max(state.reached, event.index),
        revisited=revisited,
        asked_ms=at_ms,
        detour=None,
        backlog_ms=0,
        signs=signals.anew(state.signs),
    )


def submitted(state: State, event: e.AnswerSubmitted, at_ms: int) -> State:
    skipped = state.skipped and tuple(index for index in state.skipped if index != state.index)
    return replace(
        state,
        **_NOTHING_SAID,
        **_ASKS,
        previous=Previous(event.question, state.asked_ms, at_ms, event.sequence),
        changeable=state.index,
        skipped=skipped,
        unsolved="",
    )


def follow_up(state: State, event: OfFollowUp, at_ms: int) -> State:
    """Return the state after an event about a follow-up. The answer before it can no longer be changed."""
    match event:
        case e.FollowUpSought():
            return replace(state, follow_up=OpenFollowUp(event.text, "", event.why, event.until_ms), changeable=-1)
        case e.FollowUpAsked():
            asked = OpenFollowUp(event.text, event.model)
            return replace(state, follow_up=asked, changeable=-1, asked_ms=at_ms, backlog_ms=0).asked(
                AnswerPrompt()
            )
        case e.FollowUpClosed():
            return _follow_up_closed(state, event, at_ms)
        case e.FollowUpDrafted():
            return state
        case _:
            assert_never(event)


def _follow_up_closed(state: State, event: e.FollowUpClosed, at_ms: int) -> State:
    over = replace(
        _cleared(state), follow_up=None, previous=Previous(event.question, state.asked_ms, at_ms, event.sequence)
    )
    return replace(over, unsolved="").asked(AnswerPrompt())


def skipped(state: State, event: e.QuestionSkipped) -> State:
    once = state.skipped if event.index in state.skipped else (*state.skipped, event.index)
    return replace(_cleared(state), skipped=once, unsolved="")


def reviewed(state: State, event: e.Reviewed) -> State:
    looking = replace(_cleared(state), reviewing=True, index=event.index, detour=None)
    return looking.asked(ReviewPrompt())


def _cleared(state: State) -> State:
    """Return the state with nothing said to the open question."""
    return replace(state, **_NOTHING_SAID)


# changing an earlier answer


def reopened(state: State, event: e.AnswerReopened) -> State:
    waits = state.detour or Detour(
        state.index,
        state.question,
        state.parts,
        state.said,
        state.said_at,
        state.asked_ms,
        review=state.reviewing,
    )
    elsewhere = replace(_cleared(state), index=event.index, question=event.question, detour=waits)
    return elsewhere.asked(AnswerPrompt())


def closed_again(state: State) -> State:
    """Return from an earlier answer, changed or not, to where the candidate was."""
    waited = state.detour
    if waited is None:
        return state
    return replace(
        _cleared(state),
        index=waited.index,
        question=waited.question,
        parts=waited.parts,
        said=waited.said,
        said_at=waited.said_at,
        asked_ms=waited.asked_ms,
        detour=None,
    ).resumed()


def restarted(state: State) -> State:
    anew = replace(forgotten(state, state.parts, counts=False), dropped=state.parts or state.dropped)
    return replace(anew, parts=(), said=None, on_screen=0, unsolved="", full=False).resumed()


def withdrawn(state: State, voice: int) -> State:
    """Take this recording out of the answer. The candidate can still undo that."""
    said = tuple(part for part in state.parts if part.voice == voice)
    kept = tuple(part for part in state.parts if part.voice != voice)
    gone = forgotten(replace(state, parts=kept, dropped=state.parts, on_screen=0), said, counts=False)
    return gone.resumed()


def taken_back(state: State) -> State:
    """Restore the parts that were dropped."""
    back = replace(state, parts=state.dropped, dropped=())
    return forgotten(back, back.parts, counts=True).resumed()


# what was spoken


def spoken(state: State, event: e.VoiceReceived) -> State:
    seconds = round(event.duration_ms / 1000)
    awaited = Awaited(event.voice, event.index, seconds, state.language)
    counted = replace(state, voices=event.voice, awaited=(*state.awaited, awaited))
    if event.late:
        return late(counted)
    return added(counted, Part(event.message, "voice", "", "", event.voice, seconds, "pending"))


def heard(state: State, event: e.Transcribed) -> State:
    number = state.heard + 1
    on_screen = event.voice if event.shown else state.on_screen
    known_now = _everywhere(
        known(state, event.voice), event.voice, text=event.text, hearing="heard", transcript=number
    )
    return replace(known_now, on_screen=on_screen, heard=number)


def corrected(state: State, event: e.TranscriptEdited) -> State:
    parts = with_voice(state.parts, event.voice, text=event.text, hearing="edited")
    return replace(state, parts=parts, on_screen=0).resumed()


NO_ANSWER = frozenset({"empty", "silence", "gone", "too_large", "expired", "no_space"})
"""Why nothing was understood, if neither a later attempt nor anyone else could understand anything."""


def unheard(state: State, event: e.TranscriptFailed | e.AudioLost) -> State:
    nothing = event.why in NO_ANSWER
    missing = next((each for each in state.awaited if each.voice == event.voice), None) if nothing else None
    offered = missing is not None and asks_again(state, missing) and state.attentive and plain(state)
    on_screen = still_on_screen(state, event.voice)
    if nothing:
        after = _nowhere(known(state, event.voice), event.voice)
    else:
        after = _everywhere(known(state, event.voice), event.voice, hearing="failed")
    after = replace(after, unheard=state.unheard + 1, on_screen=on_screen)
    return after.asked(UnheardPrompt(missing.index)) if missing and offered else after


def still_on_screen(state: State, voice: int) -> int:
    """Return `on_screen` after a message about this voice message was sent: 0 if it belongs to the open answer,
    otherwise unchanged."""
    return 0 if state.spoken(voice) else state.on_screen


def asks_again(state: State, missing: Awaited | AwaitedFile) -> bool:
    """Return whether the candidate is offered to add to the submitted answer from which this recording or file is
    missing. Candidates who have left are not asked for more."""
    there = state.attentive or state.phase == "completed"
    return missing.counts and missing.index != state.index and state.answered(missing.index) and there


def known(state: State, voice: int) -> State:
    """Stop waiting for this voice message: its outcome is known."""
    return replace(state, awaited=tuple(each for each in state.awaited if each.voice != voice))


def forgotten(state: State, parts: tuple[Part, ...], *, counts: bool) -> State:
    """Mark whether the awaited voice messages and files of these parts count."""
    voices = {part.voice for part in parts if part.voice}
    files = {part.file for part in parts if part.file}
    awaited = (replace(each, counts=counts) if each.voice in voices else each for each in state.awaited)
    sent = (replace(each, counts=counts) if each.number in files else each for each in state.awaited_files)
    return replace(state, awaited=tuple(awaited), awaited_files=tuple(sent))


def with_voice(parts: tuple[Part, ...], voice: int, **changes: str | int) -> tuple[Part, ...]:
    return tuple(replace(part, **changes) if part.voice == voice else part for part in parts)


def _everywhere(state: State, voice: int, **changes: str | int) -> State:
    """Change a voice message's part in the open answer, in what was dropped from it, and in the answer left for a
    detour."""
    detour = state.detour
    return replace(
        state,
        parts=with_voice(state.parts, voice, **changes),
        dropped=with_voice(state.dropped, voice, **changes),
        detour=replace(detour, parts=with_voice(detour.parts, voice, **changes)) if detour else None,
    )


def _nowhere(state: State, voice: int) -> State:
    """Remove the parts of a recording that holds no answer, wherever they are kept."""
    detour = state.detour
    return replace(
        state,
        parts=_without(state.parts, voice),
        dropped=_without(state.dropped, voice),
        detour=replace(detour, parts=_without(detour.parts, voice)) if detour else None,
    )


def _without(parts: tuple[Part, ...], voice: int) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.voice != voice)


def edited(state: State, event: e.PartEdited) -> State:
    """Change the text of an earlier message, wherever it is kept."""
    said, detour = state.said, state.detour
    if said and said.message == event.message:
        said = replace(said, text=event.text)
    return replace(
        state,
        parts=_reworded(state.parts, event),
        dropped=_reworded(state.dropped, event),
        said=said,
        detour=replace(detour, parts=_reworded(detour.parts, event)) if detour else None,
    )


def _reworded(parts: tuple[Part, ...], event: e.PartEdited) -> tuple[Part, ...]:
    def mine(part: Part) -> bool:
        return part.message == event.message and not (part.voice or part.file)

    return tuple(replace(part, text=event.text) if mine(part) else part for part in parts)


def plain(state: State) -> bool:
    """Return whether a plain message is (part of) the answer, because nothing else was asked beside the
    question."""
    return isinstance(state.prompt, AnswerPrompt | UnheardPrompt)
