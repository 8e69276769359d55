"""Help, status, and the candidate's rights over their data, each with a dated receipt."""

from conversation import events as e
from conversation.offers import ADJUST
from conversation.stages import guide, questions, returning
from conversation.state import NO_CLIENT
from conversation.turn import Turn
from conversation.words import Styled

_ASKS_FIRST = {
    "correct": ("nevermind",),
    "human": ("nevermind",),
    "delete": ("confirm", "nevermind"),
    "adjust": ADJUST,
}
_RECEIPTS = {"export": "request.receipt.export", "correct": "request.receipt", "delete": "request.receipt"}


def help_(turn: Turn) -> None:
    turn.record(e.Informed("help"))
    turn.say("help", _way_on(turn))


def status(turn: Turn) -> None:
    """Where the candidate stands, in three lines."""
    turn.record(e.Informed("status"))
    script, state, words = turn.script, turn.state, turn.words
    done = max(state.index, 0)
    lines = [
        words.say(
            "status.title", title=script.title.in_(state.language), phase=words.text(f"phase.{state.phase}")
        ),
        words.say("status.progress", done=done, total=len(script.steps), bar=bar(done, len(script.steps))),
    ]
    if turn.has_question and state.phase != "lapsed":
        lines.append(words.say("status.left", minutes=max(1, round(script.minutes_left[state.index]))))
    if state.deadline_ms and state.phase in ("guided", "running", "paused", "exited", "unreachable"):
        lines.append(words.say("status.deadline", deadline=words.moment(turn.local(state.deadline_ms))))
    turn.send(Styled.join(lines), _way_on(turn))


def bar(done: int, total: int) -> str:
    """Progress as dots: ●●●○○○."""
    return "●" * done + "○" * (total - done)


def my_data(turn: Turn) -> None:
    """What is stored of the candidate, and what can be done about it: its own receipt."""
    turn.record(e.RequestMade("mydata", turn.state.requests + 1))
    state, words = turn.state, turn.words
    unknown = words.text("unknown")
    said = words.say(
        "mydata",
        name=state.name or unknown,
        channel=words.channel(state.address.channel) if state.address else unknown,
        consent=state.consent or words.text("mydata.no_consent"),
        opened=words.moment(turn.local(state.opened_ms)) if state.opened_ms else unknown,
        answers=max(state.index, 0),
        interview=state.interview,
        number=_receipt(turn),
        date=words.moment(turn.local(turn.now)),
    )
    turn.send(Styled.join([said, *_circumstances(turn)]))


def _circumstances(turn: Turn) -> list[Styled]:
    """What was recorded by itself, where anything was."""
    state = turn.state
    if state.client == NO_CLIENT and not state.noticed:
        return []
    _, device, browser, version, network = (each or turn.words.text("unknown") for each in state.client)
    known = {"device": device, "browser": browser, "version": version, "network": network}
    return [turn.words.say("mydata.circumstances", n=state.noticed, **known)]


def export(turn: Turn) -> None:
    """A copy of all that the candidate said; the record's keeper adds it after this message."""
    _request(turn, "export", "")
    turn.transcript_to = turn.state.address


def asked(turn: Turn, right: str, text: str = "") -> None:
    """A right is claimed: ask what exactly, or take what was said with the command."""
    if text and right in ("correct", "human", "adjust"):
        made(turn, right, text)
        return
    turn.record(e.RequestStarted(right))
    turn.say(f"request.ask.{right}", _ASKS_FIRST[right])


def made(turn: Turn, right: str, text: str, *, text_only: bool = False) -> None:
    """The request is complete: a receipt for the candidate, a notice for the recruiters."""
    _request(turn, right, text, text_only=text_only)
    turn.tell_recruiters("request", text, right)


def adjusted(turn: Turn, choice: str) -> None:
    if choice == "adjust.other":
        turn.record(e.RequestStarted(choice))
        turn.say("request.ask.adjust.other", ("nevermind",))
    else:
        made(turn, "adjust", turn.label(choice), text_only=choice == "adjust.text")


def _request(turn: Turn, right: str, text: str, *, text_only: bool = False) -> None:
    turn.record(e.RequestMade(right, turn.state.requests + 1, text, text_only))
    words = turn.words
    turn.say(
        _RECEIPTS.get(right, "request.receipt.soon"),
        _way_on(turn),
        number=_receipt(turn),
        right=words.text(f"request.name.{right}"),
        date=words.moment(turn.local(turn.now)),
    )
    if turn.state.phase == "invited":
        guide.ask_name(turn)


def _receipt(turn: Turn) -> str:
    return f"{turn.state.interview[:6].upper()}-{turn.state.requests}"


def back(turn: Turn) -> None:
    """Never mind, or the problem is solved: to the open question."""
    turn.record(e.RequestDropped())
    if turn.state.phase == "invited":
        guide.ask_name(turn)
    elif turn.state.phase == "paused":
        returning.back(turn)
    elif turn.state.phase == "running" and not turn.state.away:
        questions.repeat(turn)
    elif turn.state.phase == "guided":
        guide.show(turn)
    else:
        turn.say("request.dropped", _way_on(turn))


def _way_on(turn: Turn) -> tuple[str, ...]:
    if turn.state.away and turn.too_late:
        return ()
    if turn.state.phase in ("running", "guided", "paused", "exited", "unreachable"):
        return ("continue", "leave") if turn.state.phase in ("running", "guided") else ("continue",)
    return ()
