"""Recordings and transcripts that arrive some time after a voice message, and what the candidate sees of them."""

from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.choices.offered import for_question
from conversation.jobs import Transcribe
from conversation.outbound import OutboundMessage
from conversation.state_changes.open_answer import NO_ANSWER, asks_again
from conversation.state_parts import Awaited
from conversation.turn import Turn
from conversation.words import Styled

UNSURE_BELOW = 0.5
"""A transcript with a lower confidence is shown as uncertain."""


def subject_of(voice: int) -> str:
    return f"voice:{voice}"


def archived(turn: Turn, what: i.AudioArchived) -> None:
    """Record that a recording is archived, and leave a job to transcribe it."""
    state, awaited = turn.state, _awaited(turn, what.voice)
    if awaited is None or state.address is None:
        return
    turn.record(e.AudioKept(what.voice, what.sha256, what.size, what.format))
    turn.queue(
        Transcribe(
            interview=state.interview,
            voice=what.voice,
            sender=state.address,
            sha256=what.sha256,
            received_ms=turn.now,
            language=awaited.language or state.language,
            script=state.script,
            duration_ms=awaited.seconds * 1000,
            recognised=what.recognised,
        )
    )


def heard(turn: Turn, what: i.TranscriptReady) -> None:
    """Record a transcript and, if the script lets candidates confirm transcripts, show it.

    While the candidate is at its question it is sent as a message; later it only replaces the receipt.
    """
    awaited = _awaited(turn, what.voice)
    if awaited is None:
        return
    confirm = turn.script.transcript == "confirm"
    shown = confirm and on_screen(turn, what.voice)
    turn.record(
        e.Transcribed(what.voice, what.text, what.confidence, what.model, what.duration_ms, what.segments, shown)
    )
    if not confirm:
        return
    if shown:
        key = "voice.transcript" if what.confidence >= UNSURE_BELOW else "voice.transcript.unsure"
        turn.send(
            turn.words.say(key, text=what.text),
            for_question(turn.state, turn.script),
            subject=subject_of(what.voice),
        )
    else:
        later = turn.words.say("voice.transcript.later", text=what.text, number=awaited.index + 1)
        _quietly(turn, awaited, later)


def unheard(turn: Turn, voice: int, event: e.TranscriptFailed | e.AudioLost) -> None:
    """Record that a voice message has no usable transcript or could not be fetched, and tell the candidate.

    They are asked to say it again while the answer is open, or to add to it after it was submitted.
    """
    awaited = _awaited(turn, voice)
    if awaited is None:
        return
    open_now = on_screen(turn, voice)
    again = event.why in NO_ANSWER and asks_again(turn.state, awaited)
    turn.record(event)
    why = turn.words.text(f"voice.why.{event.why}")
    lost = ".no_space" if event.why == "no_space" else ""
    ending = lost if isinstance(event, e.AudioLost) else ".kept"
    if open_now:
        advice = turn.words.say(f"voice.failed{ending}", why=why)
        turn.send(advice, _choices(turn, voice), subject=subject_of(voice))
    elif again:
        turn.say(f"voice.failed.later{ending}", (f"add.{awaited.index}",), why=why, number=awaited.index + 1)
    else:
        _quietly(turn, awaited, turn.words.say(f"voice.failed.quiet{ending}", why=why, number=awaited.index + 1))


def delayed(turn: Turn, voice: int, recognised: str = "") -> None:
    """Record that no speech model is available yet. The answer counts all the same.

    `recognised` is the platform's own transcript; it is shown until ours follows.
    """
    awaited = _awaited(turn, voice)
    if awaited is None:
        return
    turn.record(e.TranscriptDelayed(voice))
    if turn.script.transcript == "confirm":
        choices = _choices(turn, voice) if on_screen(turn, voice) else ()
        key = "voice.delayed.recognised" if recognised else "voice.delayed"
        text = turn.words.say(key, length=turn.words.length(awaited.seconds), text=recognised)
        turn.send(text, choices, subject=subject_of(voice), quiet=not choices)


def _quietly(turn: Turn, awaited: Awaited, text: Styled) -> None:
    """Replace the text of the receipt if the channel can edit; otherwise send nothing.

    The buttons stay while the voice message is part of the open answer.
    """
    open_still = turn.state.phase in ("running", "paused") and turn.state.spoken(awaited.voice) is not None
    choices = _choices(turn, awaited.voice) if open_still else ()
    turn.send(text, choices, subject=subject_of(awaited.voice), quiet=True)


def _choices(turn: Turn, voice: int) -> tuple[str, ...]:
    """Return the choices under the receipt of this voice message, without those that act on another one."""
    state = turn.state
    mine = state if state.on_screen == voice else replace(state, on_screen=0)
    return for_question(mine, turn.script)


def _awaited(turn: Turn, voice: int) -> Awaited | None:
    return next((each for each in turn.state.awaited if each.voice == voice), None)


def on_screen(turn: Turn, voice: int) -> bool:
    """Whether the voice message is part of the open answer and the candidate is still at that question.

    A silence does not count as leaving: the candidate may be waiting for the transcript.
    """
    state = turn.state
    return state.attentive and state.prompt.answers and state.spoken(voice) is not None


def progress(turn: Turn, voice: int, percent: int | None, ahead: int | None) -> OutboundMessage | None:
    """Return an update of the receipt that says how far the transcript is.

    `percent` is how much is transcribed; without it, `ahead` is the number of recordings before this one. Returns
    None if the receipt is no longer on the screen or the script shows no transcripts.
    """
    awaited = _awaited(turn, voice)
    if awaited is None or not on_screen(turn, voice) or turn.script.transcript == "silent":
        return None
    length = turn.words.length(awaited.seconds)
    if percent is not None:
        text = turn.words.say("voice.progress", length=length, percent=percent)
    else:
        text = turn.words.say("voice.queue", length=length, n=ahead or 0)
    return turn.message(text, _choices(turn, voice), subject=subject_of(voice), quiet=True)
