"""What each choice does, and when it is valid: strangers press anything, at any time, twice."""

from collections.abc import Callable
from typing import NamedTuple

from conversation import events as e
from conversation import offers
from conversation.inbound import ChoicePressed
from conversation.stages import answers, closing, guide, leaving, returning, rights, support, voice
from conversation.turn import Turn

_STARTED = frozenset({"guided", "running", "paused", "exited", "unreachable"})
_ANSWERABLE = frozenset({"running", "paused"})
_CLOSED = frozenset({"lapsed", "exited", "unreachable"})
_ANY = frozenset({"invited", "guided", "running", "paused", "completed", "exited", "lapsed", "unreachable"})


class _Rule(NamedTuple):
    """`act` is done if the interview is in one of `phases` and `valid` agrees. `answers` marks what belongs to
    one question and must not act on the next."""

    act: Callable[[Turn, str], None]
    phases: frozenset[str] = _ANY
    valid: Callable[[Turn, str], bool] = lambda _turn, _choice: True
    answers: bool = False


def pressed(turn: Turn, what: ChoicePressed) -> None:
    """A button, perhaps an old one."""
    choice, index, mark = offers.pressed(what)
    rule = _rule(choice)
    if not turn.state.interview.startswith(mark):
        _stale(turn, choice, turn.state.index)  # a button of another interview
    elif rule and rule.answers and index is not None and index != turn.state.index:
        _stale(turn, choice, index)
    else:
        chosen(turn, choice, index)


def chosen(turn: Turn, choice: str, index: int | None = None) -> None:
    """A choice, pressed (at question `index`, where that is known) or typed."""
    rule = _rule(choice)
    if rule is None or turn.state.phase not in rule.phases or not rule.valid(turn, choice):
        _stale(turn, choice, turn.state.index if index is None else index)
        return
    if rule.answers and turn.state.away:  # the press says more than "hello": no card, what was pressed is done
        turn.returned(e.Returned(), e.Continued())
    rule.act(turn, choice)


def _rule(choice: str) -> _Rule | None:
    return _RULES.get(choice) or _FAMILIES.get(choice.partition(".")[0] if "." in choice else "")


def _stale(turn: Turn, choice: str, index: int) -> None:
    """A button of an earlier question, or one that means nothing any more."""
    turn.record(e.NotTaken("stale_choice", f"{choice}@{index}"[:80]))
    if turn.state.phase == "running" and not turn.state.away and index < turn.state.index:
        key = "stale.question" if index >= 0 else "stale.started"
        turn.say(key, number=index + 1, now=turn.state.index + 1)
    else:
        turn.say("stale", ("continue",) if turn.state.phase in _STARTED else ())


def _go_on(turn: Turn, _: str) -> None:
    if turn.state.away:
        returning.back(turn)
    else:
        leaving.stay(turn)


def _here(turn: Turn, _: str) -> None:
    turn.record(e.Continued())
    returning.resume(turn)


def _pause(turn: Turn, _: str) -> None:
    leaving.pause(turn)


def _submit_seen(turn: Turn, choice: str) -> None:
    voice.confirm(turn, choice)
    answers.submitted(turn)


def _reason_valid(turn: Turn, choice: str) -> bool:
    name = choice.partition(".")[2]
    if turn.state.phase == "unreachable" and not turn.state.asked_why:
        return False  # a press on an old question: they are back
    return not turn.state.reason and (name == "skipped" or turn.script.reason(name) is not None)


def _option_valid(turn: Turn, choice: str) -> bool:
    name = choice.partition(".")[2]
    return name.isdecimal() and len(name) < 3 and int(name) < len(turn.question.options)


def _expected(what: str) -> Callable[[Turn, str], bool]:
    return lambda turn, _: turn.state.expecting == what


_RULES = {
    "agree": _Rule(lambda turn, _: guide.agreed(turn), frozenset({"guided"})),
    "later": _Rule(lambda turn, _: guide.later(turn), _STARTED),
    "privacy": _Rule(lambda turn, _: guide.privacy(turn)),
    "language": _Rule(lambda turn, _: guide.switch_language(turn, getattr(turn.inbound.what, "text", ""))),
    "support": _Rule(lambda turn, _: support.asked(turn)),
    "submit": _Rule(lambda turn, _: answers.submitted(turn), _ANSWERABLE, answers=True),
    "redo": _Rule(lambda turn, _: answers.restarted(turn), _ANSWERABLE, answers=True),
    "keep": _Rule(lambda turn, _: returning.adopt(turn), _ANSWERABLE, lambda t, _: t.state.said is not None, True),
    "continue": _Rule(_go_on, _STARTED),
    "leave": _Rule(lambda turn, _: leaving.warn(turn)),
    "pause": _Rule(_pause, _STARTED - {"exited"}),
    "exit": _Rule(lambda turn, _: leaving.leave(turn), _STARTED),
    "device": _Rule(lambda turn, _: returning.issue_code(turn)),
    "here": _Rule(_here),
    "unsolved": _Rule(
        lambda turn, _: returning.unsolved(turn), _ANSWERABLE, lambda turn, _: turn.state.unsolved != ""
    ),
    "back": _Rule(lambda turn, _: rights.back(turn)),
    "nevermind": _Rule(lambda turn, _: rights.back(turn)),
    "confirm": _Rule(lambda turn, _: rights.made(turn, "delete", ""), _ANY, _expected("request:delete")),
    "extension": _Rule(lambda turn, _: rights.made(turn, "extension", ""), _CLOSED, lambda turn, _: turn.too_late),
}
_FAMILIES = {
    "submit": _Rule(_submit_seen, _ANSWERABLE, answers=True),
    "respeak": _Rule(voice.respeak, _ANSWERABLE, voice.there, answers=True),
    "correct": _Rule(voice.correct, _ANSWERABLE, voice.correctable, answers=True),
    "add": _Rule(voice.add, _ANSWERABLE | {"completed"}, voice.may_be_added_to),
    "option": _Rule(answers.option, _ANSWERABLE, _option_valid, answers=True),
    "reason": _Rule(leaving.reason, _CLOSED, _reason_valid),
    "face": _Rule(closing.feedback, frozenset({"completed"}), lambda _, choice: choice in offers.FACES),
    "later": _Rule(guide.postponed, _STARTED, lambda _, choice: choice in offers.LATER),
    "adjust": _Rule(rights.adjusted, _ANY, lambda _, choice: choice in offers.ADJUST),
}
