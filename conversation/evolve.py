"""The only thing that changes a state: folding the record over it gives the state, always."""

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import replace

from conversation import events as e
from conversation.state import IDLE_MS, Part, Phase, Previous, State


def fold(entries: Iterable[e.Entry]) -> State:
    """The state after these entries, of which the first must begin with `Invited`."""
    state: State | None = None
    for entry in entries:
        state = apply(state, entry)
    if state is None:
        raise ValueError("an empty record has no state")
    return state


def apply(state: State | None, entry: e.Entry) -> State:
    """The state after one entry."""
    working = state is not None and state.phase == "running"
    for event in entry.events:
        if isinstance(event, e.Invited):
            state = begin(event)
        elif state is None:
            raise ValueError(f"a record cannot begin with {type(event).__name__}")
        state = evolve(state, event, entry.at_ms)
    if state is None:
        raise ValueError("an empty entry has no state")
    return touch(state, entry.at_ms, working=working) if entry.by == "candidate" else state


def begin(event: e.Invited) -> State:
    """The state of an interview to which somebody has just been invited."""
    return State(
        interview=event.interview,
        campaign=event.campaign,
        script=event.script,
        name=event.name,
        unit=event.unit,
        walk_in=event.walk_in,
    )


def touch(state: State, at_ms: int, *, working: bool) -> State:
    """The candidate did something: working time grows, the count of reminders starts anew."""
    gap = min(max(at_ms - state.last_ms, 0), IDLE_MS) if working else 0
    return replace(
        state, last_ms=max(at_ms, state.last_ms), active_ms=state.active_ms + gap, reminded=0, aside=False
    )


def evolve(state: State, event: e.AnyEvent, at_ms: int) -> State:
    """The state after one event."""
    match event:
        case e.PartReceived():
            if event.late:
                return state
            part = Part(event.message, event.kind, event.text, event.value)
            expecting = state.expecting if state.away else ""  # a straggler answers no other prompt
            return replace(state, parts=(*state.parts, part), expecting=expecting)
        case e.AnswerSubmitted():
            previous = Previous(event.question, state.asked_ms, at_ms)
            return replace(state, previous=previous, parts=(), said=None, expecting="")
        case e.QuestionAsked():
            return replace(state, index=event.index, asked_ms=at_ms, parts=(), said=None, expecting="")
        case e.AnswerRestarted():
            return replace(state, parts=(), said=None, expecting="")
        case e.PartEdited():
            return state if event.late else replace(state, parts=tuple(_edited(state.parts, event)))
        case e.SaidAdopted():
            before, after = state.parts[: state.said_at], state.parts[state.said_at :]
            adopted = (*before, state.said, *after) if state.said else state.parts
            return replace(state, parts=adopted, said=None, expecting="")
        case e.InvitationOpened():
            return replace(
                state,
                address=event.address,
                known=(event.address,),
                name=state.name or event.name,
                language=event.language,
                opened_ms=at_ms,
                deadline_ms=event.deadline_ms,
            )
        case e.NameAsked():
            return replace(state, expecting="name")
        case e.NameGiven():
            return replace(state, name=event.name, expecting="")
        case e.Guided():
            return replace(state, phase="guided", expecting="")
        case e.Consented():
            return replace(state, consent=event.privacy_version, phase="running", started_ms=at_ms, expecting="")
        case e.LaterAsked():
            return replace(state, expecting="later")
        case e.Postponed():
            return replace(state, postponed_ms=event.until_ms, expecting=_writing(state))
        case e.LanguageChosen():
            return replace(state, language=event.language, expecting=_beside(state, offered=False))
        case e.ExitWarned():
            return replace(state, expecting="leaving")
        case e.Paused():
            left = _left(state, "paused", _KIND_OF_PAUSE.get(event.by, event.by), at_ms)
            return replace(left, expecting=_writing(state)) if event.by == "silence" else left
        case e.LaidAside():
            return replace(state, aside=True)
        case e.Exited():
            left = _left(state, "exited", "exit", at_ms)
            return replace(left, ended_ms=at_ms, expecting="reason", reason="", report="exited")
        case e.Unreachable():
            return _left(state, "unreachable", "unreachable", at_ms)
        case e.Lapsed():
            left = _left(state, "lapsed", "lapse", at_ms)
            return replace(left, ended_ms=at_ms, reason="", report="", expecting="", asked_why=False)
        case e.ReasonAsked():
            return replace(state, expecting="reason", asked_why=True)
        case e.ReasonGiven():
            return replace(state, reason=event.reason, expecting="detail" if event.reason == "other" else "")
        case e.ReasonDetailed():
            return replace(state, expecting="")
        case e.Returned():
            return _returned(state, event)
        case e.Reminded():
            return replace(state, reminded=event.number, postponed_ms=0)
        case e.RecruiterTold():
            over = state.phase == "exited" and state.expecting in ("reason", "detail")  # what comes is a return
            return replace(state, report="", expecting="" if over else state.expecting)
        case e.DeadlineExtended():
            return _extended(state, event)
        case e.Completed():
            done = state.index + 1
            return replace(state, phase="completed", index=done, ended_ms=at_ms, expecting="feedback")
        case e.FeedbackGiven():
            return replace(state, face=event.face, expecting="")
        case e.CodeIssued():
            return replace(state, code_sha256=event.code_sha256, code_until_ms=event.until_ms)
        case e.Moved():
            known = dict.fromkeys((*state.known, event.address))
            moved = replace(state, address=event.address, known=tuple(known), code_sha256="", code_until_ms=0)
            return replace(moved, expecting=_beside(state, offered=False))
        case e.SupportAsked():
            return replace(state, expecting="support")
        case e.RequestStarted():
            return replace(state, expecting=f"request:{event.right}")
        case e.RequestMade():
            asked = replace(state, expecting="") if state.expecting.startswith("request:") else state
            return replace(asked, requests=event.number, expecting=_beside(asked, offered=True))
        case e.SupportMessage():
            told = replace(state, expecting="")
            return replace(told, expecting=_beside(told, offered=True))
        case e.Continued():
            return replace(state, expecting="", said=None if event.without_said else state.said)
        case e.RequestDropped():
            return replace(state, expecting="")
        case e.NotTaken():
            return replace(state, expecting=_beside(state, offered=event.kind in ("command", "stale_choice")))
        case e.Informed():
            return replace(state, expecting=_beside(state, offered=event.about in ("help", "status")))
        case e.Invited() | e.OpeningRefused() | e.StageCompleted():
            return state
        case _:
            assert_never(event)


