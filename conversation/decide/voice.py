"""Spoken answers: how they are taken, corrected, said again and added to."""

from difflib import SequenceMatcher

from conversation import events as e
from conversation import inbound as i
from conversation.choices.offered import for_question
from conversation.decide import (
    after_end,
    answers,
    guide,
    position,
    practice,
    questions,
    resumption,
    support,
    transcripts,
)
from conversation.jobs import FetchMedia
from conversation.limits import MOST_AWAITED, MOST_MESSAGES, MOST_VOICES, MOST_VOICES_IN_ALL
from conversation.limits.answer import full, left
from conversation.prompt import AdditionPrompt, DeletionPrompt, PracticePrompt
from conversation.question_kinds import takes_files
from conversation.turn import Turn
from conversation.words import Styled, length_of, normal

_SIMILAR = 0.5
_COMPARED = 600  # characters: the time to compare grows with their square


def received(turn: Turn, media: i.Media) -> None:
    """Handle a voice message, in any phase."""
    state = turn.state
    if answers.before_leaving(turn):
        hold(turn, media)
    elif support.file_reply(turn, media, "", getattr(turn.inbound.what, "text", "")):
        return
    elif isinstance(state.prompt, AdditionPrompt):
        _addition(turn, media, state.prompt.index)
    elif isinstance(state.prompt, PracticePrompt):
        practice.spoken(turn, media)
    elif isinstance(state.prompt, DeletionPrompt):
        _deleted_soon(turn)
    elif state.phase in ("lapsed", "exited", "paused", "unreachable"):
        _returning(turn, media)
    elif state.phase == "completed" and answers.overtaken(turn):
        late(turn, media)
    elif state.phase == "guided":
        guide.waiting(turn)
    elif state.phase == "completed" and not state.answering:
        after_end.afterwards(turn)
    elif state.answering and state.prompt.voice and turn.has_question:
        _answer(turn, media)
    else:
        _type_it(turn)


def _deleted_soon(turn: Turn) -> None:
    turn.record(e.NotTaken("voice"))
    position.show(turn)


def _type_it(turn: Turn) -> None:
    """Ask the candidate to type: what is wanted now is no answer, but a name, a reason or a description."""
    turn.record(e.NotTaken("voice"))
    turn.say("voice.type_it", ("continue",) if turn.state.away and turn.has_question else ())


def _returning(turn: Turn, media: i.Media) -> None:
    """Bring the candidate back with a voice message that joins the open answer.

    Unlike text, a recording is never a mere greeting. It is handed in only by the candidate.
    """
    if not turn.state.prompt.voice:
        _type_it(turn)
    elif turn.too_late or not turn.state.started_ms or not turn.has_question or _refused(turn):
        resumption.back(turn)
    elif why := _too_many(turn):
        resumption.back(turn, before=(_line(turn, why),))
    else:
        resumption.back(turn, taking=lambda: _take(turn, media, silently=True))


def hold(turn: Turn, media: i.Media) -> None:
    """Take the voice message as part of the open answer without saying so."""
    if _refused(turn) or _too_many(turn):
        turn.record(e.NotTaken("voice"))
    else:
        _take(turn, media, silently=True)


def _addition(turn: Turn, media: i.Media, index: int) -> None:
    if why := _too_many(turn, late=True):
        turn.record(e.NotTaken("voice"))
        turn.send(_line(turn, why), ("nevermind",))
        return
    _record(turn, index, media, late=True)
    thank(turn, index)


def _too_many(turn: Turn, *, late: bool = False) -> str:
    """Return why no further voice message is taken now, as the key of a text; empty if one is. A `late` one does
    not belong to the open answer."""
    state = turn.state
    if state.voices >= MOST_VOICES_IN_ALL:
        return "voice.full.all"
    spoken = sum(bool(part.voice) for part in state.parts)
    if not late and (spoken >= MOST_VOICES or len(state.parts) >= MOST_MESSAGES):
        return "voice.full"
    return "voice.too_many" if len(state.awaited) >= MOST_AWAITED else ""


def _line(turn: Turn, why: str) -> Styled:
    most = MOST_VOICES_IN_ALL if why == "voice.full.all" else MOST_VOICES
    return turn.words.say(why, most=most)


def _answer(turn: Turn, media: i.Media) -> None:
    if answers.overtaken(turn):
        late(turn, media)
    elif why := _refused(turn):
        turn.record(e.NotTaken("voice"))
        turn.say(f"voice.not_here.{why}", for_question(turn.state, turn.script))
    elif why := _too_many(turn):
        answers.refuse(turn, _line(turn, why))
    else:
        _take(turn, media)


def _refused(turn: Turn) -> str:
    """Return why the open question takes no voice message (`off`, `choice` or `number`), or an empty string."""
    if turn.takes_voice:
        return ""
    return "off" if turn.kind.free else turn.kind.name


def _take(turn: Turn, media: i.Media, *, silently: bool = False) -> None:
    held = answers.unasked(turn, plain=True)
    _record(turn, turn.state.index, media)
    if silently:
        return
    if turn.script.transcript == "silent" and turn.kind.at_once and not held:
        questions.submit(turn)
        return
    seconds = round(media.duration_ms / 1000)
    unknown = "" if seconds else ".unknown"
    receipt = turn.words.say(f"voice.receipt.{turn.script.transcript}{unknown}", length=length_of(seconds))
    turn.send(receipt, for_question(turn.state, turn.script), subject=transcripts.subject_of(turn.state.voices))


