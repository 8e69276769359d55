"""Help, status, language, and requests under the candidate's rights, each request with a dated receipt."""

from conversation import events as e
from conversation.assessment import requests
from conversation.choices.offered import ADJUST
from conversation.contact import Contact
from conversation.decide import facts, position
from conversation.decide.appointments import showing
from conversation.state_parts import NO_CLIENT
from conversation.timing.retention import kept_until_ms
from conversation.turn import Turn
from conversation.words import Styled, Words

_ASKS_FIRST = {
    "correct": ("nevermind",),
    "human": ("nevermind",),
    "adjust": ADJUST,
}
_RECEIPTS = {"export": "request.receipt.export", "correct": "request.receipt"}


def help_(turn: Turn) -> None:
    turn.record(e.Informed("help"))
    turn.say("help", _way_on(turn))


def status(turn: Turn) -> None:
    """Send the interview's progress and deadline in a few lines."""
    turn.record(e.Informed("status"))
    said = Styled.join([facts.standing(turn), *showing.standing(turn)])
    turn.send(said, showing.own_choices(turn) or _way_on(turn))


def my_data(turn: Turn) -> None:
    """Send what is stored about the candidate. The message is its own receipt."""
    turn.record(e.RequestMade("mydata", turn.state.requests + 1))
    state, words = turn.state, turn.words
    unknown = words.text("unknown")
    said = words.say(
        "mydata",
        name=state.name or unknown,
        channel=words.channel(state.address.channel) if state.address else unknown,
        consent=state.consent or words.text("mydata.no_consent"),
        opened=turn.date(state.opened_ms) if state.opened_ms else unknown,
        answers=state.done,
        interview=state.interview,
        number=_receipt(turn),
        date=turn.date(turn.now),
    )
    read = words.say(f"mydata.assistant.{state.assistant}") if state.assistant else ""
    until = kept_until_ms(state, turn.script, turn.zone)
    kept = words.say("mydata.kept", date=words.day_and_year(turn.local(until))) if until else ""
    lines = [*contact_lines(state.contact, words), *_circumstances(turn), *_group(turn), read, kept]
    choices = (*showing.own_choices(turn), *(("ungroup",) if state.declared else ()))
    turn.send(Styled.join([said, *lines, *showing.standing(turn)]), choices)


def _group(turn: Turn) -> list[Styled]:
    """Return the line about the group that the candidate chose after the end; no line if they chose none."""
    question, state = turn.script.group_question, turn.state
    option = question.option(state.declared) if question else None
    return [turn.words.say("mydata.group", group=option.label.in_(state.language))] if option else []


def contact_lines(contact: Contact, words: Words) -> list[Styled]:
    """Return what the list of candidates said of one, a line each."""
    ways = [("phone", contact.phone), ("email", contact.email)]
    known = [words.say(f"mydata.{name}", value=value) for name, value in ways if value]
    return known + [words.say("mydata.detail", heading=heading, value=value) for heading, value in contact.details]


def _circumstances(turn: Turn) -> list[Styled]:
    """Return the line about what was recorded automatically; no line if nothing was."""
    state = turn.state
    if state.client == NO_CLIENT and not state.noticed:
        return []
    _, device, browser, version, network = (each or turn.words.text("unknown") for each in state.client)
    known = {"device": device, "browser": browser, "version": version, "network": network}
    return [turn.words.say("mydata.circumstances", n=state.noticed, **known)]


def export(turn: Turn) -> None:
    """Send the receipt for a copy of everything the candidate said.

    The caller, who has the record, sends the copy after it (`turn.transcript_to`).
    """
    _request(turn, "export", "")
    turn.transcript_to = turn.state.address


