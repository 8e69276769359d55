"""Spoken answers: taken like typed ones, and what their transcripts lead to, whenever those arrive."""

from difflib import SequenceMatcher

from conversation import events as e
from conversation import inbound as i
from conversation.evolve import NO_ANSWER
from conversation.jobs import FetchMedia, Transcribe
from conversation.offers import for_question
from conversation.outbound import OutboundMessage
from conversation.stages import answers, closing, guide, questions, returning
from conversation.state import Awaited
from conversation.turn import Turn
from conversation.words import Styled, length_of, normal

MOST_AWAITED = 20
"""So many voice messages of one interview may wait for their transcripts at a time."""
UNSURE_BELOW = 0.5
_SIMILAR = 0.5
_COMPARED = 600  # characters: comparing takes time that grows with their square
_ANSWERING = ("", "informed", "leaving", "later", "returned", "request:delete")


def received(turn: Turn, media: i.Media) -> None:
    """A voice message, at whatever moment it comes."""
    state = turn.state
    if state.phase in ("lapsed", "exited", "paused", "unreachable") and not answers.before_leaving(turn):
        _returning(turn, media)
    elif answers.before_leaving(turn):
        _take(turn, media, silently=True)
    elif state.expecting.startswith("addition:"):
        index = _added_to(turn)
        _record(turn, index, media, late=True)
        _thank(turn, index)
    elif state.phase == "completed" and answers.overtaken(turn):
        _late(turn, media)
    elif state.phase == "guided":
        guide.waiting(turn)
    elif state.phase == "completed":
        closing.afterwards(turn)
    elif state.phase == "running" and _may_answer(state.expecting):
        _answer(turn, media)
    else:
        _type_it(turn)


def _may_answer(expecting: str) -> bool:
    return expecting in _ANSWERING or expecting.startswith("correction:")


def _type_it(turn: Turn) -> None:
    """Something was asked for that is no answer: a name, a reason, a description."""
    turn.record(e.NotTaken("voice"))
    turn.say("voice.type_it", ("continue",) if turn.state.away and turn.has_question else ())


def _returning(turn: Turn, media: i.Media) -> None:
    """Nobody speaks just to say hello: it is part of the answer, and handed in by nobody but the candidate."""
    if not _may_answer(turn.state.expecting):
        _type_it(turn)
    elif turn.too_late or not turn.state.started_ms or not turn.has_question or _refused(turn):
        returning.back(turn)
    else:
        returning.back(turn, taking=lambda: _take(turn, media, silently=True))


def _answer(turn: Turn, media: i.Media) -> None:
    if answers.overtaken(turn):
        _late(turn, media)
    elif why := _refused(turn):
        turn.record(e.NotTaken("voice"))
        turn.say(f"voice.not_here.{why}", for_question(turn.state, turn.script))
    elif len(turn.state.awaited) >= MOST_AWAITED:
        turn.record(e.NotTaken("voice"))
        turn.say("voice.too_many", for_question(turn.state, turn.script))
    else:
        _take(turn, media)


def _refused(turn: Turn) -> str:
    """Why the open question takes no voice message: off, choice, number; or an empty string."""
    question = turn.question
    return question.kind if question.kind in ("choice", "number") else "off" if question.voice == "off" else ""


def _take(turn: Turn, media: i.Media, *, silently: bool = False) -> None:
    held = bool(turn.state.parts) or turn.state.expecting == "returned"
    _record(turn, turn.state.index, media)
    if silently:
        return
    if turn.script.transcript == "silent" and turn.question.kind == "short" and not held:
        questions.submit(turn)
        return
    seconds = turn.state.parts[-1].seconds
    unknown = "" if seconds else ".unknown"
    receipt = turn.words.say(f"voice.receipt.{turn.script.transcript}{unknown}", length=length_of(seconds))
    turn.send(receipt, for_question(turn.state, turn.script), subject=_subject(turn.state.voices))


def _late(turn: Turn, media: i.Media) -> None:
    _record(turn, turn.state.index - 1, media, late=True)
    turn.say("answer.late")


