"""What each choice does and when it is valid. Anyone may press any button, at any time, and more than once."""

from collections.abc import Callable
from typing import NamedTuple

from conversation import events as e
from conversation.choices import offered
from conversation.decide import (
    after_end,
    answers,
    channel_switch,
    data_requests,
    exits,
    guide,
    position,
    practice,
    questions,
    resumption,
    support,
    voice,
)
from conversation.decide.appointments import booking
from conversation.inbound import ChoicePressed
from conversation.prompt import ValuePrompt
from conversation.timing.schedule import TOLD_IN
from conversation.turn import Turn

_STARTED = frozenset({"guided", "running", "paused", "exited", "unreachable"})
_ANSWERABLE = frozenset({"running", "paused"})
_CLOSED = frozenset({"lapsed", "exited", "unreachable"})
_DURING_DELETION = frozenset({"undelete", "support", "back", "privacy", "language", "human", "here", "ungroup"})
_ANY = frozenset({"invited", "guided", "running", "paused", "completed", "exited", "lapsed", "unreachable"})


class _Rule(NamedTuple):
    """When a choice is valid and what it does.

    - `act` runs if the interview is in one of `phases` and `valid` returns True.
    - `answers`: the choice belongs to one question and must not act on the next one.
    - `returns`: the choice brings back a candidate who is away.
    """

    act: Callable[[Turn, str], None]
    phases: frozenset[str] = _ANY
    valid: Callable[[Turn, str], bool] = lambda _turn, _choice: True
    answers: bool = False
    returns: bool = False


def pressed(turn: Turn, what: ChoicePressed) -> None:
    """Handle the press of a button, which may be an old one."""
    choice, index, mark = offered.pressed(what)
    rule = _rule(choice)
    if not turn.state.interview.startswith(mark):
        _stale(turn, choice, turn.state.index)  # a button of another interview
    elif rule and rule.answers and index is not None and index != turn.state.index:
        _stale(turn, choice, index)
    else:
        chosen(turn, choice, index)


def chosen(turn: Turn, choice: str, index: int | None = None) -> None:
    """Handle a choice that was typed, or pressed at question `index` if that is known."""
    rule, state = _rule(choice), turn.state
    if state.deletion and choice not in _DURING_DELETION:
        _stale(turn, choice, state.index if index is None else index)
        return
    there = state.phase in (rule.phases if rule else ()) or (rule is not None and rule.answers and state.answering)
    if rule is None or not there or not rule.valid(turn, choice):
        _stale(turn, choice, state.index if index is None else index)
        return
    turn.pressed_at = state.prompt
    if (rule.answers or rule.returns) and state.away:  # more than "hello": act on it, without a welcome message
        turn.returned(e.Returned(), e.Continued())
    rule.act(turn, choice)


def _rule(choice: str) -> _Rule | None:
    return _RULES.get(choice) or _FAMILIES.get(choice.partition(".")[0] if "." in choice else "")


def _stale(turn: Turn, choice: str, index: int) -> None:
    """Reply to a button of an earlier question, or to one that no longer means anything."""
    named = "group" if choice.startswith("group.") else f"{choice}@{index}"
    turn.record(e.NotTaken("stale_choice", named[:80]))
    if turn.state.deletion:
        position.show(turn)
        return
    here = turn.state.phase == "running" and not turn.state.away and turn.has_question
    if here and index < turn.state.index and (index < 0 or turn.state.answered(index)):
        key = "stale.question" if index >= 0 else "stale.started"
        turn.say(key, number=index + 1, now=turn.state.index + 1)
    else:
        turn.say("stale", ("continue",) if turn.state.phase in _STARTED else ())


def _go_on(turn: Turn, _: str) -> None:
    if turn.state.away:
        position.show(turn)
    else:
        exits.stay(turn)


def _here(turn: Turn, _: str) -> None:
    turn.record(e.Continued())
    channel_switch.resume(turn)


def _question(turn: Turn, _: str) -> None:
    """Show what is asked now. A message that was kept aside stays aside."""
    if turn.state.away:
        position.show(turn)
    else:
        turn.record(e.Informed("question"))
        position.show(turn)


def _submit_seen(turn: Turn, choice: str) -> None:
    voice.confirm(turn, choice)
    answers.submitted(turn)


def _reason_valid(turn: Turn, choice: str) -> bool:
    name = choice.partition(".")[2]
    if turn.state.phase == "unreachable" and not turn.state.asked_why:
        return False  # the button of an old reason question: it only shows that they are back
    return not turn.state.reason and (name == "skipped" or turn.script.reason(name) is not None)


def _has_question(turn: Turn, _: str) -> bool:
    return turn.has_question


def _option_valid(turn: Turn, choice: str) -> bool:
    name = choice.partition(".")[2]
    return turn.has_question and name.isdecimal() and len(name) < 3 and int(name) < len(turn.question.options)


def _group_valid(turn: Turn, choice: str) -> bool:
    return turn.script.group_question is not None and choice in offered.group(turn.script.group_question)


def _mine(turn: Turn, _: str) -> bool:
    return turn.state.said is not None and turn.has_question


def _change(turn: Turn, choice: str) -> None:
    questions.change(turn, int(choice.partition(".")[2]))


def _change_valid(turn: Turn, choice: str) -> bool:
    """Return whether the answer can be changed: any answer in the final review, otherwise only the one submitted
    last, before the deadline and until shortly after completion."""
    state, name = turn.state, choice.partition(".")[2]
    if not name.isdecimal() or len(name) > 3 or not 0 <= int(name) < len(turn.script.steps) or state.detour:
        return False
    if state.reviewing:
        return True
    if state.phase == "completed" and not after_end.may_still_change(turn):
        return False
    return int(name) == state.changeable and state.answered(int(name)) and not turn.too_late


