"""Reminders of the appointment: the day before, and two hours before; never at night."""

from conversation.decide.appointments import showing
from conversation.events.appointments import AppointmentReminded
from conversation.timing import slots as times
from conversation.timing.messaging_window import remindable
from conversation.timing.schedule import appointment_reminder_due, quiet
from conversation.turn import Turn


def tick(turn: Turn) -> None:
    """Remind the candidate if that is due. A reminder that comes too late, or may not be sent, is left out."""
    appointment = turn.state.appointment
    due_ms = appointment_reminder_due(turn.state, turn.zone)
    if not due_ms or turn.now < due_ms or appointment is None or appointment.held is None:
        return
    held = appointment.held
    may = remindable(turn.state, turn.now) and not quiet(turn.now, turn.zone) and not turn.inbound.halted
    sent = may and turn.now < held.starts_ms and turn.state.phase != "unreachable"
    turn.record(AppointmentReminded(appointment.reminded + 1, sent))
    if sent:
        slot, at = times.said(turn.words, held, turn.zone), turn.moment(held.starts_ms)
        said = turn.words.say("appointment.reminder", at=at, slot=slot)
        turn.send(said, showing.own_choices(turn), prompted=False)
