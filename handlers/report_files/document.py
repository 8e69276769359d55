"""A report as a sequence of blocks, from which PDF and Word files are made."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from conversation.words import Words
from handlers.report_pages.model import (
    CompetencyRow,
    DecisionView,
    PartView,
    ProfileView,
    QuestionView,
    Report,
    ScoresView,
    StageView,
)
from handlers.report_pages.profiles import RadarView, radar_of

Style = Literal["plain", "quiet", "strong", "quote", "unsure"]


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading. Level 1 is the report's title."""

    level: int
    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph. A `quote` is somebody's own words; `unsure` is a doubtful piece of a transcript."""

    text: str
    style: Style = "plain"


class Table(msgspec.Struct, frozen=True, tag="table"):
    """Rows of cells. `head` is empty for pairs of a label and a value. The last column takes the space left."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Radar(msgspec.Struct, frozen=True, tag="radar"):
    """A profile as a picture, with a gap for what was not assessed. A table beside it says the same."""

    title: str
    rows: tuple[CompetencyRow, ...]
    shape: RadarView


Block = Heading | Paragraph | Table | Radar


class Document(msgspec.Struct, frozen=True):
    """The title and language (zh or en) of a file, its blocks, and what stands at the foot of each page.

    `made`: when it was made, in ISO 8601 with offset.
    """

    title: str
    language: str
    made: str
    foot: str
    blocks: tuple[Block, ...]


def document_of(report: Report, words: Words) -> Document:
    """Return the report as a document. `words` are the console's, in the report's language."""
    title = words.plain("staff.page.title", name=report.name)
    return Document(title, report.language, report.made.at, report.interview, tuple(_blocks(report, words)))


def _blocks(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(1, report.name)
    yield Paragraph(report.position, "quiet")
    yield Paragraph(" · ".join(filter(None, (report.state.text, report.progress))), "strong")
    yield Paragraph(report.meaning)
    yield _pairs((each.label, each.value) for each in report.facts)
    if report.coverage:
        yield Heading(2, words.text("staff.page.coverage"))
        yield Paragraph(report.coverage.text)
        yield from (Paragraph(each, "quiet") for each in report.coverage.why)
    if report.scores:
        yield from _scores(report.scores, words)
    if report.profile:
        yield from _profile(report.profile, report.name, words)
    if report.decisions or report.proposal:
        yield from _decisions(report, words)
    if report.notes or report.notes_later:
        yield from _notes(report, words)
    for stage in report.stages:
        yield from _stage(stage, words)
    if report.earlier:
        yield from _earlier(report, words)
    yield Heading(2, words.text("staff.page.timeline"))
    yield from _timeline(report)
    yield Heading(2, words.text("staff.page.chain"))
    yield Paragraph(report.chain.text, "plain" if report.chain.holds else "strong")
    yield Paragraph(f"{words.text('staff.page.chain.head')} {report.chain.head}", "quiet")
    made = (words.text("staff.page.made"), report.made.text)
    yield _pairs([*((each.label, each.value) for each in report.versions), made])
    yield Paragraph(words.text("staff.page.file.personal"), "quiet")


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    return Table((), tuple(rows))


def _scores(scores: ScoresView, words: Words) -> Iterator[Block]:
    yield Heading(2, words.text("staff.page.scores"))
    if scores.total:
        yield Paragraph(f"{scores.total} / 5 · {scores.basis}", "strong")
    if scores.automatic:
        yield Paragraph(scores.automatic, "quiet")
    if scores.stages:
        yield _pairs((each.title, each.text) for each in scores.stages)
    if scores.hidden:
        yield Paragraph(scores.hidden, "quiet")


def _profile(profile: ProfileView, name: str, words: Words) -> Iterator[Block]:
    yield Heading(2, words.text("staff.page.profile"))
    if shape := radar_of(profile):
        yield Radar(words.plain("staff.profile.picture", name=name), profile.rows, shape)
    head = tuple(words.text(f"staff.page.profile.{column}") for column in ("competency", "level", "basis"))
    yield Table(head, tuple((each.title, each.text, each.basis) for each in profile.rows))
    yield from (Paragraph(each, "quiet") for each in profile.notes)


def _decisions(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(2, words.text("staff.page.decisions"))
    if proposal := report.proposal:
        said = (words.text("staff.page.proposal"), proposal.text, proposal.at.text)
        yield Paragraph(" · ".join(said), "strong")
        if proposal.note:
            yield Paragraph(proposal.note, "quote")
    for each in report.decisions:
        yield Paragraph(_decision(each, words), "strong" if each.last else "quiet")
        if each.note:
            yield Paragraph(each.note, "quote")


def _decision(each: DecisionView, words: Words) -> str:
    said = [each.decision.text, each.by, each.at.text]
    return " · ".join(said if each.last else [*said, words.text("staff.page.replaced")])


def _notes(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(2, words.text("staff.page.notes"))
    for each in report.notes:
        yield Paragraph(f"{each.by} · {each.at.text}", "quiet")
        yield Paragraph(each.text, "quote")
    if report.notes_later:
        yield Paragraph(report.notes_later, "quiet")


def _earlier(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(2, words.text("staff.page.earlier"))
    yield Paragraph(words.text("staff.page.earlier.meaning"), "quiet")
    for each in report.earlier:
        yield _pairs((fact.label, fact.value) for fact in each.facts)
        yield Paragraph(each.origin, "quiet")


def _stage(stage: StageView, words: Words) -> Iterator[Block]:
    said = [stage.title, stage.weight]
    yield Heading(2, " · ".join(said if stage.whole else [*said, words.text("staff.page.not_assessed")]))
    for question in stage.questions:
        yield from _question(question, words)


def _question(question: QuestionView, words: Words) -> Iterator[Block]:
    yield Heading(3, f"{question.number}. {question.ask}")
    for part in question.parts:
        yield from _part(part, words)
    if question.submitted:
        yield Paragraph(question.submitted, "quiet")
    if question.automatic:
        yield Paragraph(question.automatic, "quiet")
    for line in question.assistant:
        yield Paragraph(line, "quiet")
    for mark in question.marks:
        yield Paragraph(mark.text, "strong")
        if mark.note:
            yield Paragraph(mark.note)
    if question.missing:
        yield Paragraph(question.missing, "quiet")


def _part(part: PartView, words: Words) -> Iterator[Block]:
    if part.asked:
        yield Paragraph(part.asked, "strong")
    if part.about:
        yield Paragraph(" · ".join(part.about), "quiet")
    if part.text:
        yield Paragraph(part.text, "quote")
    if part.file:
        yield Paragraph(" · ".join(filter(None, (part.file.name, part.file.about, part.file.sha256))), "quiet")
    if part.sha256:
        yield Paragraph(f"{words.text('staff.page.recording')} {part.sha256}", "quiet")
    if part.revision:
        yield Paragraph(words.text("staff.page.revision"), "quiet")
        yield Paragraph(part.revision, "quote")
    if part.machine:
        yield Paragraph(words.text("staff.page.machine"), "quiet")
        yield Paragraph(part.machine, "quote")
    if len(part.stretches) > 1:
        yield Paragraph(words.text("staff.page.stretches"), "quiet")
        for each in part.stretches:
            unsure = f" ({words.text('staff.page.unsure')})" if each.unsure else ""
            yield Paragraph(f"{each.at} {each.text}{unsure}", "unsure" if each.unsure else "plain")


def _timeline(report: Report) -> Iterator[Block]:
    yield _pairs((each.when, "\n".join(filter(None, (each.text, each.said)))) for each in report.timeline)
    yield from (Paragraph(each, "quiet") for each in report.breaks)
