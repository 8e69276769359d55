"""`/report`: what a candidate answered, question by question, and which stages cannot be assessed."""

from collections.abc import Iterable, Iterator, Sequence

from conversation.script import Question, Script, Stage
from conversation.state import State
from conversation.views.answers import Answer, SaidPart, Spoken, Transcript
from conversation.words import Styled, length_of
from handlers.console.answer_files import file_line, send_files
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.commands.candidates.candidates import history, state_line
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.formatting import candidate_words, done, named
from handlers.console.interview_reading import told_of
from handlers.console.rating_tables import of_report, steps_to_scores
from handlers.coverage import unassessed
from handlers.maintenance.export import coverage
from handlers.notices.next_steps import Step, next_steps
from handlers.organisation.rights import HIRES, READS

MOST = 3_600
"""Longest message, in UTF-16 code units. Telegram counts these, and allows 4,096."""
MOST_MESSAGES = 12


async def report(context: CommandContext, line: Line) -> None:
    """`/report NAME|ID` shows all that a candidate answered."""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    state = await one(context, READS, name, lambda number: f"/report {number}")
    script = await context.tools.intake.script(state.script)
    transcript, ratings = await told_of(context, state, script)
    head = [_head(context, state, script, transcript), *_link(context, state)]
    rated = Styled.join(of_report(context, state, script, ratings))
    messages = list(pack([*head, rated, *_blocks(context, script, transcript)]))
    _send(context, state, transcript, messages, steps_to_scores(context, state, ratings))


def _link(context: CommandContext, state: State) -> list[Styled]:
    """Return a line with the link to the report's web page, if there are such pages."""
    if context.tools.report_link is None:
        return []
    return [
        context.words.say("staff.page.line", link=context.tools.report_link(state.interview, context.person.id))
    ]


def _send(
    context: CommandContext, state: State, transcript: Transcript, messages: Sequence[Styled], more: Sequence[Step]
) -> None:
    hires = context.scope(HIRES).covers(state.unit)
    steps = [step for step in next_steps(state) if not step[0].startswith("/report")] if hires else []
    steps += more
    shown = list(messages[:MOST_MESSAGES])
    if len(messages) > len(shown):
        shown.append(context.words.say("staff.report.more", campaign=state.campaign))
    for message in shown[:-1]:
        context.send(message)
    context.send(shown[-1], steps)
    send_files(context, state, enumerate(transcript.answers, start=1))


def _head(context: CommandContext, state: State, script: Script, transcript: Transcript) -> Styled:
    weights = coverage(transcript, script)
    missing = unassessed(state, script, context.language)
    say = context.words.say
    parts: list[Styled | str] = [
        say("staff.report.title", name=named(context, state), title=script.title.in_(context.language)),
        state_line(context, state, script),
        say("staff.card.progress", done=done(state), total=len(script.steps)),
        say(
            "staff.report.coverage",
            done=len(script.stages) - len(missing),
            total=len(script.stages),
            assessed=weights["assessed_weight"],
            weight=weights["total_weight"],
        ),
    ]
    if missing:
        parts.append(say("staff.report.missing", stages=context.words.text("staff.list.joint").join(missing)))
    return Styled.join([*parts, *history(context, script, transcript)])


def _blocks(context: CommandContext, script: Script, transcript: Transcript) -> Iterator[Styled]:
    answers = {answer.question: answer for answer in transcript.answers}
    number = 0
    for stage in script.stages:
        yield _stage(context, stage, [answers[question.id] for question in stage.questions])
        for question in stage.questions:
            number += 1
            yield answer_block(context, number, question, answers[question.id])


def _stage(context: CommandContext, stage: Stage, answers: Iterable[Answer]) -> Styled:
    whole = all(answer.status == "submitted" for answer in answers)
    key = "staff.report.stage" if whole else "staff.report.stage.open"
    return context.words.say(key, title=stage.title.in_(context.language), weight=f"{stage.weight:g}")


def answer_block(context: CommandContext, number: int, question: Question, answer: Answer) -> Styled:
    """Return a question with its answer."""
    heading = context.words.say(
        "staff.report.question", number=number, ask=question.ask.in_(context.language).strip()
    )
    if answer.status == "none" or (answer.status == "open" and not answer.parts):
        return Styled.join([heading, context.words.text("staff.report.none")])
    said = [_said(context, question, part) for part in answer.parts]
    if answer.status == "open":
        said.append(context.words.text("staff.report.open"))
    return Styled.join([heading, *(said or [context.words.text("staff.report.nothing")])])


def _said(context: CommandContext, question: Question, part: SaidPart) -> str:
    if part.spoken:
        return _spoken(context, part.text, part.spoken)
    if part.file and not part.text:
        return file_line(context, part.file)
    label = next(
        (option.label.in_(context.language) for option in question.options if option.id == part.value), ""
    )
    text = context.words.plain("staff.report.said", text=label or part.text)
    if part.revision:
        text += "\n" + context.words.plain("staff.report.revision", text=part.revision)
    return f"{text}\n{file_line(context, part.file)}" if part.file else text


def _spoken(context: CommandContext, text: str, spoken: Spoken) -> str:
    """Return a voice message's transcript, its status and confidence, and whether the recording is available."""
    about = [context.words.text(f"staff.transcript.{spoken.status}")]
    if spoken.machine and spoken.status not in ("failed", "pending"):
        about.append(context.words.plain("staff.report.confidence", percent=round(spoken.confidence * 100)))
    if spoken.why:
        about.append(candidate_words(context).text(f"voice.why.{spoken.why}"))
    about.append(context.words.text("staff.report.recording" if spoken.sha256 else "staff.report.recording.none"))
    length = length_of(round(spoken.duration_ms / 1000))
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


COMMANDS = (Command("report", READS, report, personal=True),)
