"""`/report`: what a candidate answered, question by question, which stages cannot be assessed, and files of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from conversation.outbound import Attachment
from conversation.timing.schedule import at
from conversation.words import Styled, length_of, normal
from handlers.actions.base import Action
from handlers.actions.reports import ExportReport, ExportReports, ReportExported, ReportsExported, ReportsPreview
from handlers.assessments import assessment_lines
from handlers.automatic import result_line
from handlers.console.answer_files import file_line, send_files
from handlers.console.candidate_search import one
from handlers.console.command_line import REPORT, Line
from handlers.console.commands.candidates import earlier
from handlers.console.commands.candidates.card import history, state_line
from handlers.console.context import Command, CommandContext, Forms, Usage
from handlers.console.context import Form as ActionForm
from handlers.console.formatting import candidate_words, named
from handlers.console.rating_tables import of_report
from handlers.console.vocabulary import typed
from handlers.follow_ups import Followed, follow_up_line
from handlers.notices.next_steps import next_steps
from handlers.organisation.rights import HIRES, READS
from handlers.queries.answers import AnswerPart, AnswerView, VoiceMessage
from handlers.queries.reports import Report, ShowReport
from handlers.queries.selection import one_campaign
from handlers.report_files.forms import MEDIA_TYPES, Form
from handlers.rounding import percent

MOST = 3_600
"""Longest message, in UTF-16 code units. Telegram counts these, and allows 4,096."""
MOST_MESSAGES = 12
_FORMS: dict[str, Form] = {"pdf": "pdf", "docx": "docx", "word": "docx", "json": "json"}
"""What is typed for each form of file."""


class _Tail(NamedTuple):
    """What a line says after the name: a form of file, whether as an archive, and whether in private."""

    form: Form | None = None
    archive: bool = False
    apart: bool = False

    @property
    def words(self) -> str:
        return "".join((f" {self.form}" if self.form else "", " private" if self.apart else ""))


async def report(context: CommandContext, line: Line) -> Action | None:
    """`/report NAME|ID [pdf|docx|json] [private]` shows all that a candidate answered, or makes a file of it; in a
    group as far as everybody there may see it. `private` answers in the private chat. `/report CAMPAIGN zip
    [docx|json]` makes an archive of all reports."""
    words, tail = _read(context, line.arguments)
    if not words:
        raise Usage
    if tail.archive:
        campaign = await one_campaign(context, words[0])
        return ExportReports(campaign.id, tail.form or "pdf")
    state = await one(context, READS, " ".join(words), lambda number: f"/report {number}{tail.words}")
    if tail.apart and not context.private:
        context.say("staff.report.apart", name=context.person.name, interview=state.interview)
        context.go_private()
    if tail.form:
        return ExportReport(state.interview, tail.form)
    if state.phase == "erased":
        erased = context.words.say("staff.report.erased", interview=state.interview)
        context.send(erased, [(f"/report {state.interview} pdf", "PDF")])
        return None
    found = await ShowReport(state.interview).answer(context)
    parts = [_head(context, found), *_link(context, found), Styled.join(of_report(context, found.ratings))]
    if before := await earlier.of(context, state):
        parts.append(Styled.join(before))
    _send(context, found, list(pack([*parts, *_blocks(context, found)])))
    return None


def _read(context: CommandContext, arguments: Sequence[str]) -> tuple[Sequence[str], _Tail]:
    """Divide a line into the words of the name, which are at least one, and what is said after it."""
    words, tail = list(arguments), _Tail()
    while len(words) > 1:
        last = normal(words[-1])
        if last in typed(context, "staff.report.word.private"):
            tail = tail._replace(apart=True)
        elif last == "zip":
            tail = tail._replace(archive=True)
        elif last in _FORMS:
            tail = tail._replace(form=_FORMS[last])
        else:
            break
        words.pop()
    return words, tail


def _link(context: CommandContext, found: Report) -> Iterator[Styled]:
    """Yield a link to the web page. In a group, also say where to see what is not shown there."""
    if found.link:
        key = "staff.page.line" if context.private else "staff.page.line.group"
        yield context.words.say(key, link=found.link)
    if _more_in_private(context, found):
        interview, private = found.interview.interview, context.tools.private_link
        if private and (link := private(context.inbound.chat, f"{REPORT}{interview}")):
            yield context.words.say("staff.report.private.link", link=link)
        else:
            yield context.words.say("staff.report.private.send", interview=interview)


def _more_in_private(context: CommandContext, found: Report) -> bool:
    return not context.private and bool(found.ratings or found.history.decisions or found.history.notes_withheld)


def _send(context: CommandContext, found: Report, messages: Sequence[Styled]) -> None:
    shown = found.interview
    hires = context.scope(HIRES).covers(shown.unit)
    steps = [step for step in next_steps(shown) if not step[0].startswith("/report")] if hires else []
    if found.ratings and found.ratings.withheld == "unfinished":
        steps.append((f"/rate {shown.interview} results", "staff.choice.rate.results"))
    if _more_in_private(context, found):
        steps.insert(0, (f"/report {shown.interview} private", "staff.choice.report.private"))
    said = list(messages[:MOST_MESSAGES])
    if len(messages) > len(said):
        said.append(context.words.say("staff.report.more", campaign=shown.campaign))
    for message in said[:-1]:
        context.send(message)
    context.send(said[-1], steps)
    send_files(context, shown, [each for stage in found.stages for each in stage.answers])


def _head(context: CommandContext, found: Report) -> Styled:
    say, shown = context.words.say, found.interview
    parts: list[Styled | str] = [
        say("staff.report.title", name=named(context, shown), title=shown.title.in_(context.language)),
        state_line(context, shown),
        say("staff.card.progress", done=shown.done, total=shown.total),
        say(
            "staff.report.coverage",
            done=len(found.stages) - len(found.missing),
            total=len(found.stages),
            percent=percent(found.assessed_weight, found.total_weight),
        ),
    ]
    if found.missing:
        stages = context.words.text("staff.list.joint").join(each.in_(context.language) for each in found.missing)
        parts.append(say("staff.report.missing", stages=stages))
    return Styled.join([*parts, *history(context, found.history)])


def _blocks(context: CommandContext, found: Report) -> Iterator[Styled]:
    for stage in found.stages:
        key = "staff.report.stage" if stage.complete else "staff.report.stage.open"
        yield context.words.say(key, title=stage.title.in_(context.language), weight=f"{stage.weight:g}")
        yield from (answer_block(context, each) for each in stage.answers)


def answer_block(context: CommandContext, answer: AnswerView) -> Styled:
    """Return a question with its answer, the automatic result, and what the assistant found."""
    heading = context.words.say(
        "staff.report.question", number=answer.number, ask=answer.ask.in_(context.language).strip()
    )
    if answer.status == "none" or (answer.status == "open" and not answer.parts):
        return Styled.join([heading, context.words.text("staff.report.none")])
    said = [line for part in answer.parts for line in (*follow_up_lines(context, part), _said(context, part))]
    if answer.status == "open":
        said.append(context.words.text("staff.report.open"))
    if answer.automatic:
        said.append(result_line(context.words, answer.automatic))
    if answer.assessment:
        said += assessment_lines(context.words, answer.assessment)
    return Styled.join([heading, *(said or [context.words.text("staff.report.nothing")])])


def follow_up_lines(context: CommandContext, part: Followed) -> Iterator[str]:
    """Yield the follow-up question before a message, marked as generated, if one was asked."""
    if part.asked:
        yield follow_up_line(context.words, part)


def _said(context: CommandContext, part: AnswerPart) -> str:
    if part.voice:
        return _voice(context, part.text, part.voice)
    if part.file and not part.text:
        return file_line(context, part.file)
    label = part.option.in_(context.language) if part.option else ""
    text = context.words.plain("staff.report.said", text=label or part.text)
    if part.revision:
        text += "\n" + context.words.plain("staff.report.revision", text=part.revision)
    return f"{text}\n{file_line(context, part.file)}" if part.file else text


def _voice(context: CommandContext, text: str, voice: VoiceMessage) -> str:
    """Return a voice message's transcript, its status and confidence, and whether the recording is available."""
    about = [context.words.text(f"staff.transcript.{voice.status}")]
    if voice.machine and voice.status not in ("failed", "pending"):
        about.append(context.words.plain("staff.report.confidence", percent=percent(voice.confidence, 1)))
    if voice.why:
        about.append(candidate_words(context).text(f"voice.why.{voice.why}"))
    about.append(context.words.text("staff.report.recording" if voice.sha256 else "staff.report.recording.none"))
    length = length_of(round(voice.duration_ms / 1000))
    return context.words.plain(
        "staff.report.spoken" if text else "staff.report.spoken.only",
        length=f" {length}" if length else "",
        text=text,
        about=" · ".join(about),
    )


