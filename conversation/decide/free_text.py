"""Handles plain text according to the prompt on the screen."""

import re

from conversation import events as e
from conversation import prompt as p
from conversation.decide import (
    after_end,
    answers,
    data_requests,
    entry,
    exits,
    guide,
    position,
    practice,
    questions,
    remarks,
    resumption,
    support,
    voice,
)
from conversation.decide.results import telling
from conversation.inbound import OtherReceived
from conversation.question_kinds import takes_files
from conversation.remarks import about
from conversation.turn import Turn


def for_prompt(turn: Turn, text: str) -> None:
    """Handle plain text: it answers a colleague, or what the current prompt asks."""
    if telling.asked(turn) or after_end.asked(turn, text) or support.reply(turn, text):
        return
    if isinstance(turn.state.prompt, p.AnswerPrompt):  # nearly always
        _underneath(turn, text)
    else:
        _as_asked(turn, text)


def _as_asked(turn: Turn, text: str) -> None:
    match turn.state.prompt:
        case p.NamePrompt():
            entry.name_given(turn, text)
        case p.ReasonPrompt():
            exits.said_freely(turn, text)
        case p.DetailPrompt():
            exits.detail(turn, text)
        case p.RequestPrompt(right=right):
            data_requests.made(turn, right.removesuffix(".other"), text)
        case p.CorrectionPrompt() | p.AdditionPrompt() if _to_the_bot(turn, text):
            pass
        case p.CorrectionPrompt(voice_number=number):
            voice.corrected(turn, number, text)
        case p.AdditionPrompt(index=index):
            voice.added(turn, index, text)
        case p.FeedbackPrompt() | p.CommentPrompt() if turn.remark != "presence":
            after_end.commented(turn, text)
        case p.PracticePrompt():
            practice.typed(turn)
        case p.DeletionPrompt():
            turn.record(e.NotTaken("deletion", text))
            position.show(turn)
        case p.ReviewPrompt() if not turn.state.away:
            _beside_review(turn, text)
        case _:
            _underneath(turn, text)


def _underneath(turn: Turn, text: str) -> None:
    """Handle plain text according to the interview's phase, ignoring the prompt."""
    if spoken := voice.correction_of(turn, text):
        voice.corrected(turn, spoken, text)
    elif turn.state.away:
        resumption.back(turn, text)
    elif turn.state.phase == "invited":
        entry.name_given(turn, text)
    elif turn.state.phase == "guided":
        guide.waiting(turn)
    elif turn.state.answering and turn.has_question:
        answers.text(turn, text)
    elif turn.state.reviewing:
        _beside_review(turn, text)
    else:
        after_end.afterwards(turn)


_NUMBER_OF_QUESTION = re.compile(
    r"(?:我要|我想|请)?\s*(?:改|修改|重答|change|q|question)?\s*(?:第|question)?\s*(\d{1,2}|[一二三四五六七八九十])\s*[题个号]?",
    re.IGNORECASE,
)
_NUMERALS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))


def _question_named(turn: Turn, text: str) -> int | None:
    """Return the index of the question that the text asks to change, or None."""
    found = _NUMBER_OF_QUESTION.fullmatch(text.strip().rstrip(".。!！"))
    if not found:
        return None
    number = _NUMERALS.get(found[1]) or int(found[1])
    return number - 1 if 1 <= number <= len(turn.script.steps) else None


def _beside_review(turn: Turn, text: str) -> None:
    """Handle text typed in the review: it names a question to change, or is not taken."""
    index = _question_named(turn, text)
    if index is not None:
        questions.change(turn, index)
        return
    turn.record(e.NotTaken("review", text))
    position.show(turn, turn.words.say("review.choose"))


def _to_the_bot(turn: Turn, text: str) -> bool:
    """Answer the text if it is a remark to the bot rather than what was asked for. Returns whether it was one."""
    subject = about(text)
    if subject is None or subject == "acknowledgement" or turn.state.away or not turn.has_question:
        return False
    remarks.heard(turn, text, subject)
    return True


def other(turn: Turn, what: OtherReceived) -> None:
    """Handle a message that no answer takes, such as a picture, a file or a sticker.

    Text beside it counts as if it had been typed; that of a sticker does not.
    """
    words = what.text.strip() if what.kind != "sticker" else ""
    if not answers.before_leaving(turn) and support.file_reply(turn, what.media, what.name, what.text):
        return
    turn.record(e.NotTaken(what.kind[:40]))
    if words and answers.before_leaving(turn):
        answers.hold(turn, words)
        return
    if words:
        takes_others = turn.has_question and takes_files(turn.question)
        turn.say("other.words_only.kind" if takes_others else "other.words_only")
        for_prompt(turn, words)
        return
    match turn.state.prompt:
        case p.DeletionPrompt() | p.PracticePrompt():
            position.show(turn)
        case prompt if turn.state.away and (prompt.voice or prompt.answers):
            resumption.back(turn)
        case _:
            answers.refused(turn, what.kind)
