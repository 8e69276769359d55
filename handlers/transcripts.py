"""A candidate's own copy of the record, as messages."""

from collections.abc import Sequence

from conversation.audit import unseal
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.script import Script
from conversation.state import State
from conversation.transcript import SaidPart, Spoken, read
from conversation.words import Styled, Words


def copy_for(
    to: Address, stored: Sequence[bytes], state: State, script: Script, words: Words
) -> tuple[OutboundMessage, ...]:
    """One message for the title and one for each question that was asked, in order."""
    transcript = read((unseal(blob)[1] for blob in stored), script)
    messages = [words.say("export.title", title=script.title.in_(state.language))]
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


def _said(part: SaidPart, words: Words) -> str:
    if part.spoken is None:
        return part.revision or part.text
    length = words.length(round(part.spoken.duration_ms / 1000))
    return words.plain(f"voice.part.{_hearing(part.text, part.spoken)}", length=length, text=part.text)


def _hearing(text: str, spoken: Spoken) -> str:
    if text:
        return "heard"
    if spoken.status != "failed":
        return "pending"
    return "failed" if spoken.sha256 else "lost"