def takes_late(turn: Turn) -> bool:
    """Return whether the open question takes a voice message that does not belong to what is open now."""
    return turn.takes_voice and not _too_many(turn, late=True)


def late(turn: Turn, media: i.Media) -> None:
    """Add the voice message to the answer that was handed in last."""
    if turn.state.previous is None:
        return
    if why := _too_many(turn, late=True):
        turn.record(e.NotTaken("voice"))
        turn.send(_line(turn, why), for_question(turn.state, turn.script))
        return
    asked = (step.question.id for step in turn.script.steps)
    _record(turn, list(asked).index(turn.state.previous.question), media, late=True)
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
            media.recognised,
        )
    )
    if isinstance(inbound.what, i.VoiceReceived) and (words := inbound.what.text.strip()):
        if late or not full(turn.state, words):
            turn.record(answers.received(turn, turn.script.steps[index].question.id, words, late=late))
        else:
            turn.record(e.AnswerFull(turn.question.id, words))
    state = turn.state
    turn.queue(FetchMedia(state.interview, voice, sender, media, turn.now, state.language, state.script))


# corrections


def respeak(turn: Turn, choice: str) -> None:
    """Withdraw one voice message so that it can be said again. The rest of the answer stays."""
    turn.record(e.VoiceWithdrawn(_number(choice)))
    choices = for_question(turn.state, turn.script)
    turn.say("voice.respeak", choices if "undo" in choices else (*choices, "undo"))


def correct(turn: Turn, choice: str) -> None:
    turn.record(e.CorrectionStarted(_number(choice)))
    turn.say("voice.correct", ("nevermind",))


def corrected(turn: Turn, voice: int, text: str) -> None:
    """Replace the transcript of voice message `voice` by the candidate's text. The record keeps both.

    After a reminder, text unlike the transcript only brings the candidate back: it may be a mere "hello".
    """
    part = turn.state.spoken(voice)
    if turn.state.away and (part is None or (turn.state.reminded and not _alike(part.text, text))):
        resumption.back(turn, text)
        return
    if part is None:
        answers.text(turn, text)
        return
    if turn.state.away:  # a correction is more than a "hello" and ends the absence
        turn.returned(e.Returned(), e.Continued())
    own = len(part.text) if part.hearing == "edited" else 0
    if len(text) > own + left(turn.state.parts):
        answers.refuse(turn, answers.full_line(turn, "edit"), text)
        return
    turn.record(e.TranscriptEdited(voice, text))
    turn.say("voice.corrected", for_question(turn.state, turn.script))


def add(turn: Turn, choice: str) -> None:
    """Ask for an addition to a submitted answer, because speech was not understood or a file was lost."""
    index = _number(choice)
    turn.record(e.AdditionStarted(index))
    files = takes_files(turn.script.steps[index].question)
    turn.say("voice.add.files" if files else "voice.add", ("nevermind",), number=index + 1)


def may_be_added_to(turn: Turn, choice: str) -> bool:
    """Whether the choice names a submitted answer, and any speech was not understood or any file was lost."""
    index, missing = choice.partition(".")[2], turn.state.unheard + turn.state.lost_files
    return index.isdecimal() and turn.state.answered(_number(choice)) and missing > 0


def added(turn: Turn, index: int, text: str) -> None:
    """Record a typed addition to the answer to question `index`."""
    turn.record(answers.late_part(turn, turn.script.steps[index].question.id, text))
    thank(turn, index)


def thank(turn: Turn, index: int) -> None:
    """Thank for the addition to question `index`, and go back to where the candidate was."""
    thanks = turn.words.say("voice.added", number=index + 1)
    if turn.state.phase == "running" or turn.state.interruption == "silence":
        position.show(turn, thanks)
    else:
        turn.send(thanks)


def correction_of(turn: Turn, text: str) -> int:
    """Return the number of the voice message that the typed text corrects, or 0.

    It is the one whose transcript is on the screen, if the text is similar to it.
    """
    part = turn.state.spoken(turn.state.on_screen) if transcripts.on_screen(turn, turn.state.on_screen) else None
    return part.voice if part and _alike(part.text, text) else 0


def _alike(machine: str, typed: str) -> bool:
    alike = SequenceMatcher(None, normal(machine)[:_COMPARED], normal(typed)[:_COMPARED], autojunk=False)
    return alike.real_quick_ratio() >= _SIMILAR and alike.quick_ratio() >= _SIMILAR and alike.ratio() >= _SIMILAR


def correctable(turn: Turn, choice: str) -> bool:
    """Whether the choice names a voice message of the open answer that has a transcript."""
    part = turn.state.spoken(_number(choice))
    return part is not None and part.hearing in ("heard", "edited")


def there(turn: Turn, choice: str) -> bool:
    return turn.state.spoken(_number(choice)) is not None


def confirm(turn: Turn, choice: str) -> None:
    """Confirm the transcripts that the candidate had seen when handing in: those up to the number in `choice`."""
    seen = _number(choice)
    for part in turn.state.parts:
        if part.hearing == "heard" and part.transcript <= seen:
            turn.record(e.TranscriptConfirmed(part.voice))


def _number(choice: str) -> int:
    number = choice.partition(".")[2]
    return int(number) if number.isdecimal() and len(number) <= 6 else 0
