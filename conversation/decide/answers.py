"""Answers to the open question: message parts, edits, starting over, options and numbers."""

from typing import Literal

from conversation import events as e
from conversation.choices.offered import for_question, shown
from conversation.decide import questions, remarks
from conversation.inbound import TextEdited, TextReceived
from conversation.limits import MOST_CHARACTERS, MOST_MESSAGES
from conversation.limits.answer import Full, full, left, outgrown
from conversation.prompt import AnyPrompt, LeavePrompt, RemarkPrompt, ReturnPrompt, ValuePrompt
from conversation.question_kinds import Reading, kind_of
from conversation.remarks import about
from conversation.remarks.frequent import Topic
from conversation.turn import Turn
from conversation.words import Styled

_ANEW_MS = 86_400_000
"""Sequences begin anew after days without events: what comes so much later was not sent before."""


def text(turn: Turn, said: str) -> None:
    """Handle a plain text message while a question is open."""
    if overtaken(turn):
        _late(turn, said)
        return
    reading = turn.kind.read(turn.question, said, turn.state.language)
    sure = reading is not None and reading.value and reading.sure
    subject = None if sure else _said_to_the_bot(turn, said)
    if subject:
        remarks.heard(turn, said, subject)
        return
    if turn.must_be_spoken:
        turn.record(e.NotTaken("text", said))
        turn.say("voice.required", for_question(turn.state, turn.script))
    elif reading is None:
        _not_taken(turn, said)
    elif not reading.sure or (reading.value and isinstance(turn.state.prompt, LeavePrompt)):
        remarks.ask_value(turn, said, reading)
    else:
        take(turn, reading)


def _said_to_the_bot(turn: Turn, said: str) -> Topic | None:
    """Return the subject if the text is a remark to the bot, else None.

    `turn.remark` covers text messages; text beside a picture is examined here.
    """
    return turn.remark if isinstance(turn.inbound.what, TextReceived) else about(said)


def take(turn: Turn, reading: Reading) -> None:
    """Take the reading as (part of) the answer, and hand it in if one message is enough."""
    if reading.value and turn.state.parts:  # a new value replaces the one that is held
        turn.record(e.AnswerRestarted(turn.question.id))
    if why := full(turn.state, reading.text):
        refuse_full(turn, why, reading.text)
        return
    first = not turn.state.parts or bool(turn.state.on_screen) or turn.state.full or _unlisted(turn)
    held = unasked(turn, plain=not reading.value)
    turn.record(received(turn, turn.question.id, reading.text, value=reading.value))
    if turn.kind.at_once and not held:
        questions.submit(turn)
    elif first or turn.kind.at_once:
        saved(turn)


def refuse_full(turn: Turn, why: Full, said: str) -> None:
    """Tell the candidate that the open answer does not take what was `said`, and how to go on."""
    refuse(turn, full_line(turn, why), said)


def refuse(turn: Turn, line: Styled, said: str = "") -> None:
    """Say why something was not added to the open answer.

    Until something is added again, only the first refusal is recorded, or the record would grow without end.
    Without an entry, the line offers what was offered last.
    """
    if not turn.state.full:
        turn.record(e.AnswerFull(turn.question.id, said))
    turn.send(line, for_question(turn.state, turn.script) if turn.happened else shown(turn.state, turn.script))


def full_line(turn: Turn, why: Full | Literal["edit"]) -> Styled:
    """Return the line that says why the open answer takes no more of what was typed."""
    most = MOST_MESSAGES if why == "messages" else MOST_CHARACTERS
    return turn.words.say(f"answer.full.{why}", most=f"{most:,}", left=f"{left(turn.state.parts):,}")


def _unlisted(turn: Turn) -> bool:
    """Whether the choices shown last offer no way to hand in."""
    return not any(choice.partition(".")[0] == "submit" for choice in shown(turn.state, turn.script))


def overtaken(turn: Turn) -> bool:
    """Whether the message was meant for the previous question.

    It was sent while that question was open and arrived after its answer was submitted: on some platforms,
    messages and button presses travel in separate queues.
    """
    previous = turn.state.previous
    return (
        previous is not None
        and not turn.state.parts
        and _ended_by_press(turn, previous.question)
        and _sent_between(turn, previous.asked_ms, previous.submitted_ms, previous.sequence)
    )


