"""What the candidate says to the open question: parts, edits, starting over, choices and numbers."""

import re
import unicodedata
from typing import assert_never

from conversation import events as e
from conversation.inbound import OtherReceived, TextEdited
from conversation.offers import for_question, typed
from conversation.stages import questions
from conversation.turn import Turn
from conversation.words import Styled

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+)(?![\d,])")
_MULTIPLIED = re.compile(r"[十百千万亿]|\d\s*(?:k\b|hundred|thousand|million|billion)", re.IGNORECASE)
_DIGITS = str.maketrans("零〇一二两三四五六七八九", "001223456789")


def text(turn: Turn, said: str) -> None:
    """A plain message while a question is open."""
    if overtaken(turn):
        _late(turn, said)
        return
    if turn.must_be_spoken:
        turn.record(e.NotTaken("text", said))
        turn.say("voice.required", for_question(turn.state, turn.script))
        return
    match turn.question.kind:
        case "open":
            _part(turn, said)
        case "short":
            _part(turn, said, submit=True)
        case "number":
            _number(turn, said)
        case "choice":
            turn.record(e.NotTaken("choice", said))
            if turn.state.parts:
                questions.repeat(turn)
            else:
                turn.say("answer.choose", for_question(turn.state, turn.script))
        case _:
            assert_never(turn.question.kind)


def overtaken(turn: Turn) -> bool:
    """Whether the message was written to the previous question: sent while it was open, brought here only after
    its answer was submitted. Messages and button presses travel in separate queues on some platforms.

    Platforms tell the time of sending in whole seconds, so only a whole second of difference counts.
    """
    previous, sent = turn.state.previous, turn.inbound.sent_ms
    return (
        previous is not None
        and not turn.state.parts
        and _pressed_to_submit(turn, previous.question)
        and previous.asked_ms // 1000 * 1000 < sent <= previous.submitted_ms - 1000
    )


def _pressed_to_submit(turn: Turn, question: str) -> bool:
    """Messages travel in order: only a press can overtake one, and only these questions end with a press."""
    return any(
        step.question.id == question and step.question.kind in ("open", "choice") for step in turn.script.steps
    )


def before_leaving(turn: Turn) -> bool:
    """Whether the message was written to the open question before the pause or exit was pressed, and arrives after
    it: it is part of the answer, not a return, nor the reason for leaving."""
    state, sent = turn.state, turn.inbound.sent_ms
    return (
        state.interruption in ("pause", "exit")
        and bool(state.started_ms)
        and turn.has_question
        and state.asked_ms // 1000 * 1000 < sent <= state.away_ms - 1000
    )


def _late(turn: Turn, said: str) -> None:
    if turn.state.previous is None:
        return
    turn.record(_received(turn, turn.state.previous.question, said, late=True))
    turn.say("answer.late")


def late_part(turn: Turn, question: str, said: str) -> e.PartReceived:
    """A part of an answer that is submitted already."""
    return _received(turn, question, said, late=True)


def _received(turn: Turn, question: str, said: str, *, late: bool = False, value: str = "") -> e.PartReceived:
    inbound = turn.inbound
    channel = inbound.sender.channel if inbound.sender else ""
    kind = turn.question.kind if value else "text"
    return e.PartReceived(question, said, inbound.message, channel, kind, inbound.sent_ms, late, value)


def _part(turn: Turn, said: str, *, submit: bool = False, value: str = "") -> None:
    first = not turn.state.parts or bool(turn.state.on_screen)
    held = unasked(turn, plain=not value)
    turn.record(_received(turn, turn.question.id, said, value=value))
    if submit and not held:
        questions.submit(turn)
    elif first or submit:
        saved(turn)


def unasked(turn: Turn, *, plain: bool) -> bool:
    """Whether what is said now is only kept, to be handed in by the candidate: what joins earlier parts, what
    comes after an absence, and plain words after the warning before an exit, which may be about leaving ("battery
    dead")."""
    expecting = turn.state.expecting
    return bool(turn.state.parts) or expecting == "returned" or (plain and expecting == "leaving")


def saved(turn: Turn) -> None:
    """Say that it is kept, and what hands it in."""
    key = "answer.saved" if turn.question.kind == "open" else "answer.held"
    turn.say(key, for_question(turn.state, turn.script))