def _record(turn: Turn, index: int, media: i.Media, *, late: bool = False) -> None:
    inbound, sender, voice = turn.inbound, turn.inbound.sender, turn.state.voices + 1
    if sender is None:
        return
    turn.record(
        e.VoiceReceived(
            turn.script.steps[index].question.id,
            index,
            voice,
            media.kind,
            media.reference,
            media.duration_ms,
            media.size,
            inbound.message,
            sender.channel,
            inbound.sent_ms,
            late,
        )
    )
    state = turn.state
    turn.leave(FetchMedia(state.interview, voice, sender, media, turn.now, state.language, state.script))


def _subject(voice: int) -> str:
    return f"voice:{voice}"


# what becomes of it


def archived(turn: Turn, what: i.AudioArchived) -> None:
    """The recording is safe: now it can be transcribed."""
    state, awaited = turn.state, _awaited(turn, what.voice)
    if awaited is None or state.address is None:
        return
    turn.record(e.AudioKept(what.voice, what.sha256, what.size, what.format))
    turn.leave(
        Transcribe(
            interview=state.interview,
            voice=what.voice,
            sender=state.address,
            sha256=what.sha256,
            received_ms=turn.now,
            language=state.language,
            script=state.script,
            duration_ms=awaited.seconds * 1000,
            recognised=what.recognised,
        )
    )


def heard(turn: Turn, what: i.TranscriptReady) -> None:
    """The transcript: shown under its answer while that is open, else it joins its answer and disturbs nothing."""
    awaited = _awaited(turn, what.voice)
    if awaited is None:
        return
    confirm = turn.script.transcript == "confirm"
    shown = confirm and _on_screen(turn, what.voice)
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
            subject=_subject(what.voice),
        )
    else:
        later = turn.words.say("voice.transcript.later", text=what.text, number=awaited.index + 1)
        _quietly(turn, awaited, later)


def unheard(turn: Turn, voice: int, event: e.TranscriptFailed | e.AudioLost) -> None:
    """Nothing usable was understood, or nothing could be had: said kindly, while it can be said again."""
    awaited = _awaited(turn, voice)
    if awaited is None:
        return
    open_now = _on_screen(turn, voice)
    turn.record(event)
    why = turn.words.text(f"voice.why.{event.why}")
    kept = "" if isinstance(event, e.AudioLost) else ".kept"
    if open_now:
        advice = turn.words.say(f"voice.failed{kept}", why=why)
        turn.send(advice, for_question(turn.state, turn.script), subject=_subject(voice))
    elif event.why in NO_ANSWER and awaited.index < turn.state.index:
        turn.say(f"voice.failed.later{kept}", (f"add.{awaited.index}",), why=why, number=awaited.index + 1)
    else:
        _quietly(turn, awaited, turn.words.say(f"voice.failed.quiet{kept}", why=why, number=awaited.index + 1))


def delayed(turn: Turn, voice: int) -> None:
    """There is no speech model: the answer counts all the same."""
    awaited = _awaited(turn, voice)
    if awaited is None:
        return
    turn.record(e.TranscriptDelayed(voice))
    if turn.script.transcript == "confirm":
        choices = for_question(turn.state, turn.script) if _on_screen(turn, voice) else ()
        text = turn.words.say("voice.delayed", length=length_of(awaited.seconds))
        turn.send(text, choices, subject=_subject(voice), quiet=not choices)


def _quietly(turn: Turn, awaited: Awaited, text: Styled) -> None:
    """A change of the receipt, where that can be changed; nothing new on the screen."""
    turn.send(text, subject=_subject(awaited.voice), quiet=True)


def _awaited(turn: Turn, voice: int) -> Awaited | None:
    return next((each for each in turn.state.awaited if each.voice == voice), None)


def _on_screen(turn: Turn, voice: int) -> bool:
    """Whether the voice message is part of the open answer, and that is what the candidate is looking at."""
    state = turn.state
    looking = state.phase == "running" and not state.away and state.expecting in ("", "informed", "returned")
    return looking and state.spoken(voice) is not None


