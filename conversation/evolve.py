"""How events change a state. Nothing else changes one: folding the record always gives the current state."""

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import replace

from conversation import events as e
from conversation import prompt
from conversation.dropout import absence, signals
from conversation.events.appointments import OfAppointment
from conversation.inbound import Window
from conversation.limits import MOST_KNOWN, budget
from conversation.state import IDLE_MS, State
from conversation.state_changes import (
    answer_files,
    assistant,
    claim,
    correspondence,
    deadline,
    open_answer,
    rating,
    results,
)
from conversation.state_changes.appointments import appointment_changed
from conversation.state_parts import NO_CLIENT, Halt, Listed, Part, Proposal, Support


def fold(entries: Iterable[e.Entry]) -> State:
    """Return the state after these entries. The first one must begin with `Invited`, unless all were erased.
    Raises ValueError if no state results, as for an empty record."""
    state: State | None = None
    for entry in entries:
        state = apply(state, entry)
    if state is None:
        raise ValueError("an empty record has no state")
    return state


def apply(state: State | None, entry: e.Entry) -> State | None:
    """Return the state after one entry. None means that nothing is known of it except that it was erased."""
    working = state is not None and state.working
    for event in entry.events:
        if isinstance(event, e.Invited):
            state = begin(event, entry.at_ms)
        elif isinstance(event, e.Erased):
            state = _nothing_left(event)
        elif isinstance(event, e.Redacted):
            continue
        elif state is None:
            raise ValueError(f"a record cannot begin with {type(event).__name__}")
        state = evolve(state, event, entry.at_ms)
    if state is None:
        if any(isinstance(event, e.Redacted) for event in entry.events):
            return None
        raise ValueError("an empty entry has no state")
    return budget.spent(touch(state, entry.at_ms, working=working) if entry.by == "candidate" else state, entry)


def begin(event: e.Invited, at_ms: int) -> State:
    """Return the state of an interview to which someone was invited at `at_ms` (epoch milliseconds)."""
    return State(
        interview=event.interview,
        campaign=event.campaign,
        script=event.script,
        name=event.name,
        unit=event.unit,
        walk_in=event.walk_in,
        phone=event.phone,
        notices_to=event.notices_to,
        contact=event.contact,
        invited_ms=at_ms,
    )


def _nothing_left(event: e.Erased) -> State:
    return State(event.interview, event.campaign, event.script, phase="erased", unit=event.unit)


def touch(state: State, at_ms: int, *, working: bool) -> State:
    """Return the state after the candidate did something: working time grows, and the count of reminders starts
    anew."""
    gap = min(max(at_ms - state.last_ms, 0), IDLE_MS) if working else 0
    active_ms = state.active_ms + gap
    just_asked = state.asked_ms == at_ms and state.index >= 0
    return replace(
        state,
        last_ms=max(at_ms, state.last_ms),
        active_ms=active_ms,
        reminded=0,
        left_out=0,
        aside=False,
        signs=signals.there(replace(state.signs, active_ms=active_ms) if just_asked else state.signs),
    )


