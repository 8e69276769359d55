"""The counters of a campaign. Their changes are written in the same commit as what they count.

There are three kinds: what an interview *is* now (subtracted again when it becomes something else), what
*happened*, and both of these for a single day in the staff's time zone. `docs/figures.md` explains each figure.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import NamedTuple

from conversation import events as e
from conversation.dropout.signals import at_open_question
from conversation.prompt import LeavePrompt
from conversation.state import State
from conversation.timing.promises import without_a_word
from conversation.views.counted_times import day_of, hour_of

STOPPED = ("exited", "lapsed", "unreachable")
"""Phases of an interview that ended without being completed."""
ADVANCE = ("yes", "no")
"""The decisions that the rate of those who advance rests on."""
UNSAID = ("unsaid", "skipped")
"""Used instead of a reason's group: no reason was given, or the candidate preferred not to say."""


class Change(NamedTuple):
    """A change of the counter `name` by `number`, or of that counter for one `day` (ISO date)."""

    name: str
    number: int
    day: str = ""


def created(script: str, at_ms: int, zone: tzinfo) -> tuple[Change, ...]:
    """Return the changes for a new interview.

    `script` is the version of the script that it uses. `at_ms` is when the interview was created, in epoch
    milliseconds; with 0 (unknown) it counts on no day.
    """
    ever = (Change("phase:invited", 1), Change("interviews", 1), Change(f"version:{script}", 1))
    return (*ever, Change("interviews", 1, day_of(at_ms, zone))) if at_ms else ever


def tally(before: State, after: State, entry: e.Entry, zone: tzinfo) -> tuple[Change, ...]:
    """Return the changes of counters that this step makes."""
    if after.phase == "erased":
        return _erased(before, zone)
    changes: list[Change] = []
    if before.phase != after.phase and not before.withdrawn:
        changes += (Change(f"phase:{before.phase}", -1), Change(f"phase:{after.phase}", 1))
    if _may_stand_elsewhere(before, after) and _key(before) != _key(after):
        then, now = dict.fromkeys(_standing(before, zone)), dict.fromkeys(_standing(after, zone))
        changes += (Change(name, -1, day) for name, day in then if (name, day) not in now)
        changes += (Change(name, 1, day) for name, day in now if (name, day) not in then)
    if not _OF_ABSENCES.isdisjoint(map(type, entry.events)):
        changes += _absences(before, entry, zone)
    changes += _at_question(before, after, entry, zone)
    for event in entry.events:
        kind = type(event)
        if name := _NAMES.get(kind):
            changes.append(Change(name, 1))
        elif kind in _COUNTED:
            changes += _of_speech(event, before) if kind in _SPEECH else _of(event, before, entry, zone)
    return tuple(changes)


def _erased(before: State, zone: tzinfo) -> tuple[Change, ...]:
    """Return the changes for an erasure. What has been counted stays, but nobody counts as under way or as waiting
    for a result any more."""
    if without_a_word(before) and before.started_ms:
        return (Change(_waiting(before, zone), -1),)
    if before.withdrawn or before.phase not in ("guided", "running", "paused"):
        return ()
    return Change(f"phase:{before.phase}", -1), Change("phase:erased", 1)


# what an interview is now


def group_of(state: State) -> str:
    """Return the group of the reason given for the last absence, or one of `UNSAID`."""
    return state.group or ("skipped" if state.reason else "unsaid")


def cause_of(state: State) -> str:
    return state.cause.partition(":")[0] or "unknown"


def mode_of(state: State) -> str:
    """Return how the candidate answers: `voice` with at least one voice message, otherwise `text`; `none` at the
    first question, before it is known. Nobody goes back from one of the others."""
    if state.voices:
        return "voice"
    return "text" if state.reached > 0 or state.phase == "completed" else "none"


def _device(state: State) -> str:
    return state.client[1] or "unknown"


def _may_stand_elsewhere(before: State, after: State) -> bool:
    """Whether the step may have moved the interview to other counters. A cheap test: most steps do not."""
    return (
        before.phase != after.phase
        or after.phase in STOPPED
        or before.address is not after.address
        or before.client is not after.client
        or before.started_ms != after.started_ms
        or before.decision != after.decision
        or before.adjusted != after.adjusted
        or before.declared != after.declared
        or mode_of(before) != mode_of(after)
        or without_a_word(before) != without_a_word(after)
    )


