"""The counters of a campaign."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from conversation import events as e
from conversation.state import Phase, State
from conversation.state_parts import Told
from conversation.views.counters import Change, created, tally

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = int(datetime(2026, 11, 24, tzinfo=SHANGHAI).timestamp() * 1000)
DAY_MS = 24 * 3600_000
BEGUN = {"away": 1, "1970-01-01 away": 1, "away.h:00": 1, "away.ch:": 1}


def _state(phase: Phase, face: int = 0) -> State:
    return State("i1", "spring", "v1", phase=phase, face=face)


def _tally(before: State, after: State, *events: e.AnyEvent) -> dict[str, int]:
    return _named(tally(before, after, e.Entry(1, 0, "candidate", "in:1", events), UTC))


def _named(changes: Iterable[Change]) -> dict[str, int]:
    return {f"{each.day} {each.name}".strip(): each.number for each in changes}


def test_a_new_interview_counts_as_invited() -> None:
    ever = {"interviews": 1, "phase:invited": 1, "version:v1": 1}
    assert _named(created("v1", MIDNIGHT, SHANGHAI)) == {**ever, "2026-11-24 interviews": 1}
    assert _named(created("v1", MIDNIGHT - 1, SHANGHAI)) == {**ever, "2026-11-23 interviews": 1}


def test_an_invitation_that_was_taken_back_is_as_if_it_had_never_been_made() -> None:
    total = Counter(_named(created("v1", MIDNIGHT, SHANGHAI)))
    entry = e.Entry(2, MIDNIGHT + 9 * DAY_MS, "staff", "withdraw", (e.InvitationWithdrawn(),))
    invited = State("i1", "spring", "v1", invited_ms=MIDNIGHT)
    total.update(_named(tally(invited, replace(invited, withdrawn=True), entry, SHANGHAI)))
    assert {name: n for name, n in total.items() if n} == {"withdrawn": 1}


def test_a_phase_is_left_and_entered() -> None:
    counts = _tally(_state("running"), _state("exited"), e.Exited())
    assert counts == {"phase:running": -1, "phase:exited": 1, "exits": 1, **BEGUN, "away:exit": 1}


def test_what_happens_in_one_step_is_counted_together() -> None:
    counts = _tally(
        _state("running"), _state("completed"), e.AnswerSubmitted("q6"), e.StageCompleted("end"), e.Completed()
    )
    assert counts == {"phase:running": -1, "phase:completed": 1, "answers": 1, "stage:end": 1}


def test_other_events_count_nothing() -> None:
    assert _tally(_state("running"), _state("running"), e.Informed("help"), e.NotTaken("sticker")) == {}


def test_a_changed_mind_about_the_interview_counts_once() -> None:
    completed = _state("completed")
    first = Counter(_tally(completed, _state("completed", 4), e.FeedbackGiven(4)))
    first.update(_tally(_state("completed", 4), _state("completed", 2), e.FeedbackGiven(2)))
    assert first == {"face:4": 0, "face:2": 1}
    again = tally(_state("completed", 4), _state("completed", 4), _same_face(), UTC)
    assert sum(each.number for each in again) == 0


def test_an_interview_is_counted_by_how_it_is_answered_and_by_what_was_asked_for() -> None:
    """What stands under a group moves with it: a decision, a first voice message, a request for an adjustment."""
    begun = replace(_state("running"), started_ms=1, reached=2)
    over = replace(begun, phase="completed", ended_ms=1)
    total = Counter(_tally(begun, over, e.Completed()))
    assert (total["done.mode:text"], total["done.adj:no"], total["done.ch:"]) == (1, 1, 1)
    decided = replace(over, decision="yes")
    total.update(_tally(over, decided, e.Decided("yes", "boss")))
    assert (total["yes.mode:text"], total["yes.adj:no"], total["yes.ch:"]) == (1, 1, 1)
    spoken = replace(decided, voices=1, adjusted=True)
    total.update(_tally(decided, spoken))
    on_hold = replace(spoken, decision="hold")
    assert {name: n for name, n in total.items() if n and name.startswith(("done", "yes"))} == {
        "done.ch:": 1,
        "done.v:v1": 1,
        "done.dev:unknown": 1,
        "done.mode:voice": 1,
        "done.adj:yes": 1,
        "yes.ch:": 1,
        "yes.mode:voice": 1,
        "yes.adj:yes": 1,
    }
    total.update(_tally(spoken, on_hold, e.Decided("hold", "boss")))
    assert not [name for name, n in total.items() if n and name.startswith("yes")]
    first = replace(begun, reached=0)
    assert "stop.mode:none" in _tally(first, replace(first, phase="exited", ended_ms=1), e.Exited())


def test_who_waits_for_a_result_is_counted_by_version_and_day_until_told_or_erased() -> None:
    name = "waiting:v1:1970-01-02"
    running = replace(_state("running"), started_ms=1)
    over = replace(running, phase="completed", ended_ms=DAY_MS + 1)
    total = Counter(_tally(running, over, e.Completed()))
    assert total[name] == 1
    assert name not in _tally(over, replace(over, decision="yes"), e.Decided("yes", "boss"))
    assert _tally(over, replace(over, told=Told("yes", 2)))[name] == -1
    assert _tally(over, replace(over, deletion=2))[name] == -1
    assert _tally(over, replace(over, phase="erased"), e.Erased("i1", "spring", "v1")) == {name: -1}
    assert (
        _tally(replace(over, told=Told("yes", 2)), replace(over, phase="erased"), e.Erased("i1", "spring", "v1"))
        == {}
    )


def _same_face() -> e.Entry:
    return e.Entry(2, 0, "candidate", "in:2", (e.FeedbackGiven(4),))