def _sent_between(turn: Turn, since_ms: int, until_ms: int, sequence: int) -> bool:
    """Whether the message was sent after our message of `since_ms` and before the press that we received at
    `until_ms`, which has this `sequence`.

    The platform's clock and ours may differ, so its own sequence decides, where it is known. Otherwise the time of
    sending does. Platforms give it in whole seconds, so only a whole second of difference counts.
    """
    inbound = turn.inbound
    if inbound.sequence and sequence:
        return inbound.sequence < sequence and inbound.sent_ms < until_ms + _ANEW_MS
    return since_ms // 1000 * 1000 < inbound.sent_ms <= until_ms - 1000


def _ended_by_press(turn: Turn, question: str) -> bool:
    """Whether a press hands in the answer to this question: only a press can overtake a message."""
    kinds = (kind_of(step.question) for step in turn.script.steps if step.question.id == question)
    return any(kind.by_press for kind in kinds)


def before_leaving(turn: Turn) -> bool:
    """Whether the message was sent before the candidate pressed pause or exit, and arrives only now.

    It is then part of the open answer, and neither a return nor the reason for leaving.
    """
    state = turn.state
    return (
        state.interruption in ("pause", "exit")
        and bool(state.started_ms)
        and turn.has_question
        and _sent_between(turn, state.asked_ms, state.away_ms, state.away_sequence)
    )


def _late(turn: Turn, said: str) -> None:
    if turn.state.previous is None:
        return
    turn.record(late_part(turn, turn.state.previous.question, said))
    turn.say("answer.late")


def late_part(turn: Turn, question: str, said: str) -> e.PartReceived:
    """Return the message as a part of an answer that is already submitted."""
    return received(turn, question, said, late=True)


def received(turn: Turn, question: str, said: str, *, late: bool = False, value: str = "") -> e.PartReceived:
    """Return the message as a part of the answer to `question`."""
    inbound = turn.inbound
    channel = inbound.sender.channel if inbound.sender else ""
    kind = turn.kind.name if value else "text"
    return e.PartReceived(question, said, inbound.message, channel, kind, inbound.sent_ms, late, value)


def unasked(turn: Turn, *, plain: bool) -> bool:
    """Whether what is said now is only kept, and must be handed in by the candidate.

    That is so for what joins earlier parts, for what comes after an absence, and for plain text after the exit
    warning, which may be about leaving ("battery dead").
    """
    prompt = turn.state.prompt
    leaving = plain and (isinstance(prompt, LeavePrompt) or prompt == RemarkPrompt("leaving"))
    return bool(turn.state.parts) or isinstance(prompt, ReturnPrompt) or leaving


def saved(turn: Turn) -> None:
    """Tell the candidate that the answer is kept, and how to hand it in."""
    turn.say("answer.held" if turn.kind.at_once else "answer.saved", for_question(turn.state, turn.script))


def unread(turn: Turn, said: str) -> Styled:
    """Return why what was said on returning is no answer to the open question; empty if it is one.

    Records what is no answer as not taken.
    """
    if turn.must_be_spoken:
        turn.record(e.NotTaken("text", said))
        return turn.words.say("voice.required")
    if why := full(turn.state, said):
        turn.record(e.AnswerFull(turn.question.id, said))
        return full_line(turn, why)
    if turn.kind.read(turn.question, said, turn.state.language) is None:
        turn.record(e.NotTaken(turn.kind.name, said))
        return turn.words.say("return.not_taken")
    return Styled("")


def hold(turn: Turn, said: str) -> None:
    """Take a text as (part of) the open answer without handing it in. If its value is unsure, keep it aside."""
    reading = turn.kind.read(turn.question, said, turn.state.language)
    if unread(turn, said).text or reading is None:
        return
    if not reading.sure:
        turn.record(e.Remarked(said, turn.inbound.message, "value", reading.value))
        return
    if reading.value and turn.state.parts:
        turn.record(e.AnswerRestarted(turn.question.id))
    turn.record(received(turn, turn.question.id, reading.text, value=reading.value))


def _not_taken(turn: Turn, said: str) -> None:
    turn.record(e.NotTaken(turn.kind.name, said))
    if turn.state.parts:
        questions.repeat(turn)
    else:
        turn.send(turn.kind.refused(turn.question, turn.words), for_question(turn.state, turn.script))


def option(turn: Turn, choice: str) -> None:
    """Take the chosen option as the answer to a choice question."""
    chosen = turn.question.options[int(choice.partition(".")[2])]
    take(turn, Reading(chosen.label.in_(turn.state.language), chosen.id))


