"""Before the first question: the guide and the privacy notice, consent, and choosing a later time."""

from datetime import datetime, time, timedelta

from conversation import events as e
from conversation.choices.offered import LATER, guide
from conversation.decide import questions
from conversation.decide.facts import frequent, minutes_left
from conversation.remarks.frequent import frequent_question
from conversation.timing.schedule import MORNING, to_ms
from conversation.turn import Turn
from conversation.words import Styled, filled

_EVENING = time(20)


def show(turn: Turn, *before: Styled) -> None:
    """Send the guide, after the lines `before`."""
    told = turn.assisted and turn.state.assistant != "people"
    worded = told and any(step.question.follow_up for step in turn.script.steps)
    turn.record(e.Guided(told, worded))
    script, state, words = turn.script, turn.state, turn.words
    values = {
        "name": turn.addressed,
        "title": script.title.in_(state.language),
        "stages": len(script.stages),
        "questions": len(script.steps),
        "minutes": minutes_left(turn),
        "deadline": turn.moment(state.deadline_ms),
    }
    own = script.guide.in_(state.language).strip()
    named = "{deadline}" in own
    lines: list[Styled | str] = [
        *before,
        words.say("guide.greeting", **values),
        filled(own, values),
        words.say("guide.no_clock" if named else "guide.no_clock.until", **values),
        *([words.say("guide.assistant.words" if worded else "guide.assistant")] if told else []),
        words.say("guide.privacy", version=script.privacy_version),
    ]
    turn.send(Styled.join(lines, "\n"), guide(script))


def privacy(turn: Turn) -> None:
    turn.record(e.Informed("privacy"))
    choices = guide(turn.script) if turn.state.phase == "guided" else ()
    title = turn.words.say("privacy.title", version=turn.script.privacy_version)
    notice = turn.script.privacy.in_(turn.state.language).strip()
    lines: list[Styled | str] = [title, notice, turn.words.say("privacy.circumstances")]
    if turn.assisted or turn.state.assistant:
        lines += _of_the_assistant(turn)
    turn.send(Styled.join(lines), choices)


def _of_the_assistant(turn: Turn) -> list[Styled]:
    """Return what the privacy notice says of the assistant, and of follow-up questions that it words."""
    if turn.state.assistant == "people":
        return [turn.words.say("privacy.assistant.people")]
    worded = any(step.question.follow_up for step in turn.script.steps)
    keys = ("privacy.assistant", *(("privacy.assistant.words",) if worded else ()))
    return [turn.words.say(key) for key in keys]


def agreed(turn: Turn) -> None:
    """Record consent with the privacy notice's version, and ask the first question."""
    turn.record(e.Consented(turn.script.privacy_version))
    questions.ask(turn, 0)


def waiting(turn: Turn) -> None:
    """Handle what is said before consent: it is not taken as an answer."""
    text = getattr(turn.inbound.what, "text", "")
    if entry := frequent_question(text, turn.script.faq):
        turn.record(e.Informed("faq"))
        turn.send(frequent(turn, entry), guide(turn.script))
        return
    turn.record(e.NotTaken("before_consent", text))
    turn.say("guide.waiting", guide(turn.script))


def later(turn: Turn) -> None:
    turn.record(e.LaterAsked())
    turn.say("later.ask" if turn.reaches else "later.ask.page", LATER)


def postponed(turn: Turn, choice: str) -> None:
    """Postpone the interview to the chosen time, but to no later than an hour before the deadline."""
    now = turn.local(turn.now)
    moment = {"later.hour": now + timedelta(hours=1), "later.evening": _evening(now)}.get(choice, _morning(now))
    until = to_ms(moment)
    if until >= turn.state.deadline_ms:  # a reminder after the deadline would come too late
        until = turn.state.deadline_ms - 3_600_000
    if turn.state.phase == "running":
        turn.record(e.Paused("candidate", turn.inbound.sequence))
    if until <= turn.now:
        turn.record(e.Continued())
        turn.say("later.too_late", ("continue",), deadline=turn.moment(turn.state.deadline_ms))
        return
    turn.record(e.Postponed(until))
    if turn.reaches:
        turn.say("later.chosen", when=turn.moment(until))
    else:
        turn.say("later.chosen.page", when=turn.moment(until), calendar_ms=until)


def _evening(now: datetime) -> datetime:
    evening = now.replace(hour=_EVENING.hour, minute=0, second=0, microsecond=0)
    return evening if evening > now else evening + timedelta(days=1)


def _morning(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), MORNING, now.tzinfo)
