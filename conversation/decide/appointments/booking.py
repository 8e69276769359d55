"""Booking, moving and cancelling: what the candidate asks for, and what became of it.

Who comes when is in the organisation's record. A request is therefore an event and a job in one commit; its result
comes back as `PlaceFound`.
"""

from conversation.decide.appointments import showing
from conversation.decide.results.telling import told_when
from conversation.events import Informed, NotTaken
from conversation.events.appointments import PlaceAsked, PlaceKnown, SlotsOffered, SlotsPutOff, Wish
from conversation.inbound import Attachment, Opener, PlaceFound, Slot, SlotsGiven
from conversation.jobs import ClaimPlace
from conversation.outcome import Notice, NoticeKind
from conversation.state_parts import Appointment, Asking
from conversation.timing import slots as times
from conversation.timing.schedule import decent
from conversation.turn import Turn

PATIENCE_MS = 10 * 60_000
"""How long a request may have no answer before another one is accepted, in milliseconds."""


def given(turn: Turn, what: SlotsGiven) -> None:
    """Offer times to the candidate, as soon as they may be sent a message."""
    turn.by = "staff"
    state = turn.state
    released = state.release is not None and state.release.outcome == "yes"
    told = state.told is not None and state.told.outcome == "yes"
    if state.decision != "yes" or not (told or released or what.with_result):
        return
    morning_ms = decent(turn.now, turn.zone)
    when = told_when(state, turn.now, morning_ms, paused=turn.inbound.halted)
    later = what.with_result or released or when == "writes"
    turn.record(SlotsOffered(what.slots, what.by, 0 if later else morning_ms))
    if when == "now" and not later and showing.pending(turn.state):
        showing.show(turn, prompted=False)


def tick(turn: Turn) -> None:
    """Send the candidate news of the appointment, if that is due."""
    appointment = turn.state.appointment
    due_ms = appointment.due_ms if appointment else 0
    if not due_ms or turn.now < due_ms or not showing.pending(turn.state):
        return
    morning_ms = decent(turn.now, turn.zone)
    when = told_when(turn.state, turn.now, morning_ms, paused=False)
    if when == "now":
        showing.show(turn, prompted=False)
    else:
        turn.record(SlotsPutOff(0 if when == "writes" else morning_ms))


# the candidate's requests


def listed(turn: Turn, _: str = "") -> None:
    """Ask for the times that are free now."""
    _ask(turn, "list")


def day(turn: Turn, choice: str) -> None:
    """Show the times of a day, or more days, as they were last known."""
    turn.record(Informed("slots"))
    turn.send(showing.list_(turn, "appointment.choose"), showing.open_choices(turn, choice))


def book(turn: Turn, choice: str) -> None:
    slot = choice.partition(".")[2]
    appointment = turn.state.appointment
    if appointment and appointment.held and appointment.held.id == slot:
        turn.record(Informed("slots"))
        _say_held(turn, appointment.held)
    else:
        _ask(turn, "book", slot)


def cancel(turn: Turn, _: str = "") -> None:
    if turn.state.appointment and turn.state.appointment.held:
        _ask(turn, "cancel")
    else:
        _ask(turn, "list")


def _ask(turn: Turn, wish: Wish, slot: str = "") -> None:
    appointment = turn.state.appointment
    assert appointment is not None
    asking, held = appointment.asking, appointment.held
    if not showing.may_book(turn.state):
        turn.record(NotTaken("appointment_over"))
        turn.say("appointment.over")
    elif asking and turn.now < asking.since_ms + PATIENCE_MS:
        turn.record(NotTaken("appointment_asked"))
        turn.say("appointment.asking")
    elif held and not times.may_change(held, turn.now):
        turn.record(NotTaken("appointment_late"))
        _say_held(turn, held)
    else:
        number = appointment.number + 1
        turn.record(PlaceAsked(number, wish, slot))
        turn.queue(ClaimPlace(turn.state.interview, number, wish, slot))
        if wish != "list":
            turn.send(turn.words.say("appointment.asking"), subject=_subject(turn))


def _subject(turn: Turn, file: Attachment | None = None) -> str:
    """Return the subject of what is said about the last request. A result replaces its own receipt, nothing older;
    one with a file is sent anew, as files cannot be added to a message."""
    appointment = turn.state.appointment
    return f"appointment.{appointment.number}" if appointment and file is None else ""


# what became of them


def found(turn: Turn, what: PlaceFound) -> None:
    """Record what the organisation's record says, and tell the candidate and the colleague who opened the time."""
    before = turn.state.appointment
    if before is None or (what.number and (before.asking is None or what.number != before.number)):
        return
    gone = (*before.withdrawn, what.withdrawn)
    held = None if what.held and what.held.id in gone else what.held
    if what.withdrawn and (before.held is None or before.held.id != what.withdrawn):
        held = before.held  # a request under way will learn that it is gone
    elif what.failed:
        held = before.held
    at_once = decent(turn.now, turn.zone) == turn.now
    turn.record(
        PlaceKnown(
            what.number,
            held,
            before.free if what.failed else what.free,
            what.withdrawn,
            0 if at_once else decent(turn.now, turn.zone),
            what.file,
            what.opener.file if what.opener else None,
            what.former.file if what.former else None,
        )
    )
    if what.withdrawn and held != before.held and before.held:
        _notify(turn, "unbooked", before.held, before, what)
        if at_once and showing.pending(turn.state):
            showing.show(turn, prompted=False)
    elif before.asking and not what.withdrawn:
        _answer(turn, what, before, before.asking)


def _answer(turn: Turn, what: PlaceFound, before: Appointment, asking: Asking) -> None:
    held = turn.state.appointment.held if turn.state.appointment else None
    match asking.wish:
        case _ if what.failed:
            turn.say("appointment.failed", ("slots",))
        case "book" if held and held.id == asking.slot:
            _say_held(turn, held, what)
            _notify(turn, "moved" if before.held else "booked", held, before, what)
        case "cancel" if held is None:
            turn.send(
                turn.words.say("appointment.cancelled"),
                ("slots",),
                subject=_subject(turn, what.file),
                file=what.file,
            )
            if before.held:
                _notify(turn, "unbooked", before.held, before, what)
        case "cancel" if held:
            _say_held(turn, held)
        case "book":
            turn.send(showing.list_(turn, "appointment.taken"), showing.open_choices(turn), subject=_subject(turn))
        case _:
            turn.send(showing.list_(turn, "appointment.choose"), showing.open_choices(turn))


def _say_held(turn: Turn, held: Slot, what: PlaceFound | None = None) -> None:
    """Say when and where the candidate is expected, and until when that can be changed."""
    words = turn.words
    if times.may_change(held, turn.now):
        until = turn.date(held.starts_ms - times.NOTICE_MS)
        said = words.say("appointment.booked", slot=times.said(turn.words, held, turn.zone), until=until)
    else:
        said = words.say("appointment.late", slot=times.said(turn.words, held, turn.zone))
    choices = showing.own_choices(turn)
    turn.send(said, choices, subject=_subject(turn, what.file) if what else "", file=what.file if what else None)


def _notify(turn: Turn, kind: NoticeKind, slot: Slot, before: Appointment, what: PlaceFound) -> None:
    """Notify who opened the time and, if that is somebody else, who opened the one before."""
    told: list[tuple[NoticeKind, Slot | None, Opener | None]]
    told = [(kind, slot, what.opener), ("unbooked", before.held, what.former)]
    for of_kind, at, opener in told:
        if opener:
            turn.notify(Notice(of_kind, at_ms=turn.now, file=opener.file, writer=opener.writer, slot=at))