def submitted(turn: Turn) -> None:
    """Hand in the open answer at the candidate's word, or say what is missing."""
    if turn.must_be_spoken and any(part.file for part in turn.state.parts):
        turn.record(e.NotTaken("empty_submit"))
        turn.say("voice.required.files", for_question(turn.state, turn.script))
    elif turn.state.parts:
        questions.submit(turn)
    elif turn.state.said and isinstance(turn.state.prompt, ReturnPrompt):  # kept, but not handed in yet
        adopt(turn)
    else:
        turn.record(e.NotTaken("empty_submit"))
        key = (
            "follow_up.hint" if turn.state.follow_up else "answer.empty"
        )  # the answer itself was pressed in twice
        turn.say(key, for_question(turn.state, turn.script))


def adopt(turn: Turn) -> None:
    """Take what was kept aside as part of the answer."""
    said = turn.state.said
    if said is None:
        return
    reading = turn.kind.read(turn.question, said.text, turn.state.language)
    if reading is None or turn.must_be_spoken:
        _not_taken(turn, said.text)
    elif reading.value:
        take(turn, reading)
    elif why := full(turn.state, said.text):
        refuse_full(turn, why, said.text)
    else:
        turn.record(e.SaidAdopted(said.message))
        saved(turn)


def adopt_value(turn: Turn, prompt: AnyPrompt) -> None:
    """Take the option or number that a sentence seemed to mean, because the candidate confirmed it.

    `prompt` is the prompt that asked for the confirmation.
    """
    said = turn.state.said
    if not isinstance(prompt, ValuePrompt) or said is None:
        return
    reading = turn.kind.read(turn.question, said.text, turn.state.language)
    if reading is not None and reading.value == prompt.value:
        take(turn, reading)


def restarted(turn: Turn) -> None:
    turn.record(e.AnswerRestarted(turn.question.id))
    questions.repeat(turn, turn.words.say("answer.restarted"))


def taken_back(turn: Turn) -> None:
    """Restore what was dropped from the open answer."""
    turn.record(e.RestartUndone())
    questions.repeat(turn, turn.words.say("answer.undone"))


def edited(turn: Turn, what: TextEdited) -> None:
    """Handle the edit of an earlier message. It changes the open answer; later it is kept beside the answer."""
    message = turn.inbound.message
    if not turn.state.consent:  # before consent there is no answer to edit
        turn.record(e.NotTaken("edit", "" if turn.script.practises else what.text))  # practice is never kept
        return
    if not what.text.strip():  # what was said before stays
        turn.record(e.NotTaken("empty"))
        refused(turn, "empty")
        return
    state = turn.state
    if state.said and state.said.message == message:
        _edited_aside(turn, what.text.strip())
        return
    waiting = state.detour.parts if state.detour else ()
    parts = (*state.parts, *state.dropped, *waiting) if state.answering or state.phase == "paused" else ()
    written = (part for part in parts if part.message == message and not (part.voice or part.file))
    mine = next((part for part in written if not part.value or part in state.parts), None)
    if mine is not None and mine.text == what.text:
        return
    if mine is not None and mine.value:  # the new text may mean another value
        _edited_value(turn, what.text.strip())
        return
    if outgrown(state, message, what.text):
        refuse(turn, full_line(turn, "edit"), what.text)
        return
    turn.record(e.PartEdited(message, what.text, late=mine is None))
    turn.say("answer.edited" if mine else "answer.edited_late")


def _edited_aside(turn: Turn, said: str) -> None:
    """Replace the text that is kept aside. If the candidate was asked what it means, ask again."""
    turn.record(e.PartEdited(turn.inbound.message, said))
    if not isinstance(turn.state.prompt, ValuePrompt):
        turn.say("answer.edited")
        return
    reading = turn.kind.read(turn.question, said, turn.state.language)
    if reading is not None and reading.value:
        remarks.ask_value(turn, said, reading)
    else:
        turn.record(e.Continued(without_said=True))
        questions.repeat(turn, turn.words.say("answer.edited"))


def _edited_value(turn: Turn, said: str) -> None:
    reading = turn.kind.read(turn.question, said, turn.state.language)
    if reading is None or not reading.sure:
        _not_taken(turn, said)
        return
    question = turn.question.id
    turn.record(e.AnswerRestarted(question), received(turn, question, reading.text, value=reading.value))
    turn.say("answer.edited")


def refused(turn: Turn, kind: str) -> None:
    """Say what to send instead of this kind of message."""
    spoken = turn.has_question and turn.takes_voice and turn.state.phase == "running"
    if kind == "voice":
        turn.say("answer.no_voice")
    elif kind == "empty":
        missing = spoken and turn.state.prompt.text == "answer" and not turn.state.parts
        turn.say("answer.empty" if missing else "answer.nothing")
    else:
        turn.say("answer.other_kind" if spoken else "answer.other_kind.typed")