# splitting into messages


def pack(blocks: Iterable[Styled]) -> Iterator[Styled]:
    """Pack the blocks into messages of at most `MOST` units, in order, with a blank line between them. A block
    that is too long is split."""
    waiting: list[Styled] = []
    for piece in (piece for block in blocks for piece in _pieces(block)):
        together = Styled.join([*waiting, piece], "\n\n")
        if waiting and _units(together.text) > MOST:
            yield Styled.join(waiting, "\n\n")
            waiting = []
        waiting.append(piece)
    if waiting:
        yield Styled.join(waiting, "\n\n")


def _pieces(block: Styled) -> Iterator[Styled]:
    start = 0
    while start < len(block.text):
        end = start + _fitting(block.text[start : start + MOST])
        bold = tuple(
            (max(at, start) - start, min(at + size, end) - max(at, start))
            for at, size in block.bold
            if at < end and at + size > start
        )
        yield Styled(block.text[start:end], bold)
        start = end


def _fitting(text: str) -> int:
    """Return how many characters of the text fit into a message."""
    while _units(text) > MOST:
        text = text[: len(text) - max(1, (_units(text) - MOST) // 2)]
    return len(text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# files


async def _exported(context: CommandContext, result: ReportExported) -> None:
    file = Attachment(result.file, result.sha256, MEDIA_TYPES[result.form])
    context.attach_kept(context.words.say("staff.report.file", name=result.name), file)


async def _exporting(context: CommandContext, preview: ReportsPreview) -> Styled:
    form = preview.form.upper()
    return context.words.say("staff.reports.preview", campaign=preview.campaign, n=preview.number, form=form)


async def _all_exported(context: CommandContext, result: ReportsExported) -> None:
    day = f"{at(context.now, context.tools.zone):%Y-%m-%d}"
    file = Attachment(f"{result.campaign}-{day}.zip", result.sha256, "application/zip")
    context.attach_kept(context.words.say("staff.reports.done", campaign=result.campaign, n=result.number), file)


COMMANDS = (Command("report", READS, report, personal=True),)
FORMS: Forms = {
    ExportReport: ActionForm(_exported),
    ExportReports: ActionForm(_all_exported, _exporting),
}
