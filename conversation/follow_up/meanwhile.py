"""What candidates do while the assistant words a follow-up question. They have handed in the answer and see
nothing new yet, so that what they say still belongs to it."""

from collections.abc import Callable

from conversation import events as e
from conversation import inbound as i
from conversation.choices import offered
from conversation.choices.typed import typed
from conversation.decide import answers, files, questions, voice
from conversation.follow_up import asking
from conversation.prompt import AnswerPrompt
from conversation.turn import Turn
from conversation.words import Styled

_OF_THE_ANSWER = frozenset({"redo", "undo", "respeak", "correct"})
"""Choices beside the answer that was handed in. They come too late."""


def handled(turn: Turn, what: i.What, handle: Callable[[], None]) -> None:
    """Handle what a candidate does; `handle` is how that is done at any other time.

    While a follow-up is being worded:

    - Words, recordings and files join the answer, and the interview goes on: whoever adds something unasked is not
      asked for more.
    - Handing in once more, and "ok", change nothing.
    - Anything else is handled with the follow-up open, in the rules' wording. It is shown before the answer to a
      remark to the bot, and after anything else if the candidate is still at the question then.
    """
    if not turn.state.drafting_until_ms or not isinstance(what, _ACTS):
        handle()
        return
    choice = _choice(turn, what)
    if choice == "submit" or turn.remark == "acknowledgement":
        turn.record(e.NotTaken("empty_submit" if choice else "acknowledgement"))
    elif choice in _OF_THE_ANSWER:
        turn.record(e.NotTaken("stale_choice", choice))
        asking.put(turn)
    elif turn.remark:
        asking.put(turn)
        handle()
    elif not _joined(turn, what, choice):
        with turn.unsaid():
            asking.put(turn)
        handle()
        _shown(turn)


_ACTS = i.TextReceived | i.ChoicePressed | i.CommandReceived | i.VoiceReceived | i.OtherReceived


def _choice(turn: Turn, what: i.What) -> str:
    """Return the family of the choice that was made, or an empty string. A button of another question or interview
    is none."""
    match what:
        case i.TextReceived(text=text):
            return typed(turn, text.strip()).partition(".")[0]
        case i.ChoicePressed():
            pressed = offered.pressed(what)
            mine = pressed.question in (None, turn.state.index) and turn.state.interview.startswith(pressed.mark)
            return pressed.choice.partition(".")[0] if mine else ""
        case _:
            return ""


def _joined(turn: Turn, what: i.What, choice: str) -> bool:
    """Take what was said as part of the answer, and go on. Returns False if it is not part of it."""
    match what:
        case i.TextReceived(text=text) if not choice and _is_said(turn, text.strip()):
            turn.record(answers.late_part(turn, turn.question.id, text.strip()))
        case i.VoiceReceived(media=media) if voice.takes_late(turn):
            with turn.unsaid():
                voice.late(turn, media)
        case i.OtherReceived() if files.kept_late(turn, what):
            pass
        case i.OtherReceived(text=text) if what.kind != "sticker" and text.strip():
            turn.record(e.NotTaken(what.kind[:40]), answers.late_part(turn, turn.question.id, text.strip()))
            _go_on(turn, turn.words.say("other.words_only"))
            return True
        case _:
            return False
    _go_on(turn)
    return True


def _is_said(turn: Turn, text: str) -> bool:
    """Return whether a text is neither a command nor a remark to the bot."""
    return bool(text) and turn.remark is None and not turn.vocabulary.command(text)


def _go_on(turn: Turn, *before: Styled) -> None:
    index = turn.state.index
    asking.close(turn)
    questions.go_on(turn, index, *before, turn.words.say("answer.late"))


def _shown(turn: Turn) -> None:
    """Send the follow-up if it is open and nothing else is, unless what was just sent contains it."""
    state = turn.state
    at_it = state.follow_up is not None and state.attentive and isinstance(state.prompt, AnswerPrompt)
    if at_it and not turn.sends(asking.line(turn).text):
        asking.show(turn)