def asked(turn: Turn, right: str, text: str = "") -> None:
    """Start a request under a right: ask what exactly is wanted, or take the `text` given with the command."""
    if right == "delete":
        delete(turn, text)
        return
    if text and right in ("correct", "human", "adjust"):
        made(turn, right, text)
        return
    alone = right == "human" and requests.people_only(turn)
    turn.record(e.RequestStarted(right))
    asks = turn.words.say(f"request.ask.{right}")
    turn.send(Styled.join([turn.words.say("request.people_only"), asks]) if alone else asks, _ASKS_FIRST[right])


def made(turn: Turn, right: str, text: str, *, text_only: bool = False) -> None:
    """Complete a request: send the candidate a receipt and the recruiters a notice."""
    if right == "delete":
        delete(turn, text)
        return
    alone = right == "human" and requests.people_only(turn)
    _request(turn, right, text, text_only=text_only, alone=alone)
    turn.tell_recruiters("request", text, right)


def adjusted(turn: Turn, choice: str) -> None:
    if choice == "adjust.other":
        turn.record(e.RequestStarted(choice))
        turn.say("request.ask.adjust.other", ("nevermind",))
    else:
        made(turn, "adjust", turn.label(choice), text_only=choice == "adjust.text")


def _request(turn: Turn, right: str, text: str, *, text_only: bool = False, alone: bool = False) -> None:
    turn.record(e.RequestMade(right, turn.state.requests + 1, text, text_only))
    words = turn.words
    receipt = words.say(
        _RECEIPTS.get(right, "request.receipt.soon"),
        number=_receipt(turn),
        right=words.text(f"request.name.{right}"),
        date=turn.date(turn.now),
    )
    at_once = words.say("request.now_typed") if text_only else words.say("request.people_only") if alone else ""
    turn.send(Styled.join([receipt, at_once]), _way_on(turn))
    if turn.state.phase == "invited":
        position.show(turn)


def delete(turn: Turn, text: str = "") -> None:
    """Request deletion. Withdrawing consent is the same.

    The interview stops at once and nothing more is asked. The request can be taken back until it is carried out.
    """
    if turn.state.deletion:
        turn.record(e.Informed("deletion"))
    else:
        number = turn.state.requests + 1
        turn.record(e.RequestMade("delete", number, text))
        if turn.state.phase in ("guided", "running", "paused"):
            turn.record(e.Paused("candidate", turn.inbound.sequence))
        turn.record(e.DeletionAsked(number))
        turn.tell_recruiters("request", text, "delete")
    turn.say("deletion.asked", ("undelete",), number=_receipt(turn, turn.state.deletion), date=turn.date(turn.now))


def undelete(turn: Turn) -> None:
    """Take back the request for deletion. The interview goes on where it was."""
    turn.record(e.DeletionUndone(turn.state.deletion))
    turn.tell_recruiters("request", right="undelete")
    position.show(turn, turn.words.say("deletion.undone"))


def _receipt(turn: Turn, number: int = 0) -> str:
    return f"{turn.state.interview[:6].upper()}-{number or turn.state.requests}"


def back(turn: Turn) -> None:
    """Drop the current request ("never mind") and show again where the candidate is."""
    turn.record(e.RequestDropped())
    position.show(turn, reopens=False)


def _way_on(turn: Turn) -> tuple[str, ...]:
    if turn.state.away and turn.too_late:
        return ()
    if turn.state.phase in ("running", "guided", "paused", "exited", "unreachable"):
        return ("continue", "leave") if turn.state.phase in ("running", "guided") else ("continue",)
    return ()


def switch_language(turn: Turn, argument: str) -> None:
    """Switch to the language named in `argument`, or else to the other one, and show the prompt in it."""
    wanted = argument.strip().lower()
    known = {"zh": "zh", "中文": "zh", "chinese": "zh", "en": "en", "english": "en", "英文": "en"}
    language = known.get(wanted) or ("en" if turn.state.language == "zh" else "zh")
    turn.record(e.LanguageChosen(language))
    changed = turn.words.say("language.changed")
    if turn.state.away or turn.state.phase == "completed":
        turn.send(changed)
    else:
        position.show(turn, changed)
