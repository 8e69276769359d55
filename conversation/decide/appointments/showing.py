"""Showing the candidate the times, and news of their appointment."""

from conversation.events.appointments import SlotsShown
from conversation.inbound import Writer
from conversation.state import State
from conversation.timing import slots as times
from conversation.timing.schedule import TOLD_IN
from conversation.turn import Turn
from conversation.words import Styled


def may_book(state: State) -> bool:
    """Return whether the candidate is invited to the next round and may choose a time."""
    over = state.phase in TOLD_IN and not state.answering and not state.deletion
    return over and state.appointment is not None and state.decision == "yes"


def offers(state: State) -> bool:
    """Return whether the result of a candidate who is invited can carry times to choose from."""
    return may_book(state) and state.appointment is not None and state.appointment.news == "offer"


def pending(state: State) -> bool:
    """Return whether there is news of the appointment that the candidate may be sent. An offer comes with the
    result or after it."""
    news = state.appointment.news if state.appointment else ""
    told = state.told is not None and state.told.outcome == "yes"
    return bool(news) and may_book(state) and (told or news == "withdrawn")


def show(turn: Turn, before: Styled | None = None, *, prompted: bool, writer: Writer | None = None) -> None:
    """Send the news with the times to choose from, after the text `before` in the same message."""
    appointment = turn.state.appointment
    assert appointment is not None
    key = f"appointment.{appointment.news}"
    turn.record(SlotsShown())
    said = list_(turn, key)
    text = Styled.join([before, said], "\n\n") if before else said
    turn.send(text, open_choices(turn), prompted=prompted, writer=writer, file=appointment.file)


def list_(turn: Turn, key: str) -> Styled:
    """Return a text of the catalogue, with the line on what to do, depending on whether there are times."""
    there = times.bookable(turn.state, turn.now)
    offsets = "/".join(dict.fromkeys(times.offset(turn.local(each.starts_ms)) for each in there))
    line = turn.words.say("appointment.pick", zone=offsets) if there else turn.words.say("appointment.none")
    return Styled.join([turn.words.say(key), line], "\n")


def open_choices(turn: Turn, choice: str = "") -> tuple[str, ...]:
    """Return the choices of times, and to cancel if there is an appointment."""
    held = turn.state.appointment.held if turn.state.appointment else None
    cancel = ("unbook",) if held and times.may_change(held, turn.now) else ()
    return (*times.choices(times.bookable(turn.state, turn.now), turn.zone, choice), *cancel)


def first(turn: Turn) -> None:
    """Send a candidate who writes the news that they were still to be sent."""
    if pending(turn.state):
        show(turn, prompted=True)


def standing(turn: Turn) -> list[Styled]:
    """Return the line on the appointment for lists of what is known; none if there is none."""
    held = turn.state.appointment.held if turn.state.appointment else None
    return [turn.words.say("appointment.standing", slot=times.said(turn.words, held, turn.zone))] if held else []


def own_choices(turn: Turn) -> tuple[str, ...]:
    """Return the choices to move or cancel the appointment, or to see the times; none if that is over."""
    appointment = turn.state.appointment
    if appointment is None or appointment.news or not may_book(turn.state):
        return ()
    if appointment.held is None:
        return ("slots",)
    return ("slots", "unbook") if times.may_change(appointment.held, turn.now) else ()
