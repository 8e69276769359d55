"""The answers of a report: stages, questions, messages, transcripts, and the ratings of each question."""

from collections.abc import Iterator

from msgspec.structs import replace

from conversation.script import Question, Stage
from conversation.state_changes.answer_files import titled
from conversation.views.answers import Answer, SaidPart, SentFile, Spoken
from conversation.words import length_of
from handlers.assessments import assessment_lines, assessment_view
from handlers.automatic import automatic_result, result_line
from handlers.follow_ups import follow_up_line
from handlers.report_pages.model import FileView, PartView, QuestionView, StageView, Stretch
from handlers.report_pages.phrases import Phrases, literal
from handlers.report_pages.scores import marks_of
from handlers.rounding import percent

PICTURES = ("image/png", "image/jpeg", "image/webp")
"""Media types shown in the page itself; other files are downloads."""
UNSURE = 0.6
"""Stretches of a transcript with a lower confidence are marked."""


def stages_of(phrases: Phrases) -> Iterator[StageView]:
    """Yield the stages in order, their questions numbered throughout."""
    number = 0
    for stage in phrases.source.script.stages:
        answers = [phrases.source.answer(question.id) for question in stage.questions]
        questions = tuple(
            _question(phrases, number + index, question, answer)
            for index, (question, answer) in enumerate(zip(stage.questions, answers, strict=True), start=1)
        )
        number += len(questions)
        yield _stage(phrases, stage, questions, all(answer.status == "submitted" for answer in answers))


def _stage(phrases: Phrases, stage: Stage, questions: tuple[QuestionView, ...], whole: bool) -> StageView:
    weight = phrases.plain("staff.page.weight", n=int(stage.weight), weight=f"{stage.weight:g}")
    return StageView(stage.id, literal(stage.title.in_(phrases.language)), weight, whole, questions)


def _question(phrases: Phrases, number: int, question: Question, answer: Answer) -> QuestionView:
    parts = tuple(_part(phrases, question, part) for part in answer.parts)
    missing = ""
    if answer.status == "none" or (answer.status == "open" and not parts):
        missing = phrases.text("staff.page.none")
    elif answer.status == "open":
        missing = phrases.text("staff.page.open")
    elif not parts:
        missing = phrases.text("staff.page.nothing")
    submitted = phrases.when(answer.submitted_ms)
    result = automatic_result(question, phrases.source.ratings.shown.automatic)
    found = phrases.source.ratings.assessments.get(question.id)
    view = assessment_view(phrases.source.script, found) if found else None
    return QuestionView(
        question.id,
        number,
        literal(question.ask.in_(phrases.language).strip()),
        answer.status,
        phrases.plain("staff.page.submitted", at=submitted.text) if submitted else "",
        submitted.at if submitted else "",
        parts,
        missing,
        marks_of(phrases, question.id),
        literal(result_line(phrases.staff, result)) if result else "",
        tuple(map(literal, assessment_lines(phrases.staff, view))) if view else (),
    )


def _part(phrases: Phrases, question: Question, part: SaidPart) -> PartView:
    view = _said(phrases, question, part)
    if not part.asked:
        return view
    return replace(view, asked=literal(follow_up_line(phrases.staff, part)))


def _said(phrases: Phrases, question: Question, part: SaidPart) -> PartView:
    at, revision = phrases.moment(part.at_ms).at, literal(part.revision)
    if part.spoken:
        return _spoken(phrases, part, part.spoken)
    if part.file:
        return PartView(literal(part.text), at, revision=revision, file=_file(phrases, part.file))
    labels = (option.label.in_(phrases.language) for option in question.options if option.id == part.value)
    return PartView(literal(next(labels, part.text)), at, revision=revision)


def _file(phrases: Phrases, file: SentFile) -> FileView:
    about = ""
    if file.why:
        about = phrases.candidates.text(f"voice.why.{file.why}")
    elif not file.sha256:
        about = phrases.text("staff.page.file.awaited")
    name = titled(file.name, phrases.candidates) if not file.sha256 else file.name
    return FileView(literal(name), file.sha256, file.media_type in PICTURES, about)


def _spoken(phrases: Phrases, part: SaidPart, spoken: Spoken) -> PartView:
    """Return the transcript of a voice message, how reliable it is, and its recording."""
    length = length_of(round(spoken.duration_ms / 1000))
    about = [
        f"{phrases.text('staff.page.voice')} {length}".rstrip(),
        phrases.text(f"staff.transcript.{spoken.status}"),
    ]
    heard = bool(spoken.machine) and spoken.status not in ("failed", "pending")
    if heard:
        about.append(phrases.plain("staff.report.confidence", percent=percent(spoken.confidence, 1)))
    if spoken.why:
        about.append(phrases.candidates.text(f"voice.why.{spoken.why}"))
    if not spoken.sha256:
        about.append(phrases.text("staff.report.recording.none"))
    stretches = (
        Stretch(
            _place(each.start_ms),
            literal(each.text),
            each.confidence < UNSURE,
            each.start_ms / 1000,
            round(each.confidence, 3),
        )
        for each in spoken.segments
    )
    return PartView(
        literal(part.text),
        phrases.moment(part.at_ms).at,
        tuple(about),
        spoken=True,
        stretches=tuple(stretches) if heard else (),
        machine=literal(spoken.machine) if spoken.machine != part.text else "",
        sha256=spoken.sha256,
        confidence=round(spoken.confidence, 3) if heard else None,
    )


def _place(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"