def hold(turn: Turn, said: str) -> None:
    """Take what was said on returning as (part of) the open answer, without handing it in."""
    value = value_of(turn, said)
    if value is None or turn.must_be_spoken:
        turn.record(e.NotTaken(turn.question.kind, said))
        return
    if value and turn.state.parts:
        turn.record(e.AnswerRestarted(turn.question.id))
    turn.record(_received(turn, turn.question.id, said, value=value))


def value_of(turn: Turn, said: str) -> str | None:
    """What a text means to the open question: a number or an option's id, an empty string where any text will
    do, None where the question does not take it."""
    question = turn.question
    if question.kind == "choice":
        choice = typed(turn, said)
        return question.options[int(choice.partition(".")[2])].id if choice.startswith("option.") else None
    if question.kind != "number":
        return ""
    value, low, high = number_in(said), question.minimum, question.maximum
    if value is None or (low is not None and value < low) or (high is not None and value > high):
        return None
    return f"{value:g}"


def _number(turn: Turn, said: str) -> None:
    value = value_of(turn, said)
    if value is None:
        _not_taken(turn, said)
    else:
        _replace(turn, said, value)


def _not_taken(turn: Turn, said: str) -> None:
    turn.record(e.NotTaken(turn.question.kind, said))
    again = turn.words.say("number.again") if turn.question.kind == "number" else ""
    turn.send(Styled.join([again, questions.hint(turn)]), for_question(turn.state, turn.script))


def number_in(said: str) -> float | None:
    """The one number in a text: `3`, `３ 年`, `1,500`, `about 2.5`, `三`; None where there is none, there are
    several, or it is written in a way that would be misread (`五十`, `3万`)."""
    plain = unicodedata.normalize("NFKC", said).replace("\N{MINUS SIGN}", "-").replace("负", "-")
    if not _NUMBER.search(plain):
        plain = plain.translate(_DIGITS)
    if _MULTIPLIED.search(plain):
        return None
    found = _NUMBER.findall(_THOUSANDS.sub(lambda match: match[1].replace(",", ""), plain))
    return float(found[0].replace(",", ".")) if len(found) == 1 and len(found[0]) <= 15 else None


def option(turn: Turn, choice: str) -> None:
    """One of the options of a choice question was chosen."""
    chosen = turn.question.options[int(choice.partition(".")[2])]
    _replace(turn, chosen.label.in_(turn.state.language), chosen.id)


def _replace(turn: Turn, said: str, value: str) -> None:
    if turn.state.parts:  # a held choice is changed, not added to
        turn.record(e.AnswerRestarted(turn.question.id))
    _part(turn, said, submit=True, value=value)


def submitted(turn: Turn) -> None:
    """The candidate says that the answer is complete."""
    if turn.state.said and not turn.state.parts:  # asked to hand in what was kept aside: not without a look at it
        turn.record(e.SaidAdopted(turn.state.said.message))
        saved(turn)
        return
    if not turn.state.parts:
        turn.record(e.NotTaken("empty_submit"))
        turn.say("answer.empty")
        return
    questions.submit(turn)


def restarted(turn: Turn) -> None:
    turn.record(e.AnswerRestarted(turn.question.id))
    questions.repeat(turn, turn.words.say("answer.restarted"))


def edited(turn: Turn, what: TextEdited) -> None:
    """An earlier message was edited: in the open answer it counts, after that it is kept beside the answer."""
    message = turn.inbound.message
    parts = turn.state.parts if turn.state.phase in ("running", "paused") else ()
    mine = next((part for part in parts if part.message == message and not part.voice), None)
    if mine is not None and mine.text == what.text:
        return
    if mine is not None and mine.value:  # a number or a choice: what it means is to be read anew
        _edited_value(turn, what.text.strip())
        return
    turn.record(e.PartEdited(message, what.text, late=mine is None))
    turn.say("answer.edited" if mine else "answer.edited_late")


def _edited_value(turn: Turn, said: str) -> None:
    value = value_of(turn, said)
    if value is None:
        _not_taken(turn, said)
        return
    question = turn.question.id
    turn.record(e.AnswerRestarted(question), _received(turn, question, said, value=value))
    turn.say("answer.edited")


def other(turn: Turn, what: OtherReceived) -> None:
    """A kind of message that the question does not take, or that cannot be had here."""
    turn.record(e.NotTaken(what.kind[:40]))
    turn.say("answer.no_voice" if what.kind == "voice" else "answer.other_kind")
