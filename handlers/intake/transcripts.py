"""A candidate's copy of their own answers, as messages."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from conversation.decide.data_requests import contact_lines
from conversation.decide.review import answer_mark
from conversation.events import Entry
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.question_kinds.base import shortened
from conversation.record.audit import unseal
from conversation.script import Script
from conversation.state import State
from conversation.state_changes.answer_files import listed
from conversation.views.answers import SaidPart, SentFile, Spoken, read
from conversation.words import Styled, Words


def copy_for(
    to: Address, stored: Sequence[bytes], state: State, script: Script, words: Words
) -> tuple[OutboundMessage, ...]:
    """Build the copy: one message with the title, then one for each question that was asked, in order."""
    transcript = read((unseal(blob)[1] for blob in stored), script)
    title = words.say("export.title", title=script.title.in_(state.language))
    messages = [Styled.join([title, *contact_lines(state.contact, words)])]
    asks = {step.question.id: step.question.ask.in_(state.language) for step in script.steps}
    for number, answer in enumerate(transcript.answers, start=1):
        if answer.status == "none":
            continue
        said = "\n".join(_said(part, words) for part in answer.parts) or words.text("export.nothing")
        heading = words.say("export.question", number=number, ask=asks[answer.question].strip())
        messages.append(Styled.join([heading, said]))
    return tuple(
        OutboundMessage(to, styled.text, (), styled.bold, interview=state.interview) for styled in messages
    )


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
                said = " ".join(_said(part, words) for part in answer.parts) or words.text("export.nothing")
                text = text.replace(mark, shortened(said))
        filled.append(message if text == message.text else replace(message, text=text))
    return tuple(filled)


def _said(part: SaidPart, words: Words) -> str:
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
