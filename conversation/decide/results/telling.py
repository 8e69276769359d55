"""Telling a candidate the result that people decided on: at once, in the morning, or when they write next."""

from typing import Literal, get_args

from msgspec.structs import replace

from conversation import events as e
from conversation.decide import facts
from conversation.decide.appointments import showing
from conversation.decide.results.wording import drafted
from conversation.inbound import ChannelClosed, ResultGiven, TextReceived
from conversation.state import State
from conversation.state_changes.correspondence import awaits_answer
from conversation.timing.messaging_window import room
from conversation.timing.schedule import TOLD_IN, decent, result_due
from conversation.turn import Turn
from conversation.words import normal

MOST_QUOTED = 60
"""How much of a message that did not arrive is shown to the colleague who sent it, in characters."""
Outcome = Literal["yes", "hold", "no"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Hindrance = Literal[
    "", "erased", "invited", "open", "aside", "deletion", "withdrew", "undecided", "proposed", "other", "waits",
    "told", "otherwise",
]  # fmt: skip
Moment = Literal["now", "morning", "writes", "resumed"]


def hindrance(state: State, outcome: str, *, again: bool) -> Hindrance:
    """Return why the candidate cannot be told this outcome, or an empty string if they can.

    `open`: the interview is under way; `other`: another decision was made; `waits`: they are going to be told;
    `told`, `otherwise`: they were told this, or something else that is final. `again` ignores the last three.
    """
    if state.phase in ("erased", "invited"):
        return state.phase
    if state.phase not in TOLD_IN or state.answering:
        return "open"
    if state.aside or state.interruption == "aside":
        return "aside"
    if state.deletion:
        return "deletion"
    if state.decision == "withdrew":
        return "withdrew"
    if state.proposed:
        return "proposed"
    if state.decision != outcome:
        return "other" if state.decision else "undecided"
    return "" if again else _before(state, outcome)


def _before(state: State, outcome: str) -> Hindrance:
    if state.release:
        return "waits"
    if state.told is None or (state.told.outcome == "hold" and outcome != "hold"):
        return ""
    return "told" if state.told.outcome == outcome else "otherwise"


def told_when(state: State, now: int, morning_ms: int, *, paused: bool) -> Moment:
    """Return when the candidate would be told.

    `morning_ms`: when something may be sent unprompted; `paused`: whether our account is.
    """
    if state.phase == "unreachable" or room(state.window, now) == 0:
        return "writes"
    if paused:
        return "resumed"
    return "morning" if morning_ms > now else "now"


def given(turn: Turn, what: ResultGiven) -> None:
    """Tell the candidate the result as soon as they may be sent a message, unless there is a hindrance."""
    turn.by = "staff"
    if hindrance(turn.state, what.outcome, again=what.again):
        return
    morning_ms = decent(turn.now, turn.zone)
    when = told_when(turn.state, turn.now, morning_ms, paused=turn.inbound.halted)
    due_ms = 0 if when == "writes" else morning_ms
    turn.record(e.ResultReleased(what.outcome, what.by, what.text, due_ms, what.writer, what.unit))
    if when == "now":
        _tell(turn, prompted=False)


def tick(turn: Turn) -> None:
    """Tell the candidate if that is due."""
    release = turn.state.release
    due_ms = result_due(turn.state)
    if release is None or not due_ms or turn.now < due_ms:
        return
    morning_ms = decent(turn.now, turn.zone)
    when = told_when(turn.state, turn.now, morning_ms, paused=False)
    if when == "now":
        _tell(turn, prompted=False)
    else:
        next_ms = 0 if when == "writes" else morning_ms
        again = e.ResultReleased(release.outcome, release.by, release.text, next_ms, release.writer, release.unit)
        turn.record(again)


def first(turn: Turn) -> bool:
    """Tell a candidate who writes what they were still to be told. Returns whether that is also the answer to what
    they wrote."""
    if turn.state.phase not in TOLD_IN or turn.state.answering or isinstance(turn.inbound.what, ChannelClosed):
        return False
    if turn.state.release is None:
        showing.first(turn)
        return False
    _tell(turn, prompted=True)
    return _asks(turn)


def _tell(turn: Turn, *, prompted: bool) -> None:
    release, state = turn.state.release, turn.state
    assert release is not None
    offers = release.outcome == "yes" and showing.offers(state)
    added, unit = release.text, release.unit
    said = drafted(turn.words, turn.script, state.name, release.outcome, added, unit=unit, times=offers)
    turn.record(e.ResultTold(release.outcome, said.text, release.by))
    writer = release.writer and replace(release.writer, text=f"{said.text[:MOST_QUOTED]}…")
    if offers:
        showing.show(turn, said, prompted=prompted, writer=writer)
    else:
        turn.send(said, prompted=prompted, writer=writer)
        turn.lists_nothing()


def withdrawn(turn: Turn) -> None:
    """Withdraw a result that the candidate has not been told, if it no longer holds."""
    release = turn.state.release
    if release and (release.outcome != turn.state.decision or turn.state.phase not in TOLD_IN):
        turn.record(e.ResultWithdrawn(release.outcome))


# when they ask


def asked(turn: Turn) -> bool:
    """Answer the question for the result after the end of the interview. Returns whether the text was that.

    A colleague who wrote since is better asked, unless the candidate was told the result.
    """
    state = turn.state
    if state.phase not in ("completed", "lapsed", "exited") or state.answering or not _asks(turn):
        return False
    if state.told is None and (state.phase != "completed" or awaits_answer(state, turn.now)):
        return False
    turn.record(e.Informed("result"))
    turn.send(facts.result(turn))
    return True


def _asks(turn: Turn) -> bool:
    what = turn.inbound.what
    if not isinstance(what, TextReceived):
        return False
    return turn.remark == "result" or normal(what.text) in _words(turn)


def _words(turn: Turn) -> set[str]:
    texts = (turn.vocabulary[language].text("words.result") for language in ("zh", "en"))
    return {normal(each) for text in texts for each in text.split("|")}
