"""Shows again where the candidate is, after "back", "go on", a change of language or a move to another device."""

from conversation import events as e
from conversation.choices.offered import own_choices
from conversation.decide import after_end, guide, practice, questions, remarks, resumption, review
from conversation.prompt import PracticePrompt, ValuePrompt
from conversation.turn import Turn
from conversation.words import Styled


def show(turn: Turn, *before: Styled, reopens: bool = True) -> None:
    """Show what is asked now, after the lines `before`. This ends a pause, and an exit only if `reopens`."""
    state = turn.state
    if state.deletion:
        turn.record(e.Informed("deletion"))
        _send(
            turn,
            before,
            turn.words.say(f"deletion.waits{'' if state.phase == 'paused' else '.ended'}"),
            ("undelete",),
        )
    elif state.phase == "invited" and not state.name:
        turn.record(e.NameAsked())
        _send(turn, before, turn.words.say("name.ask"))
    elif state.phase == "paused" or (state.away and reopens and state.phase != "running"):
        resumption.back(turn, before=before)
    elif isinstance(state.prompt, PracticePrompt):
        practice.ask(turn, *before)
    elif state.phase in ("guided", "invited"):
        guide.show(turn, *before)
    elif state.phase == "running" and state.reviewing and not state.detour:
        review.show(turn, *before)
    elif state.answering and isinstance(state.prompt, ValuePrompt):
        text = Styled.join([*before, questions.card(turn), remarks.value_asked(turn)], "\n\n")
        turn.send(text, own_choices(state, turn.script))
    elif state.answering:
        questions.repeat(turn, *before)
    elif state.phase == "completed":
        _send(turn, before, after_end.over(turn))
    else:
        _send(turn, before, turn.words.say("request.dropped"), () if turn.too_late else ("continue",))


def _send(turn: Turn, before: tuple[Styled, ...], styled: Styled, choices: tuple[str, ...] = ()) -> None:
    turn.send(Styled.join([*before, styled], "\n\n"), choices)
