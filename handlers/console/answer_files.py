"""Files in candidates' answers: how they are named to colleagues, and sending them."""

from collections.abc import Iterable

from conversation.inbound import Attachment
from conversation.outbound import OutboundMessage
from conversation.state_changes.answer_files import listed
from handlers.console.context import CommandContext
from handlers.console.formatting import Named, candidate_words, named
from handlers.queries.answers import AnswerFile, AnswerView

MOST = 20
"""Most files sent with one report."""


def file_line(context: CommandContext, file: AnswerFile) -> str:
    """Return the file's name, with a remark if it was lost (and why) or has not arrived yet."""
    words = candidate_words(context)
    name = listed(file.name, words)
    if file.why:
        return context.words.plain("staff.report.file.lost", file=name, why=words.text(f"voice.why.{file.why}"))
    return name if file.sha256 else context.words.plain("staff.report.file.awaited", file=name)


def send_files(context: CommandContext, state: Named, answers: Iterable[AnswerView]) -> None:
    """Send the archived files of these answers, at most `MOST`, and say how many more there are."""
    there = [
        (answer.number, part.file) for answer in answers for part in answer.parts if part.file and part.file.sha256
    ]
    for number, file in there[:MOST]:
        said = context.words.say("staff.report.file.of", name=named(context, state), number=number, file=file.name)
        attached = Attachment(file.name, file.sha256, file.media_type)
        context.messages.append(
            OutboundMessage(
                context.inbound.chat, said.text, (), said.bold, interview=state.interview, file=attached
            )
        )
    if len(there) > MOST:
        context.say("staff.report.files.more", n=len(there) - MOST)