def _key(state: State) -> tuple[object, ...]:
    """Return a key that is equal for states counted under the same counters."""
    stopped = state.phase in STOPPED and (state.reason, state.group, state.cause, state.ended_ms, state.away_ms)
    groups = mode_of(state), state.adjusted, state.decision, state.declared
    stopped_or_waits = stopped or (without_a_word(state) and state.ended_ms)
    return (
        state.phase,
        bool(state.started_ms),
        state.address,
        state.client[1],
        state.script,
        stopped_or_waits,
        groups,
    )


def _standing(state: State, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Yield (name, day) for each counter under which a started interview is counted."""
    if not state.started_ms:
        return
    by = (
        f"ch:{state.address.channel if state.address else ''}",
        f"v:{state.script}",
        f"dev:{_device(state)}",
    )
    yield from ((f"start.{each}", "") for each in by)
    groups = f"mode:{mode_of(state)}", f"adj:{'yes' if state.adjusted else 'no'}"
    if state.decision in ADVANCE:
        declared = (f"grp:{state.declared}",) if state.declared else ()
        yield from ((f"{state.decision}.{each}", "") for each in (by[0], *groups, *declared))
    if state.phase == "completed":
        yield from ((f"done.{each}", "") for each in (*by, *groups))
        yield "completed", day_of(state.ended_ms, zone)
        if without_a_word(state):
            yield _waiting(state, zone), ""
    elif state.phase in STOPPED:
        yield from ((f"stop.{each}", "") for each in (*by, *groups))
        yield from _stopped(state, day_of(state.ended_ms or state.away_ms, zone))


WAITING = "waiting:"
"""Prefix of the counters of those who completed the interview and were told nothing, by the version of the script
(which promises the day) and the ISO date of completion: `waiting:VERSION:DATE`."""


def _waiting(state: State, zone: tzinfo) -> str:
    return f"{WAITING}{state.script}:{day_of(state.ended_ms, zone)}"


def _stopped(state: State, day: str) -> Iterator[tuple[str, str]]:
    group, cause = group_of(state), cause_of(state)
    yield f"stop:{group}", ""
    yield f"stop.cause:{cause}", ""
    yield f"stop.q:{state.question}", ""
    yield "stopped", day
    yield f"stopped:{state.phase}", day
    yield f"stopped.group:{group}", day
    if group in UNSAID:
        yield "stopped.unsaid", day
        if cause == "unknown":
            yield "stop.unexplained", ""


# absences


_OF_ABSENCES: frozenset[type[e.Event]] = frozenset(
    {e.Returned, e.CauseDerived, e.Paused, e.Exited, e.Unreachable, e.Lapsed, e.DeadlineExtended}
)
"""Sets of types, because asking an event whether it is an instance of a class takes a fifth of a microsecond."""


def _absences(before: State, entry: e.Entry, zone: tzinfo) -> Iterator[Change]:
    """Count absences, each once, under its last kind and likely cause: a pause that ends in an exit is an exit."""
    kind, rule, since_ms = before.interruption, before.cause.partition(":")[2], before.away_ms
    for event in entry.events:
        if isinstance(event, e.Returned):
            if kind:
                yield Change(f"returns:{event.via or 'saved'}", 1)
                yield Change("back", 1, day_of(since_ms, zone))
            kind = rule = ""
        elif isinstance(event, e.CauseDerived):
            if rule:
                yield Change(f"away.rule:{rule}", -1)
            yield Change(f"away.rule:{event.rule}", 1)
            rule = event.rule
        elif (then := _kind(event, kind)) and then != kind:
            if kind:
                yield Change(f"away:{kind}", -1)
            else:
                since_ms = entry.at_ms
                yield from _begun(before, then, entry.at_ms, zone)
            yield Change(f"away:{then}", 1)
            kind = then


def _begun(before: State, kind: str, at_ms: int, zone: tzinfo) -> Iterator[Change]:
    """Count the beginning of an absence. A silence is counted at the hour of the candidate's last message."""
    yield Change("away", 1)
    yield Change("away", 1, day_of(at_ms, zone))
    yield Change(f"away.h:{hour_of(before.last_ms if kind == 'silence' else at_ms, zone)}", 1)
    yield Change(f"away.ch:{before.address.channel if before.address else ''}", 1)


def _kind(event: e.AnyEvent, kind: str) -> str:
    """Return the kind of absence that the event begins or changes to, or an empty string.

    `kind` is the kind of the current absence (empty: none).
    """
    match event:
        case e.Paused():
            return "pause" if event.by == "candidate" else event.by
        case e.Exited():
            return "exit"
        case e.Unreachable():
            return "unreachable"
        case e.Lapsed():
            return "lapse"
        case e.DeadlineExtended() if kind == "lapse":  # they may come back again
            return "silence"
        case _:
            return ""


# questions


def _at_question(before: State, after: State, entry: e.Entry, zone: tzinfo) -> Iterator[Change]:
    """Count who was asked a question, who was away at it, and how long the answer took.

    Being away at a question counts on the day on which it was asked, because alerts look at the share of that
    day's candidates.
    """
    for event in entry.events:
        if type(event) is e.QuestionAsked:
            if event.index > before.reached:  # not a skipped one asked again
                yield Change(f"asked:{event.question}", 1)
                yield Change(f"asked:{event.question}", 1, day_of(entry.at_ms, zone))
        elif type(event) is e.AnswerSubmitted:
            if event.question == before.question:
                worked_ms = max(0, after.active_ms - before.signs.active_ms)
                yield Change(f"answer.h:{hour_of(entry.at_ms, zone)}", 1)
                yield Change(f"answered:{event.question}", 1)
                yield Change(f"answer_s:{event.question}", round(worked_ms / 1000))
        elif type(event) is e.AnswerRestarted:
            yield Change(f"restarted:{event.question}", 1)
    if after.lost_at > before.lost_at and after.lost_at not in after.revisited:
        yield Change(f"lost:{after.question}", 1)
        yield Change(f"lost:{after.question}", 1, day_of(after.asked_ms, zone))


# other events


def _of(event: e.AnyEvent, before: State, entry: e.Entry, zone: tzinfo) -> list[Change]:
    match event:
        case e.StageCompleted():
            return [Change(f"stage:{event.stage}", 1)]
        case e.InvitationWithdrawn():  # undoes the counts of its creation
            return [
                Change("withdrawn", 1),
                *(each._replace(number=-each.number) for each in created(before.script, before.invited_ms, zone)),
            ]
        case e.ReasonGiven():
            return [Change(f"reason:{event.reason}", 1)]
        case e.Consented():
            return [Change("started", 1), Change("started", 1, day_of(entry.at_ms, zone))]
        case e.Returned():
            return [Change("returns", 1), *([Change("solved.asked", 1)] if event.solved else [])]
        case e.Continued() if isinstance(before.prompt, LeavePrompt):
            return [Change("stayed", 1)]
        case e.Decided():
            return _instead("decision", before.decision, event.decision)
        case e.FeedbackGiven():
            return _instead("face", before.face, event.face)
        case _:
            return []


_NAMES: dict[type[e.Event], str] = {
    e.AnswerSubmitted: "answers",
    e.SupportAsked: "support",
    e.Exited: "exits",
    e.ExitWarned: "warned",
    e.Unsolved: "solved.no",
    e.ArrivedLate: "late",
}


_SPEECH: frozenset[type[e.Event]] = frozenset({e.VoiceReceived, e.Transcribed, e.TranscriptFailed, e.AudioLost})
_COUNTED: frozenset[type[e.Event]] = _SPEECH | {
    e.InvitationWithdrawn,
    e.StageCompleted,
    e.ReasonGiven,
    e.Consented,
    e.Returned,
    e.Continued,
    e.Decided,
    e.FeedbackGiven,
}
"""The events in which `_of` and `_of_speech` count something. Most events are others."""


def _instead(what: str, before: str | int, now: str | int) -> list[Change]:
    """Return the changes that count `now` instead of `before`: only the last decision or face counts."""
    withdrawn = [Change(f"{what}:{before}", -1)] if before else []
    return [*withdrawn, Change(f"{what}:{now}", 1)]


def _of_speech(event: e.AnyEvent, before: State) -> list[Change]:
    match event:
        case e.VoiceReceived():
            return [Change("voices", 1), Change(f"voices:{event.question}", 1)]
        case e.Transcribed():
            return [Change("transcripts", 1)]
        case e.TranscriptFailed() | e.AudioLost():
            here = at_open_question(before, event.voice)
            return [
                Change(f"unheard:{event.why}", 1),
                *([Change(f"unheard.q:{before.question}", 1)] if here else []),
            ]
        case _:
            return []