def evolve(state: State, event: e.AnyEvent, at_ms: int) -> State:
    """Return the state after one event."""
    match event:
        case e.PartReceived():
            if event.late:
                return open_answer.late(state)
            return open_answer.added(state, Part(event.message, event.kind, event.text, event.value))
        case e.AnswerSubmitted():
            return open_answer.submitted(state, event, at_ms)
        case e.FollowUpSought() | e.FollowUpDrafted() | e.FollowUpAsked() | e.FollowUpClosed():
            return open_answer.follow_up(state, event, at_ms)
        case e.QuestionAsked():
            return open_answer.asked(state, event, at_ms)
        case e.StageCompleted():  # among the first, because these are frequent, and each case takes time
            return state
        case e.PartFile() | e.PartFileKept() | e.PartFileLost():
            return answer_files.evolved(state, event)
        case e.VoiceReceived():
            return open_answer.spoken(state, event)
        case e.Transcribed():
            return open_answer.heard(state, event)
        case e.TranscriptFailed() | e.AudioLost():
            return signals.unheard(state, open_answer.unheard(state, event), event, at_ms)
        case e.TranscriptEdited():
            return open_answer.corrected(state, event)
        case e.TranscriptDelayed():
            return signals.ours(replace(state, on_screen=open_answer.still_on_screen(state, event.voice)), at_ms)
        case e.CorrectionStarted():
            return state.asked(prompt.CorrectionPrompt(event.voice))
        case e.AdditionStarted():
            return state.asked(prompt.AdditionPrompt(event.index))
        case e.VoiceWithdrawn():
            return open_answer.withdrawn(state, event.voice)
        case e.QuestionSkipped():
            return open_answer.skipped(state, event)
        case e.Reviewed():
            return open_answer.reviewed(state, event)
        case e.AnswerReopened():
            return open_answer.reopened(state, event)
        case e.AnswerChanged() | e.ChangeDropped():
            return open_answer.closed_again(state)
        case e.AnswerRestarted():
            return signals.restarted(open_answer.restarted(state))
        case e.RestartUndone():
            return open_answer.taken_back(state)
        case e.PartEdited():
            return state if event.late else open_answer.edited(state, event)
        case e.Remarked():
            return open_answer.remarked(state, event)
        case e.SaidAdopted():
            return open_answer.adopted(state)
        case e.Offered():
            return replace(state, listed=Listed(event.choices, event.by_name))
        case e.InvitationWithdrawn():
            return replace(state, withdrawn=True)
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
            return state.asked(prompt.NamePrompt())
        case e.NameGiven():
            return replace(state, name=event.name).resumed()
        case e.Guided():
            return assistant.guided(state, event)
        case e.PeopleOnly():
            return assistant.people_only(state)
        case e.Consented():
            started = replace(state, consent=event.privacy_version, phase="running", started_ms=at_ms)
            return started.resumed()
        case e.LaterAsked():
            return state.asked(prompt.TimePrompt())
        case e.Postponed():
            later = replace(state, postponed_ms=event.until_ms)
            return later if state.prompt.writing else later.resumed()
        case e.LanguageChosen():
            return replace(state, language=event.language)
        case e.ExitWarned():
            return state.asked(prompt.LeavePrompt())
        case e.Paused():
            return absence.left(state, "paused", _KIND_OF_PAUSE.get(event.by, event.by), at_ms, event.sequence)
        case e.LaidAside():
            return replace(state, aside=True)
        case e.Exited():
            left = absence.left(state, "exited", "exit", at_ms, event.sequence)
            exited = replace(left, ended_ms=at_ms, reason="", group="", report="exited")
            return exited.asked(prompt.ReasonPrompt())
        case e.Unreachable():
            return absence.left(state, "unreachable", "unreachable", at_ms)
        case e.Lapsed():
            left = absence.left(state, "lapsed", "lapse", at_ms)
            return replace(left, ended_ms=at_ms, reason="", group="", asked_why=False, report="")
        case e.ReasonAsked():
            return replace(state, asked_why=True).asked(prompt.ReasonPrompt())
        case e.ReasonGiven():
            given = replace(state, reason=event.reason, group=event.group)
            return given.asked(prompt.DetailPrompt()) if event.reason == "other" else given.resumed()
        case e.ReasonDetailed() | e.RequestDropped():
            return state.resumed()
        case e.Returned():
            return absence.returned(state, event)
        case e.Reminded():
            return _reminded(state, event, at_ms)
        case e.RecruiterTold():
            told = replace(state, report="")
            asked = isinstance(state.prompt, prompt.ReasonPrompt | prompt.DetailPrompt)
            return told.resumed() if state.phase == "exited" and asked else told  # any message is a return now
        case e.DeadlineExtended():
            return deadline.extended(state, event, at_ms)
        case e.Decided():
            return replace(state, decision=event.decision, proposed=None)
        case e.DecisionProposed():
            return replace(state, proposed=Proposal(event.decision, event.by))
        case e.Completed():
            done = event.index if event.index >= 0 else state.index + 1
            completed = replace(state, phase="completed", index=done, ended_ms=at_ms, reviewing=False)
            return completed.asked(prompt.FeedbackPrompt())
        case e.FeedbackGiven():
            return replace(state, face=event.face).asked(prompt.CommentPrompt())
        case e.GroupDeclared():
            return replace(state, declared=event.option)
        case e.FeedbackCommented():
            return state.resumed()
        case e.Practised():
            return state.asked(prompt.PracticePrompt())
        case e.CodeIssued():
            return replace(state, code_sha256=event.code_sha256, code_until_ms=event.until_ms)
        case e.Moved():
            known = tuple(dict.fromkeys((*state.known, event.address)))
            moved = replace(
                state,
                address=event.address,
                known=known[-MOST_KNOWN:],
                code_sha256="",
                code_until_ms=0,
                away_sequence=0,  # another account has other sequences
                previous=state.previous and replace(state.previous, sequence=0),
                window=None,
                client=NO_CLIENT,
            )
            return absence.brought(replace(moved, claim=None), "channel", at_ms)
        case e.SupportAsked():
            since = state.support.since_ms if state.support else at_ms
            asked_now = Support(since, at_ms, staffed_ms=event.staffed_ms)
            return replace(state, support=asked_now).asked(prompt.SupportPrompt())
        case e.SupportReplied():
            answered = state.support and replace(state.support, seen_ms=at_ms, waits_ms=0, reminded=False)
            state = correspondence.written(replace(state, support=answered), at_ms)
            return absence.brought(state, "support", at_ms)
        case e.SupportEnded():
            return absence.helped(state, at_ms)
        case e.SupportOverdue():
            return replace(state, support=state.support and replace(state.support, reminded=True))
        case e.RequestStarted():
            return state.asked(prompt.RequestPrompt(event.right))
        case e.RequestMade():
            adjusted, text_only = state.adjusted or event.right == "adjust", state.text_only or event.text_only
            made = replace(state, requests=event.number, text_only=text_only, adjusted=adjusted)
            return made.resumed() if isinstance(state.prompt, prompt.RequestPrompt) else made
        case e.DeletionAsked():
            return replace(state, deletion=event.number).asked(prompt.DeletionPrompt())
        case e.DeletionUndone():
            return replace(state, deletion=0).resumed()
        case e.SupportMessage():
            return correspondence.asked_for_help(state, at_ms, event.staffed_ms)
        case e.SupportFile():
            return replace(correspondence.asked_for_help(state, at_ms, event.staffed_ms), files=event.number)
        case e.Continued():
            said = None if event.without_said else state.said
            return replace(state, unsolved="", said=said).resumed()
        case e.Unsolved():
            return replace(state, unsolved="").asked(prompt.TroublePrompt())
        case e.ClientSeen():
            return replace(state, client=client_of(event))
        case e.Noticed():
            return signals.noticed(state, event, at_ms)
        case e.ArrivedLate():
            return signals.ours(state, at_ms)
        case e.CauseDerived():
            return replace(state, cause=f"{event.cause}:{event.rule}")
        case e.WindowOpened():
            return replace(state, window=Window(event.until_ms, event.messages))
        case e.Pushed():
            return _pushed(state, event.messages)
        case e.Halted():
            return _halted(state, event, at_ms)
        case e.WentOn():
            return _went_on(state, event, at_ms)
        case e.ReminderLeftOut():
            return replace(state, left_out=event.number, postponed_ms=0)
        case e.ClaimStarted() | e.ClaimTried() | e.ClaimPassedOn() | e.ClaimRefused() | e.ClaimConfirmed():
            return claim.evolved(state, event)
        case e.Informed(about="more") | e.Redacted():  # only the rest of earlier messages was sent
            return state
        case e.AnswerFull():
            return replace(open_answer.beside(state), full=True)
        case e.NotTaken() | e.Informed():
            return open_answer.beside(state)
        case e.Erased():
            return _nothing_left(event)
        case e.AnnouncementSent():
            return absence.brought(correspondence.written(state, at_ms), "announcement", at_ms)
        case e.ResultReleased() | e.ResultTold() | e.ResultWithdrawn():
            return results.evolved(state, event, at_ms)
        case OfAppointment():
            return appointment_changed(state, event, at_ms)
        case e.ColleagueAnswered():
            return correspondence.answered(state)
        case e.Rated():
            return rating.rated(state, event)
        case e.Noted() | e.RatingsSeen() | e.Invited() | e.OpeningRefused() | e.AudioKept() | e.SupportFileLost():
            return state
        case e.AnswerAssessed() | e.TranscriptConfirmed() | e.SupportFileKept() | e.SupportUndelivered():
            return state
        case _:
            assert_never(event)


