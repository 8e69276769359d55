"""The report: what a candidate said, question by question, and what there is nothing to assess of."""

from collections.abc import Iterable, Iterator, Sequence

from conversation.script import Question, Script, Stage
from conversation.state import State
from conversation.transcript import Answer, SaidPart, Spoken, Transcript
from conversation.words import Styled, length_of
from handlers.console.answer_files import file_line, send_files
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.commands.candidates.candidates import history, state_line
from handlers.console.context import Command, Turn, Usage
from handlers.console.formatting import candidate_words, done, named
from handlers.console.interview_reading import told_of
from handlers.console.rating_tables import of_report, steps_to_scores
from handlers.coverage import unassessed
from handlers.exports import coverage
from handlers.next_steps import Step, next_steps
from handlers.organisation.rights import HIRES, READS

MOST = 3_600
"""Characters of a message, counted as Telegram does (in UTF-16 units; it takes 4,096)."""
MOST_MESSAGES = 12


async def report(turn: Turn, line: Line) -> None:
    """`/report NAME|ID`"""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    state = await one(turn, READS, name, lambda number: f"/report {number}")
    script = await turn.tools.intake.script(state.script)
    transcript, ratings = await told_of(turn, state, script)
    head = [_head(turn, state, script, transcript), *_link(turn, state)]
    rated = Styled.join(of_report(turn, state, script, ratings))
    messages = list(pack([*head, rated, *_blocks(turn, script, transcript)]))
    _send(turn, state, transcript, messages, steps_to_scores(turn, state, ratings))


def _link(turn: Turn, state: State) -> list[Styled]:
    """Where the same is to be seen and heard as a page."""
    if turn.tools.report_link is None:
        return []
    return [turn.words.say("staff.page.line", link=turn.tools.report_link(state.interview, turn.person.id))]


def _send(
    turn: Turn, state: State, transcript: Transcript, messages: Sequence[Styled], more: Sequence[Step]
) -> None:
    hires = turn.scope(HIRES).covers(state.unit)
    steps = [step for step in next_steps(state) if not step[0].startswith("/report")] if hires else []
    steps += more
    shown = list(messages[:MOST_MESSAGES])
    if len(messages) > len(shown):
        shown.append(turn.words.say("staff.report.more", campaign=state.campaign))
    for message in shown[:-1]:
        turn.send(message)
    turn.send(shown[-1], steps)
    send_files(turn, state, enumerate(transcript.answers, start=1))


def _head(turn: Turn, state: State, script: Script, transcript: Transcript) -> Styled:
    weights = coverage(transcript, script)
    missing = unassessed(state, script, turn.language)
    say = turn.words.say
    parts: list[Styled | str] = [
        say("staff.report.title", name=named(turn, state), title=script.title.in_(turn.language)),
        state_line(turn, state, script),
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
        parts.append(say("staff.report.missing", stages=turn.words.text("staff.list.joint").join(missing)))
    return Styled.join([*parts, *history(turn, script, transcript)])


def _blocks(turn: Turn, script: Script, transcript: Transcript) -> Iterator[Styled]:
    answers = {answer.question: answer for answer in transcript.answers}
    number = 0
    for stage in script.stages:
        yield _stage(turn, stage, [answers[question.id] for question in stage.questions])
        for question in stage.questions:
            number += 1
            yield answer_block(turn, number, question, answers[question.id])


def _stage(turn: Turn, stage: Stage, answers: Iterable[Answer]) -> Styled:
    whole = all(answer.status == "submitted" for answer in answers)
    key = "staff.report.stage" if whole else "staff.report.stage.open"
    return turn.words.say(key, title=stage.title.in_(turn.language), weight=f"{stage.weight:g}")


def answer_block(turn: Turn, number: int, question: Question, answer: Answer) -> Styled:
    """A question with what was answered to it."""
    heading = turn.words.say("staff.report.question", number=number, ask=question.ask.in_(turn.language).strip())
    if answer.status == "none" or (answer.status == "open" and not answer.parts):
        return Styled.join([heading, turn.words.text("staff.report.none")])
    said = [_said(turn, question, part) for part in answer.parts]
    if answer.status == "open":
        said.append(turn.words.text("staff.report.open"))
    return Styled.join([heading, *(said or [turn.words.text("staff.report.nothing")])])


def _said(turn: Turn, question: Question, part: SaidPart) -> str:
    if part.spoken:
        return _spoken(turn, part.text, part.spoken)
    if part.file and not part.text:
        return file_line(turn, part.file)
    label = next((option.label.in_(turn.language) for option in question.options if option.id == part.value), "")
    text = turn.words.plain("staff.report.said", text=label or part.text)
    if part.revision:
        text += "\n" + turn.words.plain("staff.report.revision", text=part.revision)
    return f"{text}\n{file_line(turn, part.file)}" if part.file else text


def _spoken(turn: Turn, text: str, spoken: Spoken) -> str:
    """What was understood of a voice message, how far that can be trusted, and whether one can listen to it."""
    about = [turn.words.text(f"staff.transcript.{spoken.status}")]
    if spoken.machine and spoken.status not in ("failed", "pending"):
        about.append(turn.words.plain("staff.report.confidence", percent=round(spoken.confidence * 100)))
    if spoken.why:
        about.append(candidate_words(turn).text(f"voice.why.{spoken.why}"))
    about.append(turn.words.text("staff.report.recording" if spoken.sha256 else "staff.report.recording.none"))
    length = length_of(round(spoken.duration_ms / 1000))
    return turn.words.plain(
        "staff.report.spoken" if text else "staff.report.spoken.only",
        length=f" {length}" if length else "",
        text=text,
        about=" · ".join(about),
    )


# messages that are not too long


def pack(blocks: Iterable[Styled]) -> Iterator[Styled]:
    """The blocks in as few messages as hold them, a line between; one that is too long is cut."""
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
    """How many of its characters fit into a message."""
    while _units(text) > MOST:
        text = text[: len(text) - max(1, (_units(text) - MOST) // 2)]
    return len(text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


COMMANDS = (Command("report", READS, report, personal=True),)