def _skip_valid(turn: Turn, _: str) -> bool:
    return offered.may_skip(turn.state, turn.script)


def _not_deleted(turn: Turn, _: str) -> bool:
    return not turn.state.deletion


def _invited(turn: Turn, _: str) -> bool:
    return turn.state.appointment is not None and not turn.state.answering


_RULES = {
    "agree": _Rule(lambda turn, _: guide.agreed(turn), frozenset({"guided"})),
    "practise": _Rule(lambda turn, _: practice.ask(turn), frozenset({"guided"})),
    "later": _Rule(lambda turn, _: guide.later(turn), _STARTED, _not_deleted),
    "privacy": _Rule(lambda turn, _: guide.privacy(turn)),
    "language": _Rule(lambda turn, _: data_requests.switch_language(turn, getattr(turn.inbound.what, "text", ""))),
    "support": _Rule(lambda turn, _: support.asked(turn)),
    "submit": _Rule(lambda turn, _: answers.submitted(turn), _ANSWERABLE, _has_question, answers=True),
    "redo": _Rule(lambda turn, _: answers.restarted(turn), _ANSWERABLE, _has_question, answers=True),
    "undo": _Rule(
        lambda turn, _: answers.taken_back(turn), _ANSWERABLE, lambda turn, _: bool(turn.state.dropped), True
    ),
    "skip": _Rule(lambda turn, _: questions.skip(turn), _ANSWERABLE, _skip_valid, answers=True),
    "asbefore": _Rule(
        lambda turn, _: questions.as_before(turn),
        _ANSWERABLE,
        lambda turn, _: turn.state.detour is not None,
        answers=True,
    ),
    "handin": _Rule(
        lambda turn, _: after_end.complete(turn),
        _ANSWERABLE,
        lambda turn, _: turn.state.reviewing and not turn.state.detour,
        answers=True,
    ),
    "keep": _Rule(lambda turn, _: answers.adopt(turn), _ANSWERABLE, _mine, True),
    "mine": _Rule(lambda turn, _: answers.adopt(turn), _ANSWERABLE, _mine, True),
    "right": _Rule(
        lambda turn, _: answers.adopt_value(turn, turn.pressed_at),
        _ANSWERABLE,
        lambda turn, _: isinstance(turn.state.prompt, ValuePrompt) and turn.has_question,
        answers=True,
    ),
    "question": _Rule(_question, _STARTED | {"completed", "invited"}),
    "continue": _Rule(_go_on, _STARTED),
    "leave": _Rule(lambda turn, _: exits.warn(turn)),
    "pause": _Rule(lambda turn, _: exits.pause(turn), _STARTED - {"exited"}, _not_deleted),
    "exit": _Rule(lambda turn, _: exits.leave(turn), _STARTED, _not_deleted),
    "device": _Rule(lambda turn, _: channel_switch.issue_code(turn)),
    "here": _Rule(_here),
    "unsolved": _Rule(
        lambda turn, _: resumption.unsolved(turn), _ANSWERABLE, lambda turn, _: turn.state.unsolved != ""
    ),
    "back": _Rule(lambda turn, _: data_requests.back(turn)),
    "nevermind": _Rule(lambda turn, _: data_requests.back(turn)),
    "delete": _Rule(lambda turn, _: data_requests.delete(turn)),
    "undelete": _Rule(
        lambda turn, _: data_requests.undelete(turn), _ANY, lambda turn, _: bool(turn.state.deletion)
    ),
    "human": _Rule(lambda turn, _: data_requests.asked(turn, "human")),
    "extension": _Rule(
        lambda turn, _: data_requests.made(turn, "extension", ""), _CLOSED, lambda turn, _: turn.too_late
    ),
    "ungroup": _Rule(lambda turn, _: after_end.undeclared(turn), _ANY, lambda turn, _: turn.state.declared != ""),
    "slots": _Rule(booking.listed, TOLD_IN, _invited),
    "unbook": _Rule(booking.cancel, TOLD_IN, _invited),
}
_FAMILIES = {
    "submit": _Rule(_submit_seen, _ANSWERABLE, _has_question, answers=True),
    "respeak": _Rule(voice.respeak, _ANSWERABLE, voice.there, answers=True),
    "correct": _Rule(voice.correct, _ANSWERABLE, voice.correctable, answers=True),
    "add": _Rule(voice.add, _ANSWERABLE | {"completed"}, voice.may_be_added_to),
    "option": _Rule(answers.option, _ANSWERABLE, _option_valid, answers=True),
    "change": _Rule(_change, _ANSWERABLE | {"completed"}, _change_valid, returns=True),
    "reason": _Rule(exits.reason, _CLOSED, _reason_valid),
    "face": _Rule(after_end.feedback, frozenset({"completed"}), lambda _, choice: choice in offered.FACES),
    "group": _Rule(after_end.declared, frozenset({"completed"}), _group_valid),
    "later": _Rule(guide.postponed, _STARTED, lambda _, choice: choice in offered.LATER),
    "slot": _Rule(booking.book, TOLD_IN, _invited),
    "slotday": _Rule(booking.day, TOLD_IN, _invited),
    "slotpage": _Rule(booking.day, TOLD_IN, _invited),
    "adjust": _Rule(data_requests.adjusted, _ANY, lambda _, choice: choice in offered.ADJUST),
}
