"""The decision: turns a record and an inbound event into an outcome. Everything here is pure."""

from collections.abc import Callable
from datetime import tzinfo

from conversation import events as e
from conversation import inbound as i
from conversation.assessment import requests
from conversation.choices import commands, handlers, offered
from conversation.choices.typed import typed
from conversation.decide import (
    account_pause,
    after_end,
    answers,
    channel_switch,
    claims,
    data_requests,
    entry,
    erasure,
    exits,
    files,
    free_text,
    guide,
    position,
    resumption,
    staff,
    support,
    telemetry,
    timers,
    transcripts,
    voice,
)
from conversation.decide.appointments import booking
from conversation.decide.results import telling
from conversation.evolve import begin
from conversation.follow_up import asking, meanwhile
from conversation.inbound.cleaning import cleaned
from conversation.limits import budget, waiting
from conversation.outbound import OutboundMessage
from conversation.outcome import Outcome
from conversation.record.audit import genesis, seal
from conversation.script import Script
from conversation.state import Record
from conversation.timing.working_hours import Staffing
from conversation.turn import Turn
from conversation.words import Vocabulary


class Engine:
    """Conducts interviews in the words of `vocabulary`. `zone` is the time zone for quiet hours and dates.

    - `can_nudge`: whether the platform of an address can send a notice to candidates to whom nothing else may be
      sent.
    - `reaches`: whether candidates at an address notice what is sent unprompted while they do something else.
    - `assisted`: whether there is an assistant that reads answers.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        zone: tzinfo,
        can_nudge: Callable[[i.Address], bool] = lambda _: False,
        reaches: Callable[[i.Address], bool] = lambda _: True,
        assisted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.vocabulary = vocabulary
        self.zone = zone
        self._can_nudge = can_nudge
        self._reaches = reaches
        self._assisted = assisted

    def step(
        self, record: Record, inbound: i.Inbound, script: Script, now: int, staffing: Staffing | None = None
    ) -> Outcome:
        """Return what `inbound` leads to at `now` (epoch milliseconds). `staffing` says when people answer
        requests for help; None: at any time, or unknown."""
        turn = Turn(record, cleaned(inbound), script, now, self.vocabulary, self.zone, staffing)
        address = record.state.address
        turn.can_nudge = address is not None and self._can_nudge(address)
        turn.reaches = address is None or self._reaches(address)
        turn.assisted = self._assisted()
        if record.state.phase != "erased":
            _decide(turn)
            telemetry.complete(turn)
            requests.complete(turn, record.state)
        outcome = turn.outcome()
        if outcome.entry and budget.exceeds(record, outcome.entry):
            return waiting.told(Turn(record, inbound, script, now, self.vocabulary, self.zone))
        return outcome

    def progress(
        self,
        record: Record,
        script: Script,
        now: int,
        number: int,
        *,
        percent: int | None = None,
        ahead: int | None = None,
    ) -> OutboundMessage | None:
        """Return the update of a receipt that shows how far the transcript of voice message `number` is: in
        percent, or with how many recordings are `ahead` of it. None if the candidate is not looking at that
        receipt now."""
        nothing = i.Inbound("", i.Ticked())
        turn = Turn(record, nothing, script, now, self.vocabulary, self.zone)
        return transcripts.progress(turn, number, percent, ahead)


def new_record(event: e.Invited, now: int) -> Record:
    """Return the record of an interview to which someone is invited at `now` (epoch milliseconds), before its
    first entry is committed."""
    return Record(begin(event, now), 0, genesis(event.interview))


def invitation(event: e.Invited, now: int, cause: str, by: str = "staff") -> tuple[Record, e.Entry, bytes]:
    """Return an interview that consists of its invitation only: the record, its first entry, and that entry as
    stored."""
    entry = e.Entry(1, now, by, cause, (event,), e.SCHEMA)
    stored, head = seal(genesis(event.interview), entry)
    return Record(begin(event, now), 1, head), entry, stored


def _decide(turn: Turn) -> None:
    what, sender = turn.inbound.what, turn.inbound.sender
    if sender is None:
        _by_itself(turn, what)
        return
    if isinstance(what, i.Opened):
        entry.opened(turn)
    elif isinstance(what, i.CodeEntered):
        channel_switch.code_entered(turn, what)
    elif turn.state.address is None:
        return  # the invitation has not been opened: nobody is a candidate yet
    elif sender not in turn.state.known:
        claims.heard(turn, what, sender)
    elif sender != turn.state.address:
        _from_elsewhere(turn, what, sender)
    else:
        _from_candidate(turn, what)


def _by_itself(turn: Turn, what: i.What) -> None:
    match what:
        case i.Ticked():
            timers.tick(turn)
        case i.DeliveryFailed():
            _undelivered(turn, what.why)
        case i.OutageEnded():
            timers.outage(turn, what)
        case i.AccountResumed():
            account_pause.resumed(turn, what)
        case i.InvitationWithdrawn():
            entry.withdrawn(turn)
        case i.DeadlineMoved():
            timers.extended(turn, what)
        case i.ReminderAsked():
            staff.reminder_asked(turn)
        case i.DecisionMade() | i.NoteWritten() | i.RatingGiven() | i.RatingsLookedAt() | i.ResultGiven():
            staff.judged(turn, what)
        case i.Announced():
            staff.announced(turn, what)
        case i.CodeAsked():
            staff.code_asked(turn, what)
        case i.ClaimAnswered():
            claims.answered(turn, what)
        case i.ErasureOrdered():
            erasure.ordered(turn, what)
        case i.SupportAnswered():
            support.answered(turn, what)
        case i.SupportFinished():
            support.finished(turn, what)
        case i.FileArchived():
            files.archived(turn, what)
        case i.FileLost():
            files.lost(turn, what)
        case i.ReplyUndelivered():
            support.undelivered(turn, what)
        case i.AudioArchived():
            transcripts.archived(turn, what)
        case i.AudioLost():
            transcripts.unheard(turn, what.voice, e.AudioLost(what.voice, what.why))
        case i.TranscriptReady():
            transcripts.heard(turn, what)
        case i.TranscriptFailed():
            failed = e.TranscriptFailed(what.voice, what.why, what.duration_ms, what.text)
            transcripts.unheard(turn, what.voice, failed)
        case i.TranscriptDelayed():
            transcripts.delayed(turn, what.voice, what.text)
        case i.AssessmentMade():
            requests.made(turn, what)
        case i.DraftMade():
            asking.made(turn, what)
        case i.SlotsGiven():
            booking.given(turn, what)
        case i.PlaceFound():
            booking.found(turn, what)
        case i.SetAside():
            if turn.state.phase in ("guided", "running", "paused"):
                turn.record(e.Paused("aside"))
            turn.record(e.LaidAside())
        case _:
            raise ValueError(f"{type(what).__name__} needs a sender")


def _undelivered(turn: Turn, why: str) -> None:
    if turn.state.phase not in ("guided", "running", "paused", "exited"):
        # recorded, so that the event changes nothing if it is delivered again later
        turn.record(e.NotTaken("channel_closed"))
    else:
        turn.record(e.Unreachable(why), e.RecruiterTold("unreachable"))
        turn.tell_recruiters("unreachable")


def _from_elsewhere(turn: Turn, what: i.What, sender: i.Address) -> None:
    if isinstance(what, i.ChannelClosed | i.ChannelReopened | i.CircumstanceNoticed):
        return
    if turn.inbound.halted:
        account_pause.elsewhere(turn)
    elif _wants_it_here(turn, what):
        channel_switch.move(turn, sender)
    else:
        channel_switch.elsewhere(turn)


def _wants_it_here(turn: Turn, what: i.What) -> bool:
    if isinstance(what, i.ChoicePressed):
        return offered.pressed(what).choice == "here"
    return isinstance(what, i.TextReceived) and "here" in turn.vocabulary.choices(what.text)


def _from_candidate(turn: Turn, what: i.What) -> None:
    if isinstance(what, i.CircumstanceNoticed):
        telemetry.noticed(turn, what)
        return
    if turn.inbound.halted and account_pause.held(turn, what):
        return
    account_pause.over(turn)
    if telling.first(turn):
        return
    if turn.state.phase == "completed" and turn.state.detour and not after_end.may_still_change(turn):
        turn.record(e.ChangeDropped(turn.question.id))
        turn.say("answer.change_over")
    if commands.asks_for_more(turn, what):
        turn.record(e.Informed("more"))
        return
    if turn.state.support and support.relayed(turn, what):
        return
    if turn.too_late and not turn.state.support:
        timers.deadline(turn)
    meanwhile.handled(turn, what, lambda: _handle(turn, what))


def _handle(turn: Turn, what: i.What) -> None:
    match what:
        case i.TextReceived():
            _text(turn, what.text.strip())
        case i.ChoicePressed():
            handlers.pressed(turn, what)
        case i.CommandReceived():
            _command(turn, what.name, what.argument)
        case i.TextEdited():
            answers.edited(turn, what)
        case i.VoiceReceived():
            voice.received(turn, what.media)
        case i.OtherReceived():
            files.other(turn, what)
        case i.ChannelClosed():
            _undelivered(turn, what.why)
        case i.ChannelReopened():
            if turn.state.phase == "unreachable":
                position.show(turn)
        case _:
            raise ValueError(f"{type(what).__name__} does not come from a candidate")


def _text(turn: Turn, text: str) -> None:
    if not text:
        free_text.other(turn, i.OtherReceived("empty"))
    elif turn.state.phase == "lapsed" and not turn.too_late:  # sent before the deadline
        resumption.back(turn, text)
    elif answers.before_leaving(turn):
        answers.hold(turn, text)
    elif choice := typed(turn, text):
        handlers.chosen(turn, choice)
    elif (command := turn.vocabulary.command(text)) and command != "more":
        _command(turn, command, "")
    elif turn.state.phase == "completed" and answers.overtaken(turn):
        answers.text(turn, text)
    elif turn.remark == "consent":
        data_requests.delete(turn, text)
    else:
        free_text.for_prompt(turn, text)


def _go_on(turn: Turn) -> None:
    """Handle "continue", which a menu offers at any time: end the conversation with people, or show the current
    state of the interview."""
    if turn.state.support:
        support.over(turn)
    elif turn.inbound.sender:
        channel_switch.greet(turn, turn.inbound.sender)


def _command(turn: Turn, name: str, argument: str) -> None:
    match name:
        case "start":
            if turn.inbound.sender:
                channel_switch.greet(turn, turn.inbound.sender)
        case "continue":
            _go_on(turn)
        case "exit":
            exits.warn(turn)
        case "pause":
            handlers.chosen(turn, "pause")
        case "status":
            data_requests.status(turn)
        case "help":
            data_requests.help_(turn)
        case "language":
            data_requests.switch_language(turn, argument)
        case "mydata":
            data_requests.my_data(turn)
        case "export":
            data_requests.export(turn)
        case "correct" | "delete" | "human" | "adjust":
            data_requests.asked(turn, name, argument.strip())
        case "switch":
            channel_switch.issue_code(turn)
        case "privacy":
            guide.privacy(turn)
        case "support":
            support.asked(turn)
        case _:
            _unknown_command(turn, name)


def _unknown_command(turn: Turn, name: str) -> None:
    """Handle a command word of any language, or one that is nearly a command. If the nearest command would change
    something, offer it instead of running it."""
    if meant := commands.meant(turn, name):
        _command(turn, meant, "")
    else:
        commands.offer(turn, name)