_KIND_OF_PAUSE = {"candidate": "pause"}


def _writing(state: State) -> str:
    """`expecting` where the candidate was asked to write something that is no answer, else nothing."""
    return state.expecting if state.expecting.startswith(("support", "request:")) else ""


def _beside(state: State, *, offered: bool) -> str:
    """`expecting` after a word beside the interview, under which the way on was or was not offered: typed
    numbers mean what was shown last."""
    if state.expecting not in ("", "informed"):
        return state.expecting
    return "informed" if offered and state.phase in ("guided", "running") and not state.away else ""


def _edited(parts: Iterable[Part], event: e.PartEdited) -> Iterable[Part]:
    for part in parts:
        yield replace(part, text=event.text) if part.message == event.message else part


def _left(state: State, phase: Phase, kind: str, at_ms: int) -> State:
    again = bool(state.interruption)
    return replace(
        state,
        phase=phase,
        interruption=kind,
        away_ms=state.away_ms if again else at_ms,
        interruptions=state.interruptions + (0 if again else 1),
        expecting="",
        report="stalled" if phase == "paused" else state.report,
    )


def _returned(state: State, event: e.Returned) -> State:
    said = Part(event.message, "text", event.said) if event.said else state.said
    return replace(
        state,
        phase="running" if state.started_ms else "guided",
        interruption="",
        away_ms=0,
        postponed_ms=0,
        ended_ms=0,
        expecting="returned" if state.started_ms and (said or state.parts) else "",
        report="",
        said=said,
        said_at=len(state.parts) if event.said else state.said_at,
    )


def _extended(state: State, event: e.DeadlineExtended) -> State:
    later = replace(state, deadline_ms=event.until_ms, reminded=event.reminded)
    later = replace(later, expecting=_beside(later, offered=True))
    if state.phase != "lapsed":
        return later
    return replace(later, phase="paused", interruption="silence", ended_ms=0, expecting="")
