"""A candidate's copy of their own answers and of what the assistant found in them, as messages."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import NamedTuple

from msgspec.structs import replace

from conversation.decide.after_end import final_ms
from conversation.decide.data_requests import contact_lines
from conversation.decide.review import answer_mark
from conversation.events import Entry
from conversation.inbound import Address, Assessment
from conversation.outbound import OutboundMessage
from conversation.question_kinds.base import shortened
from conversation.record.audit import unseal
from conversation.script import Script
from conversation.state import State
from conversation.state_changes.answer_files import listed
from conversation.timing.schedule import at
from conversation.views.answers import SaidPart, SentFile, Spoken, read
from conversation.views.assessments import own_assessments
from conversation.words import Styled, Words
from handlers.assessments import assessment_lines, assessment_view
from handlers.catalogues import staff_vocabulary


class Moment(NamedTuple):
    """When a copy is made (epoch milliseconds), and the time zone of its dates."""

    now: int
    zone: tzinfo


def copy_for(
    to: Address, stored: Sequence[bytes], state: State, script: Script, words: Words, moment: Moment
) -> tuple[OutboundMessage, ...]:
    """Build the copy: one message with the title, one for each question that was asked, in order, and one about
    the assistant, if it may read the answers or has read one.

    What the assistant found stands with each answer once the candidate can change no answer any more.
    """
    entries = [unseal(blob)[1] for blob in stored]
    title = words.say("export.title", title=script.title.in_(state.language))
    messages = [Styled.join([title, *contact_lines(state.contact, words)])]
    asks = {step.question.id: step.question.ask.in_(state.language) for step in script.steps}
    found = own_assessments(entries)
    final = moment.now > final_ms(state, script)
    for number, answer in enumerate(read(entries, script).answers, start=1):
        if answer.status == "none":
            continue
        said = "\n".join(_said(part, words) for part in answer.parts) or words.text("export.nothing")
        heading = words.say("export.question", number=number, ask=asks[answer.question].strip())
        reading = found.get(answer.question) if final else None
        messages.append(Styled.join([heading, said, *(_reading(reading, state, script) if reading else ())]))
    if found or state.assistant == "told":
        messages.append(_about_readings(state, script, words, moment, any_=bool(found)))
    return tuple(
        OutboundMessage(to, styled.text, (), styled.bold, interview=state.interview) for styled in messages
    )


def _reading(found: Assessment, state: State, script: Script) -> Iterator[str]:
    """Yield what the assistant found in an answer, in the words that staff see."""
    return assessment_lines(staff_vocabulary()[state.language], assessment_view(script, found))


def _about_readings(state: State, script: Script, words: Words, moment: Moment, *, any_: bool) -> Styled:
    """Return what has become of the assistant's readings, or when the copy will hold them. `any_`: there are
    some."""
    final = final_ms(state, script)
    if moment.now <= final:
        date = words.moment(at(final, moment.zone))
        return words.say("export.assistant.later", date=date)
    if not any_:
        return words.say("export.assistant.none")
    return words.say("export.assistant.people" if state.assistant == "people" else "export.assistant.read")


def with_answers(
    messages: tuple[OutboundMessage, ...], entries: Iterable[Entry], script: Script, words: Words
) -> tuple[OutboundMessage, ...]:
    """Replace the marks left by `stages.review` in the messages with each answer, shortened."""
    answers = read(entries, script).answers
    filled = []
    for message in messages:
        text = message.text
        for index, answer in enumerate(answers):
            mark = answer_mark(index)
            if mark in text:
                said = " ".join(_message(part, words) for part in answer.parts) or words.text("export.nothing")
                text = text.replace(mark, shortened(said))
        filled.append(message if text == message.text else replace(message, text=text, instants=()))
    return tuple(filled)


def _said(part: SaidPart, words: Words) -> str:
    said = _message(part, words)
    if not part.asked:
        return said
    key = "follow_up.line.model" if part.asked_by else "follow_up.line"
    return f"{words.plain(key, text=part.asked, model=part.asked_by)}\n{said}"


def _message(part: SaidPart, words: Words) -> str:
    if part.file:
        text = part.revision or part.text
        return f"{text}\n{_named(part.file, words)}" if text else _named(part.file, words)
    if part.spoken is None:
        return part.revision or part.text
    length = words.length(round(part.spoken.duration_ms / 1000))
    return words.plain(f"voice.part.{_hearing(part.text, part.spoken)}", length=length, text=part.text)


def _named(file: SentFile, words: Words) -> str:
    shown = listed(file.name, words)
    return words.plain("file.part.lost", file=shown) if file.why else shown


def _hearing(text: str, spoken: Spoken) -> str:
    if text:
        return "heard"
    if spoken.status != "failed":
        return "pending"
    return "failed" if spoken.sha256 else "lost"