_KIND_OF_PAUSE = {"candidate": "pause"}


def _reminded(state: State, event: e.Reminded, at_ms: int) -> State:
    postponed_ms = state.postponed_ms if event.asked else 0
    reminded = replace(state, reminded=event.number, reminded_ms=at_ms, postponed_ms=postponed_ms)
    return absence.brought(reminded if state.prompt.outlasts else reminded.resumed(), "reminder", at_ms)


def _pushed(state: State, messages: int) -> State:
    if state.window is None:
        return state
    return replace(state, window=Window(state.window.until_ms, max(0, state.window.messages - messages)))


def client_of(event: e.ClientSeen) -> tuple[str, ...]:
    """Return the client's details in the form in which the state keeps them."""
    return event.language, event.device, event.browser, event.version, event.network


def _halted(state: State, event: e.Halted, at_ms: int) -> State:
    halt = state.halt or Halt(at_ms)
    signed = (signals.paused if event.as_pause else signals.ours)(state, at_ms)
    return replace(signed, halt=replace(halt, told_ms=at_ms) if event.told else halt)


def _went_on(state: State, event: e.WentOn, at_ms: int) -> State:
    """Return the state after a paused account resumed. Silence counts from now."""
    last_ms = max(state.last_ms, at_ms) if state.phase == "running" else state.last_ms
    again = replace(state, halt=None, last_ms=last_ms)
    kept = isinstance(state.prompt, prompt.ValuePrompt)
    return again.resumed() if event.asked and not kept else again