def progress(turn: Turn, voice: int, percent: int | None, ahead: int | None) -> OutboundMessage | None:
    """What the receipt says meanwhile: how far the transcript is, or how many are before it. None where the
    receipt is no longer what counts."""
    awaited = _awaited(turn, voice)
    if awaited is None or not _on_screen(turn, voice) or turn.script.transcript == "silent":
        return None
    length = length_of(awaited.seconds)
    if percent is not None:
        text = turn.words.say("voice.progress", length=length, percent=percent)
    else:
        text = turn.words.say("voice.queue", length=length, n=ahead or 0)
    return turn.message(text, for_question(turn.state, turn.script), subject=_subject(voice), quiet=True)


# corrections


def respeak(turn: Turn, choice: str) -> None:
    """This one does not count; the others do."""
    turn.record(e.VoiceWithdrawn(_number(choice)))
    turn.say("voice.respeak", for_question(turn.state, turn.script))


def correct(turn: Turn, choice: str) -> None:
    turn.record(e.CorrectionStarted(_number(choice)))
    turn.say("voice.correct", ("nevermind",))


def corrected(turn: Turn, voice: int, text: str) -> None:
    """The candidate's own words; the machine's stay in the record."""
    if turn.state.spoken(voice) is None:
        answers.text(turn, text)
        return
    turn.record(e.TranscriptEdited(voice, text))
    turn.say("voice.corrected", for_question(turn.state, turn.script))


def add(turn: Turn, choice: str) -> None:
    """What was said to a submitted question was not understood: it may be said again."""
    index = _number(choice)
    turn.record(e.AdditionStarted(index))
    turn.say("voice.add", ("nevermind",), number=index + 1)


def may_be_added_to(turn: Turn, choice: str) -> bool:
    """Whether the choice names a submitted question to which something spoken was not understood."""
    return choice.partition(".")[2].isdecimal() and _number(choice) < turn.state.index and turn.state.unheard > 0


def added(turn: Turn, text: str) -> None:
    """The addition was typed."""
    index = _added_to(turn)
    turn.record(answers.late_part(turn, turn.script.steps[index].question.id, text))
    _thank(turn, index)


def _added_to(turn: Turn) -> int:
    return int(turn.state.expecting.partition(":")[2])


def _thank(turn: Turn, index: int) -> None:
    """Back to where the candidate was."""
    thanks = turn.words.say("voice.added", number=index + 1)
    if turn.state.phase == "running":
        questions.repeat(turn, thanks)
    else:
        turn.send(thanks)


def correction_of(turn: Turn, text: str) -> int:
    """The voice message that a typed text says again, more or less, while its transcript is on the screen; 0: the
    text says something else."""
    part = turn.state.spoken(turn.state.on_screen)
    if part is None:
        return 0
    machine, typed = normal(part.text)[:_COMPARED], normal(text)[:_COMPARED]
    alike = SequenceMatcher(None, machine, typed, autojunk=False)
    near = alike.real_quick_ratio() >= _SIMILAR and alike.quick_ratio() >= _SIMILAR and alike.ratio() >= _SIMILAR
    return part.voice if near else 0


def correctable(turn: Turn, choice: str) -> bool:
    """Whether the choice names a voice message of the open answer that has been understood."""
    part = turn.state.spoken(_number(choice))
    return part is not None and part.hearing in ("heard", "edited")


def there(turn: Turn, choice: str) -> bool:
    return turn.state.spoken(_number(choice)) is not None


def confirm(turn: Turn, choice: str) -> None:
    """Handing in: what was shown until voice message number N counts as confirmed."""
    seen = _number(choice)
    for part in turn.state.parts:
        if part.hearing == "heard" and part.voice <= seen:
            turn.record(e.TranscriptConfirmed(part.voice))


def _number(choice: str) -> int:
    number = choice.partition(".")[2]
    return int(number) if number.isdecimal() and len(number) <= 6 else 0
